"""WordPress on ACK: ECS nodes carry the base load, ECI carries the peaks."""

from blueprints.wordpress.build import build

__all__ = ["build"]
