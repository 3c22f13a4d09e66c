"""A simulated Alibaba Cloud with a real Kubernetes control plane, reached by the real Pulumi engine."""
