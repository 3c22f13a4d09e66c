"""Settings of a stack: typed, validated as a whole, free of secrets and of Pulumi."""

from __future__ import annotations

from blueprints.settings.burst import BurstSettings
from blueprints.settings.colocation import ColocationSettings
from blueprints.settings.elastic_platform import ElasticPlatformSettings
from blueprints.settings.loading import load
from blueprints.settings.registered_gpu import RegisteredGpuSettings
from blueprints.settings.stack import StackSettings
from blueprints.settings.wordpress import WordpressSettings

__all__ = [
    "BurstSettings",
    "ColocationSettings",
    "ElasticPlatformSettings",
    "RegisteredGpuSettings",
    "StackSettings",
    "WordpressSettings",
    "load",
]
