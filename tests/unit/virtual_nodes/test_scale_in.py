"""The ordered scale-in on an imitated cluster: order, refusals, kills, waiting."""

import pytest

from ackb.domain.problems import InvalidInput
from ackb.virtual_nodes.look import Hindrance, Look, Node, Pod
from ackb.virtual_nodes.scale_in import Limits, refuse_left, run

LIMITS = Limits(timeout=60)


class Killed(Exception):
    pass


class Imitated:
    """Nodes with pods; evicted pods go at the next look, replicas fall silent one look later."""

    def __init__(self, replicas: int, pods: dict[str, int]) -> None:
        self.replicas = replicas
        self.nodes = {number: Node(name(number), number, True, False) for number in range(replicas)}
        self.pods = {
            key: Pod("shop", key, name(number), False, None) for key, number in pods.items()
        }
        self.held: set[str] = set()
        self.done: list[str] = []
        self.kill_at = ""
        self.time = 0.0

    def act(self, what: str) -> None:
        self.done.append(what)
        if what == self.kill_at:
            self.kill_at = ""
            raise Killed

    def look(self, first: int) -> Look:
        seen = Look(self.replicas, list(self.nodes.values()), list(self.pods.values()))
        self.pods = {key: pod for key, pod in self.pods.items() if not pod.leaving}
        for number, node in self.nodes.items():
            if number >= self.replicas:
                self.nodes[number] = Node(node.name, number, False, node.cordoned)
        return seen

    def cordon(self, node: Node) -> None:
        self.nodes[node.number] = Node(node.name, node.number, node.ready, True)
        self.act(f"cordon {node.number}")

    def evict(self, pods) -> dict[Pod, str]:
        blocked = {pod: "the budget allows none" for pod in pods if pod.name in self.held}
        for pod in pods:
            if pod not in blocked and pod.name in self.pods:
                self.pods[pod.name] = Pod(pod.namespace, pod.name, pod.node, True, None)
                self.act(f"evict {pod.name}")
        return blocked

    def scale(self, replicas: int) -> None:
        assert not [pod for pod in self.pods.values() if int(pod.node[-1]) >= replicas]
        self.replicas = replicas
        self.act(f"scale {replicas}")

    def delete(self, node: Node) -> None:
        assert not self.nodes[node.number].ready
        del self.nodes[node.number]
        self.act(f"delete {node.number}")

    def pause(self, seconds: float) -> None:
        self.time += seconds


def name(number: int) -> str:
    return f"virtual-node-eci-{number}"


def scale_in(cluster: Imitated, to: int = 1, limits: Limits = LIMITS, told: list | None = None):
    told = [] if told is None else told
    return run(cluster, to, limits, told.append, pause=cluster.pause, now=lambda: cluster.time)


WHOLE = [
    *("cordon 3", "cordon 2", "cordon 1"),
    *("evict b", "evict d"),
    "scale 1",
    *("delete 3", "delete 2", "delete 1"),
]
PODS = {"a": 0, "b": 1, "d": 3}


def test_from_four_to_one() -> None:
    """S1-22, S1-23, S1-24."""
    cluster, told = Imitated(4, PODS), []
    result = scale_in(cluster, told=told)
    assert cluster.done == WHOLE
    assert (result.replicas_before, result.replicas) == (4, 1)
    assert result.evicted == ["shop/b", "shop/d"]
    assert result.deleted_nodes == [name(3), name(2), name(1)]
    assert list(cluster.pods) == ["a"], "what runs on the node that stays is not touched"
    assert told == [
        "virtual-node-eci-3: cordoned",
        "virtual-node-eci-2: cordoned",
        "virtual-node-eci-1: cordoned",
        "evicted 2 pods, 0 to go",
        "waiting: shop/b, shop/d still there",
        "virtual-node-eci: 4 replicas -> 1",
        "waiting: virtual-node-eci-3, virtual-node-eci-2, virtual-node-eci-1 still Ready",
        "virtual-node-eci-3: NotReady and empty, deleted",
        "virtual-node-eci-2: NotReady and empty, deleted",
        "virtual-node-eci-1: NotReady and empty, deleted",
    ]


@pytest.mark.parametrize("where", WHOLE)
def test_killed_anywhere_the_next_run_goes_on(where: str) -> None:
    cluster = Imitated(4, PODS)
    cluster.kill_at = where
    with pytest.raises(Killed):
        scale_in(cluster)
    scale_in(cluster)
    assert cluster.done == WHOLE, "nothing is left out and nothing done twice"
    assert (cluster.replicas, sorted(cluster.nodes), list(cluster.pods)) == (1, [0], ["a"])


def test_a_second_run_does_nothing() -> None:
    cluster = Imitated(4, PODS)
    scale_in(cluster)
    done = list(cluster.done)
    result = scale_in(cluster)
    assert cluster.done == done
    assert (result.replicas, result.deleted_nodes) == (1, [])


