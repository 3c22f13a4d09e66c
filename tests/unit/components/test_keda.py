"""`ScaledObject`, `ScaledJob`."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as kubernetes
import pytest

from ackb.domain.problems import InvalidArguments
from components.autoscaling import (
    Autoscaler,
    AutoscalerArgs,
    CpuTrigger,
    CronTrigger,
    ExternalTrigger,
    MemoryTrigger,
    OtherTrigger,
    PrometheusTrigger,
    ScaledJob,
    ScaledJobArgs,
    ScaledObject,
    ScaledObjectArgs,
    ScaleTarget,
)

OBJECT = "kubernetes:keda.sh/v1alpha1:ScaledObject"
JOB = "kubernetes:keda.sh/v1alpha1:ScaledJob"
SHOP = ScaleTarget(namespace="shop", name="mailer")
QUEUE = PrometheusTrigger(server="http://prometheus:9090", query="sum(mails)", threshold=20)
DAY = CronTrigger(time_zone="Asia/Shanghai", start="0 8 * * 1-5", end="0 20 * * 1-5", replicas=10)


def arguments(**changes) -> ScaledObjectArgs:
    return ScaledObjectArgs(**{"target": SHOP, "triggers": [QUEUE], "max_replicas": 50, **changes})


def refused(component: type, args: object) -> list[str]:
    with pytest.raises(InvalidArguments) as caught:
        component("mailer", args)
    return str(caught.value).splitlines()


class TestScaledObject:
    def spec(self, deploy, **changes) -> dict:
        plan = deploy(lambda opts: ScaledObject("mailer", arguments(**changes), opts))
        return plan.one(OBJECT, "mailer-scaled-object").inputs["spec"]

    def test_no_pod_where_there_is_no_work(self, deploy) -> None:
        """S4-04."""
        assert self.spec(deploy) == {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "mailer"},
            "minReplicaCount": 0,
            "maxReplicaCount": 50,
            "pollingInterval": 30,
            "cooldownPeriod": 300,
            "triggers": [
                {
                    "type": "prometheus",
                    "metadata": {
                        "serverAddress": "http://prometheus:9090",
                        "query": "sum(mails)",
                        "threshold": "20",
                    },
                }
            ],
        }

    def test_every_kind_of_trigger(self, deploy) -> None:
        """S4-04: events, time, custom metrics."""
        got = self.spec(
            deploy,
            triggers=[
                DAY,
                CpuTrigger(container="mailer"),
                MemoryTrigger(percent=80),
                ExternalTrigger(address="scaler:6000", metadata={"queue": "mail"}),
                OtherTrigger(type="kafka", metadata={"topic": "mail"}, authentication="kafka"),
            ],
        )["triggers"]
        assert got == [
            {
                "type": "cron",
                "metadata": {
                    "timezone": "Asia/Shanghai",
                    "start": "0 8 * * 1-5",
                    "end": "0 20 * * 1-5",
                    "desiredReplicas": "10",
                },
            },
            {
                "type": "cpu",
                "metricType": "Utilization",
                "metadata": {"value": "60", "containerName": "mailer"},
            },
            {"type": "memory", "metricType": "Utilization", "metadata": {"value": "80"}},
            {"type": "external", "metadata": {"scalerAddress": "scaler:6000", "queue": "mail"}},
            {
                "type": "kafka",
                "metadata": {"topic": "mail"},
                "authenticationRef": {"name": "kafka"},
            },
        ]

    def test_cpu_alone_cannot_start_from_nothing(self, deploy) -> None:
        lines = refused(ScaledObject, arguments(triggers=[CpuTrigger()]))
        assert lines == [
            "ScaledObject \"mailer\": 'min_replicas' must be 1 or more where only CPU and memory "
            "are measured: without a pod there is no use to measure (got 0); raise it to 1, or add "
            "a trigger that sees the work"
        ]
        self.spec(deploy, triggers=[CpuTrigger()], min_replicas=1)
        self.spec(deploy, triggers=[CpuTrigger(), DAY])

    def test_every_wrong_argument_is_named_at_once(self) -> None:
        triggers = [
            CronTrigger(
                time_zone="Asia/Shangai", start="0 0 8 * * *", end="61 8 * * *", replicas=0
            ),
            CpuTrigger(percent=0),
            PrometheusTrigger(server="prometheus:9090", query="up", threshold=0),
        ]
        lines = refused(
            ScaledObject,
            arguments(
                target=ScaleTarget(namespace="shop", name="mailer", kind="DaemonSet"),
                triggers=triggers,
                min_replicas=5,
                max_replicas=4,
                polling_seconds=0,
                cooldown_seconds=0,
            ),
        )
        assert [line.split("'")[1] for line in lines] == [
            "target.kind",
            "min_replicas",
            "triggers[0].time_zone",
            "triggers[0].start",
            "triggers[0].end",
            "triggers[0].replicas",
            "triggers[1].percent",
            "triggers[2].server",
            "triggers[2].threshold",
            "polling_seconds",
            "cooldown_seconds",
        ]
        assert "must have 0 <= min <= max, and a max of at least 1 (min is 5, max is 4)" in lines[1]
        assert lines[2].endswith('(got "Asia/Shangai"); write Asia/Shanghai')
        assert "must have the five fields of crontab, minutes first" in lines[3]

    def test_a_window_has_two_ends_and_there_is_a_trigger(self) -> None:
        same = CronTrigger(time_zone="UTC", start="0 8 * * *", end="0 8 * * *", replicas=1)
        lines = refused(ScaledObject, arguments(triggers=[same]))
        assert "'triggers[0].end' must differ from 'start'" in lines[0]
        assert (
            "'triggers' must hold at least one" in refused(ScaledObject, arguments(triggers=[]))[0]
        )

    def test_use_of_cpu_is_measured_against_a_request(self) -> None:
        """S4-06."""
        target = ScaleTarget(namespace="shop", name="mailer", pod={"containers": [{"name": "m"}]})
        lines = refused(
            ScaledObject, arguments(target=target, triggers=[CpuTrigger()], min_replicas=1)
        )
        assert "'target.pod' must request cpu in every container" in lines[0]

    def test_it_makes_an_autoscaler_so_there_is_no_room_for_another(self, deploy) -> None:
        """S4-09."""

        def build(opts: pulumi.ResourceOptions) -> None:
            ScaledObject("mailer", arguments(), opts)
            Autoscaler("scaling", AutoscalerArgs(target=SHOP, min_replicas=1, max_replicas=2), opts)

        with pytest.raises(InvalidArguments, match='ScaledObject of ScaledObject "mailer" is ther'):
            deploy(build)


class TestScaledJob:
    def arguments(self, **changes) -> ScaledJobArgs:
        template = kubernetes.core.v1.PodTemplateSpecArgs(
            spec=kubernetes.core.v1.PodSpecArgs(
                containers=[kubernetes.core.v1.ContainerArgs(name="encode", image="e:1")],
                restart_policy="Never",
            )
        )
        return ScaledJobArgs(
            **{
                "namespace": "shop",
                "job_name": "encode",
                "job": kubernetes.batch.v1.JobSpecArgs(template=template, backoff_limit=2),
                "triggers": [QUEUE],
                "max_replicas": 100,
                **changes,
            }
        )

    def test_a_job_for_each_piece_of_work(self, deploy) -> None:
        plan = deploy(lambda opts: ScaledJob("mailer", self.arguments(), opts))
        spec = plan.one(JOB, "mailer-scaled-job").inputs["spec"]
        assert spec["jobTargetRef"] == {
            "backoffLimit": 2,
            "template": {
                "spec": {
                    "containers": [{"name": "encode", "image": "e:1"}],
                    "restartPolicy": "Never",
                }
            },
        }
        assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (0, 100)
        assert spec["scalingStrategy"] == {"strategy": "default"}
        assert spec["rollout"] == {"strategy": "gradual"}
        assert [one["type"] for one in spec["triggers"]] == ["prometheus"]
        made = plan.one("ackb:workload:ScaledJob", "mailer")
        assert made.outputs == {"scaled_job_name": "encode"}

    def test_every_wrong_argument_is_named_at_once(self) -> None:
        lines = refused(
            ScaledJob,
            self.arguments(
                job_name="Encode",
                triggers=[],
                min_replicas=-1,
                polling_seconds=0,
                successful_kept=-1,
                failed_kept=-1,
            ),
        )
        assert [line.split("'")[1] for line in lines] == [
            "job_name",
            "min_replicas",
            "triggers",
            "polling_seconds",
            "successful_kept",
            "failed_kept",
        ]
