"""HPA-03: what is measured in percent of a request has one."""
