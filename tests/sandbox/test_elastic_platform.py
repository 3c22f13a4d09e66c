"""The stack `elastic-platform-dev` end to end: each of the five scenarios of S4-32 is played."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ackb.domain.pod_resources import amounts, of_pod, total
from sandbox.cloud.cloud import Cloud
from sandbox.kube.pace import Pace
from sandbox.metrics import load
from tests.sandbox.conftest import Sandbox, copy_of_project, end
from tests.sandbox.pages import Reading, reading

pytestmark = pytest.mark.timeout(900)

STACK = "elastic-platform-dev"
VIRTUAL = "virtual-kubelet-"
# Each look is a process: more of them would only slow down what is waited for.
_POLL_SECONDS = 1.0
CORE = ("checkout", "catalog", "search")
SERVICES = {"orders": (*CORE, "profile"), "live": ("stage",)}
OVER = ("Succeeded", "Failed")


def eventually(probe: Callable[[], Any], seconds: float = 180.0) -> Any:
    """The first true answer of a probe; its last answer is shown when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := probe()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s; last answer: {answer!r}"
        time.sleep(_POLL_SECONDS)
    return answer


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The stack, up; its autoscalers act five times as often, and may halve or double once."""
    started = copy_of_project(tmp_path_factory.mktemp("platform"))
    started.stack = STACK
    Pace(5).set(started.home.ensure())
    for name in CORE:
        started.set(f"teams.orders.services.{name}.scaling.max", 4)
        started.set(f"teams.orders.services.{name}.scaling.scale_in_window_seconds", 0)
    started.set("teams.live.services.stage.scaling.scale_in_window_seconds", 0)
    evening(started, "0 30 19 31 12 *")
    try:
        started.up = json.loads(started.run("ackb", "up", STACK, "--json"))
        yield started
    finally:
        end(started)


@pytest.fixture(scope="module")
def page(platform: Sandbox) -> Iterator[Reading]:
    """The page of the blueprint, whose commands the tests run in their order."""
    with reading(platform, "docs/blueprints/elastic-platform.md") as followed:
        yield followed


def evening(sandbox: Sandbox, schedule: str, size: int = 4) -> None:
    """When the campaign begins."""
    job = {"name": "evening", "schedule": schedule, "size": size}
    sandbox.set("teams.live.services.stage.scaling.cron.jobs", [job])


def pods(sandbox: Sandbox, namespace: str, app: str) -> tuple[set[str], set[str]]:
    """The pods of a service that run, on ECS nodes and on ECI."""
    running = {
        pod["metadata"]["name"]: pod["spec"].get("nodeName", "")
        for pod in sandbox.objects("pods", "-n", namespace, "-l", f"app={app}")
        if pod["status"]["phase"] == "Running" and "deletionTimestamp" not in pod["metadata"]
    }
    on_eci = {name for name, node in running.items() if node.startswith(VIRTUAL)}
    return running.keys() - on_eci, on_eci


def counts(sandbox: Sandbox, namespace: str, app: str) -> tuple[int, int]:
    ecs, eci = pods(sandbox, namespace, app)
    return len(ecs), len(eci)


def instances(sandbox: Sandbox) -> list[str]:
    """Names of the ECI instances in the cloud."""
    objects = sandbox.ackb("sandbox", "status")["objects"]
    return [one["name"] for one in objects if one["service"] == "eci"]


def test_the_base_runs_on_ecs_nodes(platform: Sandbox) -> None:
    """S4-33: two pods of each service; each namespace has an owner and a contact."""
    for namespace, names in SERVICES.items():
        for name in names:
            eventually(lambda where=(namespace, name): counts(platform, *where) == (2, 0))
    namespaces = {one["metadata"]["name"]: one for one in platform.objects("namespaces")}
    assert namespaces["orders"]["metadata"]["labels"]["owner"] == "orders"
    assert namespaces["live"]["metadata"]["annotations"]["ackb/contact"] == "live@example.com"


def test_a_second_up_changes_nothing(page: Reading) -> None:
    """No drift, with the numbers that autoscalers, spread and policies have set."""
    said = page.past(f"ackb up {STACK}")
    assert f"{STACK}: no change in " in said, said


def test_jobs_run_on_eci_only_and_leave_nothing(platform: Sandbox, page: Reading) -> None:
    """S4-32 (1), S4-34, S4-20: Flink's work and a pipeline, started as Jenkins would start it."""
    page.past("kubectl -n data wait --for=condition=complete job --all --timeout=180s")
    worked = platform.objects("pods", "-n", "data", "-l", "job-name in (settlement-1,build-1)")
    assert len(worked) == 3, "two at once of the settlement, one build"
    assert all(pod["spec"]["nodeName"].startswith(VIRTUAL) for pod in worked)
    assert all("k8s.aliyun.com/eci-instance-id" in pod["metadata"]["annotations"] for pod in worked)
    eventually(lambda: not [one for one in instances(platform) if one.startswith("data-")])


