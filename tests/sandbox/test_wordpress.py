"""The main job, end to end: real engine, real Kubernetes, simulated Alibaba Cloud."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.cloud import Cloud
from sandbox.metrics import load
from tests.sandbox.conftest import STACK, Sandbox

pytestmark = pytest.mark.timeout(600)

VIRTUAL = "type=virtual-kubelet"


def eventually(probe: Callable[[], Any], seconds: float = 60.0) -> Any:
    """The first true answer of a probe; its last answer is shown when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := probe()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s; last answer: {answer!r}"
        time.sleep(0.2)
    return answer


def running_pods(sandbox: Sandbox) -> dict[str, str]:
    """Name -> node of the pods that run and are not on their way out."""
    return {
        pod["metadata"]["name"]: pod["spec"].get("nodeName", "")
        for pod in sandbox.objects("pods", "-n", "wordpress")
        if pod["status"]["phase"] == "Running" and "deletionTimestamp" not in pod["metadata"]
    }


def split(sandbox: Sandbox) -> tuple[dict[str, str], dict[str, str]]:
    """The running pods on ECS nodes, and those on virtual nodes."""
    virtual = {node["metadata"]["name"] for node in sandbox.objects("nodes", "-l", VIRTUAL)}
    pods = running_pods(sandbox)
    on_virtual = {name: node for name, node in pods.items() if node in virtual}
    return {n: v for n, v in pods.items() if n not in on_virtual}, on_virtual


def counts(sandbox: Sandbox) -> tuple[int, int]:
    ecs, eci = split(sandbox)
    return len(ecs), len(eci)


def test_everything_of_the_architecture_is_there(running: Sandbox) -> None:
    """S2-03, S2-04, S2-23, S2-41: nodes, virtual node, pods, and all data stores."""
    nodes = running.objects("nodes")
    virtual = [n for n in nodes if n["metadata"]["labels"].get("type") == "virtual-kubelet"]
    ecs = [n for n in nodes if n not in virtual]
    assert len(ecs) == 2
    assert all(node["metadata"]["name"].startswith("cn-hangzhou.10.0.") for node in ecs)
    assert virtual
    for node in virtual:
        assert {
            "key": "virtual-kubelet.io/provider",
            "value": "alibabacloud",
            "effect": "NoSchedule",
        } in node["spec"]["taints"]
    kinds = {(one["service"], one["kind"]) for one in running.ackb("sandbox", "status")["objects"]}
    assert {"vpc", "ecs", "cs", "rds", "kvstore", "nas", "slb", "log"} <= {s for s, _ in kinds}


def test_22_pods_run_on_ecs_and_the_site_has_an_address(running: Sandbox) -> None:
    """S2-28, S2-31, S3-12, S3-17: base replicas, Service sp-svc, QoS class, by kubectl."""
    eventually(lambda: counts(running) == (22, 0))
    pods = running.objects("pods", "-n", "wordpress")
    assert {pod["status"]["qosClass"] for pod in pods} == {"Guaranteed"}
    service = next(s for s in running.objects("service", "-n", "wordpress"))
    assert service["metadata"]["name"] == "sp-svc"
    assert service["spec"]["type"] == "LoadBalancer"
    assert service["spec"]["externalTrafficPolicy"] == "Local"
    assert service["spec"]["ports"][0]["port"] == 80
    address = service["status"]["loadBalancer"]["ingress"][0]["ip"]
    assert address in running.up["outputs"]["site_url"]


