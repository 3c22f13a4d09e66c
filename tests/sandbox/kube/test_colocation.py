"""What colocation needs of a cluster: evictions in order, training operators, batch resources.

All on the shared control plane. Serves S3-09, S3-23 and S3-25.
"""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.kube.client import Object, path_of
from sandbox.metrics import pressure
from sandbox.metrics.pressure import Pressure
from tests.sandbox.kube.conftest import Lab, eventually, is_ready

_SIZE = {"cpu": "100m", "memory": "256Mi"}


@pytest.fixture
def clean(lab: Lab) -> Any:
    """Nothing of a pressure is left for the next test."""
    yield
    pressure.clear(lab.cloud, lab.cluster_id)
    eventually(lambda: not any(_pressed(node) for node in lab.nodes().values()), 120)


def run(lab: Lab, namespace: str, name: str, node: str, **resources: Any) -> None:
    """A pod without a controller on one node."""
    lab.client.create(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {
                "nodeSelector": {"kubernetes.io/hostname": node},
                "containers": [{"name": "c", "image": "nginx", "resources": resources}],
            },
        }
    )


def _pressed(node: Object) -> bool:
    return any(
        one["type"] == "MemoryPressure" and one["status"] == "True"
        for one in node["status"]["conditions"]
    )


def _machine(lab: Lab) -> str:
    return sorted(name for name in lab.nodes() if not name.startswith("virtual-kubelet-"))[0]


def test_best_effort_goes_first_then_burstable_and_guaranteed_stays(lab: Lab, clean: None) -> None:
    """S3-09, with the kubelet's own conditions, taint, reason and message."""
    namespace, node = lab.namespace(), _machine(lab)
    run(lab, namespace, "guaranteed", node, requests=_SIZE, limits=_SIZE)
    run(lab, namespace, "burstable", node, requests=_SIZE)
    run(lab, namespace, "best-effort", node)
    lab.ready(namespace, 3)
    pressure.save(lab.cloud, lab.cluster_id, Pressure(node, 0.95, "pods"))

    def gone() -> list[str]:
        found = pressure.find(lab.cloud, lab.cluster_id, node)
        assert found is not None
        return [one["pod"] for one in found.evicted]

    eventually(lambda: len(gone()) >= 2)
    assert gone() == ["best-effort", "burstable"]
    by_name = {one["metadata"]["name"]: one for one in lab.pods(namespace)}
    assert by_name["guaranteed"]["status"]["phase"] == "Running"
    status = by_name["best-effort"]["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")
    assert status["message"].startswith(
        "The node was low on resource: memory. Threshold quantity: 300Mi, available: 0. "
        "Container c was using "
    )
    assert "request is 0, has larger consumption of memory." in status["message"]
    target = next(one for one in status["conditions"] if one["type"] == "DisruptionTarget")
    assert (target["status"], target["reason"]) == ("True", "TerminationByKubelet")
    assert lab.events(namespace, "Evicted")
    eventually(
        lambda: (
            any(
                taint["key"] == "node.kubernetes.io/memory-pressure"
                and taint["effect"] == "NoSchedule"
                for taint in lab.nodes()[node]["spec"].get("taints") or []
            )
            or not _pressed(lab.nodes()[node])
        )
    )
    pressure.clear(lab.cloud, lab.cluster_id)
    eventually(lambda: not _pressed(lab.nodes()[node]))
    eventually(lambda: not lab.nodes()[node]["spec"].get("taints"))


def _chart(lab: Lab, name: str) -> Object:
    namespace = lab.namespace()
    made = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {"ackb/sandbox-extension": name},
        },
    }
    lab.client.create(made)
    path = path_of("ConfigMap", name, namespace)

    def state() -> str:
        annotations = lab.client.get(path)["metadata"].get("annotations") or {}
        return str(annotations.get("ackb/sandbox-extension-state", ""))

    eventually(lambda: state() == "active")
    return made


def _template(**annotations: str) -> Object:
    return {
        "metadata": {"annotations": annotations},
        "spec": {
            "containers": [{"name": "tensorflow", "image": "kubeflow/tf-dist-mnist-test:1.0"}]
        },
    }


