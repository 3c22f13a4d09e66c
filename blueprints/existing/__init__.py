"""What a stack builds on and does not own: read from the cloud, compared, never changed."""

from blueprints.existing.found import Found, FoundCluster
from blueprints.existing.looking import look, look_at_network

__all__ = ["Found", "FoundCluster", "look", "look_at_network"]
