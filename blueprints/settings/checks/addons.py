"""Add-ons: that they suit each other, and the cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ackb.domain import kubernetes_versions
from ackb.domain.problems import Problem
from blueprints.addons.contract import Capability
from blueprints.addons.ordering import Circle, ordered
from blueprints.settings.cluster import VirtualNodes
from blueprints.settings.codes import Code
from blueprints.settings.existing import AnyCluster
from blueprints.settings.network import Network
from blueprints.settings.platform import PlatformSettings
from blueprints.settings.registered_gpu import ClusterSettings
from blueprints.settings.structure import ROOT

_PATH: Final = f"{ROOT}.addons"
_VIRTUAL_NODES: Final = "virtual_nodes"


def check_required_addons(s: ClusterSettings) -> Iterator[Problem]:
    """Yield a problem for each add-on that another one requires and the stack has not."""
    addons = s.addons
    for name, addon in addons.CLASSES.items():
        for other in addon.requires.addons:
            if other not in addons.ASKED:
                yield _problem(
                    s,
                    Code.ADDON_REQUIRES,
                    f"must have '{other}' too, which '{name}' requires",
                    f"add '{other}: {{}}' under {_PATH}, or remove '{name}'",
                )
    try:
        ordered(addons.CLASSES)
    except Circle as circle:
        yield _problem(
            s,
            Code.ADDON_REQUIRES,
            f"must not require each other in a circle ({circle})",
            "take one of these names out of the 'requires' of its add-on in the folder addons",
        )


def check_conflicts(s: ClusterSettings) -> Iterator[Problem]:
    """Yield a problem for each two add-ons that cannot be in one cluster."""
    classes, asked = s.addons.CLASSES, s.addons.ASKED
    pairs = {
        tuple(sorted((name, other)))
        for name, addon in classes.items()
        for other in addon.conflicts
        if other in asked and other != name
    }
    for one, other in sorted(pairs):
        yield _problem(
            s,
            Code.ADDON_CONFLICT,
            f"must not have both '{one}' and '{other}', which conflict",
            "remove one of them",
        )


def check_capabilities(s: ClusterSettings) -> Iterator[Problem]:
    """Yield a problem for each capability that an add-on requires and the cluster has not."""
    for name, addon in s.addons.CLASSES.items():
        for wanted in addon.requires.capabilities:
            has, what, fix = _CAPABILITIES[wanted]
            if not has(s):
                remove = f"remove '{name}': a registered cluster has none"
                yield _problem(
                    s,
                    Code.ADDON_REQUIRES,
                    f"must have {what}, which '{name}' requires",
                    fix if _managed(s) or wanted is Capability.NAT else remove,
                )


def check_kubernetes(s: ClusterSettings) -> Iterator[Problem]:
    """Yield a problem for each add-on that requires a newer Kubernetes."""
    for name, addon in s.addons.CLASSES.items():
        oldest = addon.requires.kubernetes
        version = s.cluster.version
        if oldest is not None and (version is None or _minor(version) < _minor(oldest)):
            newest = kubernetes_versions.supported()[-1].version
            yield _problem(
                s,
                Code.ADDON_REQUIRES,
                f"must stand on Kubernetes {oldest} or newer, which '{name}' requires "
                f"(cluster.version is {version or 'not said'})",
                f"write cluster.version: \"{newest}\", or remove '{name}'",
            )


def _managed(s: ClusterSettings) -> AnyCluster | None:
    return s.cluster if isinstance(s, PlatformSettings) else None


def _minor(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def _managed_virtual_node(s: ClusterSettings) -> bool:
    # Only some blueprints have them.
    return _VIRTUAL_NODES in type(s).model_fields and isinstance(
        getattr(s, _VIRTUAL_NODES), VirtualNodes
    )


_CAPABILITIES: Final[Mapping[Capability, tuple[Callable[[ClusterSettings], bool], str, str]]] = {
    Capability.PRO: (
        lambda s: (it := _managed(s)) is not None and it.spec.startswith("ack.pro."),
        "a cluster of an ack.pro edition",
        "write cluster.spec: ack.pro.small",
    ),
    Capability.RRSA: (
        lambda s: (it := _managed(s)) is not None and it.rrsa,
        "a cluster whose service accounts have RAM roles",
        "write cluster.rrsa: true",
    ),
    Capability.TERWAY: (
        lambda s: (it := _managed(s)) is not None and it.network_plugin.type == "terway",
        "a cluster with the network plug-in Terway",
        "write cluster.network_plugin.type: terway; a cluster that is there must be replaced",
    ),
    Capability.NAT: (
        # Which way out an existing network has, only its owner knows.
        lambda s: not isinstance(s.network, Network) or s.network.nat is not None,
        "a network with a way out to the internet",
        "remove 'nat: null' from the network",
    ),
    Capability.VIRTUAL_NODE: (
        _managed_virtual_node,
        "the managed virtual node (ack-virtual-node)",
        "choose a blueprint with virtual nodes, and virtual_nodes.type: managed where it has two",
    ),
}


def _problem(s: ClusterSettings, code: Code, why: str, fix: str) -> Problem:
    return Problem(code, _PATH, sorted(s.addons.ASKED), why, fix)
