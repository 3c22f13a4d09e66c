"""`DistributedTraining`: parameter servers and workers in three forms."""

import json
import subprocess

import pytest

from ackb.domain.problems import InvalidArguments
from ackb.domain.qos import QosClass, classify
from ackb.planning import Plan
from components.node_pool import Taint
from components.training import DistributedTraining, DistributedTrainingArgs
from components.workload import Resources

JOB = "kubernetes:batch/v1:Job"
TRAIN_JOB = "kubernetes:trainer.kubeflow.org/v1alpha1:TrainJob"
RUNTIME = "kubernetes:trainer.kubeflow.org/v1alpha1:ClusterTrainingRuntime"
TF_JOB = "kubernetes:kubeflow.org/v1:TFJob"


def args(**changes) -> DistributedTrainingArgs:
    return DistributedTrainingArgs(
        **{
            "namespace": "offline",
            "job_name": "dist-mnist",
            "image": "kubeflow/tf-dist-mnist-test:1.0",
            "command": ["python", "/train.py"],
            "user_id": 1000,
            **changes,
        }
    )


def plan_of(deploy, **changes) -> Plan:
    return deploy(lambda opts: DistributedTraining("training", args(**changes), opts))


def spec_of(deploy, kind: str, **changes):
    return plan_of(deploy, **changes).of(kind)[0].inputs["spec"]