def test_a_scale_out_by_hand_goes_to_eci_where_nodes_are_full(
    platform: Sandbox, page: Reading
) -> None:
    """S4-36: a Deployment without an autoscaler; going back, ECI pods are the first to go."""
    before, _ = pods(platform, "orders", "profile")
    page.past("kubectl -n orders rollout status deployment/profile --timeout=180s")
    assert counts(platform, "orders", "profile") == (2, 4)
    page.past("kubectl -n orders scale deployment/profile --replicas=2")
    eventually(lambda: counts(platform, "orders", "profile") == (2, 0))
    assert pods(platform, "orders", "profile")[0] == before


def test_the_commands_that_watch_the_stack(page: Reading) -> None:
    """S4-40, S4-41: nothing is old, nobody waits."""
    page.until(f"ackb down {STACK}")


def test_pods_that_wait_for_a_node_are_told(platform: Sandbox) -> None:
    """S4-40: pods that may run on ECS only wait, and the report says how many nodes they need."""
    (platform.project / "filler.json").write_text(json.dumps(FILLER), "utf-8")
    platform.kubectl("apply", "-f", "filler.json")
    eventually(lambda: room(platform) == 0)
    homeless = eventually(lambda: _homeless(platform))
    report = platform.ackb("report", "shortage", STACK, code=1)
    assert {one["pod"] for one in report["waiting"]} == homeless
    assert {one["workload"] for one in report["waiting"]} == {"Deployment filler"}
    assert report["instance_type"] == "ecs.c7.xlarge"
    # Five pods of 1 GiB on a machine of 8 GiB, part of which is Kubernetes' own.
    assert report["nodes_for_waiting"] == -(-len(homeless) // 5)


def _homeless(platform: Sandbox) -> set[str] | None:
    """The filler's pods without a node, once the scheduler has said so of each of them."""
    filler = platform.objects("pods", "-n", "default", "-l", "app=filler")
    without = [pod for pod in filler if not pod["spec"].get("nodeName")]
    told = [pod for pod in without if "Unschedulable" in json.dumps(pod["status"])]
    names = {pod["metadata"]["name"] for pod in without}
    return names if len(told) == len(without) and len(filler) == 30 else None


#: A workload of nobody's team: it fills the nodes, and part of it waits for more of them.
FILLER = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "filler", "namespace": "default"},
    "spec": {
        "replicas": 30,
        "selector": {"matchLabels": {"app": "filler"}},
        "template": {
            "metadata": {"labels": {"app": "filler"}},
            "spec": {
                "terminationGracePeriodSeconds": 0,
                "containers": [
                    {
                        "name": "filler",
                        "image": "registry.example.com/filler:1.0.0",
                        "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}},
                    }
                ],
            },
        },
    },
}


def room(sandbox: Sandbox) -> int:
    """ECS nodes with room for one more pod of 500m and 1Gi."""
    one_more = amounts({"cpu": "500m", "memory": "1Gi"})
    active = [
        pod
        for pod in sandbox.objects("pods", "-A")
        if pod["spec"].get("nodeName") and pod["status"]["phase"] not in OVER
    ]
    free = [
        amounts(node["status"]["allocatable"])
        - total(
            of_pod(pod["spec"])
            for pod in active
            if pod["spec"]["nodeName"] == node["metadata"]["name"]
        )
        for node in sandbox.objects("nodes", "-l", "type!=virtual-kubelet")
    ]
    return sum(one_more.fits(one) for one in free)


