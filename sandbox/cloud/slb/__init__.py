"""SLB 2014-05-15: Classic Load Balancer and its listeners."""
