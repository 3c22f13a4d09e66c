"""VPC 2016-04-28: networks, vSwitches and their addresses."""
