"""Memory pressure of ECS nodes: what a kubelet does when a node runs short of memory."""
