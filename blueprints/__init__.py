"""Complete architectures composed of components, chosen by name in a stack's settings."""
