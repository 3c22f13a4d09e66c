"""The node autoscaler: nodes for pods that fit nowhere, and away with nodes that are not needed."""
