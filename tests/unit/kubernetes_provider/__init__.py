"""Unit tests of the sandbox provider for Kubernetes."""
