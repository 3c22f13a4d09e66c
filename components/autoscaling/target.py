"""What an autoscaler scales, and which autoscalers a program has declared already."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from ackb.domain import autoscaling
from ackb.domain.problems import ArgumentProblem
from components.checks import problem

_DECLARED: Final[ContextVar[tuple[autoscaling.Scaler, ...]]] = ContextVar("declared", default=())
"""The autoscalers of this run. Each run has a context of its own, also where several share a
process, as plans of tests do."""


@dataclass(frozen=True, kw_only=True)
class ScaleTarget:
    """What an autoscaler scales: anything with a scale subresource."""

    namespace: pulumi.Input[str]
    """Its namespace."""
    name: pulumi.Input[str]
    """Its name."""
    api_version: str = "apps/v1"
    """Its API version. Default: that of a Deployment."""
    kind: str = "Deployment"
    """Its kind, such as `CloneSet`. Default: Deployment."""
    replicas: int | None = None
    """Number of pods that its manifest names. An autoscaler owns the number, so it must be left
    out. Default: none."""
    pod: Mapping[str, Any] | None = None
    """Spec of its pods in wire form: use is measured against what they request. Default: not known
    to the program; a policy judges it then."""
    clones: ScaleTarget | None = None
    """Deployment that it, an ElasticWorkload, clones and scales as well. Default: none."""

    @property
    def group(self) -> str:
        """API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]

    def reference(self) -> dict[str, pulumi.Input[str]]:
        """Return it as custom resources name it."""
        return {"apiVersion": self.api_version, "kind": self.kind, "name": self.name}

    def known(self) -> autoscaling.Target:
        """Return what tells it from other targets before anything is deployed.

        A name that only the deployment tells is the same as itself: two autoscalers that take it
        from the same output have the same target.
        """
        return autoscaling.Target(
            self.group, self.kind, _identity(self.namespace), _identity(self.name)
        )


def _identity(value: pulumi.Input[str]) -> Hashable:
    return value if isinstance(value, str) else _Same(value)


class _Same:
    """An output, equal to itself only; it is kept, so that no other can take its id."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._value is self._value

    def __hash__(self) -> int:
        return id(self._value)


def scaler(
    kind: str,
    name: str,
    target: ScaleTarget,
    *,
    resources: Collection[str] = (),
    mode: str = "Off",
) -> autoscaling.Scaler:
    """Return an autoscaler as the rules of the domain see it."""
    return autoscaling.Scaler(
        kind=kind,
        name=name,
        target=target.known(),
        source=target.clones.known() if target.clones else None,
        resources=frozenset(resources),
        mode=mode,
    )


def conflicts(one: autoscaling.Scaler) -> Iterator[ArgumentProblem]:
    """Yield a problem for each autoscaler of this run that `one` must not stand beside."""
    for other in _DECLARED.get():
        broken = autoscaling.conflict(one, other)
        yield from problem("target", str(one.target), broken)


def declare(one: autoscaling.Scaler) -> None:
    """Remember an autoscaler, so that later ones are judged beside it."""
    _DECLARED.set((*_DECLARED.get(), one))


def target_problems(target: ScaleTarget) -> Iterator[ArgumentProblem]:
    """Yield what is wrong with the target of an autoscaler of replicas."""
    broken = autoscaling.check_target(target.group, target.kind)
    yield from problem("target.kind", target.kind, broken)
    broken = autoscaling.check_replicas(target.replicas)
    yield from problem("target.replicas", target.replicas, broken)


def request_problems(
    target: ScaleTarget, resources: Collection[str], container: str | None = None
) -> Iterator[ArgumentProblem]:
    """Yield a problem for each container whose use could not be measured against a request."""
    if target.pod is None:
        return
    for one in autoscaling.without_requests(target.pod, resources, container):
        if one.certain:
            got = f"no {one.resource} request" if one.there else f"no {one.container}"
            yield ArgumentProblem.of("target.pod", got, one.broken)