def test_a_tfjob_of_the_article_runs_to_its_end(lab: Lab) -> None:
    """S3-23, S3-25: two parameter servers, four workers, and the conditions of the source."""
    chart = _chart(lab, "training-operator")
    namespace = lab.namespace()
    replicas = {
        kind: {"replicas": count, "restartPolicy": "Never", "template": _template()}
        for kind, count in (("PS", 2), ("Worker", 4))
    }
    made = {
        "apiVersion": "kubeflow.org/v1",
        "kind": "TFJob",
        "metadata": {"name": "dist-mnist-for-e2e-test", "namespace": namespace},
        "spec": {
            "runPolicy": {"cleanPodPolicy": "Running"},
            "tfReplicaSpecs": replicas,
        },
    }
    lab.client.create(made)
    path = path_of("TFJob", "dist-mnist-for-e2e-test", namespace)

    def ended() -> Object | None:
        status: Object = lab.client.get(path).get("status") or {}
        return status if "completionTime" in status else None

    status = eventually(ended)
    assert [(one["type"], one["status"]) for one in status["conditions"]] == [
        ("Created", "True"),
        ("Running", "False"),
        ("Succeeded", "True"),
    ]
    assert status["replicaStatuses"]["PS"] == {"succeeded": 2}
    # The parameter servers would run for ever; the policy removes them.
    eventually(
        lambda: not [one for one in lab.pods(namespace) if "-ps-" in one["metadata"]["name"]]
    )
    lab.client.delete(made)
    lab.client.delete(chart)


def test_a_train_job_makes_the_jobs_of_its_runtime(lab: Lab) -> None:
    """S3-22: today's operator, with the shape of the article."""
    chart = _chart(lab, "kubeflow-trainer")
    namespace = lab.namespace()
    pod = {"spec": {"restartPolicy": "Never", "containers": [{"name": "node", "image": "a:1"}]}}
    jobs = [
        {"name": "ps", "template": {"spec": {"parallelism": 2, "completions": 2, "template": pod}}},
        {
            "name": "node",
            "template": {
                "metadata": {"labels": {"trainer.kubeflow.org/trainjob-ancestor-step": "trainer"}},
                "spec": {"template": pod},
            },
        },
    ]
    slow = {"pod-complete.stage.kwok.x-k8s.io/delay": "1h"}
    jobs[0]["template"]["spec"]["template"] = {**pod, "metadata": {"annotations": slow}}
    runtime = {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "TrainingRuntime",
        "metadata": {"name": "mnist", "namespace": namespace},
        "spec": {
            "mlPolicy": {"numNodes": 1},
            "template": {
                "spec": {
                    "replicatedJobs": jobs,
                    "successPolicy": {"operator": "All", "targetReplicatedJobs": ["node"]},
                }
            },
        },
    }
    made = {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "TrainJob",
        "metadata": {"name": "mnist", "namespace": namespace},
        "spec": {
            "runtimeRef": {"kind": "TrainingRuntime", "name": "mnist"},
            "trainer": {"numNodes": 4, "image": "b:2", "env": [{"name": "A", "value": "1"}]},
        },
    }
    lab.client.create(runtime)
    lab.client.create(made)
    path = path_of("TrainJob", "mnist", namespace)

    def complete() -> Object | None:
        status: Object = lab.client.get(path).get("status") or {}
        done = [one["type"] for one in status.get("conditions") or [] if one["status"] == "True"]
        return status if "Complete" in done else None

    status = eventually(complete)
    assert [one["succeeded"] for one in status["jobsStatus"]] == [0, 1]
    job = lab.client.get(path_of("Job", "mnist-node-0", namespace))
    assert (job["spec"]["completions"], job["status"]["succeeded"]) == (4, 4)
    container = job["spec"]["template"]["spec"]["containers"][0]
    assert (container["image"], container["env"]) == ("b:2", [{"name": "A", "value": "1"}])
    # What still ran is removed, as JobSet does it.
    eventually(lambda: lab.client.find("Job", "mnist-ps-0", namespace) is None)
    for one in (made, runtime, chart):
        lab.client.delete(one)
    eventually(lambda: not [one for one in lab.pods(namespace) if is_ready(one)])


