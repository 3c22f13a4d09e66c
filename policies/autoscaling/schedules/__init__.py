"""HPA-11: a schedule is one, and stays inside the bounds of its autoscaler."""
