"""A second site on the network, the cluster and the data stores of a first one."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.sandbox.conftest import STACK, Sandbox
from tests.sandbox.test_wordpress import eventually

pytestmark = pytest.mark.timeout(600)

BLOG = "blog-dev"
PASSWORDS = {"databasePassword": "Existing_db_1", "cachePassword": "Existing_cache_1"}

Objects = list[dict[str, Any]]


def objects(sandbox: Sandbox) -> Objects:
    """Everything in the simulated cloud."""
    found: Objects = sandbox.ackb("sandbox", "status")["objects"]
    return found


def owned(found: Objects) -> set[tuple[str, str, str]]:
    """What stacks own: nodes, load balancers and data stores, by id."""
    return {(one["service"], one["kind"], one["id"]) for one in found}


def id_of(found: Objects, service: str, kind: str, name: str = "") -> str:
    (id,) = [
        one["id"]
        for one in found
        if (one["service"], one["kind"]) == (service, kind) and name in one["name"]
    ]
    return str(id)


def blog(found: Objects) -> dict[str, Any]:
    """Settings of a site that owns nothing but its own objects in the cluster."""
    zones = [
        {
            "zone_id": f"cn-hangzhou-{zone}",
            "node_vswitch_id": id_of(found, "vpc", "VSwitch", f"nodes-{zone}"),
            "node_cidr": nodes,
            "pod_vswitch_id": id_of(found, "vpc", "VSwitch", f"pods-{zone}"),
            "pod_cidr": pods,
        }
        for zone, nodes, pods in (
            ("i", "10.0.0.0/20", "10.1.0.0/16"),
            ("j", "10.0.16.0/20", "10.2.0.0/16"),
        )
    ]
    return {
        "blueprint": "wordpress",
        "target": "sandbox",
        "region": "cn-hangzhou",
        "tags": {"owner": "blog", "env": "dev", "tier": "online", "cost-center": "sandbox"},
        "network": {
            "type": "existing",
            "vpc_id": id_of(found, "vpc", "Vpc"),
            "vpc_cidr": "10.0.0.0/8",
            "zones": zones,
        },
        "cluster": {
            "type": "existing",
            "cluster_id": id_of(found, "cs", "Cluster"),
            "version": "1.36",
            "api_access": "public",
        },
        "node_pools": [],
        "database": {"type": "existing", "instance_id": id_of(found, "rds", "Instance")},
        "cache": {"type": "existing", "instance_id": id_of(found, "kvstore", "Instance")},
        "file_storage": {
            "type": "existing",
            "file_system_id": id_of(found, "nas", "FileSystem"),
            "mount_target": id_of(found, "nas", "MountTarget"),
        },
        "namespace": "wordpress",
        "scaling": {"type": "fixed", "replicas": 2},
    }


def test_a_second_site_comes_and_goes_and_the_first_one_stays(sandbox: Sandbox) -> None:
    """S2-03: a platform team's network, cluster and data stores, used and left as they were."""
    sandbox.set("scaling", {"type": "fixed", "replicas": 2})
    for key, value in PASSWORDS.items():
        sandbox.run("ackb", "secret", STACK, key, stdin=value)
    sandbox.ackb("up", STACK)
    before = objects(sandbox)

    file = sandbox.project / "stacks" / f"Pulumi.{BLOG}.yaml"
    settings = blog(before)
    config = {"pulumi:disable-default-providers": ["*"], "ackb:settings": settings}
    YAML().dump({"config": config}, file)
    checked = sandbox.ackb("check", BLOG)
    told = {one["path"] for one in checked["compared_at_run_time"]}
    assert "ackb:settings.cluster.cluster_id" in told

    refused = sandbox.ackb("up", BLOG, code=1)
    assert "ackb secret blog-dev databasePassword" in str(refused["problems"])
    for key, value in PASSWORDS.items():
        sandbox.run("ackb", "secret", BLOG, key, stdin=value)
    refused = sandbox.ackb("up", BLOG, code=1)
    assert "must be free in the cluster" in str(refused["problems"])
    assert owned(objects(sandbox)) == owned(before), "nothing is made before all is compared"

    sandbox.set("namespace", "blog", BLOG)
    up = sandbox.ackb("up", BLOG)
    kinds = {change["type"].split(":")[0] for change in up["changes"]}
    assert kinds == {"kubernetes"}, "it owns nothing in the cloud"
    assert up["outputs"]["cluster_id"] == settings["cluster"]["cluster_id"]
    assert settings["database"]["instance_id"] in up["outputs"]["database_address"]
    eventually(lambda: _running(sandbox) == 2)
    assert sandbox.ackb("up", BLOG)["changes"] == []

    sandbox.ackb("down", BLOG)
    eventually(lambda: owned(objects(sandbox)) == owned(before))
    names = {one["metadata"]["name"] for one in sandbox.objects("namespaces")}
    assert "wordpress" in names
    assert "blog" not in names


def _running(sandbox: Sandbox) -> int:
    pods = sandbox.objects("pods", "-n", "blog")
    return sum(one["status"]["phase"] == "Running" for one in pods)
