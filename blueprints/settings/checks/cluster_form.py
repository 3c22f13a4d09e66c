"""The form of the cluster: whether it can be made, and runs what the stack wants (S3-15)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ackb.domain.problems import Problem
from blueprints.settings.burst import BurstSettings
from blueprints.settings.cluster import Cluster
from blueprints.settings.codes import Code
from blueprints.settings.platform import PlatformSettings
from blueprints.settings.structure import ROOT
from blueprints.settings.virtual_nodes import ManagedVirtualNodes

_PATH: Final = f"{ROOT}.cluster.form"


def check_form(s: PlatformSettings) -> Iterator[Problem]:
    """Yield what is wrong with the form of a new cluster.

    That no dedicated clusters are made any more, since 21 August 2024, is said in the
    documentation of cs.Kubernetes (pulumi-alicloud 4.0.0).
    """
    if not isinstance(s.cluster, Cluster) or s.cluster.form == "managed":
        return
    if s.cluster.form == "dedicated":
        yield _problem(
            s.cluster,
            "cannot be made: since 21 August 2024 ACK makes no dedicated clusters",
            "write managed; a dedicated cluster that you have can be migrated to a managed one in "
            "the ACK console",
        )
        return
    if s.target == "sandbox":
        yield _problem(
            s.cluster,
            "is not simulated: nothing would be shown of a cluster whose inside is ACK's own",
            "write managed in the sandbox, or target: alibaba-cloud",
        )
    if not isinstance(s, BurstSettings) or not isinstance(s.virtual_nodes, ManagedVirtualNodes):
        yield _problem(
            s.cluster,
            "has no nodes, which this stack needs for more than ECI pods",
            "write managed; `burst` with virtual_nodes.type: managed runs without nodes",
        )


def _problem(cluster: Cluster, why: str, fix: str) -> Problem:
    return Problem(Code.CLUSTER_FORM, _PATH, cluster.form, why, fix)
