"""What a cluster needs around it: checks, and what ACK makes for it in the user's account."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from itertools import combinations
from typing import TYPE_CHECKING

from ackb.domain import kubernetes_versions
from sandbox.cloud.cs import errors
from sandbox.cloud.cs.kinds import CLUSTER, CLUSTER_TAG
from sandbox.cloud.store import Data

if TYPE_CHECKING:
    from sandbox.cloud.cloud import Cloud
    from sandbox.cloud.service import Service

_API_PORT = 6443


def checked_version(version: str, now: float) -> str:
    """The full version of a new cluster, such as `1.36.1-aliyun.1`; the newest build of the minor.

    Raises InvalidParameter for a version that ACK does not offer (any more).
    """
    wanted = version or kubernetes_versions.DEFAULT
    broken = kubernetes_versions.check(wanted, datetime.fromtimestamp(now, UTC).date())
    if broken is not None:
        raise errors.INVALID_PARAMETER(name="kubernetes_version", why=f"{wanted} is not offered")
    if "-aliyun." in wanted:
        return wanted
    return kubernetes_versions.minors()[wanted].builds[-1]


def checked_vpc(cloud: Cloud, vswitches: list[str], pods: list[str], vpc_id: str) -> Data:
    """The VPC of the vSwitches. Raises when one does not exist or lies in another VPC."""
    if not vswitches:
        raise errors.INVALID_PARAMETER(name="vswitch_ids", why="at least one is needed")
    found = [cloud.vpc.vswitch(vswitch_id) for vswitch_id in [*vswitches, *pods]]
    home = vpc_id or found[0]["VpcId"]
    for vswitch in found:
        if vswitch["VpcId"] != home:
            why = f"{vswitch['VSwitchId']} is in {vswitch['VpcId']}, not in {home}"
            raise errors.INVALID_PARAMETER(name="vswitch_ids", why=why)
    return cloud.vpc.available_vpc(home)


def check_cidrs(service: Service, vpc: Data, service_cidr: str, container_cidr: str) -> None:
    """Services, pods, the VPC and the pods of its other clusters must not overlap.

    Services of two clusters may: their addresses are not routed
    (https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/plan-cidr-blocks-for-an-ack-cluster-1).
    """
    ranges: dict[str, str] = {"service_cidr": service_cidr, "the VPC's CIDR": vpc["CidrBlock"]}
    if container_cidr:
        ranges["container_cidr"] = container_cidr
    for neighbour in service.find(CLUSTER, VpcId=vpc["VpcId"]):
        pods = neighbour["api"]["container_cidr"]
        if pods:
            ranges[f"the pod CIDR of {neighbour['ClusterId']}"] = pods
    own = {"service_cidr", "container_cidr"}
    for one, other in combinations(ranges, 2):
        if {one, other} & own and _network(one, ranges[one]).overlaps(
            _network(other, ranges[other])
        ):
            name = one if one in own else other
            partner = other if name == one else one
            raise errors.INVALID_PARAMETER(name=name, why=f"it overlaps {partner}")


def create_security_group(cloud: Cloud, vpc: Data, cluster_id: str, *, enterprise: bool) -> str:
    """The group of a cluster that was given none."""
    answer = cloud.ecs.create_security_group(
        region_id=vpc["RegionId"],
        vpc_id=vpc["VpcId"],
        security_group_name=f"alicloud-cs-auto-created-security-group-{cluster_id}",
        security_group_type="enterprise" if enterprise else "normal",
        tags={CLUSTER_TAG: cluster_id},
    )
    group_id: str = answer["SecurityGroupId"]
    cloud.ecs.manage_security_group(group_id)
    return group_id


def create_api_balancer(cloud: Cloud, vswitch_id: str, cluster_id: str) -> tuple[str, str]:
    """The load balancer of the API server: its id and address."""
    answer = cloud.slb.create_load_balancer(
        region_id=cloud.region,
        load_balancer_name=f"ManagedK8SSlbIntranet-{cluster_id}",
        address_type="intranet",
        vswitch_id=vswitch_id,
        tags={CLUSTER_TAG: cluster_id},
    )
    balancer_id, address = str(answer["LoadBalancerId"]), str(answer["Address"])
    cloud.slb.create_load_balancer_tcp_listener(
        load_balancer_id=balancer_id, listener_port=_API_PORT, backend_server_port=_API_PORT
    )
    return balancer_id, address


def create_log_project(cloud: Cloud, cluster_id: str, wanted: str, components: list[str]) -> str:
    """The log project of the control plane, made when logs are wanted and none is named."""
    if not components or wanted:
        return wanted
    name = f"k8s-log-{cluster_id}"
    cloud.log.create_project(project_name=name, description=f"k8s log project for {cluster_id}")
    return name


def attach_control_plane(
    cloud: Cloud, vswitch_ids: list[str], security_group_id: str, cluster_id: str
) -> None:
    """The network interfaces of the managed control plane in the user's vSwitches."""
    for vswitch_id in vswitch_ids:
        cloud.ecs.attach_interface(vswitch_id, [security_group_id], _control_plane(cluster_id))


def detach_control_plane(cloud: Cloud, cluster_id: str) -> None:
    """Take them away."""
    cloud.ecs.detach_interfaces(_control_plane(cluster_id))


def _control_plane(cluster_id: str) -> str:
    return f"{cluster_id}/control-plane"


def _network(name: str, text: str) -> ipaddress.IPv4Network:
    try:
        return ipaddress.IPv4Network(text)
    except ValueError as error:
        raise errors.INVALID_PARAMETER(name=name, why=str(error)) from error
