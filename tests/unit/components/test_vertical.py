"""`VerticalAutoscaler`."""

from __future__ import annotations

import pulumi
import pytest

from ackb.domain.problems import InvalidArguments
from components.autoscaling import (
    Autoscaler,
    AutoscalerArgs,
    Cpu,
    Memory,
    ScaleTarget,
    Size,
    VerticalAutoscaler,
    VerticalAutoscalerArgs,
)

VPA = "kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler"
SHOP = ScaleTarget(namespace="shop", name="shop")
BIGGEST = Size(cpu="4", memory="8Gi")


def arguments(**changes) -> VerticalAutoscalerArgs:
    return VerticalAutoscalerArgs(**{"target": SHOP, **changes})


def refused(**changes) -> str:
    with pytest.raises(InvalidArguments) as caught:
        VerticalAutoscaler("size", arguments(**changes))
    return str(caught.value)


def test_by_default_it_only_recommends(deploy) -> None:
    """S4-10, S4-41."""
    plan = deploy(lambda opts: VerticalAutoscaler("size", arguments(), opts))
    vpa = plan.one(VPA, "size-vpa").inputs
    assert vpa["metadata"] == {"name": "shop", "namespace": "shop"}
    assert vpa["spec"] == {
        "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"},
        "updatePolicy": {"updateMode": "Off"},
        "resourcePolicy": {
            "containerPolicies": [
                {
                    "containerName": "*",
                    "controlledResources": ["cpu", "memory"],
                    "controlledValues": "RequestsAndLimits",
                }
            ]
        },
    }
    made = plan.one("ackb:workload:VerticalAutoscaler", "size")
    assert made.outputs == {"recommendation_name": "shop"}


def test_bounds_and_a_single_pod(deploy) -> None:
    """S4-10: an over-requested application with one pod is made smaller too, if that is meant."""
    wanted = arguments(
        mode="Recreate",
        resources=["memory"],
        min_allowed=Size(memory="256Mi"),
        max_allowed=Size(memory="8Gi"),
        min_replicas=1,
    )
    plan = deploy(lambda opts: VerticalAutoscaler("size", wanted, opts))
    spec = plan.one(VPA, "size-vpa").inputs["spec"]
    assert spec["updatePolicy"] == {"updateMode": "Recreate", "minReplicas": 1}
    (policy,) = spec["resourcePolicy"]["containerPolicies"]
    assert (policy["minAllowed"], policy["maxAllowed"]) == ({"memory": "256Mi"}, {"memory": "8Gi"})
    assert policy["controlledResources"] == ["memory"]


@pytest.mark.parametrize("mode", ["Auto", "Recreate", "InPlaceOrRecreate"])
@pytest.mark.parametrize("bound", [Size(), Size(cpu="4")])
def test_running_pods_are_not_made_again_without_an_upper_bound(mode: str, bound: Size) -> None:
    """S4-11: a recommendation above what a node has leaves the pod Pending."""
    assert refused(mode=mode, max_allowed=bound) == (
        "VerticalAutoscaler \"size\": 'mode' must have an upper bound where pods are made again: a "
        f'recommendation above what nodes or ECI offer leaves them Pending (got "{mode}"); give it '
        "a max_allowed (maxAllowed) of what the smallest node has, or use mode Off"
    )


@pytest.mark.parametrize("mode", ["Off", "Initial"])
def test_other_modes_need_no_bound(deploy, mode: str) -> None:
    deploy(lambda opts: VerticalAutoscaler("size", arguments(mode=mode), opts))


def test_what_must_run_to_its_end_is_not_evicted() -> None:
    """S4-11."""
    job = ScaleTarget(namespace="shop", name="report", kind="CronJob", api_version="batch/v1")
    text = refused(target=job, mode="Recreate", max_allowed=BIGGEST)
    assert "'mode' must be Off or Initial for a CronJob, whose pods must run to their end" in text


