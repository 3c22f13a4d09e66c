"""What follows from one look at the virtual nodes: the next step, and what stands in its way."""

import itertools

import pytest

from ackb.virtual_nodes.look import (
    Hindrance,
    Look,
    Node,
    Orphans,
    Pod,
    Step,
    hindered,
    next_step,
    node_of,
    pod_of,
)


def node(number: int, *, ready: bool = True, cordoned: bool = False) -> Node:
    return Node(f"virtual-node-eci-{number}", number, ready, cordoned)


def pod(number: int, name: str = "a", *, leaving: bool = False, hindrance=None) -> Pod:
    return Pod("shop", name, f"virtual-node-eci-{number}", leaving, hindrance)


NODES = [node(0), node(1), node(2), node(3)]
CORDONED = [node(0), *(node(one, cordoned=True) for one in (1, 2, 3))]
SILENT = [node(0), *(node(one, cordoned=True, ready=False) for one in (1, 2, 3))]


class TestNextStep:
    """S1-22, S1-23, S1-24: drain, scale, wait, delete, in this order and from any state."""

    @pytest.mark.parametrize(
        ("look", "step"),
        [
            (Look(4, NODES, []), Step.CORDON),
            (Look(4, [*CORDONED[:3], node(3)], []), Step.CORDON),
            (Look(4, CORDONED, [pod(3)]), Step.EVICT),
            (Look(4, CORDONED, [pod(0)]), Step.SCALE),
            (Look(4, CORDONED, [pod(1, leaving=True), pod(2)]), Step.EVICT),
            (Look(4, CORDONED, [pod(1, leaving=True)]), Step.AWAIT_EMPTY),
            (Look(4, CORDONED, [], {"virtual-node-eci-2": ["eci-1"]}), Step.AWAIT_EMPTY),
            (Look(4, CORDONED, [], {"virtual-node-eci-0": ["eci-1"]}), Step.SCALE),
            (Look(4, CORDONED, []), Step.SCALE),
            (Look(1, CORDONED, []), Step.AWAIT_SILENCE),
            (Look(1, [node(0), node(1, ready=False), node(2)], []), Step.AWAIT_SILENCE),
            (Look(1, SILENT, []), Step.DELETE),
            (Look(1, [node(0), node(3, ready=False)], []), Step.DELETE),
            (Look(1, [node(0)], [pod(0)]), Step.NOTHING),
            (Look(1, [], []), Step.NOTHING),
        ],
    )
    def test_what_comes_next(self, look: Look, step: Step) -> None:
        assert next_step(look, 1) is step

    def test_a_replica_that_never_registered_a_node(self) -> None:
        assert next_step(Look(4, [node(0)], []), 1) is Step.SCALE

    @pytest.mark.parametrize(
        "look",
        [
            Look(1, CORDONED, [pod(2)]),
            Look(1, SILENT, [pod(2, leaving=True)]),
            Look(1, [node(0)], [pod(2)]),
            Look(1, [node(0)], [], {"virtual-node-eci-2": ["eci-1"]}),
        ],
    )
    def test_what_somebody_left_behind_is_not_passed_over(self, look: Look) -> None:
        """S1-25: their nodes must not be deleted, which would take the pods along."""
        with pytest.raises(Orphans):
            next_step(look, 1)

    def test_a_controller_is_never_taken_from_a_pod(self) -> None:
        """Whatever the state is: no replica goes and no node is deleted while a pod is there."""
        flags = (False, True)
        for ready, cordoned, leaving, replicas in itertools.product(flags, flags, flags, (1, 2)):
            nodes = [node(0), node(1, ready=ready, cordoned=cordoned)]
            look = Look(replicas, nodes, [pod(1, leaving=leaving)])
            try:
                step = next_step(look, 1)
            except Orphans:
                continue
            assert step in (Step.CORDON, Step.EVICT, Step.AWAIT_EMPTY)

    def test_the_highest_numbers_go_first(self) -> None:
        assert [one.number for one in Look(4, NODES, []).going(1)] == [3, 2, 1]


def test_pods_that_a_drain_refuses() -> None:
    pods = [
        pod(1, "bare", hindrance=Hindrance.BARE),
        pod(1, "data", hindrance=Hindrance.LOCAL_DATA),
        pod(1, "gone", hindrance=Hindrance.BARE, leaving=True),
        pod(1, "fine"),
    ]
    assert [one.name for one in hindered(pods, frozenset())] == ["bare", "data"]
    assert [one.name for one in hindered(pods, frozenset({Hindrance.BARE}))] == ["data"]


OWNER = {"kind": "ReplicaSet", "name": "web", "controller": True}


def pod_object(*, owners=(OWNER,), volumes=(), phase="Running", node="virtual-node-eci-1", **more):
    return {
        "metadata": {"name": "a", "namespace": "shop", "ownerReferences": list(owners), **more},
        "spec": {"nodeName": node, "volumes": list(volumes)},
        "status": {"phase": phase},
    }


class TestReading:
    @pytest.mark.parametrize(
        ("obj", "hindrance"),
        [
            (pod_object(), None),
            (pod_object(owners=()), Hindrance.BARE),
            (pod_object(owners=[{"kind": "App", "name": "x"}]), Hindrance.BARE),
            (pod_object(volumes=[{"name": "tmp", "emptyDir": {}}]), Hindrance.LOCAL_DATA),
            (pod_object(volumes=[{"name": "c", "configMap": {}}]), None),
            (pod_object(owners=(), phase="Succeeded"), None),
        ],
    )
    def test_a_pod_on_a_virtual_node(self, obj, hindrance) -> None:
        assert pod_of(obj) == Pod("shop", "a", "virtual-node-eci-1", False, hindrance)

    @pytest.mark.parametrize(
        "obj",
        [
            pod_object(node="cn-hangzhou.10.0.0.1"),
            pod_object(node="virtual-kubelet-cn-hangzhou-i"),
            pod_object(node=""),
            pod_object(owners=[{"kind": "DaemonSet", "name": "x", "controller": True}]),
            pod_object(annotations={"kubernetes.io/config.mirror": "x"}),
        ],
    )
    def test_a_pod_that_is_of_no_concern(self, obj) -> None:
        assert pod_of(obj) is None

    def test_a_pod_on_its_way_out(self) -> None:
        found = pod_of(pod_object(deletionTimestamp="2026-11-22T10:00:00Z"))
        assert found is not None
        assert found.leaving

    def test_nodes(self) -> None:
        obj = {
            "metadata": {"name": "virtual-node-eci-2"},
            "spec": {"unschedulable": True},
            "status": {"conditions": [{"type": "Ready", "status": "Unknown"}]},
        }
        assert node_of(obj) == node(2, ready=False, cordoned=True)
        assert node_of({"metadata": {"name": "virtual-node-eci-0"}}) == node(0, ready=False)
        assert node_of({"metadata": {"name": "cn-hangzhou.10.0.0.1"}}) is None
