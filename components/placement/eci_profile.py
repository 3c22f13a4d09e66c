"""ECI for pods that match selectors of the ConfigMap kube-system/eci-profile."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import naming
from ackb.domain.placement import StrategyName
from ackb.domain.placement.strategies import ECI_LABEL
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse
from components.placement.strategy import Strategy, Target

_NAMESPACE: Final = "kube-system"
_CONFIG_MAP: Final = "eci-profile"

_NAMESPACE_NAME: Final = "kubernetes.io/metadata.name"
"""Label that Kubernetes puts on every namespace."""


@dataclass(frozen=True, kw_only=True)
class ProfileSelector:
    """One entry of the profile: which pods, and what they get when they are created."""

    name: str
    """Name, unique in the profile."""
    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the namespaces. Default: any."""
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the pods. Default: any."""
    labels: Mapping[str, str] = field(default_factory=lambda: dict([ECI_LABEL]))
    """Labels that matching pods get; what a pod has already stays. Default: the ECI label."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations that they get, likewise. Default: none."""

    def entry(self) -> dict[str, Any]:
        """Return the entry, as it stands in the JSON list."""
        made: dict[str, Any] = {"name": self.name}
        if self.namespace_labels:
            made["namespaceSelector"] = {"matchLabels": dict(self.namespace_labels)}
        if self.pod_labels:
            made["objectSelector"] = {"matchLabels": dict(self.pod_labels)}
        effect = {"annotations": dict(self.annotations), "labels": dict(self.labels)}
        return {**made, "effect": {key: value for key, value in effect.items() if value}}


@dataclass(frozen=True, kw_only=True)
class ProfileSelectorsArgs:
    """Arguments of `ProfileSelectors`."""

    selectors: Sequence[ProfileSelector]
    """Entries; the first that matches a pod wins."""


class ProfileSelectors(pulumi.ComponentResource):
    """The list of selectors of a cluster's eci-profile: one in a cluster, for all its workloads.

    Creates: a server-side patch of one key of the ConfigMap `kube-system/eci-profile`, `selectors`.
    The ConfigMap belongs to the add-on ack-virtual-node, which keeps all other keys; removing the
    component gives the one key back. It must wait for the add-on:

        ProfileSelectors(
            "burst-profile",
            ProfileSelectorsArgs(
                selectors=[ProfileSelector(name="offline", pod_labels={"ackb/tier": "offline"})]
            ),
            pulumi.ResourceOptions(providers=[cluster.provider], depends_on=[virtual_nodes]),
        )

    A second one in the same cluster would take the key away from the first.
    """

    selector_names: pulumi.Output[list[str]]
    """Names of the entries, known once they are in force."""

    def __init__(
        self, name: str, args: ProfileSelectorsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("ProfileSelectors", name, _problems(args))
        super().__init__("ackb:cluster:ProfileSelectors", name, None, opts)
        entries = [one.entry() for one in args.selectors]
        patch = kubernetes.core.v1.ConfigMapPatch(
            f"{name}-patch",
            metadata=kubernetes.meta.v1.ObjectMetaPatchArgs(
                name=_CONFIG_MAP,
                namespace=_NAMESPACE,
                # The add-on writes an empty list there when it is installed.
                annotations={"pulumi.com/patchForce": "true"},
            ),
            data={"selectors": json.dumps(entries, sort_keys=True)},
            opts=pulumi.ResourceOptions(parent=self),
        )
        names = [one.name for one in args.selectors]
        self.selector_names = patch.id.apply(lambda _: names)
        self.register_outputs({"selector_names": self.selector_names})


@dataclass(frozen=True, kw_only=True)
class EciProfile(Strategy):
    """Pods run on ECI without a change of the workload or its namespace (S4-24).

    The profile is one list for the whole cluster: of the workloads of a cluster one has this
    strategy, and names the entries of the others in `more`.
    """

    namespace: str
    """Namespace of the workload, whose pods with the same labels elsewhere are none of it."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations that the pods get too. Default: none."""
    more: Sequence[ProfileSelector] = ()
    """Further entries, after that of this workload. Default: none."""

    name = StrategyName.ECI_PROFILE

    def problems(self, target: Target) -> Iterator[ArgumentProblem]:
        """Yield what is wrong with the strategy for this workload."""
        yield from super().problems(target)
        yield from _problems(ProfileSelectorsArgs(selectors=[self.selector(target), *self.more]))

    def selector(self, target: Target) -> ProfileSelector:
        """Return the entry of one workload."""
        return ProfileSelector(
            name=target.app,
            namespace_labels={_NAMESPACE_NAME: self.namespace},
            pod_labels=target.selector,
            annotations=self.annotations,
        )

    def before(
        self, name: str, target: Target, opts: pulumi.ResourceOptions | None
    ) -> Sequence[pulumi.Resource]:
        """Put the entry into the profile before the pods are created."""
        selectors = [self.selector(target), *self.more]
        return [ProfileSelectors(name, ProfileSelectorsArgs(selectors=selectors), opts)]


def _problems(args: ProfileSelectorsArgs) -> Iterator[ArgumentProblem]:
    if not args.selectors:
        yield ArgumentProblem("selectors", "hold one at least", [], "add the pods it is about")
    for name, count in Counter(one.name for one in args.selectors).items():
        yield from problem("selectors[].name", name, naming.check("dns_label", name))
        if count > 1:
            yield ArgumentProblem("selectors[].name", "be given once", name, "rename one of them")
    for one in args.selectors:
        if not (one.labels or one.annotations):
            yield ArgumentProblem(
                "selectors[].labels",
                "do something to the pods that match",
                one.name,
                "give labels or annotations",
            )
