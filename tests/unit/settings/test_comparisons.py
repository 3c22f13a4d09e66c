"""Checks that compare settings and are not on the list of bad inputs."""

import pytest

from tests.unit.settings.examples import FLANNEL, REMOVED, loaded, refusal

S = "ackb:settings"
REAL = {"target": "alibaba-cloud", "expected_account_id": "1234567890123456"}
ACR = {
    "type": "acr",
    "endpoint": "shop-registry-vpc.cn-hangzhou.cr.aliyuncs.com",
    "namespace": "web",
}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {**REAL, "registry": ACR, "expected_account_id": REMOVED}
            | {"expected_account_id": None},
            f"SET-012 {S}.expected_account_id: (missing) – must be given for the target "
            "alibaba-cloud, so that no other account is written to. Fix: add the 16 digits of the "
            "account id, in quotes (aliyun sts GetCallerIdentity shows them).",
        ),
        (
            {"expected_account_id": "12345"},
            f'SET-013 {S}.expected_account_id: "12345" – must be the 16 digits of an account id. '
            "Fix: copy it from the console, in quotes.",
        ),
        (
            {"resource_group_id": "shop"},
            f'SET-013 {S}.resource_group_id: "shop" – must be the id of a resource group, such as '
            "rg-acfmx2k7d3a4b5q. Fix: copy the id, not the name, from the Resource Management "
            "console.",
        ),
        (
            {"tags.tier": "onlin"},
            f'SET-010 {S}.tags.tier: "onlin" – must be one of online, offline, system. '
            "Fix: write online.",
        ),
        (
            REAL,
            f'SET-045 {S}.image: "wordpress:6.8.3-php8.3-apache" – must come from a registry that '
            "nodes and ECI pods in cn-hangzhou can reach; docker.io cannot be reached from "
            "mainland China. Fix: set 'registry' to a mirror or to ACR, or name an image of a "
            "registry that can be reached.",
        ),
        (
            {"registry": {**ACR, "endpoint": "registry.cn-hangzhou.aliyuncs.com"}},
            f'SET-045 {S}.registry.endpoint: "registry.cn-hangzhou.aliyuncs.com" – must be a VPC '
            "endpoint of ACR in cn-hangzhou, so that pulling needs no internet. "
            "Fix: write <instance>-registry-vpc.cn-hangzhou.cr.aliyuncs.com, or "
            "registry-vpc.cn-hangzhou.aliyuncs.com for the Personal Edition.",
        ),
        (
            {"registry": {"type": "mirror", "prefix": "https://m.example.com/"}},
            f'SET-013 {S}.registry.prefix: "https://m.example.com/" – must be a host with an '
            "optional path, without https:// and a slash at the end. "
            "Fix: write it such as mirror.example.com/hub.",
        ),
        (
            {"network.zones.0.pod_cidr": REMOVED},
            f"SET-027 {S}.network.zones[0].pod_cidr: (missing) – must be given, since Terway takes "
            "the addresses of pods from it. Fix: add a range of 10.0.0.0/8 that no other vSwitch "
            "has, or use flannel.",
        ),
        (
            {"network.zones.1.zone_id": "cn-hangzhou-h"},
            f'SET-009 {S}.network.zones[1].zone_id: "cn-hangzhou-h" – must be given once (it is '
            "zones[0] too). Fix: remove one of them, or choose another zone.",
        ),
        (
            {"network.zones.1.node_cidr": "10.0.16.0/30"},
            f'SET-022 {S}.network.zones[1].node_cidr: "10.0.16.0/30" – must have a prefix length '
            "of 16 to 29. Fix: change the prefix length.",
        ),
        (
            {
                "node_pools.0.zones": ["cn-hangzhou-j"],
                "cache.zones": ["cn-hangzhou-h", "cn-hangzhou-h"],
                "file_storage.zone": "cn-hangzhou-g",
            },
            f'SET-026 {S}.node_pools[0].zones[0]: "cn-hangzhou-j" – must be one of the zones of '
            "the network (cn-hangzhou-h, cn-hangzhou-i). "
            f"Fix: choose one of them, or add it to {S}.network.zones.\n"
            f'SET-009 {S}.cache.zones[1]: "cn-hangzhou-h" – must be given once. Fix: remove it.\n'
            f'SET-026 {S}.file_storage.zone: "cn-hangzhou-g" – must be one of the zones of the '
            "network (cn-hangzhou-h, cn-hangzhou-i). "
            f"Fix: choose one of them, or add it to {S}.network.zones.",
        ),
        (
            {"node_pools.0.instance_types": ["ecs.c7.2xlarge", "c7.2xlarge"]},
            f'SET-013 {S}.node_pools[0].instance_types[1]: "c7.2xlarge" – must be an ECS instance '
            "type, such as ecs.g7.2xlarge. Fix: write family and size as the ECS console shows "
            "them.",
        ),
        (
            {"resources": {"limits": {"cpu": "2Gi", "memory": "500m"}}},
            f'SET-040 {S}.resources.limits.cpu: "2Gi" – must be at most 1024 cores. '
            "Fix: write CPU without a memory unit, such as 500m or 2.\n"
            f'SET-040 {S}.resources.limits.memory: "500m" – must be at least 1Mi (a number without '
            "a unit is bytes, and 'm' is a thousandth). Fix: write a unit such as Mi or Gi.",
        ),
        (
            {"resources": {"requests": {"cpu": "501m", "memory": "1Gi"}}},
            f'SET-041 {S}.resources.requests.cpu: "501m" – must not be more than the limit of '
            "500m. Fix: lower the request or raise the limit; equal ones make the pod Guaranteed.",
        ),
        (
            {"image": "wordpress"},
            f'SET-044 {S}.image: "wordpress" – must be pinned to a version or a digest, since what '
            "a moving tag means changes under the running pods. "
            "Fix: write a version tag or a digest instead of 'no tag'.",
        ),
        (
            {"https": {"certificate_id": "c", "port": 80}},
            f"SET-046 {S}.https.port: 80 – must not be the port of the Service, which redirects to "
            "it. Fix: write 443, and 80 for the Service.",
        ),
        (
            {"file_storage.mount_path": "wp-content/"},
            f'SET-013 {S}.file_storage.mount_path: "wp-content/" – must be an absolute path '
            "without a slash at the end. Fix: write it such as /var/www/html/wp-content.",
        ),
        (
            {"scaling": {"type": "hpa", "min": 0}},
            f"SET-042 {S}.scaling.min: 0 – must have a min of at least 1 (min is 0, max is 100): "
            "with no pod there is no CPU use to measure. Fix: raise min to 1 or more.",
        ),
        (
            {"cluster.network_plugin": {**FLANNEL, "pod_cidr": "172.20.0.0/26"}},
            f'SET-032 {S}.cluster.network_plugin.pod_cidr: "172.20.0.0/26" – must have a share of '
            "/25 for each of up to 2 nodes (it has 0). Fix: widen it to /24, or use fewer nodes.",
        ),
    ],
)
def test_the_whole_message(changes, message):
    assert refusal(changes) == message


