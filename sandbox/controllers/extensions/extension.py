"""The contract of an extension: kinds, controllers and a process that come and go with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ackb.toolchain import find
from sandbox.controllers.controller import Context, Controller
from sandbox.kube.client import Client, Object


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an extension's process runs."""

    client: Client
    kubeconfig: Path
    """Of the cluster's administrator."""
    folder: Path
    """Its own; made anew at each start."""
    ports: Sequence[int]
    """Free loopback ports, as many as it asked for."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """A native program that runs beside the control plane."""

    tool: str
    """Its name in `ackb.toolchain`."""
    arguments: Callable[[Place], Sequence[str]]
    is_ready: Callable[[Place], bool]
    """Whether it does its work by now; may raise ApiError."""
    environment: Callable[[Place], Mapping[str, str]] = lambda _place: {}
    ports: int = 0


@dataclass(frozen=True, kw_only=True)
class Extension:
    """One add-on or chart.

    It appears in this order: definitions of kinds, objects, the process, the controllers; and goes
    in the opposite one. An add-on is active when all of it is there.
    """

    name: str
    """The add-on's or the chart's name."""
    crds: Callable[[], Sequence[Object]] = lambda: ()
    """Definitions of its kinds. May raise ToolMissing."""
    objects: Callable[[], Sequence[Object]] = lambda: ()
    """What else its installation makes. May raise ToolMissing."""
    process: Process | None = None
    watches: Sequence[str] = field(default=())
    """Kinds its controllers follow beyond `runner.WATCHED`; they stand in the client's table."""
    controllers: Callable[[Context], Sequence[Controller]] = lambda _context: ()


def files_of(tool: str) -> Path:
    """Folder of what the toolchain keeps beside a tool.

    Raises:
        ToolMissing: the tool is not built.
        ValueError: nothing is kept for it.
    """
    files = find(tool).files
    if files is None:
        raise ValueError(f"the pin of {tool} names no files")
    return files
