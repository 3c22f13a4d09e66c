from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.controllers.elastic_workload.clone import UNIT_LABEL, clone, is_current
from sandbox.controllers.elastic_workload.workload import Bounds, read, split
from sandbox.kube.client import Object
from sandbox.kube.owners import controller_of

ECI = {"alibabacloud.com/eci": "true"}


def workload(*units: dict[str, Any], kind: str = "Deployment", **source: Any) -> Object:
    target = {"apiVersion": "apps/v1", "kind": kind, "name": "web", **source}
    return {
        "metadata": {"name": "ew", "namespace": "shop", "uid": "u-1"},
        "spec": {"sourceTarget": target, "replicas": 6, "elasticUnit": list(units)},
    }


def source(image: str = "nginx:1", **pod: Any) -> Object:
    return {
        "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "strategy": {"type": "Recreate"},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": image}], **pod},
            },
        },
    }


def cloned(unit: dict[str, Any], deployment: Object | None = None) -> Object:
    obj = workload({"name": "eci", **unit})
    one = read(obj)
    return clone(obj, one, one.units[0], deployment or source())


BOUNDS = st.builds(
    lambda least, more: Bounds(min=least, max=None if more is None else least + more),
    st.integers(0, 5),
    st.none() | st.integers(0, 10),
)


@pytest.mark.parametrize(
    ("replicas", "bounds", "shares"),
    [
        # The example of the help page: 2 to 4 on ECS, the rest elsewhere.
        (6, [(2, 4), (0, None)], [4, 2]),
        (4, [(2, 4), (0, None)], [4, 0]),
        (3, [(2, 4), (0, None)], [3, 0]),
        (0, [(2, 4), (0, None)], [2, 0]),
        # Units in order; the last takes what the others may not have.
        (12, [(0, 4), (0, 5), (0, None)], [4, 5, 3]),
        (8, [(0, 4), (0, 5), (0, None)], [4, 4, 0]),
        # A unit's minimum comes before the source is full.
        (5, [(0, 4), (2, 5)], [3, 2]),
        # More than all may have.
        (20, [(0, 4), (0, 5)], [4, 5]),
    ],
)
def test_split(replicas: int, bounds: list[tuple[int, int | None]], shares: list[int]) -> None:
    """S4-27, S4-37: the source fills first and empties last."""
    assert split(replicas, [Bounds(min=least, max=most) for least, most in bounds]) == shares


@given(st.integers(0, 100), st.lists(BOUNDS, min_size=1, max_size=5))
def test_every_share_keeps_its_bounds(replicas: int, bounds: list[Bounds]) -> None:
    shares = split(replicas, bounds)
    for share, one in zip(shares, bounds, strict=True):
        assert one.min <= share
        assert one.max is None or share <= one.max
    least = sum(one.min for one in bounds)
    room = [one.max for one in bounds]
    most = None if None in room else sum(limit or 0 for limit in room)
    assert sum(shares) == max(least, replicas if most is None else min(replicas, most))


@given(st.integers(1, 60), st.lists(BOUNDS, min_size=1, max_size=5))
def test_one_replica_less_is_taken_from_the_last_that_can_give(
    replicas: int, bounds: list[Bounds]
) -> None:
    more, fewer = split(replicas, bounds), split(replicas - 1, bounds)
    changed = [at for at, (a, b) in enumerate(zip(more, fewer, strict=True)) if a != b]
    if changed:
        (at,) = changed
        assert fewer[at] == more[at] - 1
        assert all(more[later] == bounds[later].min for later in range(at + 1, len(bounds)))


def test_a_clone_overrides_where_pods_go_and_nothing_else() -> None:
    toleration = {"key": "virtual-kubelet.io/provider", "operator": "Exists"}
    made = cloned(
        {
            "labels": ECI,
            "annotations": {"k8s.aliyun.com/eci-spot-strategy": "SpotAsPriceGo"},
            "nodeSelector": {"type": "virtual-kubelet"},
            "tolerations": [toleration],
        },
        source(nodeSelector={"disk": "ssd"}, tolerations=[{"operator": "Exists"}]),
    )
    assert made["metadata"]["name"] == "web-unit-eci"
    assert controller_of(made, "ElasticWorkload") == "ew"
    template = made["spec"]["template"]
    assert template["metadata"]["labels"] == {"app": "web", **ECI, UNIT_LABEL: "eci"}
    assert template["metadata"]["annotations"] == {
        "k8s.aliyun.com/eci-spot-strategy": "SpotAsPriceGo"
    }
    assert template["spec"]["nodeSelector"] == {"disk": "ssd", "type": "virtual-kubelet"}
    assert template["spec"]["tolerations"] == [{"operator": "Exists"}, toleration]
    assert template["spec"]["containers"] == [{"name": "web", "image": "nginx:1"}]
    assert made["spec"]["strategy"] == {"type": "Recreate"}
    assert made["spec"]["selector"]["matchLabels"] == {"app": "web", UNIT_LABEL: "eci"}
    assert "replicas" not in made["spec"]


def test_the_source_is_left_as_it_is() -> None:
    before = source(tolerations=[])
    cloned({"labels": ECI, "tolerations": [{"operator": "Exists"}]}, before)
    assert before == source(tolerations=[])


def test_a_clone_is_made_anew_when_source_or_unit_change_but_not_for_replicas() -> None:
    """S4-37: the image of the source reaches the units."""
    there = cloned({"labels": ECI})
    grown = source()
    grown["spec"]["replicas"] = 50
    assert is_current(there, cloned({"labels": ECI}, grown))
    assert not is_current(there, cloned({"labels": ECI}, source("nginx:2")))
    assert not is_current(there, cloned({"labels": {}}))


def test_only_deployments() -> None:
    """S4-27: Deployment only."""
    assert read(workload()).is_supported
    assert not read(workload(kind="StatefulSet")).is_supported
    assert not read(workload(kind="CloneSet", apiVersion="apps.kruise.io/v1alpha1")).is_supported