def test_pods_nobody_replaces_are_named_before_anything_happens() -> None:
    cluster = Imitated(4, PODS)
    cluster.pods["bare"] = Pod("shop", "bare", name(2), False, Hindrance.BARE)
    cluster.pods["data"] = Pod("shop", "data", name(3), False, Hindrance.LOCAL_DATA)
    cluster.pods["stays"] = Pod("shop", "stays", name(0), False, Hindrance.BARE)
    with pytest.raises(InvalidInput) as caught:
        scale_in(cluster)
    assert str(caught.value).splitlines() == [
        'VND-01 pods: "1 pod" – shop/bare cannot be moved: no controller would replace them. Fix: '
        "delete them yourself, or add --force, which deletes them for good.",
        'VND-01 pods: "1 pod" – shop/data cannot be moved: their emptyDir volumes would be lost. '
        "Fix: save what is in them, then add --delete-emptydir-data.",
    ]
    assert cluster.done == []
    accepted = frozenset({Hindrance.BARE, Hindrance.LOCAL_DATA})
    scale_in(cluster, limits=Limits(timeout=60, accepted=accepted))
    assert cluster.replicas == 1


def test_a_disruption_budget_is_waited_for_and_then_named() -> None:
    """S1-25: nothing goes on while a pod is held."""
    cluster, told = Imitated(4, PODS), []
    cluster.held = {"d"}
    with pytest.raises(InvalidInput) as caught:
        scale_in(cluster, told=told)
    assert str(caught.value) == (
        'VND-05 scale-in: "evict their pods" – did not get on for 60 s: the budget allows none '
        "(shop/d). Fix: let them go (a PodDisruptionBudget may need more replicas elsewhere), then "
        "run this command again: it goes on from here."
    )
    assert told.count("waiting: the budget allows none (shop/d)") == 1
    assert (cluster.replicas, len(cluster.nodes)) == (4, 4)
    cluster.held = set()
    scale_in(cluster)
    assert cluster.done == WHOLE


def test_nodes_that_stay_ready_are_not_deleted() -> None:
    cluster = Imitated(2, {})
    cluster.look = lambda first: Look(cluster.replicas, list(cluster.nodes.values()), [])
    with pytest.raises(InvalidInput) as caught:
        scale_in(cluster)
    assert "did not get on for 60 s: virtual-node-eci-1 still Ready" in str(caught.value)
    assert cluster.done == ["cordon 1", "scale 1"]


def test_pods_that_have_lost_their_controller_stop_everything() -> None:
    cluster = Imitated(4, PODS)
    cluster.replicas = 1
    with pytest.raises(InvalidInput) as caught:
        scale_in(cluster)
    assert str(caught.value) == (
        'VND-04 virtual-node-eci: "1 replica" – was scaled in while pods were on the nodes: '
        "shop/b, shop/d have no controller, so nobody can end them. Fix: run `kubectl -n "
        "kube-system scale statefulset virtual-node-eci --replicas=4`, which brings them back, "
        "then this command again."
    )
    assert cluster.done == []


@pytest.mark.parametrize(
    ("to", "text"),
    [
        (0, "VND-03 --to: 0 – must be 1 or more. Fix: to have no virtual node, take them out of"),
        (5, "VND-03 --to: 5 – must not be more than the 4 that run. Fix: to have more, raise"),
    ],
)
def test_numbers_that_are_no_scale_in(to: int, text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        scale_in(Imitated(4, {}), to)
    assert str(caught.value).startswith(text)


def test_a_cluster_with_the_managed_add_on_only() -> None:
    """S1-21."""
    cluster = Imitated(1, {})
    cluster.look = lambda first: None
    with pytest.raises(InvalidInput) as caught:
        scale_in(cluster)
    assert str(caught.value) == (
        "VND-03 --to: 1 – needs a StatefulSet virtual-node-eci in kube-system. Fix: the managed "
        "add-on has no replicas: an empty virtual node costs nothing."
    )


def test_fewer_replicas_in_the_settings_while_pods_are_there() -> None:
    """S1-25."""
    pods = [Pod("shop", f"p{number:02}", name(1), False, None) for number in range(12)]
    with pytest.raises(InvalidInput) as caught:
        refuse_left(pods, replicas=4, to=1, stack="burst-dev")
    text = str(caught.value)
    assert text.startswith(
        "VND-02 virtual_nodes.replicas: 1 – is less than the 4 that run, and the nodes that go "
        "still run shop/p00, shop/p01, "
    )
    assert "shop/p09 and 2 more pods: nobody would manage their ECI instances" in text
    assert text.endswith("Fix: run `ackb virtual-nodes scale-in burst-dev --to 1` first.")
    refuse_left([], replicas=4, to=1, stack="burst-dev")
