"""Reusable Pulumi components for Alibaba Cloud and Kubernetes, one component per file."""
