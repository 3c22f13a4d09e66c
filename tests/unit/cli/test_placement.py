"""`ackb placement explain`: the choice, its reason, every other way, and what is wrong."""

import json

import pytest

from tests.unit.cli.conftest import STACK


def explained(ackb, *options) -> dict:
    return json.loads(ackb("placement", "explain", *options, "--json").out)["workloads"][0]


def test_a_stack_and_why_no_other_way(ackb) -> None:
    """S4-31: choice, reason, effect of each alternative and why not, legacy marks."""
    ran = ackb("placement", "explain", STACK)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("Deployment wordpress/wordpress on Kubernetes 1.36")
    assert "  at work         ecs_first: ResourcePolicy wordpress/wordpress" in lines
    assert "  best today      ecs_first" in lines
    assert "  it creates      ResourcePolicy (before the workload)" in lines
    assert "  rule of 2021    workload_spread (S4-31: by kind and version)" in lines
    assert "  on ECI          0.5 vCPU, 1 GiB: a size that ECI sells" in lines
    assert sum(line.startswith("    not here: ") for line in lines) == 9
    assert "  elastic_workload LEGACY: copies of the Deployment run as units" in ran.out
    assert "    not here: legacy: inactive since June 2024" in ran.out


@pytest.mark.parametrize(
    ("options", "want"),
    [
        ([], "ecs_first"),
        (["--kind", "CloneSet", "--eci-first-out"], "workload_spread"),
        (["--ecs-ratio", "0.7", "--may-change-kind"], "united_deployment"),
        (["--on-ecs", "22", "--basic"], "workload_spread"),
        (["--all-on-eci"], "eci_label"),
        (["--whole-namespace"], "namespace_label"),
        (["--all-on-eci", "--workload-unchanged"], "eci_profile"),
        (["--kubernetes", "1.20", "--strict-order"], "ecs_first"),
        (["--kubernetes", "1.20", "--eci-first-out", "--on-ecs", "22"], "elastic_workload"),
    ],
)
def test_needs_without_a_stack(ackb, options, want) -> None:
    assert explained(ackb, *options)["choice"] == want


def test_nothing_does_all_of_it(ackb) -> None:
    ran = ackb("placement", "explain", "--kind", "DaemonSet")
    assert ran.code == 1
    assert "  best today      nothing" in ran.out
    assert "ECI runs no DaemonSet: a virtual node is no machine" in ran.out


def test_the_waste_of_rounding(ackb) -> None:
    ran = ackb("placement", "explain", "--cpu", "300m", "--memory", "700Mi")
    assert ran.code == 1
    assert "  on ECI          0.3 vCPU, 0.684 GiB becomes 0.5 vCPU, 1 GiB" in ran.out
    assert "  ECI bills 0.5 vCPU, 1 GiB: 0.2 vCPU, 0.316 GiB more than asked for" in ran.out


def test_the_waste_of_a_stack(ackb, project) -> None:
    project.edit(lambda s: s.update(resources={"limits": {"cpu": "600m", "memory": "1Gi"}}))
    found = explained(ackb, STACK)
    assert found["eci_size"] is None
    (remark,) = found["remarks"]
    assert remark.startswith("CAP-03 Deployment wordpress spec.template.spec")
    assert "bills 1 vCPU, 2 GiB: 0.4 vCPU and 1 GiB more than asked for" in remark


def test_a_legacy_way_is_marked_here_and_by_check(ackb, project) -> None:
    """S4-23, S2-06."""
    project.edit(lambda s: s.update(placement={"type": "burst_resource"}))
    ran = ackb("placement", "explain", STACK)
    assert ran.code == 1
    assert "  at work         burst_resource, LEGACY: the pod annotation" in ran.out
    checked = ackb("check", STACK)
    assert checked.code == 1
    assert "PLC-02" in checked.out
    assert "maintenance for Kubernetes 1.24 and later stopped in May 2023" in checked.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--kind", "Deploymnt"],
            'CLI-05 --kind: "Deploymnt" – must be one of Deployment, CloneSet, UnitedDeployment, '
            "StatefulSet, Job, CronJob, DaemonSet. Fix: write Deployment.",
        ),
        (
            ["--ecs-ratio", "1.2"],
            "CLI-05 --ecs-ratio: 1.2 – must be from 0 to 1. Fix: write 0.012.",
        ),
        (
            ["--on-ecs", "-1"],
            "CLI-05 --on-ecs: -1 – must be 0 or more. Fix: choose 0 for ECI only.",
        ),
        (
            ["--on-ecs", "1", "--ecs-ratio", "0.5"],
            "CLI-05 --ecs-ratio: 0.5 – must not stand beside --on-ecs. Fix: remove one.",
        ),
        (
            ["--kubernetes", "newest"],
            'CLI-05 --kubernetes: "newest" – must be a version such as 1.36. Fix: write it so.',
        ),
        (
            ["--cpu", "many"],
            'CLI-05 --cpu, --memory: "many, 0" – must be a Kubernetes quantity',
        ),
    ],
)
def test_what_cannot_be_asked(ackb, options, message) -> None:
    ran = ackb("placement", "explain", *options)
    assert ran.code == 3
    assert ran.err.startswith(message)
    assert ran.out == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"placement": {"type": "resource_policy"}}, "SET-004 ackb:settings.placement.type"),
        (
            {"placement": {"type": "workload_spread", "split": {"type": "ratio", "ecs": 2}}},
            "SET-060 ackb:settings.placement.split.ecs: 2 – must be from 0 to 1.",
        ),
        ({"workload": "CloneSet"}, "SET-061 ackb:settings.placement.type"),
    ],
)
def test_a_bad_placement_is_one_clear_message_and_nothing_is_created(
    ackb, project, change, message
) -> None:
    project.edit(lambda s: s.update(change))
    ran = ackb("check", STACK)
    assert ran.code == 3
    assert ran.err.startswith(message)
    assert len(ran.err.splitlines()) == 1
    assert not project.home.state.exists()
