"""A simulated Alibaba Cloud and a real Kubernetes control plane, reached by the Pulumi engine."""
