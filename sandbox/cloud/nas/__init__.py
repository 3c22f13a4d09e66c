"""NAS 2017-06-26: file systems, mount targets, permission groups and their rules."""
