from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ackb.load import autoscaler
from ackb.load.autoscaler import Autoscaler
from ackb.load.decisions import Decision, Status, Times, compare, pods_of
from tests.unit.load.conftest import pod

TIMES = Times(cpu_initialization=300, initial_readiness=30)
AT = 1_795_334_700.0  # 2026-11-22 08:05 UTC: five minutes after the pods of `pod` started


def hpa(**changes: Any) -> dict[str, Any]:
    spec = {
        "minReplicas": 22,
        "maxReplicas": 100,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "metrics": [
            {
                "type": "Resource",
                "resource": {
                    "name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": 60},
                },
            }
        ],
        "behavior": {
            "scaleUp": {
                "selectPolicy": "Max",
                "stabilizationWindowSeconds": 0,
                "policies": [
                    {"type": "Percent", "value": 100, "periodSeconds": 15},
                    {"type": "Pods", "value": 4, "periodSeconds": 15},
                ],
            },
            "scaleDown": {
                "selectPolicy": "Max",
                "policies": [{"type": "Percent", "value": 50, "periodSeconds": 60}],
            },
        },
        **changes,
    }
    return {"metadata": {"namespace": "shop", "name": "web"}, "spec": spec}


def scaler(**changes: Any) -> Autoscaler:
    return autoscaler.read(hpa(**changes), 300)


def look(at: float, pods: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    return {"at": at, "sampled": at - 1, "window": 2.0, "pods": pods, **changes}


def busy(count: int, cpu: int) -> list[dict[str, Any]]:
    used = {"cpu": cpu, "memory": 1 << 39}
    return [pod(f"p{number}", used=used) for number in range(count)]


def compared(
    found: Autoscaler, *looked: tuple[float, list[dict[str, Any]], int, int]
) -> list[Decision]:
    """Each: seconds, pods, replicas before, replicas that the autoscaler decided on."""
    looks = [look(AT + at, pods) for at, pods, _, _ in looked]
    statuses = [Status(AT + at + 0.5, now, then, None) for at, _, now, then in looked]
    return compare(found, TIMES, looks, statuses)


def test_the_object_of_an_autoscaler() -> None:
    found = scaler()
    assert (found.minimum, found.maximum, found.scale_in_window) == (22, 100, 300)
    assert found.behavior is not None
    up, down = found.behavior
    assert [one.period_seconds for one in up.policies] == [15, 15]
    assert (up.window_seconds, down.window_seconds) == (0, 300)
    assert [(one.resource, one.kind, one.value) for one in found.targets] == [
        ("cpu", "Utilization", 60)
    ]


def test_metrics_that_are_not_modelled_are_named() -> None:
    outside = {"type": "External", "external": {"metric": {"name": "queue"}}}
    amount = {"name": "memory", "target": {"type": "AverageValue", "averageValue": "512Mi"}}
    found = scaler(metrics=[outside, {"type": "Resource", "resource": amount}])
    assert found.other_metrics == ("External",)
    assert found.targets[0].value == 512 * 1024 * 1024 * 1000


def test_the_step_from_22() -> None:
    """S2-48: 83 % of the request at a target of 60 % makes 31 of 22, within the doubling."""
    (found,) = compared(scaler(), (0, busy(22, 415), 22, 31))
    assert (found.proposed, found.expected, found.usage, found.agrees) == (31, 31, 83, True)


def test_a_decision_that_the_formula_does_not_give_is_told() -> None:
    (found,) = compared(scaler(), (0, busy(22, 415), 22, 44))
    assert (found.expected, found.desired, found.agrees) == (31, 44, False)


def test_the_tolerance_of_ten_percent() -> None:
    """S4-07: 66 % keeps the number, 67 % does not."""
    inside, outside = (compared(scaler(), (0, busy(22, cpu), 22, 22))[0] for cpu in (334, 335))
    assert inside.agrees
    assert (outside.expected, outside.agrees) == (25, False)


def test_of_several_metrics_the_largest_wins() -> None:
    """S4-05: CPU asks for 31, memory at 50 % of a target of 25 % for 44."""
    memory = {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 25}}
    metrics = [*hpa()["spec"]["metrics"], {"type": "Resource", "resource": memory}]
    (found,) = compared(scaler(metrics=metrics), (0, busy(22, 415), 22, 44))
    assert (found.proposed, found.expected, found.usage) == (44, 44, 83)


