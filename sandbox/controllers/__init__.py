"""What only ACK has: the controllers that join the simulated cloud and the real Kubernetes."""
