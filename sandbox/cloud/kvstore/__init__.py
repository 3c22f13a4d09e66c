"""R-KVStore 2015-01-01: Redis instances."""