@pytest.mark.parametrize(
    "changes",
    [
        {"network.zones.0.pod_cidr": None, "network.zones.1.pod_cidr": None}
        | {"cluster.network_plugin": FLANNEL},
        {"node_pools.0.autoscaling": {"min": 2, "max": 2}},
        {"node_pools.0.max_pods": 127, "cluster.network_plugin": FLANNEL},
        {"node_pools.0.max_pods": 255},
        {"cluster.network_plugin": {**FLANNEL, "pod_cidr": "172.20.0.0/24"}},
        {"scaling": {"type": "hpa", "min": 1, "max": 1, "cpu": 100}},
        {"resources": {"requests": {"cpu": "0.5", "memory": "1024Mi"}}},
        {"https": {"certificate_id": "c"}},
        {"database": {"payment": "Prepaid", "deletion_protection": False}},
        {**REAL, "registry": ACR},
        {**REAL, "image": "registry-vpc.cn-hangzhou.aliyuncs.com/shop/wordpress:6.8.3"},
        {"file_storage.zone": "cn-hangzhou-i", "database.zones": ["cn-hangzhou-i"]},
        {"network.nat": None, "cluster.logs": None},
    ],
)
def test_values_at_the_edge_are_fine(changes):
    assert loaded(changes).blueprint == "wordpress"


def test_abroad_images_come_from_docker_hub():
    settings = loaded(
        {
            **REAL,
            "region": "ap-southeast-1",
            "network.zones.0.zone_id": "ap-southeast-1a",
            "network.zones.1.zone_id": "ap-southeast-1b",
        }
    )
    assert settings.registry is None
