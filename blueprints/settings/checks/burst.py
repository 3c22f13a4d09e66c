"""All checks of the blueprint `burst`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from ackb.domain import naming, private_names, virtual_nodes
from ackb.domain.problems import Problem
from ackb.domain.quotas import quota
from blueprints.settings.base import known
from blueprints.settings.burst import APP, BurstSettings
from blueprints.settings.checks import placement, platform, workload
from blueprints.settings.codes import Code
from blueprints.settings.structure import ROOT
from blueprints.settings.tasks import TaskJob
from blueprints.settings.virtual_nodes import RamRole, SelfManagedVirtualNodes

_JOBS: Final = f"{ROOT}.jobs"


def checks(s: BurstSettings, stack: str) -> Iterator[Callable[[], Iterable[Problem]]]:
    """Yield every check, ready to run."""
    yield from platform.checks(s, stack)
    yield lambda: workload.check_image_reachable(s.image, s.target, s.region, s.registry)
    yield lambda: workload.check_resources(s.resources)
    yield lambda: _check_pods(s)
    yield lambda: _check_role(s)
    yield lambda: _check_private_name(s)
    yield lambda: _check_names(s)
    for name, job in (known(s, "jobs") or {}).items():
        yield partial(_check_image, s, name, job)
        yield partial(_check_size, s, name, job)


def _check_pods(s: BurstSettings) -> Iterator[Problem]:
    """Yield a problem where more pods would run at once than the virtual nodes hold."""
    nodes, tasks = s.virtual_nodes, sum(job.parallelism for job in s.jobs.values())
    pods = s.replicas + tasks
    if isinstance(nodes, SelfManagedVirtualNodes):
        held = virtual_nodes.capacity(nodes.replicas)
        what = f"{nodes.replicas} self-managed virtual nodes hold"
        fix = f"write virtual_nodes.replicas: {virtual_nodes.nodes_for(pods)}"
    else:
        held = quota("eci.pods_per_cluster").value
        what, fix = "the managed virtual node holds", "spread them over several clusters"
    if pods <= held:
        return
    why = f"must not be more than {held}, what {what}"
    if not tasks:
        yield Problem(Code.VIRTUAL_NODES, f"{ROOT}.replicas", s.replicas, why, fix)
        return
    yield Problem(
        Code.VIRTUAL_NODES,
        _JOBS,
        pods,
        f"{why} (at once run {s.replicas} pods of the Deployment and {tasks} tasks of jobs)",
        f"{fix}, or lower a parallelism",
    )


def _check_role(s: BurstSettings) -> Iterator[Problem]:
    nodes = s.virtual_nodes
    if not isinstance(nodes, SelfManagedVirtualNodes) or s.cluster.rrsa:
        return
    if isinstance(nodes.credentials, RamRole):
        yield Problem(
            Code.VIRTUAL_NODES,
            f"{ROOT}.virtual_nodes.credentials.type",
            nodes.credentials.type,
            "needs the cluster's service accounts to have RAM roles, which cluster.rrsa turns off",
            "write cluster.rrsa: true, or credentials of type secret",
        )


def _check_private_name(s: BurstSettings) -> Iterator[Problem]:
    front = s.service
    if front is not None and front.private_name is not None and front.access == "internet":
        name = front.private_name
        yield Problem(
            Code.PRIVATE_NAME,
            f"{ROOT}.service.private_name",
            private_names.full_name(name.host, name.zone),
            "must lead to an intranet load balancer, and service.access says internet",
            "write service.access: intranet, or leave the private name out",
        )


def _check_names(s: BurstSettings) -> Iterator[Problem]:
    for name in s.jobs:
        broken = naming.check("dns_label", name)
        if broken is not None:
            yield Problem.of(Code.NAME, f"{_JOBS}.{name}", name, broken)
        if name == APP:
            yield Problem(
                Code.DUPLICATE,
                f"{_JOBS}.{name}",
                name,
                "must not be the name of the Deployment, whose Service would send requests to the "
                "pods of the job",
                "choose another name for the job",
            )


def _check_image(s: BurstSettings, name: str, job: TaskJob) -> Iterator[Problem]:
    at = f"{_JOBS}.{name}"
    yield from workload.check_image_reachable(job.image, s.target, s.region, s.registry, at=at)


def _check_size(s: BurstSettings, name: str, job: TaskJob) -> Iterator[Problem]:
    at = f"{_JOBS}.{name}"
    yield from workload.check_resources(job.resources, at=at)
    yield from placement.check_eci_pods(job.eci_pods, job.resources, s.region, at=at)