def test_bounds_and_speed_limits() -> None:
    """S2-46: not above 100; at most twice in 15 s."""
    found = compared(
        scaler(),
        (0, busy(22, 1500), 22, 44),
        (10, busy(44, 1500), 44, 44),
        (15.1, busy(44, 1500), 44, 88),
        (31, busy(88, 1500), 88, 100),
    )
    assert [one.expected for one in found] == [44, 44, 88, 100]
    assert all(one.agrees for one in found)


def test_scale_in_waits_for_its_window_then_halves() -> None:
    quiet = 60
    found = compared(
        scaler(),
        (0, busy(100, 400), 100, 100),
        (15, busy(100, quiet), 100, 100),
        (299, busy(100, quiet), 100, 100),
        (301, busy(100, quiet), 100, 50),
        (330, busy(50, quiet), 50, 50),
        (362, busy(50, quiet), 50, 25),
        (423, busy(25, quiet), 25, 22),
    )
    assert [one.expected for one in found] == [100, 100, 100, 50, 50, 25, 22]
    assert found[-1].proposed == 5


def test_without_behavior_the_old_rules_hold() -> None:
    bare = autoscaler.read(hpa(behavior=None), 300)
    assert bare.behavior is None
    found = compared(
        bare,
        (0, busy(22, 600), 22, 44),
        (15, busy(44, 60), 44, 44),
        (301, busy(44, 60), 44, 22),
    )
    assert [one.expected for one in found] == [44, 44, 22]


def test_questions_for_two_metrics_are_one_decision() -> None:
    looks = [look(AT, busy(22, 415)), look(AT + 0.05, busy(22, 415))]
    assert len(compare(scaler(), TIMES, looks, [Status(AT + 1, 22, 31, 83)])) == 1


def test_a_look_whose_outcome_nobody_saw_is_left_out() -> None:
    looks = [look(AT, busy(22, 415)), look(AT + 15, busy(22, 415))]
    (found,) = compare(scaler(), TIMES, looks, [Status(AT + 16, 22, 31, 83)])
    assert found.at == AT + 15


def test_without_metrics_nothing_changes() -> None:
    (found,) = compared(scaler(), (0, [pod("a", used=None)], 22, 22))
    assert (found.proposed, found.usage, found.missing, found.agrees) == (None, None, 1, True)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "ready"),
        ({"leaving": True}, None),
        ({"phase": "Failed"}, None),
        ({"phase": "Pending", "used": None}, "unready"),
        ({"used": None}, "missing"),
        ({"ready": None}, "unready"),
        ({"ready": False}, "unready"),
        ({"ready": False, "since": "2026-11-22T08:01:00Z"}, "ready"),
        ({"started": "2026-11-22T08:04:50Z", "since": "2026-11-22T08:04:57Z"}, "ready"),
        ({"started": "2026-11-22T08:04:50Z", "since": "2026-11-22T08:04:58Z"}, "unready"),
    ],
)
def test_what_a_pod_counts_as(changes: dict[str, Any], state: str | None) -> None:
    """A sample counts only if the pod was ready for all of its window, 08:04:57 to 08:04:59."""
    found = [one.state for one in pods_of(look(AT, [pod("a", **changes)]), "cpu", TIMES)]
    assert found == ([] if state is None else [state])


def test_memory_counts_from_the_first_sample() -> None:
    new = pod("a", started="2026-11-22T08:04:50Z", since="2026-11-22T08:04:59Z")
    assert [one.state for one in pods_of(look(AT, [new]), "memory", TIMES)] == ["ready"]


def test_a_faster_test_has_parts_of_seconds() -> None:
    """A window of 0.4 s that begins at 58.2 covers the pod that is ready since 58."""
    new = pod("a", started="2026-11-22T08:04:55Z", since="2026-11-22T08:04:58Z")
    seen = look(AT, [new], sampled=AT - 1.4, window=0.4)
    assert [one.state for one in pods_of(seen, "cpu", TIMES)] == ["ready"]
    early = replace(TIMES, cpu_initialization=0)
    assert [one.state for one in pods_of(seen, "cpu", early)] == ["ready"]
