"""The data sources, one module each."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.cloud.cloud import Cloud
from sandbox.providers.alicloud.values import Values

Function = Callable[[Cloud, str, Values], Values]

FUNCTIONS: dict[str, Function] = {}
"""Functions by token: cloud, region and arguments make the answer."""