def test_the_autoscaler_sees_cpu_use(running: Sandbox) -> None:
    """S2-46: min 22, max 100, CPU 60 %, and a figure instead of ``<unknown>``."""

    def seen() -> dict[str, Any] | None:
        found: dict[str, Any] = running.objects("hpa", "-n", "wordpress")[0]
        return found if found.get("status", {}).get("currentMetrics") else None

    hpa = eventually(seen, 90)
    assert (hpa["spec"]["minReplicas"], hpa["spec"]["maxReplicas"]) == (22, 100)
    assert hpa["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 60
    current = hpa["status"]["currentMetrics"][0]["resource"]["current"]
    assert 0 < current["averageUtilization"] < 60
    assert "<unknown>" not in running.kubectl("get", "hpa", "-A")
    deployment = next(d for d in running.objects("deployment", "-n", "wordpress"))
    assert deployment["metadata"]["name"] == "wordpress"


def test_the_capacity_report_agrees_with_kubectl(running: Sandbox) -> None:
    """S2-44, S3-20: CPU requests of each node in percent, objects of each namespace, use."""
    eventually(lambda: counts(running) == (22, 0))
    report = eventually(lambda: _with_use(running.ackb("report", "capacity", STACK)), 90)
    machines = [node for node in report["nodes"] if not node["virtual"]]
    assert len(machines) == 2
    for node in machines:
        described = running.kubectl("describe", "node", node["name"])
        allocated = described.partition("Allocated resources:")[2]
        # kubectl shows "cpu  5500m (70%)", without the digits behind the point.
        found = re.search(r"cpu +\S+ \((\d+)%\) +\S+ \((\d+)%\)", allocated)
        assert found is not None, described
        shares = (node["requested_percent"]["cpu"], node["limits_percent"]["cpu"])
        assert tuple(map(int, shares)) == tuple(map(int, found.groups()))
        assert 0 < node["used_percent"]["cpu"] < 60
    [site] = [one for one in report["namespaces"] if one["name"] == "wordpress"]
    assert (site["pods"], site["on_ecs"], site["deployments"], site["replica_sets"]) == (
        22,
        22,
        1,
        1,
    )


def _with_use(report: dict[str, Any]) -> dict[str, Any] | None:
    """The report, once the metrics of every machine are there."""
    machines = [node for node in report["nodes"] if not node["virtual"]]
    return report if all(node["used"] for node in machines) else None


def test_a_load_test_in_real_time_leaves_no_load(running: Sandbox) -> None:
    """S2-49: on the stack itself; a few users do not make it grow, and afterwards they are gone."""
    (running.project / "few.csv").write_text("seconds,users\n0,5\n3,0\n4,0\n")
    report = running.ackb("load", STACK, "--profile", "few.csv")
    assert (report["speed"], report["divided"]) == (1, [])
    assert report["summary"]["replicas"] == [22]
    assert report["summary"]["success"] > 0.99
    assert {one["users"] for one in report["samples"]} == {5, 0}
    cloud = Cloud.open(running.home.cloud_db)
    assert load.demands(cloud, running.up["outputs"]["cluster_id"]) == []
    assert Path(report["report"]["html"]).is_file()


def test_a_rotated_credential_is_no_difference(running: Sandbox) -> None:
    """Each run gets a certificate of its own, a restarted daemon has none of the old ones."""
    cluster = running.up["outputs"]["cluster_id"]
    arguments = ("credential", cluster, "--target", "sandbox", "--region", "cn-hangzhou")
    first, second = (json.loads(running.run("ackb", *arguments))["status"] for _ in range(2))
    assert first["clientCertificateData"] != second["clientCertificateData"]
    running.run("ackb", "sandbox", "stop")
    plan = running.ackb("preview", STACK)
    assert plan["changes"] == []


def test_a_second_up_changes_nothing(running: Sandbox) -> None:
    """No drift, also with a credential that was issued anew."""
    again = running.ackb("up", STACK)
    assert again["counts"].keys() <= {"same"}, again["changes"]


def test_plain_pulumi_sees_the_same_stack(running: Sandbox) -> None:
    """One path: what `ackb` made, `pulumi` previews as unchanged; secrets stay hidden."""
    script = 'eval "$(ackb sandbox env)"; '
    said = running.shell(script + f"pulumi preview -s {STACK} --expect-no-changes")
    assert "unchanged" in said
    outputs = running.shell(script + f"pulumi stack output --json -s {STACK}")
    assert running.up["outputs"]["cluster_id"] in outputs


def test_no_secret_is_clear_anywhere(running: Sandbox) -> None:
    """Passwords are encrypted in state and stack file, and absent from logs."""
    script = 'eval "$(ackb sandbox env)"; '
    for key in ("databasePassword", "cachePassword"):
        value = running.shell(script + f"pulumi config get ackb:{key} -s {STACK}").strip()
        assert len(value) >= 12
        for file in [*running.home.root.rglob("*"), *(running.project / "stacks").glob("*")]:
            # The simulated cloud and its control plane are the other side, as the real ones are.
            outside = file.name.startswith("cloud.sqlite") or "kwok" in file.parts
            if file.is_file() and not outside:
                assert value.encode() not in file.read_bytes(), f"{key} is clear in {file}"


def test_files_with_credentials_are_private(running: Sandbox) -> None:
    """Nobody else on the machine may read them."""
    config = running.home.kubeconfigs / f"{STACK}.yaml"
    for file in (running.home.passphrase, config):
        assert file.stat().st_mode & 0o077 == 0, file
    text = config.read_text()
    assert "client-key-data" not in text
    assert "token" not in text


def test_a_changed_vswitch_range_replaces_what_stands_on_it_in_order(running: Sandbox) -> None:
    """A pod vSwitch cannot change its range, nor a cluster its pod vSwitches: new ones first."""
    running.set("network.zones.1.pod_cidr", "10.3.0.0/16")
    plan = running.ackb("preview", STACK)
    running.set("network.zones.1.pod_cidr", "10.2.0.0/16")
    steps = [(change["op"], change["name"]) for change in plan["changes"]]
    made = [name for op, name in steps if op == "create-replacement"]
    gone = [name for op, name in steps if op == "delete-replaced"]
    upwards = ["net-pods-j", "ack-cluster", "pool-base-pool", "site-deployment"]
    assert [name for name in made if name in upwards] == upwards
    assert [name for name in gone if name in upwards] == list(reversed(upwards))
    untouched = {"net-vpc", "net-nodes-i", "net-nodes-j", "net-pods-i", "db-instance"}
    assert untouched.isdisjoint({*made, *gone})
    first_deletion = steps.index(("delete-replaced", "site-deployment"))
    assert first_deletion > steps.index(("create-replacement", "site-deployment"))


def test_a_bound_of_the_autoscaler_changes_in_place(running: Sandbox) -> None:
    """S2-46: an update of one object, nothing else."""
    running.set("scaling", {"type": "hpa", "max": 90})
    changes = running.ackb("up", STACK)["changes"]
    assert [change["op"] for change in changes] == ["update"]
    assert "HorizontalPodAutoscaler" in changes[0]["type"]


def test_a_schedule_moves_the_bounds_and_the_right_size_is_told(running: Sandbox) -> None:
    """S2-14, S4-10, S4-41: add-on, chart and objects in order; the bounds come back at the end."""
    job = {"name": "soon", "schedule": "*/5 * * * * *", "size": 24}
    running.set("scaling", {"type": "hpa", "cron": {"jobs": [job]}})
    running.set("right_sizing", {"mode": "recommend"})
    added = {(one["op"], one["name"]) for one in running.ackb("up", STACK)["changes"]}
    created = {"cron-hpa-addon", "site-scaling-schedule", "vpa-release", "site-size-vpa"}
    assert added == {("update", "site-scaling-hpa"), *(("create", name) for name in created)}

    def bounds() -> tuple[int, int]:
        spec = running.objects("hpa", "-n", "wordpress")[0]["spec"]
        return spec["minReplicas"], spec["maxReplicas"]

    eventually(lambda: bounds() == (24, 100), 120)
    recommended = eventually(lambda: _recommendation(running), 180)
    assert [one["containerName"] for one in recommended] == ["wordpress"]
    assert {"cpu", "memory"} == set(recommended[0]["target"])

    running.set("scaling", {"type": "hpa", "cron": {"jobs": []}})
    running.set("right_sizing", None)
    ended = {(one["op"], one["name"]) for one in running.ackb("up", STACK)["changes"]}
    assert ended == {("update", "site-scaling-hpa"), *(("delete", name) for name in created)}
    assert bounds() == (22, 100)


def _recommendation(running: Sandbox) -> list[dict[str, Any]]:
    (found,) = running.objects("vpa", "-n", "wordpress")
    told: list[dict[str, Any]] = (
        found.get("status", {}).get("recommendation", {}).get("containerRecommendations", [])
    )
    return told


def test_a_site_made_private_is_public_no_more(running: Sandbox) -> None:
    """The load balancer is replaced: the controller would leave the public one where it is."""
    running.set("service.access", "intranet")
    changes = running.ackb("up", STACK)["changes"]
    assert {(one["op"], one["name"]) for one in changes} == {
        ("delete-replaced", "site-front-service"),
        ("create-replacement", "site-front-service"),
    }
    service = next(s for s in running.objects("service", "-n", "wordpress"))
    assert service["status"]["loadBalancer"]["ingress"][0]["ip"].startswith("10.0.")
    running.set("service.access", "internet")
    running.ackb("up", STACK)


@pytest.mark.timeout(900)
def test_22_to_30_and_back_uses_the_virtual_node_for_8(running: Sandbox) -> None:
    """S2-42, S2-43, S2-11: the extra 8 run on ECI, and exactly those go.

    By the program, then by kubectl; tests/sandbox/kube repeats it ten times.
    """
    running.set("scaling", {"type": "fixed", "replicas": 22})
    running.ackb("up", STACK)
    for turn in range(2):
        eventually(lambda: counts(running) == (22, 0), 120)
        before, _ = split(running)
        _scale(running, 30, by_program=turn == 0)
        eventually(lambda: counts(running) == (22, 8), 120)
        ecs, eci = split(running)
        assert ecs.keys() == before.keys(), f"turn {turn}: a pod on ECS was moved"
        if turn == 0:
            _old_instances_are_reported(running, eci)
        _scale(running, 22, by_program=turn == 0)
        eventually(lambda: len(running_pods(running)) == 22, 120)
        assert running_pods(running).keys() == before.keys(), f"turn {turn}"
        assert not eci.keys() & running_pods(running).keys(), f"turn {turn}"
    groups = [o for o in running.ackb("sandbox", "status")["objects"] if o["service"] == "eci"]
    assert groups == []


def _old_instances_are_reported(running: Sandbox, eci: dict[str, str]) -> None:
    """S4-40: each with owner and cost; the ResourcePolicy would send it back to ECI."""
    report = running.ackb("report", "eci-age", STACK, "--days", "0", code=1)
    assert {one["pod"] for one in report["old"]} == eci.keys()
    assert {(one["workload"], one["owner"]) for one in report["old"]} == {
        ("Deployment wordpress", "platform")
    }
    assert {one["because"] for one in report["old"]} == {"ResourcePolicy wordpress"}
    assert report["cost"] > 0
    assert (report["currency"], report["unlisted"]) == ("CNY", 0)


def test_a_raised_minimum_of_the_autoscaler_does_the_same(running: Sandbox) -> None:
    """S2-46 with S2-11: min 22 -> 30 -> 22; the 8 on ECI go once the window has passed."""
    hpa = {"type": "hpa", "scale_in_window_seconds": 0}
    eventually(lambda: counts(running) == (22, 0), 120)
    before = running_pods(running)
    running.set("scaling", hpa)
    running.ackb("up", STACK)
    assert running_pods(running).keys() == before.keys(), "a fixed number gave way with a gap"
    running.set("scaling", {**hpa, "min": 30})
    running.ackb("up", STACK)
    eventually(lambda: counts(running) == (22, 8), 120)
    running.set("scaling", hpa)
    running.ackb("up", STACK)
    eventually(lambda: counts(running) == (22, 0), 180)
    assert running_pods(running).keys() == before.keys()


def test_wordpress_is_installed_and_tried_by_jobs(running: Sandbox) -> None:
    """S2-34, S2-35: no container runs, so both Jobs succeed here whatever they would do."""
    running.set("installation", {"mail": "admin@example.com"})
    running.ackb("up", STACK)
    jobs = running.objects("jobs", "-n", "wordpress")
    assert {job["metadata"]["name"]: job["status"].get("succeeded") for job in jobs} == {
        "wordpress-installer": 1,
        "wordpress-smoke-test": 1,
    }
    assert running.ackb("up", STACK)["changes"] == []


def test_down_leaves_nothing(running: Sandbox) -> None:
    """S2-51 in part: an empty simulated cloud, no daemon, no process of any control plane."""
    file = running.project / "stacks" / f"Pulumi.{STACK}.yaml"
    assert "secure:" in file.read_text()
    down = running.ackb("down", STACK)
    assert "secure:" not in file.read_text()
    assert "encryptionsalt" not in file.read_text()
    assert down["left"] == []
    status = running.ackb("sandbox", "status")
    assert status["empty"]
    assert status["daemon"] is None
    names = [" ".join(p.cmdline()) for p in running.processes() if p.status() != "zombie"]
    assert names == []


def _scale(sandbox: Sandbox, replicas: int, *, by_program: bool) -> None:
    if by_program:
        sandbox.set("scaling.replicas", replicas)
        sandbox.ackb("up", STACK)
    else:
        sandbox.kubectl(
            "scale", "-n", "wordpress", "deployment/wordpress", f"--replicas={replicas}"
        )
