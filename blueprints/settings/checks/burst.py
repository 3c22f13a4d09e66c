"""All checks of the blueprint `burst`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ackb.domain import virtual_nodes
from ackb.domain.problems import Problem
from blueprints.settings.burst import BurstSettings
from blueprints.settings.checks import platform, workload
from blueprints.settings.codes import Code
from blueprints.settings.structure import ROOT
from blueprints.settings.virtual_nodes import RamRole, SelfManagedVirtualNodes


def checks(s: BurstSettings, stack: str) -> Iterator[Callable[[], Iterable[Problem]]]:
    """Yield every check, ready to run."""
    yield from platform.checks(s, stack)
    yield lambda: workload.check_image_reachable(s.image, s.target, s.region, s.registry)
    yield lambda: workload.check_resources(s.resources)
    yield lambda: _check_pods(s)
    yield lambda: _check_role(s)


def _check_pods(s: BurstSettings) -> Iterator[Problem]:
    nodes = s.virtual_nodes
    if not isinstance(nodes, SelfManagedVirtualNodes):
        return
    held = virtual_nodes.capacity(nodes.replicas)
    if s.replicas > held:
        yield Problem(
            Code.VIRTUAL_NODES,
            f"{ROOT}.replicas",
            s.replicas,
            f"must not be more than {held}, what {nodes.replicas} self-managed virtual nodes hold",
            f"write virtual_nodes.replicas: {virtual_nodes.nodes_for(s.replicas)}",
        )


def _check_role(s: BurstSettings) -> Iterator[Problem]:
    nodes = s.virtual_nodes
    if not isinstance(nodes, SelfManagedVirtualNodes) or s.cluster.rrsa:
        return
    if isinstance(nodes.credentials, RamRole):
        yield Problem(
            Code.VIRTUAL_NODES,
            f"{ROOT}.virtual_nodes.credentials.type",
            nodes.credentials.type,
            "needs the cluster's service accounts to have RAM roles, which cluster.rrsa turns off",
            "write cluster.rrsa: true, or credentials of type secret",
        )
