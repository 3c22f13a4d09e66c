"""What was measured, and on what: without it a figure means nothing."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from ackb import toolchain
from bench.workspace import CLONE

_PACKAGES = ("pulumi", "pulumi-alicloud", "pulumi-kubernetes", "pulumi-policy", "pydantic")
_TOOLS = ("pulumi", "kube-apiserver", "etcd", "kwok")

#: Load up to which other work does not show in the figures.
QUIET = 0.5


def load() -> float:
    """Processes at work, on average over the last minute."""
    return os.getloadavg()[0]


def describe() -> dict[str, str]:
    """Processor, memory, load, and the versions of everything that takes part."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "load before": f"{load():.2f}",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        **{f"{name} (Python)": version(name) for name in _PACKAGES},
        **{name: tool.version for name, tool in toolchain.find_all(_TOOLS).items()},
    }


def revision() -> str:
    """The commit that is measured, marked where files differ from it."""
    git = ["git", "describe", "--always", "--dirty"]
    said = subprocess.run(git, cwd=CLONE, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "not in a repository"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