def test_a_bare_pod_is_no_target() -> None:
    """S4-11: nothing makes it again."""
    pod = ScaleTarget(namespace="shop", name="shell", kind="Pod", api_version="v1")
    text = refused(target=pod)
    assert text.startswith("VerticalAutoscaler \"size\": 'target.kind' must be a workload: nothing")


@pytest.mark.parametrize("mode", ["Auto", "Initial"])
@pytest.mark.parametrize("vertical_first", [True, False])
def test_it_does_not_change_what_an_autoscaler_measures(deploy, mode, vertical_first) -> None:
    """S4-11: VPA Auto beside an HPA on CPU, whichever comes first; both names are told."""

    def build(opts: pulumi.ResourceOptions) -> None:
        size = arguments(mode=mode, max_allowed=BIGGEST)
        scaling = AutoscalerArgs(target=SHOP, min_replicas=2, max_replicas=4, metrics=[Cpu()])
        if vertical_first:
            VerticalAutoscaler("size", size, opts)
        Autoscaler("scaling", scaling, opts)
        VerticalAutoscaler("size", size, opts)

    with pytest.raises(InvalidArguments) as caught:
        deploy(build)
    text = str(caught.value)
    judged = 'Autoscaler "scaling"' if vertical_first else 'VerticalAutoscaler "size"'
    assert text == (
        f"{judged}: 'target' must not change the cpu request (mode {mode} of VerticalPodAutoscaler "
        'of VerticalAutoscaler "size") while HorizontalPodAutoscaler of Autoscaler "scaling" '
        'measures cpu against it (got "Deployment shop/shop"); use mode Off, which recommends '
        "only, or let it control memory only"
    )


@pytest.mark.parametrize(
    "changes",
    [{"mode": "Off"}, {"mode": "Auto", "resources": ["memory"], "max_allowed": BIGGEST}],
)
def test_recommending_or_the_other_resource_is_fine(deploy, changes) -> None:
    def build(opts: pulumi.ResourceOptions) -> None:
        scaling = AutoscalerArgs(target=SHOP, min_replicas=2, max_replicas=4)
        Autoscaler("scaling", scaling, opts)
        VerticalAutoscaler("size", arguments(**changes), opts)

    assert len(deploy(build).of(VPA)) == 1


def test_both_resources_may_be_in_conflict(deploy) -> None:
    def build(opts: pulumi.ResourceOptions) -> None:
        metrics = [Cpu(), Memory(percent=80)]
        scaling = AutoscalerArgs(target=SHOP, min_replicas=2, max_replicas=4, metrics=metrics)
        Autoscaler("scaling", scaling, opts)
        VerticalAutoscaler("size", arguments(mode="Initial"), opts)

    with pytest.raises(InvalidArguments, match="measures cpu and memory against it"):
        deploy(build)


def test_two_on_one_target_are_refused(deploy) -> None:
    """S4-11: what two of them do to a pod is not defined."""

    def build(opts: pulumi.ResourceOptions) -> None:
        VerticalAutoscaler("size", arguments(), opts)
        VerticalAutoscaler("other", arguments(), opts)

    with pytest.raises(InvalidArguments) as caught:
        deploy(build)
    assert str(caught.value) == (
        "VerticalAutoscaler \"other\": 'target' must have one VerticalPodAutoscaler only, and "
        'VerticalPodAutoscaler of VerticalAutoscaler "size" is there already: what two of them do '
        'to a pod is not defined (got "Deployment shop/shop"); remove one of them'
    )


def test_every_wrong_argument_is_named_at_once() -> None:
    text = refused(
        resources=[],
        min_allowed=Size(cpu="4", memory="lots"),
        max_allowed=Size(cpu="2", memory="1Gi"),
        min_replicas=0,
    )
    assert [line.split("'")[1] for line in text.splitlines()] == [
        "resources",
        "min_allowed.memory",
        "min_allowed.cpu",
        "min_replicas",
    ]
    assert "must not be above 'max_allowed', 2 (got \"4\"); swap the two" in text
