"""Where the pods go, as people write it: every way by its name, needs, and what is refused."""

import pytest

from blueprints.settings import placement
from blueprints.settings.chosen import chosen
from tests.unit.settings.examples import loaded, refusal

S = "ackb:settings"
REAL = {
    "target": "alibaba-cloud",
    "expected_account_id": "1234567890123456",
    "registry": {"type": "mirror", "prefix": "m.example.com/hub"},
}
ALL = (
    "ecs_first, workload_spread, united_deployment, eci_label, namespace_label, eci_profile, "
    "node_affinity, elastic_workload, burst_resource, affinity_injection, auto"
)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"placement": {"type": "workload_sprad"}},
            f'SET-004 {S}.placement.type: "workload_sprad" – must be one of {ALL}. '
            "Fix: write type: workload_spread.",
        ),
        (
            {"placement": {"type": "virtual-kubelet-autoscaler"}},
            f'SET-004 {S}.placement.type: "virtual-kubelet-autoscaler" – must be one of {ALL}. '
            "Fix: write type: and one of them.",
        ),
        (
            {"placement": {"type": "workload_spread", "split": {"type": "ratio", "ecs": 1.5}}},
            f"SET-060 {S}.placement.split.ecs: 1.5 – must be from 0 to 1. Fix: write 0.015.",
        ),
        (
            {"placement": {"type": "workload_spread", "split": {"type": "ratio", "ecs": -0.1}}},
            f"SET-060 {S}.placement.split.ecs: -0.1 – must be from 0 to 1. "
            "Fix: write 0.7 for 70 %.",
        ),
        (
            {"placement": {"type": "workload_spread", "split": {"type": "number", "ecs": -1}}},
            f"SET-060 {S}.placement.split.ecs: -1 – must be 0 or more. Fix: choose 0 for ECI only.",
        ),
        (
            {"placement": {"type": "ecs_first", "max_on_ecs": -1}},
            f"SET-060 {S}.placement.max_on_ecs: -1 – must be 0 or more. "
            "Fix: choose 0 for ECI only.",
        ),
        (
            {"workload": "CloneSet"},
            f'SET-061 {S}.placement.type: "ecs_first" – must suit workload and cluster: it is not '
            "for a CloneSet: its pods of one version are told apart by pod-template-hash, which "
            "only a Deployment sets. Fix: write workload: Deployment, or choose another way.",
        ),
        (
            {"placement": {"type": "united_deployment"}},
            f'SET-061 {S}.placement.type: "united_deployment" – must suit workload and cluster: it '
            "is not for a Deployment: it is a kind of workload of its own. "
            "Fix: write workload: UnitedDeployment, or choose another way.",
        ),
        (
            {"workload": "UnitedDeployment", "placement": {"type": "eci_label"}},
            f'SET-061 {S}.placement.type: "eci_label" – must suit workload and cluster: it is not '
            "for a UnitedDeployment. "
            "Fix: write type: united_deployment, or workload: Deployment.",
        ),
        (
            {"cluster.spec": "ack.standard"},
            f'SET-061 {S}.placement.type: "ecs_first" – must suit workload and cluster: it needs '
            "ACK Pro. Fix: choose another way; 'ackb placement explain' shows which.",
        ),
        (
            {
                "placement": {
                    "type": "auto",
                    "all_on_eci": True,
                    "whole_namespace": True,
                    "workload_unchanged": True,
                },
                "workload": "UnitedDeployment",
            },
            f'SET-061 {S}.placement.type: "auto" – must have needs that one way can meet: nothing '
            "does all of it; ask for less. "
            "Fix: ask for less; 'ackb placement explain' tells why each way is none.",
        ),
        (
            {
                "placement": {
                    "type": "workload_spread",
                    "subsets": [
                        {"name": "base", "place": "ecs", "spot": True},
                        {"name": "spot", "place": "eci", "spot": True},
                    ],
                }
            },
            f"SET-062 {S}.placement.subsets[0].spot: true – must be on ECI. "
            "Fix: write place: eci, or leave it out.\n"
            f'SET-062 {S}.placement.subsets[1].spot: ["0.5 vCPU, 1 GiB"] – must come with 2 vCPUs '
            "or more: ECI has no smaller spot instances. "
            "Fix: request 2 vCPUs, or name an instance type.",
        ),
        (
            {"workload": "DaemonSet"},
            f'SET-004 {S}.workload: "DaemonSet" – must be one of Deployment, CloneSet, '
            "UnitedDeployment. Fix: choose one of them.",
        ),
        (
            {"eci_pods": {"spot": {}}},
            f'SET-062 {S}.eci_pods.spot: ["0.5 vCPU, 1 GiB"] – must come with 2 vCPUs or more: ECI '
            "has no smaller spot instances. "
            "Fix: request 2 vCPUs, or name an instance type.",
        ),
        (
            {"eci_pods": {"security_group_ids": [f"sg-{n}" for n in range(6)]}},
            f"SET-062 {S}.eci_pods.security_group_ids: 6 – must be at most 5. Fix: leave some out.",
        ),
        (
            {"eci_pods": {"use_specs": ["3-5Gi"]}},
            f'SET-062 {S}.eci_pods.use_specs: "3-5Gi" – must be a size that ECI sells. '
            "Fix: write 4-6Gi, which ECI would round it to.",
        ),
    ],
)
def test_what_is_refused(changes, message) -> None:
    """S2-05: one clear message each, and nothing is created."""
    assert refusal(changes) == message