def test_load_on_core_services_makes_pods_on_eci(platform: Sandbox) -> None:
    """S4-32 (2) and (4), S4-37, S4-39: what an HPA adds runs on ECI; also where it might run on
    ECS and the nodes are full."""
    before = {name: pods(platform, "orders", name)[0] for name in CORE}
    cloud, cluster = Cloud.open(platform.home.cloud_db), platform.up["outputs"]["cluster_id"]
    load.set_demands(cloud, cluster, [load.Demand("orders", {"app": name}, 2.0) for name in CORE])
    for name in CORE:
        eventually(lambda name=name: counts(platform, "orders", name) == (2, 2))
        assert pods(platform, "orders", name)[0] == before[name], "a pod on ECS was moved"


def test_the_campaign_and_a_release_while_nodes_are_full(platform: Sandbox) -> None:
    """S4-32 (3) and (5): the evening's pods, and those of a new version, find their place on ECI.

    One `ackb up` does both: the evening is now, and `profile` has a new image.
    """
    image = "registry.example.com/orders/profile:4.4.1"
    evening(platform, "*/5 * * * * *")
    platform.set("teams.orders.services.profile.image", image)
    changed = {(one["op"], one["name"]) for one in platform.ackb("up", STACK)["changes"]}
    assert changed == {
        ("update", "live.stage-scaling-schedule"),
        ("update", "orders.profile-deployment"),
    }
    eventually(lambda: counts(platform, "live", "stage") == (2, 2))
    eventually(lambda: sum(counts(platform, "orders", "profile")) == 2)
    _, on_eci = pods(platform, "orders", "profile")
    released = platform.objects("pods", "-n", "orders", "-l", "app=profile")
    images = {
        pod["spec"]["containers"][0]["image"]
        for pod in released
        if "deletionTimestamp" not in pod["metadata"]
    }
    assert images == {image}
    assert on_eci, "the first new pod found the nodes full"
    spilled = platform.ackb("report", "shortage", STACK, code=1)["overflow"]
    assert ("Deployment profile", len(on_eci)) in {(o["workload"], o["pods"]) for o in spilled}
    # What an autoscaler has added is on ECI on purpose.
    assert "CloneSet catalog" not in {one["workload"] for one in spilled}


def test_what_runs_long_on_eci_is_told_to_its_team(platform: Sandbox) -> None:
    """S4-40: the pods of the release stay on ECI until the next one (S4-36); whom to tell."""
    report = platform.ackb("report", "eci-age", STACK, "--days", "0", code=1)
    found = {one["pod"]: one for one in report["old"]}
    _, on_eci = pods(platform, "orders", "profile")
    assert on_eci
    for name in on_eci:
        assert found[name]["owner"] == "orders"
        assert found[name]["contact"] == "orders@example.com"
        assert found[name]["workload"] == "Deployment profile"


def test_the_right_size_of_every_service_is_told(platform: Sandbox) -> None:
    """S4-41: a VerticalPodAutoscaler with update mode Off for each service of each team."""

    def judged() -> list[dict[str, Any]] | None:
        found: list[dict[str, Any]] = platform.ackb("report", "right-sizing", STACK)["applications"]
        return found if found and not any(one["waiting"] for one in found) else None

    applications = eventually(judged)
    names = {(one["owner"], one["workload"].split()[-1], one["mode"]) for one in applications}
    expected = {(team, name, "Off") for team, names in SERVICES.items() for name in names}
    assert names == expected


def test_scale_in_takes_eci_first(platform: Sandbox) -> None:
    """S4-33, S4-37, S4-39: the load is over, the evening too; the pods on ECS are the same ones."""
    before = {name: pods(platform, "orders", name)[0] for name in CORE}
    actors, _ = pods(platform, "live", "stage")
    cloud, cluster = Cloud.open(platform.home.cloud_db), platform.up["outputs"]["cluster_id"]
    load.set_demands(cloud, cluster, [])
    evening(platform, "*/5 * * * * *", size=2)
    changed = {(one["op"], one["name"]) for one in platform.ackb("up", STACK)["changes"]}
    assert changed == {("update", "live.stage-scaling-schedule")}
    for name in CORE:
        eventually(lambda name=name: counts(platform, "orders", name) == (2, 0), 300)
        assert pods(platform, "orders", name)[0] == before[name]
    eventually(lambda: counts(platform, "live", "stage") == (2, 0), 300)
    assert pods(platform, "live", "stage")[0] == actors


def test_down_leaves_nothing(platform: Sandbox, page: Reading) -> None:
    """Everything goes, with what the teams started beside the program."""
    page.rest()
    assert "The simulated cloud is empty." in page.said["ackb sandbox status"]
    assert platform.ackb("sandbox", "status")["empty"]
