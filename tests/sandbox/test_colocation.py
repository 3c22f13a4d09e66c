"""The stack `colocation-dev` end to end: two tiers on two nodes, and who goes when memory is short.

The tests run in the order of the file on one stack; the last one takes it down.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bench.workspace import CLONE
from sandbox.cloud.cloud import Cloud
from sandbox.kube.pace import Pace
from tests.sandbox.conftest import Sandbox, copy_of_project, end
from tests.sandbox.pages import Reading, reading

pytestmark = pytest.mark.timeout(900)

STACK = "colocation-dev"
JOB = "dist-mnist-for-e2e-test"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A project of its own."""
    sandbox = copy_of_project(tmp_path_factory.mktemp("colocation"))
    shutil.copytree(CLONE / "examples", sandbox.project / "examples", dirs_exist_ok=True)
    sandbox.stack = STACK
    # Pressure and its end take as long as on real kubelets otherwise.
    Pace(5).set(sandbox.home.ensure())
    try:
        yield sandbox
    finally:
        end(sandbox)


@pytest.fixture(scope="module")
def page(stack: Sandbox) -> Iterator[Reading]:
    """The page of the blueprint, whose commands bring the stack up, prove it and take it down."""
    with reading(stack, "docs/blueprints/colocation.md") as read:
        read.past(f"ackb up {STACK}")
        yield read


