"""The size of a workload, in the terms of the components."""

from __future__ import annotations

from blueprints.settings import workload as settings
from components.workload import Resources


def resources(wanted: settings.Resources) -> Resources:
    """Return what a container gets; requests that are not given equal the limits."""
    limits, requests = wanted.limits, wanted.requests
    return Resources(
        cpu=limits.cpu,
        memory=limits.memory,
        cpu_request=requests.cpu if requests else None,
        memory_request=requests.memory if requests else None,
    )
