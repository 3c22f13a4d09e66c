"""Tag 2018-08-28: resources of all products by tag."""
