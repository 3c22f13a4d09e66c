"""What a service or a job is once it has taken over what it does not say itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from blueprints.settings.base import Settings
from blueprints.settings.elastic_platform import ElasticPlatformSettings, Team, TeamService
from blueprints.settings.placement import Auto, Chosen, NumberOnEcs
from blueprints.settings.scaling import Fixed

S = TypeVar("S", bound=Settings)


def complete(own: S, defaults: Settings) -> S:
    """Return `own` with the values of `defaults` for every key that it does not give.

    A value is taken over whole: an object of its own is not mixed with the one of the defaults. Of
    a draft, what was refused on either side stays unknown.
    """
    fields = set(type(defaults).model_fields)
    taken = {name for name in fields if inherits(own, name)}
    there = {name: defaults.__dict__[name] for name in taken if name in defaults.__dict__}
    made = own.model_copy(update=there)
    for name in taken - there.keys():
        made.__dict__.pop(name, None)
    return made


def inherits(own: Settings, field: str) -> bool:
    """Whether the value of a field is not its own; a refused one is."""
    return field not in own.model_fields_set and field in own.__dict__


def placement_of(service: TeamService) -> Chosen | Auto:
    """Return where the pods of a complete service go.

    Without a word about it: what an autoscaler adds to its least number goes to ECI, and the rest
    where the nodes are full (S4-36, S4-37, S4-39).
    """
    if service.placement is not None:
        return service.placement
    scaling = service.scaling
    if isinstance(scaling, Fixed):
        return Auto(type="auto")
    return Auto(type="auto", split=NumberOnEcs(type="number", ecs=scaling.min))


def namespace_of(name: str, team: Team) -> str:
    """Return the namespace of a team."""
    return team.namespace or name


def front_of(service: str) -> str:
    """Return the name of the Service with a load balancer, beside the one inside the cluster."""
    return f"{service}-front"


def services(settings: ElasticPlatformSettings) -> Iterator[tuple[str, str, TeamService]]:
    """Yield each complete service with the names of its team and of itself."""
    for team, wanted in settings.teams.items():
        for name, own in wanted.services.items():
            yield team, name, complete(own, settings.defaults.service)
