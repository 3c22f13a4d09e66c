"""What a figure was measured on: without it a figure means nothing."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

from ackb import toolchain


def describe() -> dict[str, str]:
    """Processor, memory, load, and the versions of everything that takes part."""
    packages = ("pulumi", "pulumi-alicloud", "pulumi-kubernetes", "pulumi-policy", "pydantic")
    tools = ("pulumi", "kube-apiserver", "etcd", "kwok")
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
        **{name: toolchain.find(name).version for name in tools},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
