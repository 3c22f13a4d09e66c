"""Plans by hand: the resources of a small cluster, with the properties that capacity reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Declared:
    type: str
    name: str
    inputs: Mapping[str, Any]


def ref(name: str) -> str:
    return f"<id of {name}>"


def switch(name: str, cidr: str, zone: str = "cn-hangzhou-h") -> Declared:
    return Declared("alicloud:vpc/switch:Switch", name, {"cidrBlock": cidr, "zoneId": zone})


def group(kind: str = "normal") -> Declared:
    inputs = {"securityGroupType": kind}
    return Declared("alicloud:ecs/securityGroup:SecurityGroup", "group", inputs)


def cluster(pods: list[str], **inputs: Any) -> Declared:
    found = {
        "name": "shop",
        "clusterSpec": "ack.pro.small",
        "version": "1.36",
        "addons": [
            {"name": "terway-eniip" if pods else "flannel"},
            {"name": "csi-plugin"},
            {"name": "nginx-ingress-controller", "disabled": True},
        ],
        "securityGroupId": ref("group"),
        "podVswitchIds": [ref(name) for name in pods],
        **inputs,
    }
    return Declared("alicloud:cs/managedKubernetes:ManagedKubernetes", "shop-cluster", found)


def pool(switches: list[str], nodes: int = 2, bounds: tuple[int, int] | None = None) -> Declared:
    inputs: dict[str, Any] = {
        "nodePoolName": "base",
        "instanceTypes": ["ecs.c7.2xlarge"],
        "vswitchIds": [ref(name) for name in switches],
    }
    if bounds:
        inputs["scalingConfig"] = {
            "enable": True,
            "minSize": float(bounds[0]),
            "maxSize": float(bounds[1]),
        }
    else:
        inputs["desiredSize"] = str(nodes)
    return Declared("alicloud:cs/nodePool:NodePool", "base-pool", inputs)


def virtual_node(switches: list[str], **config_keys: str) -> Declared:
    listed = ",".join(ref(name) for name in switches)
    config = json.dumps({"vSwitchIds": listed, **config_keys})
    inputs = {"name": "ack-virtual-node", "config": config}
    return Declared("alicloud:cs/kubernetesAddon:KubernetesAddon", "eci-addon", inputs)


def deployment(
    cpu: str = "500m", memory: str = "1Gi", replicas: int | None = 22, surge: object = "25%"
) -> Declared:
    spec: dict[str, Any] = {
        "selector": {"matchLabels": {"app": "web"}},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge}},
        "template": {
            "metadata": {"labels": {"app": "web", "ackb/tier": "online"}},
            "spec": {
                "containers": [
                    {
                        "name": "web",
                        "image": "wordpress:6.8.3",
                        "resources": {
                            "limits": {"cpu": cpu, "memory": memory},
                            "requests": {"cpu": cpu, "memory": memory},
                        },
                    }
                ]
            },
        },
    }
    if replicas is not None:
        spec["replicas"] = float(replicas)
    inputs = {"metadata": {"name": "web", "namespace": "shop"}, "spec": spec}
    return Declared("kubernetes:apps/v1:Deployment", "web-deployment", inputs)


def autoscaler(lowest: int = 22, highest: int = 100, namespace: str = "shop") -> Declared:
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": float(lowest),
        "maxReplicas": float(highest),
        "metrics": [
            {
                "type": "Resource",
                "resource": {
                    "name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": 60.0},
                },
            }
        ],
    }
    inputs = {"metadata": {"name": "web-hpa", "namespace": namespace}, "spec": spec}
    return Declared("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "web-hpa", inputs)


def ecs_first(most: int = 22) -> Declared:
    inputs = {
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {
            "selector": {"app": "web"},
            "units": [{"resource": "ecs", "max": float(most)}, {"resource": "eci"}],
        },
    }
    token = "kubernetes:scheduling.alibabacloud.com/v1alpha1:ResourcePolicy"
    return Declared(token, "web-policy", inputs)


def service(name: str = "sp-svc", kind: str = "LoadBalancer") -> Declared:
    inputs = {
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {
            "type": kind,
            "selector": {"app": "web"},
            "externalTrafficPolicy": "Local",
            "ports": [{"name": "http", "port": 80.0}],
        },
    }
    return Declared("kubernetes:core/v1:Service", f"{name}-service", inputs)


def shop(
    nodes: str = "10.0.0.0/24",
    pods: str = "10.0.1.0/24",
    kind: str = "enterprise",
    most: int = 22,
    highest: int = 100,
) -> list[Declared]:
    """A cluster in one zone: Terway pods and ECI pods share one vSwitch, nodes have another."""
    return [
        switch("nodes", nodes),
        switch("pods", pods),
        group(kind),
        cluster(["pods"]),
        pool(["nodes"]),
        virtual_node(["pods"]),
        deployment(replicas=None),
        autoscaler(highest=highest),
        ecs_first(most),
        service(),
    ]
