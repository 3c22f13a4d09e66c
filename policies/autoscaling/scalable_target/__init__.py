"""HPA-01: what an autoscaler names can be scaled, and is there."""
