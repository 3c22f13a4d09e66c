"""`BatchJob`: pods that end, on ECI or on ECS nodes."""

import pytest

from ackb.domain.placement import WorkloadKind
from ackb.domain.problems import InvalidArguments
from ackb.planning import Plan
from components.batch import BatchJob, BatchJobArgs
from components.placement import EciLabel, NodeAffinity, Target, place
from components.workload import Resources

JOB = "kubernetes:batch/v1:Job"


def args(**changes) -> BatchJobArgs:
    return BatchJobArgs(
        **{
            "namespace": "shop",
            "app": "train",
            "image": "registry.example.com/train:1.2.3",
            "command": ["train", "--epochs", "3"],
            "resources": Resources(cpu="2", memory="4Gi"),
            "user_id": 1000,
            **changes,
        }
    )


def placed(strategy, kind=WorkloadKind.JOB, app="train"):
    target = Target(namespace="shop", app=app, selector={"app": app}, kind=kind)
    return place("train-placement", strategy, target)


def plan_of(deploy, **changes) -> Plan:
    return deploy(lambda opts: BatchJob("train", args(**changes), opts))


def refused(**changes) -> str:
    with pytest.raises(InvalidArguments) as caught:
        BatchJob("train", args(**changes))
    return str(caught.value)


def test_all_pods_of_a_job_run_on_eci_and_end(deploy) -> None:
    """S4-34: a label of the pods, and nothing is paid once they are done."""
    job = plan_of(deploy, placement=placed(EciLabel()), completions=8, parallelism=4).one(
        JOB, "train-job"
    )
    spec = job.inputs["spec"]
    assert (spec["completions"], spec["parallelism"], spec["backoffLimit"]) == (8, 4, 3)
    template = spec["template"]
    assert template["metadata"]["labels"] == {
        "app": "train",
        "ackb/tier": "offline",
        "alibabacloud.com/eci": "true",
    }
    assert template["spec"]["restartPolicy"] == "Never"
    assert template["spec"]["containers"][0]["command"] == ["train", "--epochs", "3"]
    assert job.options["deleteBeforeReplace"] is True


def test_a_preference_reaches_the_pods(deploy) -> None:
    strategy = NodeAffinity(side="eci")
    spec = plan_of(deploy, placement=placed(strategy)).of(JOB)[0].inputs["spec"]["template"]["spec"]
    assert spec["tolerations"][0]["key"] == "virtual-kubelet.io/provider"
    assert "nodeAffinity" in spec["affinity"]


def test_without_a_placement_it_stays_on_ecs(deploy) -> None:
    template = plan_of(deploy).of(JOB)[0].inputs["spec"]["template"]
    assert template["metadata"] == {"labels": {"app": "train", "ackb/tier": "offline"}}
    assert "tolerations" not in template["spec"]
    assert template["spec"]["securityContext"]["runAsNonRoot"] is True
    assert template["spec"]["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True


def test_every_wrong_argument_is_named_at_once() -> None:
    text = refused(
        app="My_Job",
        image="train:latest",
        command=[],
        user_id=0,
        completions=0,
        parallelism=0,
        retries=-1,
        deadline_seconds=0,
        resources=Resources(cpu="lots", memory="4Gi"),
    )
    assert [line.split("'")[1] for line in text.splitlines()] == [
        "app",
        "image",
        "command",
        "resources.cpu",
        "user_id",
        "completions",
        "parallelism",
        "retries",
        "deadline_seconds",
    ]


@pytest.mark.parametrize(
    ("kind", "app"), [(WorkloadKind.DEPLOYMENT, "train"), (WorkloadKind.JOB, "other")]
)
def test_a_placement_of_something_else(kind, app) -> None:
    assert refused(placement=placed(EciLabel(), kind, app)) == (
        f'BatchJob "train": \'placement\' must be made for this Job, train (got "{kind} {app}"); '
        "give 'place' the kind Job and the same app"
    )


def test_a_job_that_needs_a_gpu(deploy) -> None:
    """S0-16: one GPU, on a node that may be kept for such pods."""
    got = plan_of(deploy, gpus=1, node_selector={"aliyun.accelerator/nvidia_count": "1"})
    pod = got.one(JOB, "train-job").inputs["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert container["resources"]["requests"]["nvidia.com/gpu"] == "1"
    assert pod["nodeSelector"] == {"aliyun.accelerator/nvidia_count": "1"}
    assert pod["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists"}]
    without = plan_of(deploy).one(JOB, "train-job").inputs["spec"]["template"]["spec"]
    assert not {"nodeSelector", "tolerations"} & set(without)
    assert "'gpus' must be 0 or more" in refused(gpus=-1)


def test_tasks_may_be_numbered(deploy) -> None:
    """S1-04: computing that divides its input beforehand needs no operator."""
    spec = plan_of(deploy, indexed=True, completions=8).one(JOB, "train-job").inputs["spec"]
    assert (spec["completionMode"], spec["completions"]) == ("Indexed", 8)
    assert "completionMode" not in plan_of(deploy).one(JOB, "train-job").inputs["spec"]


def test_names_may_come_from_the_vpc(deploy) -> None:
    """S1-19: without ClusterIP nobody reaches CoreDNS."""
    made = plan_of(deploy, dns_policy="Default").one(JOB, "train-job").inputs["spec"]
    assert made["template"]["spec"]["dnsPolicy"] == "Default"
    assert (
        "dnsPolicy" not in plan_of(deploy).one(JOB, "train-job").inputs["spec"]["template"]["spec"]
    )


@pytest.mark.parametrize(("seconds", "waits"), [(None, ""), (600, ""), (601, "601s")])
def test_a_long_job_is_waited_for(deploy, seconds: int | None, waits: str) -> None:
    made = plan_of(deploy, deadline_seconds=seconds).one(JOB, "train-job")
    assert made.options.get("customTimeouts", {}).get("create", "") == waits
