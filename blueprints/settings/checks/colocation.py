"""All checks of the blueprint `colocation`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ackb.domain.problems import MISSING, Problem
from blueprints.settings.checks import alarms, platform, workload
from blueprints.settings.codes import Code
from blueprints.settings.colocation import ColocationSettings
from blueprints.settings.structure import ROOT
from blueprints.settings.training import Batch, TfJob

_ONLINE = f"{ROOT}.online"
_TRAINING = f"{ROOT}.training"


def checks(s: ColocationSettings, stack: str) -> Iterator[Callable[[], Iterable[Problem]]]:
    """Yield every check, ready to run."""
    yield from platform.checks(s, stack)
    yield lambda: workload.check_image_reachable(
        s.online.image, s.target, s.region, s.registry, at=_ONLINE
    )
    yield lambda: workload.check_image_reachable(
        s.training.image, s.target, s.region, s.registry, at=_TRAINING
    )
    yield lambda: workload.check_resources(s.online.resources, at=_ONLINE)
    yield lambda: _check_namespaces(s)
    yield lambda: _check_pods(s)
    yield lambda: _check_batch(s)
    yield lambda: _check_operator(s)
    yield lambda: alarms.check_contacts(s.alarms)


def _check_namespaces(s: ColocationSettings) -> Iterator[Problem]:
    if s.online.namespace == s.offline.namespace:
        yield Problem(
            Code.COLOCATION,
            f"{ROOT}.offline.namespace",
            s.offline.namespace,
            "must not be the namespace of the online side, which the offline quota would bind",
            "write offline",
        )


def _check_pods(s: ColocationSettings) -> Iterator[Problem]:
    pods = s.training.parameter_servers + s.training.workers
    if pods > s.offline.max_pods:
        yield Problem(
            Code.COLOCATION,
            f"{ROOT}.offline.max_pods",
            s.offline.max_pods,
            f"must be {pods} or more, the parameter servers and workers of the training, which "
            "wait for each other",
            f"write {pods}, or train with fewer",
        )


def _check_batch(s: ColocationSettings) -> Iterator[Problem]:
    if isinstance(s.training.resources, Batch) and not s.cluster.spec.startswith("ack.pro"):
        yield Problem(
            Code.COLOCATION,
            f"{_TRAINING}.resources.type",
            s.training.resources.type,
            f"needs ack-koordinator, which {s.cluster.spec} clusters cannot have",
            "write cluster.spec: ack.pro.small, or resources of type best_effort",
        )


def _check_operator(s: ColocationSettings) -> Iterator[Problem]:
    # Where no cluster is there yet, nobody can have put an operator into it.
    if isinstance(s.training, TfJob) and s.training.operator is None and s.cluster.type == "new":
        yield Problem(
            Code.COLOCATION,
            f"{_TRAINING}.operator",
            MISSING,
            "must be given: a new cluster has no operator for TFJobs, and the project that made it "
            "publishes no chart",
            "add operator: {repository: ..., version: ...} of a chart training-operator of your "
            "own, or write type: train_job",
        )