def test_offline_pods_may_have_what_online_ones_leave(lab: Lab) -> None:
    """S3-01: batch resources of ack-koordinator, which shrink as online pods come."""
    lab.finished(
        lab.cloud.cs.install_cluster_addons(
            cluster_id=lab.cluster_id, addons=[{"name": "ack-koordinator"}]
        )["task_id"]
    )
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "ack-slo-config", "namespace": "kube-system"},
        "data": {"colocation-config": '{"enable": true, "cpuReclaimThresholdPercent": 60}'},
    }
    lab.client.create(config)
    node = _machine(lab)

    def batch() -> int:
        return int(lab.nodes()[node]["status"]["allocatable"].get("kubernetes.io/batch-cpu", -1))

    # 60 % of 4 cores less the 100m that ACK keeps for the system.
    eventually(lambda: batch() == 2300)
    namespace = lab.namespace({"ackb/tier": "online"})
    size = {"cpu": "3", "memory": "1Gi"}
    run(lab, namespace, "online", node, requests=size, limits=size)
    lab.ready(namespace, 1)
    # The model lets an idle online pod use 12 % of its request: 360m.
    eventually(lambda: batch() == 2300 - 360)
    amounts = {"kubernetes.io/batch-cpu": "1500", "kubernetes.io/batch-memory": "1Gi"}
    run(lab, namespace, "offline", node, requests=amounts, limits=amounts)
    pods = lab.ready(namespace, 2)
    assert pods["offline"] == node
    by_name = {one["metadata"]["name"]: one for one in lab.pods(namespace)}
    assert by_name["offline"]["status"]["qosClass"] == "BestEffort"
    lab.client.patch(config, {"data": {"colocation-config": '{"enable": false}'}})
    eventually(lambda: batch() == -1)
    lab.client.delete(config)
    lab.cloud.cs.un_install_cluster_addons(
        cluster_id=lab.cluster_id, addons=[{"name": "ack-koordinator"}]
    )
    eventually(lambda: not lab.addon_state("ack-koordinator"))


def test_an_alarm_goes_off_while_memory_is_short(lab: Lab, clean: None) -> None:
    """S3-27: a rule on the memory of the node, judged by the same use that evicts pods."""
    cms, node = lab.cloud.cms, _machine(lab)
    cms.put_contact(contact_name="anna", describe="on call", channels_mail="anna@example.com")
    cms.put_contact_group(contact_group_name="operators", contact_names=["anna"])
    condition = {
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Statistics": "Value",
        "Threshold": "90",
        "Times": 1,
    }
    cms.put_resource_metric_rule(
        rule_id="memory",
        rule_name="memory",
        namespace="acs_k8s",
        metric_name="node.memory.utilization",
        resources=f'[{{"cluster": "{lab.cluster_id}", "node": "{node}"}}]',
        contact_groups="operators",
        escalations={"Critical": condition},
    )

    def state() -> str:
        (rule,) = cms.describe_metric_rule_list(rule_ids="memory")["Alarms"]["Alarm"]
        return str(rule["AlertState"])

    eventually(lambda: state() == "OK")
    namespace = lab.namespace()
    run(lab, namespace, "guaranteed", node, requests=_SIZE, limits=_SIZE)
    lab.ready(namespace, 1)
    # Daemons of the node take it, so nothing can bring it back until the only pod is gone.
    pressure.save(lab.cloud, lab.cluster_id, Pressure(node, 1.0, "system"))
    eventually(lambda: state() == "ALARM")
    eventually(lambda: lab.pods(namespace)[0]["status"]["phase"] == "Failed")
    pressure.clear(lab.cloud, lab.cluster_id)
    eventually(lambda: state() == "OK")
    cms.delete_metric_rules(id=["memory"])
    cms.delete_contact_group(contact_group_name="operators")
    cms.delete_contact(contact_name="anna")
