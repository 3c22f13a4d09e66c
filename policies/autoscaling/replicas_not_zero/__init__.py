"""HPA-04: the target of an autoscaler does not start with no pod."""
