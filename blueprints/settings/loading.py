"""From the text of a stack's settings to the typed model of its blueprint."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Final

from pydantic import ValidationError

from ackb.domain.home import find_project
from ackb.domain.problems import MISSING, InvalidInput, Problem, nearest
from blueprints.settings.addons import with_addons
from blueprints.settings.burst import BurstSettings
from blueprints.settings.checks import (
    burst,
    colocation,
    elastic_platform,
    registered_gpu,
    wordpress,
)
from blueprints.settings.choices import completed
from blueprints.settings.codes import Code
from blueprints.settings.colocation import ColocationSettings
from blueprints.settings.comparing import Check, compared
from blueprints.settings.drafts import Path, draft
from blueprints.settings.elastic_platform import ElasticPlatformSettings
from blueprints.settings.registered_gpu import RegisteredGpuSettings
from blueprints.settings.secrets import encrypted_problem, secrets_in
from blueprints.settings.stack import StackSettings
from blueprints.settings.structure import ROOT, structural_problems
from blueprints.settings.wordpress import WordpressSettings


@dataclass(frozen=True)
class Form:
    """What the settings of a blueprint must keep.

    Attributes:
        model: keys, types, and rules of one value.
        checks: every comparison of values with each other and with the name of the stack.
    """

    model: type[StackSettings]
    checks: Callable[[Any, str], Iterator[Check]]


FORMS: Final[Mapping[str, Form]] = {
    "wordpress": Form(WordpressSettings, wordpress.checks),
    "burst": Form(BurstSettings, burst.checks),
    "colocation": Form(ColocationSettings, colocation.checks),
    "elastic-platform": Form(ElasticPlatformSettings, elastic_platform.checks),
    "registered-gpu": Form(RegisteredGpuSettings, registered_gpu.checks),
}
"""Form of each blueprint's settings."""


def load(
    raw_json: str, *, stack: str, encrypted: bool = False, project: FilePath | None = None
) -> StackSettings:
    """Return the settings that `raw_json` holds for the stack called `stack`.

    Args:
        raw_json: the value of `ackb:settings`, as the engine hands it to the program.
        stack: name of the stack; it must end in its environment (`wordpress-dev`).
        encrypted: the engine says that the settings are secret. It does so when a `secure:` value
            stands anywhere inside, and hands out the value in clear: they are then refused unread.
        project: folder of the project, where add-ons are. Default: that of the current folder.

    Raises:
        InvalidInput: something is wrong; it holds a problem for everything that is, and shows no
            secret.
    """
    if encrypted:
        raise InvalidInput([encrypted_problem(())])
    data = _read(raw_json)
    form = _form(data)
    secrets = list(secrets_in(data))
    model, data, addon_problems = with_addons(
        form.model, data, project or find_project(FilePath.cwd())
    )
    data, choice_problems = completed(model, data)
    found: list[tuple[Path, Problem]] = [*secrets, *addon_problems, *choice_problems]
    try:
        settings = model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        found += structural_problems(model, data, error)
        settings = draft(model, data, {path for path, _ in found})
    problems = _without_echoes(found)
    problems += compared(form.checks(settings, stack))
    if problems:
        raise InvalidInput(problems)
    return settings


def _read(raw_json: str) -> dict[str, Any]:
    try:
        data = json.loads(raw_json, parse_constant=_refuse_constant)
    except ValueError:
        data = None
    if isinstance(data, dict):
        return data
    raise InvalidInput(
        [
            Problem(
                Code.NOT_READABLE,
                ROOT,
                None,
                "must be an object of settings",
                f"write keys and values under '{ROOT}:' in the stack file",
                secret=True,
            )
        ]
    )


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _form(data: Mapping[str, Any]) -> Form:
    blueprint = data.get("blueprint", MISSING)
    if isinstance(blueprint, str) and blueprint in FORMS:
        return FORMS[blueprint]
    near = nearest(str(blueprint), FORMS)
    raise InvalidInput(
        [
            Problem(
                Code.MISSING if blueprint is MISSING else Code.NOT_A_CHOICE,
                f"{ROOT}.blueprint",
                blueprint,
                f"must name a blueprint: {', '.join(FORMS)}",
                f"write blueprint: {near or next(iter(FORMS))}",
            )
        ]
    )


def _without_echoes(found: Iterable[tuple[Path, Problem]]) -> list[Problem]:
    """Return the problems, without those that only repeat what a secret caused at its place."""
    told = list(found)
    secret = {path for path, problem in told if problem.code == Code.SECRET}
    seen: set[tuple[Path, str]] = set()
    kept = []
    for path, problem in told:
        below_secret = any(path[: len(one)] == one for one in secret)
        if (below_secret and problem.code != Code.SECRET) or (path, problem.code) in seen:
            continue
        seen.add((path, problem.code))
        kept.append(problem)
    return kept
