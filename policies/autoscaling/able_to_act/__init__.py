"""HPA-08: an autoscaler may act in one direction at least."""
