"""Jobs by a timetable, and Services inside the cluster: what is declared, what is refused."""

from typing import Any

import pulumi
import pytest

from ackb.domain.placement import WorkloadKind
from ackb.domain.problems import InvalidArguments
from ackb.planning import Plan, plan_program
from components.batch import BatchJobArgs
from components.cluster_service import ClusterService, ClusterServiceArgs
from components.cron_job import CronBatchJob, CronBatchJobArgs
from components.placement import EciLabel, Target, place
from components.workload import Resources

CRON_JOB = "kubernetes:batch/v1:CronJob"


def job(**changes: Any) -> BatchJobArgs:
    given: dict[str, Any] = {
        "namespace": "data",
        "app": "settle",
        "image": "registry.example.com/settle:1.0.0",
        "command": ["settle"],
        "resources": Resources(cpu="1", memory="2Gi"),
        "user_id": 1000,
    }
    return BatchJobArgs(**{**given, **changes})


def made(**changes: Any) -> Plan:
    args = CronBatchJobArgs(**{"job": job(), "schedule": None, **changes})
    return plan_program(lambda: CronBatchJob("settle", args) and None)


def refusal(**changes: Any) -> str:
    with pytest.raises(InvalidArguments) as caught:
        made(**changes)
    return str(caught.value)


def test_a_timetable() -> None:
    (cron_job,) = made(schedule="30 2 * * *").of(CRON_JOB)
    spec = cron_job.inputs["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["suspend"]) == (
        "30 2 * * *",
        "Asia/Shanghai",
        False,
    )
    assert spec["concurrencyPolicy"] == "Forbid"


def test_without_a_timetable_it_waits_to_be_started() -> None:
    """S4-20: a pipeline of Jenkins starts it."""
    (cron_job,) = made().of(CRON_JOB)
    assert cron_job.inputs["spec"]["suspend"] is True


def test_all_pods_of_its_jobs_run_on_eci() -> None:
    """S4-34."""

    def program() -> None:
        target = Target(
            namespace="data",
            app="settle",
            selector={"app": "settle"},
            kind=WorkloadKind.CRON_JOB,
        )
        placed = place("settle-placement", EciLabel(), target)
        CronBatchJob("settle", CronBatchJobArgs(job=job(placement=placed), schedule=None))

    (cron_job,) = plan_program(program).of(CRON_JOB)
    template = cron_job.inputs["spec"]["jobTemplate"]["spec"]["template"]
    assert template["metadata"]["labels"]["alibabacloud.com/eci"] == "true"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"schedule": "0 30 2 * * *"},
            "'schedule' must have the five fields of crontab, minutes first",
        ),
        ({"time_zone": "Asia/Shangai"}, "'time_zone' must be the name of a time zone"),
        ({"job": job(app="a" * 53)}, "'job.app' must have 1 to 52 characters"),
        ({"job": job(command=[])}, "'command' must name a program"),
    ],
)
def test_what_is_refused(changes: Any, line: str) -> None:
    assert f'CronBatchJob "settle": {line}' in refusal(**changes)


def test_a_placement_for_a_job_is_not_one_for_a_cron_job() -> None:
    def program() -> None:
        target = Target(
            namespace="data", app="settle", selector={"app": "settle"}, kind=WorkloadKind.JOB
        )
        placed = place("settle-placement", EciLabel(), target)
        CronBatchJob("settle", CronBatchJobArgs(job=job(placement=placed), schedule=None))

    with pytest.raises(InvalidArguments, match="be made for this CronJob, settle"):
        plan_program(program)


def test_a_service_inside_the_cluster() -> None:
    args = ClusterServiceArgs(
        namespace="a", service_name="web", selector={"app": "web"}, target_port=8080
    )
    plan = plan_program(lambda: ClusterService("web", args) and None)
    (service,) = plan.of("kubernetes:core/v1:Service")
    assert service.inputs["spec"] == {
        "type": "ClusterIP",
        "selector": {"app": "web"},
        "ports": [{"name": "http", "port": 80, "targetPort": 8080}],
    }


def test_a_service_must_select_something() -> None:
    args = ClusterServiceArgs(namespace="a", service_name="Web", selector={}, target_port=8080)
    with pytest.raises(InvalidArguments) as caught:
        plan_program(lambda: ClusterService("web", args, pulumi.ResourceOptions()) and None)
    assert "'service_name' must" in str(caught.value)
    assert "'selector' must select some pods" in str(caught.value)
