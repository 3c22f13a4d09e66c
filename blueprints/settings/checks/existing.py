"""What is there already: that its parts go together, as far as the settings tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ackb.domain.problems import MISSING, Problem
from blueprints.settings.base import known
from blueprints.settings.chosen import chosen
from blueprints.settings.codes import Code
from blueprints.settings.existing import AnyNetwork, ExistingCluster, ExistingNetwork
from blueprints.settings.needed import needed_addons, placed
from blueprints.settings.platform import PlatformSettings
from blueprints.settings.structure import ROOT


def check_network(network: AnyNetwork) -> Iterator[Problem]:
    """Yield what is wrong with the vSwitches of an existing network."""
    if not isinstance(network, ExistingNetwork):
        return
    ids: Counter[str] = Counter()
    for index, zone in enumerate(network.zones):
        path = f"{ROOT}.network.zones[{index}]"
        pod_id, pod_cidr = known(zone, "pod_vswitch_id"), known(zone, "pod_cidr")
        if {"pod_vswitch_id", "pod_cidr"} <= set(vars(zone)) and (pod_id is None) != (
            pod_cidr is None
        ):
            absent = "pod_cidr" if pod_cidr is None else "pod_vswitch_id"
            given = "pod_vswitch_id" if pod_cidr is None else "pod_cidr"
            yield Problem(
                Code.MISSING,
                f"{path}.{absent}",
                MISSING,
                f"must be given with {given}",
                f"add it, or remove {given}",
            )
        for field in ("node_vswitch_id", "pod_vswitch_id"):
            vswitch_id = known(zone, field)
            if vswitch_id is None:
                continue
            ids[vswitch_id] += 1
            if ids[vswitch_id] > 1:
                yield Problem(
                    Code.DUPLICATE,
                    f"{path}.{field}",
                    vswitch_id,
                    "must be given once",
                    "name another vSwitch, or leave the pod vSwitch away: ECI pods then take "
                    "addresses of the node vSwitch",
                )


def check_cluster_place(s: PlatformSettings) -> Iterator[Problem]:
    """Yield a problem when an existing cluster is to stand in a network that is not there yet."""
    if isinstance(s.cluster, ExistingCluster) and not isinstance(s.network, ExistingNetwork):
        yield Problem(
            Code.EXISTING,
            f"{ROOT}.network.type",
            s.network.type,
            "must be existing, since the cluster exists and has a network",
            "write type: existing, with vpc_id and vSwitches of the cluster",
        )


def check_install(s: PlatformSettings) -> Iterator[Problem]:
    """Yield a problem for each add-on that is installed for nothing, or twice."""
    if not isinstance(s.cluster, ExistingCluster):
        return
    needed = needed_addons(s)
    for index, name in enumerate(s.cluster.install):
        path = f"{ROOT}.cluster.install[{index}]"
        if name not in needed:
            needs = f"it needs {', '.join(sorted(needed))}" if needed else "it needs none"
            yield Problem(
                Code.EXISTING,
                path,
                name,
                f"must be an add-on that the stack needs ({needs})",
                "remove it, or install it in the ACK console",
            )
        elif name in s.cluster.install[:index]:
            yield Problem(Code.DUPLICATE, path, name, "must be given once", "remove it")


def check_shared_objects(s: PlatformSettings) -> Iterator[Problem]:
    """Yield a problem where the stack would own what all users of an existing cluster share."""
    if not isinstance(s.cluster, ExistingCluster):
        return
    training = getattr(s, "training", None)
    if training is not None and training.resources.type == "batch":
        yield Problem(
            Code.EXISTING,
            f"{ROOT}.training.resources.type",
            training.resources.type,
            "must not be batch in an existing cluster: all its users share the settings of "
            "ack-koordinator, and the stack would replace them",
            "write type: best_effort",
        )
    for at, wanted, kind in placed(s):
        if chosen(wanted, kind, s.cluster).type == "eci_profile":
            yield Problem(
                Code.EXISTING,
                f"{ROOT}.{at}.type",
                wanted.type,
                "must not be eci_profile in an existing cluster: all its users share that one "
                "ConfigMap, and the stack would replace what they have in it",
                "write type: namespace_label, or eci_label",
            )
