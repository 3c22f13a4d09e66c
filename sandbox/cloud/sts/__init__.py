"""STS 2015-04-01: who is calling."""