def test_one_indexed_job_is_done_when_its_workers_are(deploy) -> None:
    """S3-23: two parameter servers, four workers, no resources, restartPolicy Never."""
    plan = plan_of(deploy)
    job = plan.one(JOB, "training-job")
    spec = job.inputs["spec"]
    assert (spec["completionMode"], spec["completions"], spec["parallelism"]) == ("Indexed", 6, 6)
    assert spec["successPolicy"] == {"rules": [{"succeededIndexes": "2-5"}]}
    pod = spec["template"]["spec"]
    assert (pod["restartPolicy"], pod["subdomain"]) == ("Never", "dist-mnist")
    assert classify(pod).qos is QosClass.BEST_EFFORT
    # Nobody waits for hours of training.
    assert job.inputs["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}
    assert job.options["deleteBeforeReplace"] is True
    (service,) = plan.of("kubernetes:core/v1:Service")
    assert service.inputs["spec"]["clusterIP"] == "None"
    assert service.inputs["spec"]["publishNotReadyAddresses"] is True


def test_an_evicted_pod_comes_again_and_spends_no_retry(deploy) -> None:
    """S3-09: the kubelet sets DisruptionTarget on what it evicts."""
    spec = spec_of(deploy, JOB, retries=2)
    assert spec["backoffLimit"] == 2
    (rule,) = spec["podFailurePolicy"]["rules"]
    assert rule == {
        "action": "Ignore",
        "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}],
    }


def test_a_worker_alone_has_no_servers(deploy) -> None:
    spec = spec_of(deploy, JOB, parameter_servers=0, workers=1)
    assert spec["successPolicy"]["rules"] == [{"succeededIndexes": "0"}]
    assert spec["completions"] == 1


@pytest.mark.parametrize(
    ("index", "task"),
    [
        (0, {"type": "ps", "index": 0}),
        (1, {"type": "ps", "index": 1}),
        (2, {"type": "worker", "index": 0}),
        (5, {"type": "worker", "index": 3}),
    ],
)
def test_each_pod_is_told_who_it_is(deploy, index: int, task: dict[str, object]) -> None:
    """The script runs in a real shell, with a program that shows what it was told."""
    shown = ["sh", "-c", 'printf %s "$TF_CONFIG"']
    pod = spec_of(deploy, JOB, command=shown)["template"]["spec"]
    (container,) = pod["containers"]
    environment = {one["name"]: one["value"] for one in container["env"]}
    done = subprocess.run(
        container["command"],
        env={**environment, "JOB_COMPLETION_INDEX": str(index), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["task"] == task
    assert told["cluster"]["ps"] == [f"dist-mnist-{one}.dist-mnist:2222" for one in range(2)]
    assert told["cluster"]["worker"] == [f"dist-mnist-{one}.dist-mnist:2222" for one in range(2, 6)]


def test_no_node_takes_more_than_its_share(deploy) -> None:
    """S3-04."""
    (spread,) = spec_of(deploy, JOB)["template"]["spec"]["topologySpreadConstraints"]
    assert (spread["maxSkew"], spread["whenUnsatisfiable"]) == (1, "DoNotSchedule")
    assert spread["topologyKey"] == "kubernetes.io/hostname"


def test_batch_resources_leave_the_pods_best_effort(deploy) -> None:
    template = spec_of(deploy, JOB, batch=Resources(cpu="1500m", memory="2Gi"))["template"]
    assert template["metadata"]["labels"]["koordinator.sh/qosClass"] == "BE"
    amounts = {"kubernetes.io/batch-cpu": "1500", "kubernetes.io/batch-memory": "2Gi"}
    assert template["spec"]["containers"][0]["resources"] == {
        "limits": amounts,
        "requests": amounts,
    }
    assert classify(template["spec"]).qos is QosClass.BEST_EFFORT


def test_pods_carry_what_the_stack_says(deploy) -> None:
    template = spec_of(
        deploy,
        JOB,
        annotations={"k": "v"},
        priority_class="ackb-offline",
        tolerations=[Taint(key="tier", value="offline", effect="NoSchedule")],
        pull_secret="registry",
    )["template"]
    assert template["metadata"]["annotations"] == {"k": "v"}
    assert template["metadata"]["labels"] == {"app": "dist-mnist", "ackb/tier": "offline"}
    pod = template["spec"]
    assert pod["priorityClassName"] == "ackb-offline"
    assert pod["tolerations"] == [
        {"key": "tier", "operator": "Equal", "value": "offline", "effect": "NoSchedule"}
    ]
    assert pod["imagePullSecrets"] == [{"name": "registry"}]


def test_a_train_job_and_its_runtime(deploy) -> None:
    """S3-22, S3-23 on today's API."""
    plan = plan_of(deploy, form="TrainJob")
    runtime, job = plan.of(RUNTIME)[0], plan.of(TRAIN_JOB)[0]
    assert "namespace" not in runtime.inputs["metadata"]
    template = runtime.inputs["spec"]["template"]["spec"]
    servers, workers = template["replicatedJobs"]
    assert (servers["name"], servers["replicas"]) == ("ps", 1)
    assert servers["template"]["spec"]["completions"] == 2
    assert servers["template"]["spec"]["podFailurePolicy"]["rules"][0]["action"] == "Ignore"
    assert workers["name"] == "node"
    assert workers["template"]["metadata"]["labels"] == {
        "trainer.kubeflow.org/trainjob-ancestor-step": "trainer"
    }
    assert template["successPolicy"] == {"operator": "All", "targetReplicatedJobs": ["node"]}
    assert job.inputs["spec"] == {
        "runtimeRef": {
            "apiGroup": "trainer.kubeflow.org",
            "kind": "ClusterTrainingRuntime",
            "name": "dist-mnist",
        },
        "trainer": {
            "image": "kubeflow/tf-dist-mnist-test:1.0",
            "command": ["python", "/train.py"],
            "numNodes": 4,
        },
    }
    assert job.options["replaceOnChanges"] == ["spec"]
    (container,) = workers["template"]["spec"]["template"]["spec"]["containers"]
    index, config = container["env"]
    assert index["valueFrom"]["fieldRef"]["fieldPath"].endswith("job-completion-index']")
    told = json.loads(config["value"].replace("$(TASK_INDEX)", "3"))
    assert told["task"] == {"type": "worker", "index": 3}
    assert told["cluster"]["ps"][1] == "dist-mnist-ps-0-1.dist-mnist:2222"


def test_the_article_s_job(deploy) -> None:
    """S3-23."""
    (job,) = plan_of(deploy, form="TFJob", job_name="dist-mnist-for-e2e-test").of(TF_JOB)
    assert job.inputs["metadata"]["name"] == "dist-mnist-for-e2e-test"
    replicas = job.inputs["spec"]["tfReplicaSpecs"]
    assert {role: one["replicas"] for role, one in replicas.items()} == {"PS": 2, "Worker": 4}
    for one in replicas.values():
        assert one["restartPolicy"] == "Never"
        (container,) = one["template"]["spec"]["containers"]
        assert container["name"] == "tensorflow"
        assert container["image"] == "kubeflow/tf-dist-mnist-test:1.0"
        assert "resources" not in container


def test_every_wrong_argument_is_named_at_once() -> None:
    with pytest.raises(InvalidArguments) as caught:
        DistributedTraining(
            "training",
            args(
                job_name="Dist_MNIST",
                image="train:latest",
                command=[],
                user_id=0,
                parameter_servers=-1,
                workers=0,
                retries=-1,
                batch=Resources(cpu="0", memory="1Gi", cpu_request="0"),
            ),
        )
    text = str(caught.value)
    for field in ("job_name", "image", "command", "user_id", "parameter_servers", "workers"):
        assert f"'{field}' must" in text, field
    assert "'retries' must be 0 or more (got -1)" in text
    assert "'batch' must have no requests of its own" in text
