"""An online service and offline training on the same nodes."""

from blueprints.colocation.build import build

__all__ = ["build"]
