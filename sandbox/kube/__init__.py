"""Local Kubernetes control planes: real components, with kwok in the place of kubelets."""
