"""RDS 2014-08-15: instances, accounts, databases, privileges, whitelists."""
