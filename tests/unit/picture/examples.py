"""Architectures that the pictures are tested with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ackb.picture.model import (
    Architecture,
    Cluster,
    Entry,
    Exit,
    NodePool,
    Store,
    Switch,
    VirtualNode,
    Workload,
)

ZONES = ("cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j", "cn-hangzhou-k")


def wordpress(zones: Sequence[str] = ZONES[:2]) -> Architecture:
    """WordPress as S2 draws it: ACK, RDS, Redis, NAS and a virtual node over these zones."""
    nodes = [
        Switch(name=f"nodes-{zone[-1]}", cidr=f"10.0.{16 * place}.0/20", zone=zone)
        for place, zone in enumerate(zones)
    ]
    pods = [
        Switch(name=f"pods-{zone[-1]}", cidr=f"10.{place + 1}.0.0/16", zone=zone)
        for place, zone in enumerate(zones)
    ]
    return Architecture(
        title="wordpress-dev",
        subtitle="blueprint wordpress, drawn from the plan",
        simulated=True,
        region="cn-hangzhou",
        vpc="VPC network",
        vpc_facts=("10.0.0.0/8", "security group nodes (enterprise)"),
        switches=(*nodes, *pods),
        namespace="wordpress",
        cluster=Cluster(
            name="shop",
            facts=("ack.pro.small", "Kubernetes 1.36", "Terway"),
            add_ons=("terway-eniip", "csi-plugin", "metrics-server", "ack-virtual-node"),
        ),
        pools=(
            NodePool(
                name="base",
                facts=("3–10 nodes", "ecs.g7.2xlarge"),
                nodes=3,
                switches=tuple(one.name for one in nodes),
            ),
        ),
        virtual_node=VirtualNode(
            name="ack-virtual-node",
            facts=("each pod is an ECI instance", "billed per second"),
            switches=tuple(one.name for one in pods),
        ),
        workloads=(
            Workload(
                kind="Deployment",
                name="wordpress-web",
                facts=("22–100 pods", "500m CPU, 1Gi memory", "wordpress:6.8.3-php8.3-apache"),
                scaler="wordpress-scaler",
                scaler_facts=("CPU 60 %", "22–100 pods"),
                service="sp-svc",
                service_facts=("port 80, policy Local",),
                base="first 22 pods",
                overflow="overflow, removed first",
            ),
        ),
        entry=Entry(name="Load balancer", facts=("internet",), traffic=("HTTP 80", "HTTPS 443")),
        exit=Exit(name="NAT gateway", facts=("EIP network",), switch=nodes[0].name),
        stores=(
            Store(
                kind="rds",
                name="shop-database",
                facts=("MySQL 8.0", "mysql.n2.medium.2c, 40 GB"),
                switch=nodes[0].name,
                standby_zone=zones[1] if len(zones) > 1 else None,
            ),
            Store(
                kind="redis",
                name="shop-cache",
                facts=("Redis 7.0",),
                switch=nodes[-1].name,
                standby_zone=zones[0] if len(zones) > 1 else None,
            ),
            Store(kind="nas", name="shop-files", facts=("NFS",), switch=nodes[0].name),
        ),
        regional=(("shop-logs", "Log Service project"),),
    )


def registered(two: Architecture) -> Architecture:
    """The cluster of a data centre with nodes of the cloud (S0-17)."""
    web = replace(two.workloads[0], overflow=None)
    cluster = Cluster(name="idc", facts=("elsewhere",), add_ons=("agent",), registered=True)
    return replace(two, cluster=cluster, virtual_node=None, workloads=(web,), entry=None, stores=())


def variants() -> dict[str, Architecture]:
    """Every shape that a layout must cope with, by name."""
    two = wordpress()
    web = two.workloads[0]
    long = "a-name-as-long-as-the-cloud-lets-it-be-" * 3
    second_pool = replace(two.pools[0], name="batch", nodes=17, switches=("nodes-i",))
    spare = Switch(name="spare", cidr="10.9.0.0/24", zone=ZONES[0])
    return {
        "one zone": wordpress(ZONES[:1]),
        "two zones": two,
        "three zones": wordpress(ZONES[:3]),
        "four zones": wordpress(ZONES),
        "network only": Architecture(
            title="net",
            subtitle="",
            simulated=False,
            region="cn-hangzhou",
            vpc="VPC net",
            vpc_facts=("10.0.0.0/16",),
            switches=(spare,),
        ),
        "network with a way out": replace(
            two, cluster=None, pools=(), virtual_node=None, workloads=(), entry=None, stores=()
        ),
        "cluster without workloads": replace(two, workloads=(), entry=None),
        "no service": replace(two, workloads=(replace(web, service=None),)),
        "flat cluster": replace(
            two, pools=(), virtual_node=None, workloads=(replace(web, scaler=None, service=None),)
        ),
        "two pools, no virtual node": replace(
            two,
            pools=(*two.pools, second_pool),
            virtual_node=None,
            workloads=(replace(web, overflow=None),),
        ),
        "two workloads": replace(
            two, workloads=(web, replace(web, name="api", service=None, scaler=None))
        ),
        "no way in or out": replace(two, entry=None, exit=None, stores=(), regional=()),
        "fixed replicas": replace(two, workloads=(replace(web, scaler=None, scaler_facts=()),)),
        "own pod addresses": replace(
            two,
            cluster=replace(two.cluster or Cluster(name="", facts=()), pod_switches=("pods-h",)),
            switches=(*two.switches, spare),
        ),
        "registered cluster": registered(two),
        "registered cluster behind a load balancer": replace(registered(two), entry=two.entry),
        "long names": replace(
            two,
            vpc=long,
            vpc_facts=(long, long),
            pools=(replace(two.pools[0], name=long, facts=(long, "x " * 90)),),
            workloads=(replace(web, name=long, facts=(long,) * 3, service=long),),
            stores=(replace(two.stores[0], name=long, facts=(long, "y " * 60)),),
        ),
    }
