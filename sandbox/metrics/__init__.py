"""The metrics API of a cluster (metrics.k8s.io), as metrics-server offers it, from a load model."""
