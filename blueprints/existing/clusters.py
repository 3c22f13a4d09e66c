"""A cluster that is there."""

from __future__ import annotations

from typing import Any

from ackb.domain import cidr
from ackb.domain.problems import Problem
from blueprints.existing.asking import Cloud
from blueprints.existing.comparing import Judge
from blueprints.existing.found import FoundCluster
from blueprints.settings.existing import ExistingCluster, ExistingNetwork
from blueprints.settings.needed import CHARTS, needed_addons
from blueprints.settings.platform import PlatformSettings


def find(settings: PlatformSettings, cloud: Cloud, problems: list[Problem]) -> FoundCluster | None:
    """Compare an existing cluster with its settings; return what else is to know of it."""
    said = settings.cluster
    if not isinstance(said, ExistingCluster):
        return None
    judge, id = Judge("cluster", problems), said.cluster_id
    access = judge.one(
        "cluster_id", id, lambda path: cloud.cluster_access(path, id), "a managed cluster"
    )
    if access is None:
        return _unknown(said)
    there = judge.one("cluster_id", id, lambda path: cloud.clusters(path, id), "a cluster")
    if there is not None:
        _compare(judge, settings, said, there)
    with judge.asking():
        _compare_addons(judge, settings, said, cloud)
    public = said.api_access == "public"
    ends = access.connections[0] if access.connections else None
    server = getattr(ends, "api_server_internet" if public else "api_server_intranet", "")
    if not server:
        judge.refuse(
            "api_access",
            said.api_access,
            f"must be a way that the API server of {id} has",
            f"write {'private' if public else 'public'}, or add the endpoint in the ACK console",
        )
    rrsa = access.rrsa_config
    enabled = bool(rrsa and rrsa.enabled)
    judge.same("rrsa", said.rrsa, enabled, f"what {id} has")
    return FoundCluster(
        server=server,
        security_group_id=access.security_group_id,
        rrsa_provider_arn=rrsa.ram_oidc_provider_arn if enabled else None,
    )


def _compare(judge: Judge, settings: PlatformSettings, said: ExistingCluster, there: Any) -> None:
    id = said.cluster_id
    judge.status("cluster_id", id, there.state, "running", "cluster")
    network = settings.network
    vpc_id = network.vpc_id if isinstance(network, ExistingNetwork) else None
    judge.in_vpc("cluster_id", id, there.vpc_id, vpc_id, "cluster")
    minor = _minor(there.current_version)
    if _minor(said.version) != minor:
        judge.same("version", said.version, f'"{minor}"', f"the Kubernetes version of {id}")
    judge.same("spec", said.spec, there.cluster_spec, f"the edition of {id}")
    plugin = "flannel" if _outside(there.pod_cidr, network.vpc_cidr) else "terway"
    judge.same(
        "network_plugin.type", said.network_plugin.type, plugin, f"the network plug-in of {id}"
    )
    if said.network_plugin.type == "flannel" and plugin == "flannel":
        judge.same(
            "network_plugin.pod_cidr",
            said.network_plugin.pod_cidr,
            there.pod_cidr,
            f"the range of the pods of {id}",
        )


def _outside(pod_cidr: str, vpc_cidr: str) -> bool:
    """Return whether pods have a range of their own; those of Terway have addresses of the VPC."""
    return bool(pod_cidr) and cidr.overlap(cidr.parse(pod_cidr), cidr.parse(vpc_cidr)) is None


def _compare_addons(
    judge: Judge, settings: PlatformSettings, said: ExistingCluster, cloud: Cloud
) -> None:
    known = cloud.addons(judge.path("cluster_id"), said.cluster_id)
    if known is None:
        return
    there = {one.name for one in known if one.current_version}
    for name in sorted(needed_addons(settings) - set(said.install) - CHARTS - there):
        judge.refuse(
            "install",
            list(said.install),
            f"must have {name}, which the stack needs and the cluster has not",
            f"add {name} to it, or install it in the ACK console",
        )


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _unknown(said: ExistingCluster) -> FoundCluster:
    """Return what stands for a cluster that nobody can be asked about: words for a plan."""
    id, way = said.cluster_id, "internet" if said.api_access == "public" else "intranet"
    return FoundCluster(
        server=f"https://<{way} address of {id}>:6443",
        security_group_id=f"<security group of {id}>",
        rrsa_provider_arn=f"<oidc provider of {id}>" if said.rrsa else None,
        known=False,
    )
