"""The blueprint `registered-gpu`: cloud nodes with GPUs for the cluster of a data centre."""

from blueprints.registered_gpu.build import build

__all__ = ["build"]
