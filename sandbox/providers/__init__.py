"""Pulumi providers of the sandbox: the engine attaches to them instead of starting plugins."""
