"""Where the native tools are."""

from __future__ import annotations

from pathlib import Path

from ackb.toolchain import find_all

_CONTROL_PLANE = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kwok",
    "kwokctl",
)


def control_plane_tools() -> dict[str, Path]:
    """The binaries that a control plane consists of, by name.

    Raises:
        ackb.toolchain.ToolMissing: one is neither on PATH in a suitable version nor built.
    """
    return {name: tool.path for name, tool in find_all(_CONTROL_PLANE).items()}
