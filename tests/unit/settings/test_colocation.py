"""What the settings of `colocation` refuse, and the three forms of a cluster."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ackb.domain.problems import InvalidInput
from blueprints.settings import load
from blueprints.settings.stack import StackSettings

S = "ackb:settings"


def settings(blueprint: str = "colocation", **changes: Any) -> dict[str, Any]:
    return {
        "blueprint": blueprint,
        "target": "alibaba-cloud",
        "region": "cn-hangzhou",
        "expected_account_id": "1000000000000001",
        "tags": {"owner": "platform", "env": "prod", "tier": "online", "cost-center": "shop"},
        "registry": {"type": "mirror", "prefix": "mirror.example.com/hub"},
        "network": {
            "vpc_cidr": "10.0.0.0/16",
            "zones": [
                {
                    "zone_id": "cn-hangzhou-i",
                    "node_cidr": "10.0.0.0/20",
                    "pod_cidr": "10.0.64.0/18",
                }
            ],
        },
        "node_pools": [{"name": "shared", "instance_types": ["ecs.g7.xlarge"], "nodes": 2}],
        **changes,
    }


def loaded(blueprint: str = "colocation", **changes: Any) -> StackSettings:
    return load(json.dumps(settings(blueprint, **changes)), stack=f"{blueprint}-prod")


def refusal(blueprint: str = "colocation", **changes: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        loaded(blueprint, **changes)
    return str(caught.value)


def test_the_defaults_are_those_of_the_article() -> None:
    """S3-23."""
    found: Any = loaded()
    training = found.training
    assert (training.type, training.name) == ("indexed_job", "dist-mnist-for-e2e-test")
    assert (training.parameter_servers, training.workers) == (2, 4)
    assert training.image == "kubeflow/tf-dist-mnist-test:1.0"
    assert training.resources.type == "best_effort"
    assert (found.online.reach, found.alarms, found.prometheus) == (None, None, False)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"offline": {"namespace": "online"}},
            f'SET-080 {S}.offline.namespace: "online" – must not be the namespace of the online',
        ),
        (
            {"offline": {"max_pods": 5}},
            f"SET-080 {S}.offline.max_pods: 5 – must be 6 or more",
        ),
        (
            {
                "cluster": {"spec": "ack.standard"},
                "training": {"type": "indexed_job", "resources": {"type": "batch"}},
            },
            f'SET-080 {S}.training.resources.type: "batch" – needs ack-koordinator',
        ),
        (
            {"training": {"type": "tf_job"}},
            f"SET-080 {S}.training.operator: (missing) – must be given",
        ),
        (
            {"alarms": {"contacts": [{"name": "on-call"}]}},
            f'SET-081 {S}.alarms.contacts[0]: "on-call" – must have a way to be reached',
        ),
        (
            {"alarms": {"contacts": [{"name": "ops", "mail": "a@b.cn"}] * 2}},
            f'SET-009 {S}.alarms.contacts[1].name: "ops" – must be given once',
        ),
        (
            {"alarms": {"contacts": [{"name": "ops", "mail": "nobody"}]}},
            f'SET-013 {S}.alarms.contacts[0].mail: "nobody" – must be an address of mail',
        ),
        (
            {"online": {"reach": {"allowed_cidrs": ["0.0.0.0/0"]}}},
            f'SET-050 {S}.online.reach.allowed_cidrs[0]: "0.0.0.0/0" – must not let in every',
        ),
        (
            {"online": {"reach": {"allowed_cidrs": []}}},
            f"SET-005 {S}.online.reach.allowed_cidrs: [] – must have at least one entry",
        ),
        (
            {"online": {"disk": {"gib": 19}}},
            f"SET-005 {S}.online.disk.gib: 19 – must be from 20 to 32768",
        ),
        (
            {"training": {"type": "indexed_jobs"}},
            f"SET-004 {S}.training.type",
        ),
        (
            {"training": {"type": "train_job", "retries": 3}},
            f"SET-001 {S}.training.retries: 3 – is not a key of type 'train_job', but of",
        ),
    ],
)
def test_what_cannot_work_is_told_before_anything_is_made(
    changes: dict[str, Any], said: str
) -> None:
    text = refusal(**changes)
    assert said in text
    assert "Fix: " in text


def test_six_pods_are_enough_for_six() -> None:
    assert loaded(offline={"max_pods": 6})


def test_an_operator_that_is_there_is_believed_of_an_existing_cluster_alone() -> None:
    """S3-22."""
    chart = {"repository": "oci://registry.example.com/charts", "version": "1.9.3"}
    assert loaded(training={"type": "tf_job", "operator": chart})
    assert loaded(training={"type": "train_job", "operator": None})


def test_no_dedicated_cluster_is_made_any_more() -> None:
    """S3-15, S3-16."""
    text = refusal(cluster={"form": "dedicated"})
    assert text.startswith(
        f'SET-038 {S}.cluster.form: "dedicated" – cannot be made: since 21 August 2024'
    )
    assert "Fix: write managed; a dedicated cluster that you have can be migrated" in text
    assert len(text.splitlines()) == 1


def burst(**changes: Any) -> dict[str, Any]:
    return {
        "cluster": {"form": "serverless"},
        "node_pools": [],
        "virtual_nodes": {"type": "managed"},
        **changes,
    }


def test_a_serverless_cluster_has_no_nodes() -> None:
    """S3-15."""
    assert loaded("burst", **burst())
    pools = [{"name": "base", "instance_types": ["ecs.g7.xlarge"], "nodes": 2}]
    text = refusal("burst", **burst(node_pools=pools))
    assert f'SET-038 {S}.node_pools: ["base"] – must be empty' in text


def test_what_needs_nodes_gets_no_serverless_cluster() -> None:
    text = refusal(cluster={"form": "serverless"}, node_pools=[])
    assert f'SET-038 {S}.cluster.form: "serverless" – has no nodes, which this stack needs' in text
    assert "SET-038" in refusal(
        "burst",
        **burst(
            virtual_nodes={
                "type": "self_managed",
                "credentials": {"type": "ram_role", "role_name": "virtual-node"},
            }
        ),
    )


def test_the_sandbox_simulates_no_serverless_cluster() -> None:
    text = refusal("burst", **burst(target="sandbox"))
    assert f'SET-038 {S}.cluster.form: "serverless" – is not simulated' in text
