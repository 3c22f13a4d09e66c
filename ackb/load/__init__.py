"""Load tests: virtual users on a workload of the sandbox, and what its autoscaler makes of them."""