def until(holds: Callable[[], bool], what: str, seconds: float = 300.0) -> None:
    """Wait until it holds; on a busy machine everything may take its time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.5)


def pods(sandbox: Sandbox, namespace: str) -> list[dict[str, Any]]:
    return sandbox.objects("pods", "-n", namespace)


def running(sandbox: Sandbox, namespace: str) -> list[dict[str, Any]]:
    return [one for one in pods(sandbox, namespace) if one["status"]["phase"] == "Running"]


def run(sandbox: Sandbox, namespace: str, number: int) -> Callable[[], bool]:
    return lambda: len(running(sandbox, namespace)) == number


@pytest.mark.usefixtures("page")
def test_a_second_up_changes_nothing(stack: Sandbox) -> None:
    assert stack.ackb("up", STACK)["changes"] == []


def test_both_tiers_run_on_the_same_nodes(stack: Sandbox) -> None:
    """S3-01, S3-03, S3-10, S3-12, S3-19, S3-23."""
    until(run(stack, "offline", 6), "six pods of the training run")
    (server,), training = pods(stack, "online"), running(stack, "offline")
    assert server["status"]["phase"] == "Running"
    assert server["status"]["qosClass"] == "Guaranteed"
    assert {one["status"]["qosClass"] for one in training} == {"BestEffort"}
    by_node = Counter(one["spec"]["nodeName"] for one in training)
    assert sorted(by_node.values()) == [3, 3], "no node takes more than its share"
    assert server["spec"]["nodeName"] in by_node
    assert server["spec"]["priority"] == 100_000
    assert {one["spec"]["priority"] for one in training} == {-100_000}


def test_the_database_is_reached_from_outside_by_its_list_alone(stack: Sandbox) -> None:
    """S3-21."""
    address = stack.ackb("outputs", STACK)["outputs"]["mysql_address"]
    slb = Cloud.open(stack.home.cloud_db).slb
    balancers = slb.describe_load_balancers()["LoadBalancers"]["LoadBalancer"]
    (found,) = [one for one in balancers if one["Address"] == address]
    (listener,) = slb.describe_load_balancer_listeners(load_balancer_id=[found["LoadBalancerId"]])[
        "Listeners"
    ]
    assert (listener["ListenerPort"], listener["ListenerProtocol"]) == (3306, "tcp")
    assert (listener["AclStatus"], listener["AclType"]) == ("on", "white")
    access = slb.describe_access_control_list_attribute(acl_id=listener["AclId"])
    assert [one["AclEntryIP"] for one in access["AclEntrys"]["AclEntry"]] == ["203.0.113.0/24"]


def test_the_data_are_on_a_disk_of_their_own(stack: Sandbox) -> None:
    """S3-19."""
    (claim,) = stack.objects("pvc", "-n", "online")
    assert claim["status"]["phase"] == "Bound"
    (disk,) = Cloud.open(stack.home.cloud_db).ecs.describe_disks()["Disks"]["Disk"]
    assert (disk["Size"], disk["DiskName"]) == (20, "online-mysql")


def test_under_memory_pressure_the_classes_go_in_order(stack: Sandbox, page: Reading) -> None:
    """S3-09, S3-11, S3-12: BestEffort first, then Burstable, Guaranteed stays."""
    asked = "kubectl get pod qos-demo --namespace=example-qos --output=yaml | grep qosClass"
    assert "qosClass: Guaranteed" in page.past(asked)
    (server,) = pods(stack, "online")
    beside = {
        f"{one['metadata']['namespace']}/{one['metadata']['name']}": one["status"]["qosClass"]
        for namespace in ("online", "offline", "example-qos")
        for one in running(stack, namespace)
        if one["spec"]["nodeName"] == server["spec"]["nodeName"]
    }
    assert Counter(beside.values()) == {"BestEffort": 4, "Burstable": 1, "Guaranteed": 2}

    pressure = "ackb sandbox pressure colocation-dev --pod online/mysql-0 --memory 99% --wait 300"
    told = page.past(pressure)
    # A worker may come again at once, before the node is known to be short of memory.
    order = re.findall(r"^\s+\d+\. (\S+) ", told, re.MULTILINE)
    gone = [beside[name] for name in order if name in beside]
    assert gone == ["BestEffort"] * 4 + ["Burstable"], told
    stays = set(re.findall(r"^\s+stays: (\S+) ", told, re.MULTILINE))
    assert {"online/mysql-0", "example-qos/qos-demo"} <= stays


def test_what_was_evicted_comes_again_and_spends_no_retry(stack: Sandbox, page: Reading) -> None:
    page.past(f"ackb sandbox pressure {STACK} --clear")
    until(run(stack, "offline", 6), "the evicted pods of the training run again", seconds=400)
    assert JOB in page.past(f"kubectl -n offline get job {JOB}")
    job = json.loads(stack.kubectl("get", "job", JOB, "-n", "offline", "-o", "json"))
    assert job["status"]["active"] == 6
    assert "conditions" not in job["status"]


def test_alarms_reach_a_group(stack: Sandbox) -> None:
    """S3-27: the contact follows its link before it is told anything."""
    cms = Cloud.open(stack.home.cloud_db).cms
    rules = cms.describe_metric_rule_list()["Alarms"]["Alarm"]
    assert {one["MetricName"] for one in rules} == {
        "cluster.cpu.utilization",
        "cluster.memory.utilization",
    }
    (group,) = cms.describe_contact_group_list()["ContactGroupList"]["ContactGroup"]
    assert {one["ContactGroups"] for one in rules} == {group["Name"]}


def test_the_job_as_a_train_job_on_batch_resources(stack: Sandbox) -> None:
    """S3-22, S3-23: today's training API and its operator, with resources that are counted."""
    stack.set("training.type", "train_job", STACK)
    amounts = {"cpu": "500m", "memory": "1Gi"}
    stack.set("training.resources", {"type": "batch", "amounts": amounts}, STACK)
    made = {one["name"]: one["op"] for one in stack.ackb("up", STACK)["changes"]}
    assert made["operator-release"] == made["batch-addon"] == "create"
    until(run(stack, "offline", 6), "six pods of the TrainJob run")
    for one in running(stack, "offline"):
        assert one["status"]["qosClass"] == "BestEffort"
        (container,) = one["spec"]["containers"]
        assert container["resources"]["requests"]["kubernetes.io/batch-cpu"] == "500"
    trained = stack.kubectl("get", "trainjobs", JOB, "-n", "offline", "-o", "json")
    assert json.loads(trained)["spec"]["trainer"]["numNodes"] == 4


def test_nothing_is_left(stack: Sandbox, page: Reading) -> None:
    assert "The simulated cloud is empty." in page.past(f"ackb down {STACK}")
    assert Cloud.open(stack.home.cloud_db).is_empty()
