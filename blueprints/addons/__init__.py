"""Add-ons: what a user adds to a cluster in one file of their own, `addons/<name>.py`."""

from __future__ import annotations

from blueprints.addons.contract import AddonContext, Capability, ClusterAddon, Requires
from blueprints.settings.base import Settings

__all__ = ["AddonContext", "Capability", "ClusterAddon", "Requires", "Settings"]
