"""`ackb virtual-nodes`, the guard of `ackb up`, and orphans in `doctor` and `sandbox status`."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from ackb.cli import cluster_nodes, simulated
from ackb.cli.context import Workplace
from ackb.cli.exits import Exit
from ackb.cli.simulated import Orphan
from ackb.domain.problems import InvalidInput
from ackb.engine import checkpoint
from ackb.planning import PlannedResource
from ackb.planning.plan import Plan
from ackb.virtual_nodes.look import Look, Node, Pod
from sandbox.providers.kubernetes.rest import Unreachable

STACK = "burst-dev"
RELEASE = "kubernetes:helm.sh/v3:Release"


class Cluster:
    """Two virtual nodes, the second cordoned, empty and NotReady as soon as its replica goes."""

    def __init__(self, pods=()) -> None:
        self.replicas, self.pods = 2, list(pods)
        self.numbers = [0, 1]

    def look(self, first: int) -> Look:
        nodes = [
            Node(f"virtual-node-eci-{one}", one, one < self.replicas, one > 0)
            for one in self.numbers
        ]
        return Look(self.replicas, nodes, self.pods)

    def scale(self, replicas: int) -> None:
        self.replicas = replicas

    def delete(self, node: Node) -> None:
        self.numbers.remove(node.number)


def pod(name: str, number: int) -> Pod:
    return Pod("vk", name, f"virtual-node-eci-{number}", False, None)


@pytest.fixture
def cluster(monkeypatch):
    made = Cluster()
    monkeypatch.setattr(cluster_nodes, "find_cluster", lambda stack: made)
    return made


class TestScaleIn:
    def test_it_tells_each_step_and_writes_the_setting(self, ackb, project, cluster) -> None:
        """S1-22."""
        path = project.folder / "stacks" / f"Pulumi.{STACK}.yaml"
        before = path.read_text()
        ran = ackb("virtual-nodes", "scale-in", STACK, "--to", "1")
        assert ran.err.splitlines() == [
            "virtual-node-eci: 2 replicas -> 1",
            "virtual-node-eci-1: NotReady and empty, deleted",
        ]
        assert ran.out.splitlines() == [
            "burst-dev: 1 virtual node; evicted 0, deleted virtual-node-eci-1.",
            "stacks/Pulumi.burst-dev.yaml: virtual_nodes.replicas is 1 now; `ackb up burst-dev` "
            "records it.",
        ]
        assert path.read_text() == before.replace("replicas: 4", "replicas: 1")
        assert ran.code == Exit.CLEAN

    def test_as_json(self, ackb, cluster) -> None:
        ran = ackb("virtual-nodes", "scale-in", STACK, "--to", "1", "--json")
        assert json.loads(ran.out) == {
            "schema": 1,
            "command": "virtual-nodes scale-in",
            "stack": STACK,
            "target": "sandbox",
            "simulated": True,
            "replicas_before": 2,
            "replicas": 1,
            "evicted": [],
            "deleted_nodes": ["virtual-node-eci-1"],
            "setting_changed": True,
            "exit_code": 0,
        }

    def test_a_refusal_changes_no_setting(self, ackb, project, cluster) -> None:
        ran = ackb("virtual-nodes", "scale-in", STACK, "--to", "3")
        assert ran.code == Exit.COULD_NOT_RUN
        assert ran.err.startswith("VND-03 --to: 3 – must not be more than the 2 that run.")
        assert "replicas: 4" in (project.folder / "stacks" / f"Pulumi.{STACK}.yaml").read_text()

    def test_ctrl_c(self, ackb, project, cluster) -> None:
        def interrupted(replicas):
            raise KeyboardInterrupt

        cluster.scale = interrupted
        ran = ackb("virtual-nodes", "scale-in", STACK, "--to", "1")
        assert ran.code == Exit.INTERRUPTED
        assert ran.err.splitlines() == [
            "What was done stays; the same command goes on from here.",
            "Interrupted.",
        ]
        assert "replicas: 4" in (project.folder / "stacks" / f"Pulumi.{STACK}.yaml").read_text()

    def test_a_stack_that_is_not_up(self, ackb, monkeypatch) -> None:
        monkeypatch.setattr(cluster_nodes, "find_cluster", lambda stack: None)
        ran = ackb("virtual-nodes", "scale-in", STACK, "--to", "1")
        assert ran.err == (
            'VND-06 STACK: "burst-dev" – has no cluster. Fix: run `ackb up burst-dev` first.\n'
        )

    def test_a_smaller_or_missing_number_in_the_settings_stays(self, project) -> None:
        stack = Workplace.find(project.folder).stack(STACK)
        assert not cluster_nodes.set_replicas(stack, 4)
        wordpress = Workplace.find(project.folder).stack("wordpress-dev")
        before = wordpress.file.path.read_text()
        assert not cluster_nodes.set_replicas(wordpress, 1)
        assert wordpress.file.path.read_text() == before


def release(replicas: int) -> dict:
    return {
        "type": RELEASE,
        "inputs": {"chart": "./charts/virtual-node", "values": {"replicas": replicas}},
    }


def plan(*resources: dict) -> Plan:
    planned = [
        PlannedResource(
            name="eci", urn="urn", custom=True, parent=None, provider=None, outputs={}, **one
        )
        for one in resources
    ]
    return Plan("ackb", STACK, planned, {})


class TestGuard:
    """S1-25: an update that takes controllers from pods is refused before it begins."""

    @pytest.fixture
    def stack(self, project):
        stack = Workplace.find(project.folder).stack(STACK)
        path = checkpoint.path(project.home.state, "ackb", STACK)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"checkpoint": {"latest": {"resources": [release(4)]}}}))
        return stack

    @pytest.mark.parametrize(("wanted", "number"), [((release(1),), 1), ((), 0)])
    def test_fewer_replicas_or_none(self, stack, cluster, wanted, number) -> None:
        cluster.pods = [pod("stays", 0), pod("left", 1)]
        with pytest.raises(InvalidInput) as caught:
            cluster_nodes.refuse_orphans(stack, plan(*wanted))
        assert str(caught.value).startswith(f"VND-02 virtual_nodes.replicas: {number} – is less")
        assert "vk/left" in str(caught.value)
        assert ("vk/stays" in str(caught.value)) is (number == 0)

    def test_empty_nodes_may_go(self, stack, cluster) -> None:
        cluster.pods = [pod("stays", 0)]
        cluster_nodes.refuse_orphans(stack, plan(release(1)))

    @pytest.mark.parametrize("replicas", [4, 5])
    def test_the_cluster_is_not_asked_without_need(self, stack, monkeypatch, replicas) -> None:
        monkeypatch.setattr(cluster_nodes, "find_cluster", None)
        cluster_nodes.refuse_orphans(stack, plan(release(replicas)))

    def test_a_stack_whose_pods_nobody_can_end_is_not_taken_down(self, stack, cluster) -> None:
        """The deletion of their workload would wait for them for ever."""
        cluster.pods = [pod("fine", 0), pod("stranded", 1)]
        cluster_nodes.refuse_stranded(stack)
        cluster.replicas = 1
        with pytest.raises(InvalidInput) as caught:
            cluster_nodes.refuse_stranded(stack)
        assert "VND-04" in str(caught.value)
        assert "vk/stranded have no controller, so nobody can end them" in str(caught.value)

    def test_a_cluster_that_does_not_answer_stops_no_release(self, stack, cluster) -> None:
        def unreachable(first):
            raise Unreachable("gone")

        cluster.look = unreachable
        cluster_nodes.refuse_stranded(stack)

    def test_an_update_that_ended_before_the_cluster_is_no_hindrance(
        self, stack, monkeypatch
    ) -> None:
        monkeypatch.setattr(cluster_nodes, "find_cluster", lambda stack: None)
        cluster_nodes.refuse_orphans(stack, plan(release(1)))
        cluster_nodes.refuse_stranded(stack)

    def test_a_stack_that_never_had_any(self, project, monkeypatch) -> None:
        monkeypatch.setattr(cluster_nodes, "find_cluster", None)
        stack = Workplace.find(project.folder).stack("wordpress-dev")
        cluster_nodes.refuse_orphans(stack, plan())
        cluster_nodes.refuse_stranded(stack)

    def test_a_torn_state_is_left_to_the_engine(self, stack, project, monkeypatch) -> None:
        monkeypatch.setattr(cluster_nodes, "find_cluster", None)
        checkpoint.path(project.home.state, "ackb", STACK).write_text('{"checkpoint":')
        cluster_nodes.refuse_orphans(stack, plan(release(1)))


class TestOrphans:
    @pytest.fixture(autouse=True)
    def found(self, project, monkeypatch):
        project.home.ensure()
        found = [
            Orphan("eci-1", "vk-a", "virtual-node-eci-1", 0.25, "CNY"),
            Orphan("eci-2", "vk-b", "virtual-node-eci-2", 0.5, "CNY"),
        ]
        monkeypatch.setattr(simulated, "orphans", lambda home: found)
        monkeypatch.setattr(simulated, "inventory", lambda home: [ROW])
        return found

    def test_status_names_them_and_what_they_would_cost(self, ackb) -> None:
        """S1-25."""
        assert ackb("sandbox", "status").out.splitlines()[-1] == (
            "2 ECI instances are orphaned: the controller of their virtual node is gone, and on "
            "the real cloud they would go on costing, 0.75 CNY an hour: vk-a (eci-1, "
            "virtual-node-eci-1), vk-b (eci-2, virtual-node-eci-2)."
        )

    def test_a_sum_with_an_unknown_part_is_not_told(self, found) -> None:
        found.append(Orphan("eci-3", "vk-c", "virtual-node-eci-2", None, None))
        assert "costing: vk-a" in simulated.told_orphans(found)

    def test_many_are_counted(self, found) -> None:
        assert simulated.told_orphans(found * 6).endswith("virtual-node-eci-2) and 2 more.")

    def test_status_as_json(self, ackb) -> None:
        document = json.loads(ackb("sandbox", "status", "--json").out)
        assert document["orphans"][0] == {
            "id": "eci-1",
            "name": "vk-a",
            "node": "virtual-node-eci-1",
            "hourly": 0.25,
            "currency": "CNY",
        }

    def test_doctor_says_what_to_do(self, ackb) -> None:
        findings = json.loads(ackb("doctor", "--json").out)["findings"]
        (finding,) = [one for one in findings if one["subject"] == "Orphaned ECI pods"]
        assert finding["state"] == "note"
        assert finding["what"].startswith("2 ECI instances are orphaned")
        assert finding["fix"].startswith("scale StatefulSet kube-system/virtual-node-eci")


ROW = {"service": "eci", "kind": "x", "id": "eci-1", "name": "vk-a", "status": "Running"}


def test_orphans_of_a_simulated_cloud_with_their_price(project, monkeypatch) -> None:
    group = {
        "ContainerGroupId": "eci-1",
        "ContainerGroupName": "vk-a",
        "RegionId": "nowhere",
        "Cpu": 1.0,
        "Memory": 2.0,
        "Tags": [{"Key": "virtual-node", "Value": "virtual-node-eci-1"}],
    }
    backend = SimpleNamespace(orphans=lambda: [group])
    cloud = SimpleNamespace(cs=SimpleNamespace(backend=backend))
    assert simulated.orphans(project.home) == []
    project.home.ensure()
    project.home.cloud_db.touch()
    monkeypatch.setattr("sandbox.cloud.cloud.Cloud.open", lambda path: cloud)
    assert simulated.orphans(project.home) == [
        Orphan("eci-1", "vk-a", "virtual-node-eci-1", None, None)
    ]
