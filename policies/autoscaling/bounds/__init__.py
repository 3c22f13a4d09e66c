"""HPA-06: the bounds of an autoscaler hold together."""
