"""All checks of the blueprint `elastic-platform`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ackb.domain import naming
from ackb.domain.placement import facts
from ackb.domain.placement.strategies import StrategyName
from ackb.domain.problems import Problem
from blueprints.settings.base import Settings, known
from blueprints.settings.checks import alarms, placement, platform, scaling, workload
from blueprints.settings.chosen import chosen
from blueprints.settings.codes import Code
from blueprints.settings.comparing import Check, compared
from blueprints.settings.elastic_platform import (
    ElasticPlatformSettings,
    JobDefaults,
    ServiceDefaults,
    TeamJob,
    TeamService,
)
from blueprints.settings.inheriting import (
    complete,
    front_of,
    inherits,
    namespace_of,
    placement_of,
)
from blueprints.settings.placement import ElasticWorkload
from blueprints.settings.scaling import Hpa, Keda
from blueprints.settings.structure import ROOT

_TEAMS: Final = f"{ROOT}.teams"
_JOB_NAME: Final = "cron_job"
_SERVICE_NAME: Final = "dns_label"


def checks(s: ElasticPlatformSettings, stack: str) -> Iterator[Callable[[], Iterable[Problem]]]:
    """Yield every check, ready to run."""
    yield from platform.checks(s, stack)
    yield lambda: _check_names(s)
    yield lambda: _check_namespaces(s)
    yield lambda: _told(_services(s), "service", ServiceDefaults)
    yield lambda: _told(_jobs(s), "job", JobDefaults)
    yield lambda: _check_one_of_a_kind(s)
    yield lambda: alarms.check_contacts(s.alarms)


@dataclass(frozen=True)
class _Checked:
    """A service or job, and what its checks find, with paths below its own."""

    path: str
    own: Settings
    checks: tuple[Check, ...]


def _services(s: ElasticPlatformSettings) -> Iterator[_Checked]:
    for path, own in _below(s, "services"):
        yield _Checked(path, own, tuple(_service_checks(s, own, path)))


def _service_checks(s: ElasticPlatformSettings, own: TeamService, at: str) -> Iterator[Check]:
    one = _complete_service(s, own)
    yield lambda: workload.check_image_reachable(one.image, s.target, s.region, s.registry, at=at)
    yield lambda: workload.check_resources(one.resources, at=at)
    yield lambda: scaling.check_scaling(one.scaling, s.target, at=at)
    yield lambda: scaling.check_right_sizing(one.right_sizing, one.scaling, s.target, at=at)
    yield lambda: placement.check_placement(placement_of(one), one.kind, s.cluster, at=at)
    yield lambda: placement.check_subsets(placement_of(one), one.resources, s.region, at=at)
    yield lambda: placement.check_eci_pods(one.eci_pods, one.resources, s.region, at=at)
    yield lambda: _check_scope(s, one, at)


def _jobs(s: ElasticPlatformSettings) -> Iterator[_Checked]:
    for path, own in _below(s, "jobs"):
        yield _Checked(path, own, tuple(_job_checks(s, own, path)))


def _job_checks(s: ElasticPlatformSettings, own: TeamJob, at: str) -> Iterator[Check]:
    one = complete(own, s.defaults.job)
    yield lambda: workload.check_image_reachable(one.image, s.target, s.region, s.registry, at=at)
    yield lambda: workload.check_resources(one.resources, at=at)
    yield lambda: placement.check_eci_pods(one.eci_pods, one.resources, s.region, at=at)


def _complete_service(s: ElasticPlatformSettings, own: TeamService) -> TeamService:
    return complete(own, s.defaults.service)


def _below(s: ElasticPlatformSettings, what: str) -> Iterator[tuple[str, Any]]:
    """Yield each service or job of each team, with its path."""
    for name, team in s.teams.items():
        for own_name, one in (known(team, what) or {}).items():
            yield f"{_TEAMS}.{name}.{what}.{own_name}", one


def _told(found: Iterable[_Checked], default: str, shared: type[Settings]) -> Iterator[Problem]:
    """Yield the problems; one about a value of the defaults at its place there, and once.

    Where only some of those who take it over have the problem, it names them.
    """
    there = list(found)
    of_defaults: dict[str, tuple[Problem, str, list[str]]] = {}
    for one in there:
        for problem in compared(one.checks):
            below = problem.path.removeprefix(f"{one.path}.")
            field = below.replace("[", ".").split(".")[0]
            if field in shared.model_fields and inherits(one.own, field):
                moved = replace(problem, path=f"{ROOT}.defaults.{default}.{below}")
                name = one.path.removeprefix(f"{ROOT}.")
                of_defaults.setdefault(moved.render(), (moved, field, []))[2].append(name)
            else:
                yield problem
    for problem, field, paths in of_defaults.values():
        every = len(paths) == sum(inherits(one.own, field) for one in there)
        yield problem if every else replace(problem, why=f"{problem.why} (of {', '.join(paths)})")


def _check_names(s: ElasticPlatformSettings) -> Iterator[Problem]:
    """Yield a problem for each name that Kubernetes does not take, or that is there twice."""
    for name, team in s.teams.items():
        yield from _name_problem(f"{_TEAMS}.{name}", name, _SERVICE_NAME)
        services, jobs = known(team, "services") or {}, known(team, "jobs") or {}
        for one, own in services.items():
            path = f"{_TEAMS}.{name}.services.{one}"
            yield from _name_problem(path, one, _SERVICE_NAME)
            if known(_complete_service(s, own), "access") not in (None, "cluster"):
                yield from _front_problem(path, one, services)
        for one in jobs:
            path = f"{_TEAMS}.{name}.jobs.{one}"
            yield from _name_problem(path, one, _JOB_NAME)
            if one in services:
                yield Problem(
                    Code.DUPLICATE,
                    path,
                    one,
                    "must not be the name of a service of the team too, which would send requests "
                    "to the pods of the job",
                    "choose another name for the job",
                )


def _front_problem(path: str, name: str, services: Mapping[str, TeamService]) -> Iterator[Problem]:
    """Yield a problem where the Service with the load balancer would have no name of its own."""
    front = front_of(name)
    if front in services:
        yield Problem(
            Code.DUPLICATE,
            f"{path}.access",
            front,
            f"must leave the name '{front}' to its load balancer, which another service has",
            "rename one of the two services",
        )
    if naming.check(_SERVICE_NAME, name) is None:
        yield from _name_problem(path, front, _SERVICE_NAME)


def _name_problem(path: str, name: str, kind: str) -> Iterator[Problem]:
    broken = naming.check(kind, name)
    if broken is not None:
        yield Problem.of(Code.NAME, path, name, broken)


def _check_namespaces(s: ElasticPlatformSettings) -> Iterator[Problem]:
    """Yield a problem for each team that would share its namespace with an earlier one."""
    taken: dict[str, str] = {}
    for name, team in s.teams.items():
        namespace = namespace_of(name, team)
        if namespace in taken:
            yield Problem(
                Code.DUPLICATE,
                f"{_TEAMS}.{name}.namespace",
                namespace,
                f"must be given once (team '{taken[namespace]}' has it too)",
                "choose another namespace",
            )
        taken.setdefault(namespace, name)


def _check_scope(s: ElasticPlatformSettings, one: TeamService, at: str) -> Iterator[Problem]:
    """Yield a problem where a service would decide where all pods of its namespace go."""
    try:
        way = chosen(placement_of(one), one.kind, s.cluster)
    except ValueError:
        return  # nothing suits its needs, which is told
    if facts(StrategyName(way.type)).scope == "namespace":
        yield Problem(
            Code.PLACEMENT,
            f"{at}.placement.type",
            placement_of(one).type,
            "must be about one service, since it shares the namespace with others",
            "write type: eci_label for a service all of whose pods run on ECI",
        )


def _check_one_of_a_kind(s: ElasticPlatformSettings) -> Iterator[Problem]:
    """Yield a problem for each service that wants another one of what a cluster has once."""
    first: dict[str, tuple[object, str]] = {}
    for path, own in _below(s, "services"):
        for name, field, value, code in _shared_by_all(_complete_service(s, own)):
            there = first.setdefault(name, (value, path.removeprefix(f"{ROOT}.")))
            if there[0] != value:
                inherited = inherits(own, field.split(".")[0])
                yield Problem(
                    code,
                    f"{ROOT}.defaults.service.{field}" if inherited else f"{path}.{field}",
                    str(value),
                    f"must be the {name} of {there[1]} ({there[0]}), since a cluster has one",
                    "write the same here, or change the other one too",
                )


def _shared_by_all(one: TeamService) -> Iterator[tuple[str, str, object, Code]]:
    """Yield what of a service is installed once in the cluster: what, its field, value and rule."""
    wanted = known(one, "scaling")
    if isinstance(wanted, Keda):
        yield "chart ack-keda", "scaling.chart", _version(wanted.chart), Code.CHART
    if isinstance(wanted, Hpa) and wanted.cron is not None:
        yield "time zone of cron", "scaling.cron.time_zone", wanted.cron.time_zone, Code.TIME_ZONE
    sizing = known(one, "right_sizing")
    if sizing is not None:
        name = "chart ack-vertical-pod-autoscaler"
        yield name, "right_sizing.chart", _version(sizing.chart), Code.CHART
    way = known(one, "placement")
    if isinstance(way, ElasticWorkload) and way.chart is not None:
        name = "chart ack-kubernetes-elastic-workload"
        yield name, "placement.chart", _version(way.chart), Code.CHART


def _version(chart: Any) -> str:
    return "none" if chart is None else f"{chart.repository} {chart.version}"
