"""The workload object itself: a Deployment, a CloneSet or a UnitedDeployment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain.placement import WorkloadKind
from components.placement import UnitedDeployment
from components.placement.strategy import API_VERSIONS
from components.workload.args import WorkloadArgs

_TAKE_OVER: Final = {"pulumi.com/patchForce": "true"}
"""Takes the number of replicas back from the autoscaler that set it before, or from a person;
without it the API server refuses, since somebody else owns the field."""

_MAX_SURGE: Final = "25%"
_FIRST_REPLICAS: Final = 1
"""Where an autoscaler owns the number a UnitedDeployment still has to name one at first, since its
subsets have limits; Kubernetes takes the same for a Deployment."""

apps = kubernetes.apps.v1
meta = kubernetes.meta.v1


def workload_object(
    name: str,
    args: WorkloadArgs,
    labels: Mapping[str, str],
    selector: Mapping[str, str],
    template: kubernetes.core.v1.PodTemplateSpecArgs,
    *,
    parent: pulumi.Resource,
    depends_on: Sequence[pulumi.Resource],
) -> apps.Deployment | kubernetes.apiextensions.CustomResource:
    """Create the object of the kind that the arguments ask for."""
    replicas = own_replicas(args)
    metadata = meta.ObjectMetaArgs(
        name=args.app,
        namespace=args.namespace,
        labels=labels,
        annotations=_TAKE_OVER if replicas is not None else None,
    )
    opts = pulumi.ResourceOptions(
        parent=parent,
        depends_on=depends_on,
        # Leaving out a number that was there before would give it back to Kubernetes, whose
        # default is 1.
        ignore_changes=["spec.replicas"] if replicas is None else None,
    )
    if args.kind == "Deployment":
        spec = _deployment(selector, template, replicas)
        return apps.Deployment(f"{name}-deployment", metadata=metadata, spec=spec, opts=opts)
    if args.kind == "CloneSet":
        role, custom = "cloneset", _clone_set(selector, template, replicas)
    else:
        role, custom = "united-deployment", _united(args, labels, selector, template, replicas)
    return kubernetes.apiextensions.CustomResource(
        f"{name}-{role}",
        api_version=API_VERSIONS[WorkloadKind(args.kind)],
        kind=args.kind,
        metadata=metadata,
        spec=custom,
        opts=opts,
    )


def own_replicas(args: WorkloadArgs) -> int | None:
    """Return the number that stands in the object; None where somebody else owns it."""
    placed = args.placement
    return None if placed is not None and placed.strategy.owns_replicas() else args.replicas


def _deployment(
    selector: Mapping[str, str],
    template: kubernetes.core.v1.PodTemplateSpecArgs,
    replicas: int | None,
) -> apps.DeploymentSpecArgs:
    return apps.DeploymentSpecArgs(
        replicas=replicas,
        selector=meta.LabelSelectorArgs(match_labels=selector),
        strategy=apps.DeploymentStrategyArgs(
            type="RollingUpdate",
            rolling_update=apps.RollingUpdateDeploymentArgs(
                max_surge=_MAX_SURGE, max_unavailable=0
            ),
        ),
        template=template,
    )


def _clone_set(
    selector: Mapping[str, str],
    template: kubernetes.core.v1.PodTemplateSpecArgs,
    replicas: int | None,
) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "selector": {"matchLabels": dict(selector)},
        "template": template,
        # Replacing pods, since a pod on ECI cannot be updated in place.
        "updateStrategy": {"type": "ReCreate", "maxSurge": _MAX_SURGE, "maxUnavailable": 0},
    }
    return spec if replicas is None else {"replicas": replicas, **spec}


def _united(
    args: WorkloadArgs,
    labels: Mapping[str, str],
    selector: Mapping[str, str],
    template: kubernetes.core.v1.PodTemplateSpecArgs,
    replicas: int | None,
) -> dict[str, Any]:
    placed = args.placement
    if placed is None or not isinstance(placed.strategy, UnitedDeployment):
        raise TypeError("a UnitedDeployment has a placement with subsets")
    return {
        "replicas": _FIRST_REPLICAS if replicas is None else replicas,
        "selector": {"matchLabels": dict(selector)},
        "template": {
            "deploymentTemplate": {
                "metadata": {"labels": dict(labels)},
                "spec": _deployment(selector, template, None),
            }
        },
        "topology": placed.strategy.topology(),
    }