def test_the_default_is_what_it_was() -> None:
    """S2-28: recorded stacks see no change."""
    settings = loaded()
    assert settings.placement == placement.EcsFirst(type="ecs_first", max_on_ecs=22)
    assert (settings.workload, settings.eci_pods) == ("Deployment", None)


@pytest.mark.parametrize(
    ("written", "workload", "want"),
    [
        ({}, "Deployment", placement.EcsFirst(type="ecs_first", max_on_ecs=None)),
        (
            {"split": {"type": "number", "ecs": 22}},
            "Deployment",
            placement.EcsFirst(type="ecs_first", max_on_ecs=22),
        ),
        (
            {"split": {"type": "ratio", "ecs": 0.7}},
            "Deployment",
            placement.WorkloadSpread(
                type="workload_spread", split=placement.RatioOnEcs(type="ratio", ecs=0.7)
            ),
        ),
        (
            {"split": {"type": "ratio", "ecs": 1}},
            "UnitedDeployment",
            placement.UnitedDeployment(
                type="united_deployment", split=placement.RatioOnEcs(type="ratio", ecs=1.0)
            ),
        ),
        ({}, "CloneSet", placement.WorkloadSpread(type="workload_spread")),
        ({"all_on_eci": True}, "Deployment", placement.EciLabel(type="eci_label")),
        (
            {"all_on_eci": True, "whole_namespace": True},
            "Deployment",
            placement.NamespaceLabel(type="namespace_label"),
        ),
        (
            {"all_on_eci": True, "workload_unchanged": True},
            "Deployment",
            placement.EciProfile(type="eci_profile"),
        ),
    ],
)
def test_needs_become_a_way(written, workload, want) -> None:
    """S4-31, as things stand today."""
    settings = loaded({"placement": {"type": "auto", **written}, "workload": workload, **REAL})
    assert chosen(settings.placement, settings.workload, settings.cluster) == want


def test_the_sandbox_carries_selectors_out() -> None:
    settings = loaded({"placement": {"type": "eci_profile"}})
    assert settings.target == "sandbox"
    assert settings.placement == placement.EciProfile(type="eci_profile")


def test_pods_of_eci_are_written_as_eci_reads_them() -> None:
    pods = loaded(
        {
            "resources": {"limits": {"cpu": "2", "memory": "4Gi"}},
            "eci_pods": {"spot": {"fall_back": True}, "custom_tags": {"env": "dev"}},
        }
    ).eci_pods
    assert pods is not None
    options = pods.options()
    assert options.spot is not None
    assert options.spot.fall_back
    assert options.custom_tags == {"env": "dev"}
