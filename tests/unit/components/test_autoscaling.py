"""`Autoscaler`, `CronAutoscaler`: what they declare, and what they refuse before anything is."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pulumi
import pytest

from ackb.domain import hpa
from ackb.domain.problems import InvalidArguments
from ackb.domain.tiers import Tier
from components.autoscaling import (
    SCALE_IN,
    SCALE_OUT,
    Autoscaler,
    AutoscalerArgs,
    Cpu,
    CronAutoscaler,
    CronAutoscalerArgs,
    ExternalMetric,
    Memory,
    PodsMetric,
    ScaleTarget,
    Schedule,
    ScheduledSize,
)
from components.workload import Probe, Resources, Workload, WorkloadArgs

HPA = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
CRON = "kubernetes:autoscaling.alibabacloud.com/v1beta1:CronHorizontalPodAutoscaler"
SHOP = ScaleTarget(namespace="shop", name="shop")
MORNING = ScheduledSize(name="morning", schedule="0 30 8 * * MON-FRI", size=50)


def refused(component: type, name: str, args: object) -> str:
    with pytest.raises(InvalidArguments) as caught:
        component(name, args)
    return str(caught.value)


def autoscaler(**changes) -> AutoscalerArgs:
    return AutoscalerArgs(**{"target": SHOP, "min_replicas": 22, "max_replicas": 100, **changes})


def fields(text: str) -> list[str]:
    return [line.split("'")[1] for line in text.splitlines()]


class TestAutoscaler:
    def spec(self, deploy, **changes) -> dict:
        plan = deploy(lambda opts: Autoscaler("scaling", autoscaler(**changes), opts))
        return plan.one(HPA, "scaling-hpa").inputs["spec"]

    def test_it_aims_at_60_percent_between_22_and_100(self, deploy) -> None:
        """S2-45, S2-46."""
        spec = self.spec(deploy)
        assert (spec["minReplicas"], spec["maxReplicas"]) == (22, 100)
        assert spec["metrics"] == [
            {
                "type": "Resource",
                "resource": {
                    "name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": 60},
                },
            }
        ]
        assert spec["scaleTargetRef"] == {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "name": "shop",
        }

    def test_up_at_once_down_after_a_window(self, deploy) -> None:
        behavior = self.spec(deploy, scale_in=replace(SCALE_IN, window_seconds=60))["behavior"]
        assert behavior["scaleUp"] == {
            "stabilizationWindowSeconds": 0,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Percent", "value": 100, "periodSeconds": 15},
                {"type": "Pods", "value": 4, "periodSeconds": 15},
            ],
        }
        assert behavior["scaleDown"]["stabilizationWindowSeconds"] == 60
        assert self.spec(deploy)["behavior"]["scaleDown"] == {
            "stabilizationWindowSeconds": 300,
            "selectPolicy": "Max",
            "policies": [{"type": "Percent", "value": 50, "periodSeconds": 60}],
        }

    def test_each_direction_may_have_a_tolerance(self, deploy) -> None:
        """S4-07; Kubernetes reads it from 1.35, the oldest version a stack may have."""
        eager = replace(SCALE_OUT, tolerance=Fraction(1, 20))
        behavior = self.spec(deploy, scale_out=eager)["behavior"]
        assert behavior["scaleUp"]["tolerance"] == "50m"
        assert "tolerance" not in behavior["scaleDown"]

    def test_several_metrics_of_every_kind(self, deploy) -> None:
        """S4-05: Kubernetes takes the one that asks for most."""
        metrics = [
            Cpu(percent=70, container="php"),
            Memory(percent=80),
            PodsMetric(metric="http_requests", average="100"),
            ExternalMetric(metric="queue_length", average="30", labels={"queue": "mail"}),
            ExternalMetric(metric="visitors", average="1500m"),
        ]
        got = self.spec(deploy, metrics=metrics)["metrics"]
        assert [one["type"] for one in got] == [
            "ContainerResource",
            "Resource",
            "Pods",
            "External",
            "External",
        ]
        assert got[0]["containerResource"]["container"] == "php"
        assert got[1]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 80}
        assert got[2]["pods"] == {
            "metric": {"name": "http_requests"},
            "target": {"type": "AverageValue", "averageValue": "100"},
        }
        assert got[3]["external"]["metric"] == {
            "name": "queue_length",
            "selector": {"matchLabels": {"queue": "mail"}},
        }
        assert got[4]["external"]["metric"] == {"name": "visitors"}

    def test_anything_with_a_scale_subresource(self, deploy) -> None:
        """S4-03."""
        clones = ScaleTarget(
            namespace="shop", name="shop", api_version="apps.kruise.io/v1alpha1", kind="CloneSet"
        )
        assert self.spec(deploy, target=clones)["scaleTargetRef"] == {
            "apiVersion": "apps.kruise.io/v1alpha1",
            "kind": "CloneSet",
            "name": "shop",
        }

    @pytest.mark.parametrize("window", [0, 3600])
    def test_both_ends_of_the_window_are_fine(self, deploy, window: int) -> None:
        self.spec(deploy, scale_in=replace(SCALE_IN, window_seconds=window))

    def test_every_wrong_argument_is_named_at_once(self) -> None:
        text = refused(
            Autoscaler,
            "scaling",
            autoscaler(
                min_replicas=5,
                max_replicas=4,
                metrics=[Cpu(percent=101), ExternalMetric(metric="", average="-1")],
                scale_in=hpa.Rules((), window_seconds=3601),
            ),
        )
        assert text.splitlines() == [
            "Autoscaler \"scaling\": 'min_replicas' must have min <= max (min is 5, max is 4) "
            "(got 5); lower min to 4 or raise max to 5",
            "Autoscaler \"scaling\": 'metrics[0].percent' must be a whole percentage of the "
            "request from 1 to 100 (got 101); choose the use you want to see, such as 60",
            'Autoscaler "scaling": \'metrics[1].metric\' must not be empty (got ""); name the '
            "metric",
            'Autoscaler "scaling": \'metrics[1].average\' must be more than 0 (got "-1"); write '
            "what one pod can take",
            "Autoscaler \"scaling\": 'scale_in.policies' must hold at least one policy (got []); "
            "add one, or choose 'Disabled' for 'select'",
            "Autoscaler \"scaling\": 'scale_in.window_seconds' must be from 0 to 3600 (got 3601); "
            "choose 300, the default of Kubernetes",
        ]

    def test_it_must_measure_something_and_be_able_to_act(self) -> None:
        shut = replace(SCALE_IN, select="Disabled")
        arguments = autoscaler(metrics=[], scale_out=shut, scale_in=shut)
        text = refused(Autoscaler, "scaling", arguments)
        assert fields(text) == ["metrics", "scale_out.select"]

    def test_a_daemon_set_is_no_target(self) -> None:
        """S4-03."""
        target = ScaleTarget(namespace="shop", name="agent", kind="DaemonSet")
        assert refused(Autoscaler, "scaling", autoscaler(target=target)) == (
            "Autoscaler \"scaling\": 'target.kind' must be a kind with a scale subresource, one of "
            "CloneSet, Deployment, ElasticWorkload, ReplicaSet, ReplicationController, "
            "StatefulSet, UnitedDeployment: a DaemonSet runs one pod on each node (got "
            '"DaemonSet"); scale a Deployment, or add nodes instead of pods'
        )

    def test_replicas_0_would_switch_it_off(self) -> None:
        """S4-08."""
        target = ScaleTarget(namespace="shop", name="shop", replicas=0)
        assert refused(Autoscaler, "scaling", autoscaler(target=target)) == (
            "Autoscaler \"scaling\": 'target.replicas' must not be 0 under an autoscaler, which is "
            "switched off until somebody sets another number (got 0); leave it out, so that the "
            "autoscaler owns it"
        )

    def test_any_other_number_would_be_set_back(self) -> None:
        target = ScaleTarget(namespace="shop", name="shop", replicas=22)
        text = refused(Autoscaler, "scaling", autoscaler(target=target))
        assert "must be left out under an autoscaler" in text

    def test_use_is_measured_against_a_request(self) -> None:
        """S4-06: every container and every sidecar must have one."""
        pod = {
            "containers": [
                {"name": "php", "resources": {"limits": {"cpu": "500m"}}},
                {"name": "log", "resources": {"requests": {"memory": "64Mi"}}},
            ],
            "initContainers": [{"name": "setup"}, {"name": "proxy", "restartPolicy": "Always"}],
        }
        target = ScaleTarget(namespace="shop", name="shop", pod=pod)
        text = refused(Autoscaler, "scaling", autoscaler(target=target))
        assert text.splitlines()[0] == (
            "Autoscaler \"scaling\": 'target.pod' must request cpu in every container, since the "
            "autoscaler measures use in percent of the request: 'log' requests none, and nothing "
            "would be scaled (got \"no cpu request\"); set the cpu limit of 'log', which is its "
            "request too, or measure one container only"
        )
        assert ["'proxy' requests none" in line for line in text.splitlines()] == [False, True]

    def test_one_container_alone_may_be_measured(self, deploy) -> None:
        pod = {
            "containers": [
                {"name": "php", "resources": {"limits": {"cpu": "500m"}}},
                {"name": "log"},
            ]
        }
        target = ScaleTarget(namespace="shop", name="shop", pod=pod)
        self.spec(deploy, target=target, metrics=[Cpu(container="php")])

    def test_the_container_that_is_measured_must_be_there(self) -> None:
        pod = {"containers": [{"name": "php", "resources": {"limits": {"cpu": "500m"}}}]}
        target = ScaleTarget(namespace="shop", name="shop", pod=pod)
        text = refused(
            Autoscaler, "scaling", autoscaler(target=target, metrics=[Cpu(container="p")])
        )
        assert text == (
            "Autoscaler \"scaling\": 'target.pod' must have the container 'p', whose cpu use the "
            'autoscaler measures (got "no p"); name a container of the pod, or measure the whole '
            "pod"
        )

    def test_two_on_one_target_are_refused_with_both_names(self, deploy) -> None:
        """S4-09."""

        def build(opts: pulumi.ResourceOptions) -> None:
            Autoscaler("first", autoscaler(), opts)
            Autoscaler("second", autoscaler(), opts)

        with pytest.raises(InvalidArguments) as caught:
            deploy(build)
        assert str(caught.value) == (
            "Autoscaler \"second\": 'target' must have one autoscaler of its replicas only, and "
            'HorizontalPodAutoscaler of Autoscaler "first" is there already: both act, again and '
            'again (got "Deployment shop/shop"); put what both need into one of them'
        )

    def test_two_on_one_workload_are_refused(self, deploy) -> None:
        """The name of the Deployment is an output, known after the deployment only."""

        def build(opts: pulumi.ResourceOptions) -> None:
            target = workload(opts).scale_target()
            Autoscaler("first", autoscaler(target=target), opts)
            Autoscaler("second", autoscaler(target=target), opts)

        with pytest.raises(InvalidArguments, match='of Autoscaler "first" is there already'):
            deploy(build)

    @pytest.mark.parametrize(
        "other",
        [
            ScaleTarget(namespace="shop", name="web"),
            ScaleTarget(namespace="web", name="shop"),
            ScaleTarget(namespace="shop", name="shop", kind="StatefulSet"),
        ],
    )
    def test_other_targets_are_none_of_its_business(self, deploy, other: ScaleTarget) -> None:
        def build(opts: pulumi.ResourceOptions) -> None:
            Autoscaler("first", autoscaler(), opts)
            Autoscaler("second", autoscaler(target=other), opts)

        assert len(deploy(build).of(HPA)) == 2
        assert len(deploy(build).of(HPA)) == 2, "what one run declared does not bother the next"

    def test_an_elastic_workload_or_its_deployment_not_both(self, deploy) -> None:
        elastic = ScaleTarget(
            namespace="shop",
            name="shop-elastic",
            api_version="autoscaling.alibabacloud.com/v1beta1",
            kind="ElasticWorkload",
            clones=SHOP,
        )

        def build(opts: pulumi.ResourceOptions) -> None:
            Autoscaler("all", autoscaler(target=elastic), opts)
            Autoscaler("source", autoscaler(), opts)

        with pytest.raises(InvalidArguments, match="an ElasticWorkload scales the Deployment it"):
            deploy(build)


def workload(opts: pulumi.ResourceOptions, replicas: int | None = None) -> Workload:
    return Workload(
        "site",
        WorkloadArgs(
            namespace="shop",
            app="shop",
            image="registry.example.com/shop:1.2.3",
            port=8080,
            resources=Resources(cpu="500m", memory="512Mi"),
            probe=Probe(path="/"),
            tier=Tier.ONLINE,
            user_id=1000,
            replicas=replicas,
        ),
        opts,
    )


class TestScheduleOfAnAutoscaler:
    """S2-14: with both, the schedule moves the bounds of the autoscaler."""

    def plan(self, deploy, **changes):
        schedule = Schedule(**{"jobs": [MORNING], **changes})
        return deploy(lambda opts: Autoscaler("scaling", autoscaler(schedule=schedule), opts))

    def test_it_points_at_the_autoscaler(self, deploy) -> None:
        plan = self.plan(deploy, exclude_dates=["* * * 1 10 *"])
        cron = plan.one(CRON, "scaling-schedule")
        assert cron.inputs["metadata"] == {"name": "shop", "namespace": "shop"}
        assert cron.inputs["spec"] == {
            "scaleTargetRef": {
                "apiVersion": "autoscaling/v1",
                "kind": "HorizontalPodAutoscaler",
                "name": "shop",
            },
            "jobs": [
                {
                    "name": "morning",
                    "schedule": "0 30 8 * * MON-FRI",
                    "targetSize": 50,
                    "runOnce": False,
                }
            ],
            "excludeDates": ["* * * 1 10 *"],
        }
        assert cron.dependencies == ("scaling-hpa",)

    def test_a_change_of_the_bounds_wins_over_the_schedule(self, deploy) -> None:
        metadata = self.plan(deploy).one(HPA, "scaling-hpa").inputs["metadata"]
        assert metadata["annotations"] == {
            "pulumi.com/patchForce": "true",
            "ackb/bounds-moved-by": "CronHorizontalPodAutoscaler",
        }

    def test_crontab_lines_are_no_schedules(self) -> None:
        """The controller would take 30 for the second, and 8 for the minute of every hour."""
        job = replace(MORNING, schedule="30 8 * * 1")
        arguments = autoscaler(schedule=Schedule(jobs=[job], exclude_dates=["15 11 *"]))
        lines = refused(Autoscaler, "scaling", arguments).splitlines()
        assert lines[0] == (
            "Autoscaler \"scaling\": 'schedule.jobs[0].schedule' must have six fields, seconds "
            "first; these five are a crontab line, whose minutes would be taken for seconds (got "
            '"30 8 * * 1"); put the seconds in front: "0 30 8 * * 1"'
        )
        assert "'schedule.exclude_dates[0]' must have six fields" in lines[1]

    @pytest.mark.parametrize(("size", "fix"), [(21, "lower min to 21"), (101, "raise max to 101")])
    def test_sizes_lie_between_the_bounds(self, size: int, fix: str) -> None:
        job = replace(MORNING, size=size)
        text = refused(Autoscaler, "scaling", autoscaler(schedule=Schedule(jobs=[job])))
        assert "'schedule.jobs[0].size' must lie between the bounds of the autoscaler" in text
        assert text.endswith(fix)

    @pytest.mark.parametrize("size", [22, 100])
    def test_both_bounds_are_fine(self, deploy, size: int) -> None:
        self.plan(deploy, jobs=[replace(MORNING, size=size)])

    def test_jobs_have_names_of_their_own(self) -> None:
        text = refused(
            Autoscaler, "scaling", autoscaler(schedule=Schedule(jobs=[MORNING, MORNING]))
        )
        assert fields(text) == ["schedule.jobs[1].name"]

    def test_one_without_jobs_takes_the_bounds_back(self, deploy) -> None:
        """What the schedule moved belongs to its controller, and a plain update is refused."""
        plan = self.plan(deploy, jobs=[])
        assert plan.of(CRON) == []
        metadata = plan.one(HPA, "scaling-hpa").inputs["metadata"]
        assert metadata["annotations"] == {"pulumi.com/patchForce": "true"}


class TestCronAutoscaler:
    ARGUMENTS = CronAutoscalerArgs(target=SHOP, schedule=Schedule(jobs=[MORNING]))

    def test_it_scales_a_workload_by_itself(self, deploy) -> None:
        """S2-14."""
        plan = deploy(lambda opts: CronAutoscaler("hours", self.ARGUMENTS, opts))
        spec = plan.one(CRON, "hours-schedule").inputs["spec"]
        assert spec["scaleTargetRef"] == {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "name": "shop",
        }
        assert "excludeDates" not in spec
        made = plan.one("ackb:workload:CronAutoscaler", "hours")
        assert made.outputs == {"schedule_name": "shop"}

    def test_beside_an_autoscaler_it_is_refused_with_the_way_out(self, deploy) -> None:
        def build(opts: pulumi.ResourceOptions) -> None:
            Autoscaler("scaling", autoscaler(), opts)
            CronAutoscaler("hours", self.ARGUMENTS, opts)

        with pytest.raises(InvalidArguments) as caught:
            deploy(build)
        assert str(caught.value) == (
            "CronAutoscaler \"hours\": 'target' must have one autoscaler of its replicas only, and "
            'HorizontalPodAutoscaler of Autoscaler "scaling" is there already: each would undo '
            'what the other does (got "Deployment shop/shop"); point the '
            "CronHorizontalPodAutoscaler at the HorizontalPodAutoscaler, whose bounds it then "
            "moves"
        )

    def test_wrong_arguments(self) -> None:
        job = ScheduledSize(name="", schedule="@never", size=-1)
        target = ScaleTarget(namespace="shop", name="shop", kind="Job", api_version="batch/v1")
        text = refused(
            CronAutoscaler,
            "hours",
            CronAutoscalerArgs(target=target, schedule=Schedule(jobs=[job])),
        )
        empty = CronAutoscalerArgs(target=SHOP, schedule=Schedule(jobs=[]))
        assert fields(refused(CronAutoscaler, "hours", empty)) == ["schedule.jobs"]
        assert fields(text) == [
            "target.kind",
            "schedule.jobs[0].name",
            "schedule.jobs[0].schedule",
            "schedule.jobs[0].size",
        ]


def test_the_program_of_the_guide_runs(deploy) -> None:
    """docs/autoscaling.md."""
    page = (Path(__file__).parents[3] / "docs" / "autoscaling.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)

    def build(opts: pulumi.ResourceOptions) -> None:
        cluster = SimpleNamespace(provider=opts.providers[1])
        exec(code, {"pulumi": pulumi, "workload": workload(opts), "cluster": cluster})

    behavior = deploy(build).one(HPA, "site-scaling-hpa").inputs["spec"]["behavior"]
    assert behavior["scaleDown"]["selectPolicy"] == "Min"
