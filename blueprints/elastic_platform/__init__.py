"""The platform of a company: services and jobs of teams on ECS nodes and ECI."""

from blueprints.elastic_platform.build import build

__all__ = ["build"]
