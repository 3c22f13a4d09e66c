"""The provider for Kubernetes against a real API server: what the official plugin does, it does."""
