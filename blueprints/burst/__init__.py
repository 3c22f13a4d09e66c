"""Thousands of ECI pods on virtual nodes, beside a small fixed pool."""

from blueprints.burst.build import build

__all__ = ["build"]
