"""What `ackb new` does: a stack file from a preset, checked before it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ackb.cli.context import TARGETS
from ackb.domain import regions
from ackb.domain.files import write_atomically
from ackb.domain.problems import MISSING, InvalidInput, Problem, nearest
from blueprints import BLUEPRINTS
from blueprints.presets import compose, presets_of, stack_file
from blueprints.settings import load
from blueprints.settings.checks.identity import check_stack_name, environment_of
from blueprints.settings.stackfile import FOLDER, parse

_STACK_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""What the engine accepts: https://www.pulumi.com/docs/iac/concepts/stacks/#create-a-stack"""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the person asked for."""

    blueprint: str | None
    stack: str | None
    preset: str | None
    target: str
    region: str


@dataclass(frozen=True, kw_only=True)
class Created:
    """A stack file that is there now."""

    path: Path
    preset: str
    replace: Mapping[str, str]
    """What only the user knows, by dotted path below `ackb:settings`."""


def create(project: Path, wanted: Wanted) -> Created:
    """Write the file of a new stack.

    Raises:
        InvalidInput: with everything that is wrong in what was asked for; nothing was written.
        OSError: the file cannot be written.
    """
    problems = list(_problems(project, wanted))
    if problems:
        raise InvalidInput(problems)
    blueprint, stack = str(wanted.blueprint), str(wanted.stack)
    preset = wanted.preset or presets_of(blueprint).default
    composed = compose(
        blueprint,
        preset,
        target=wanted.target,
        region=wanted.region,
        environment=str(environment_of(stack)),
    )
    path = _path(project, stack)
    text = stack_file(composed, preset=preset)
    load(parse(text, stack, path).settings_json, stack=stack)
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, text)
    return Created(path=path, preset=preset, replace=composed.replace)


def catalogue(blueprint: str | None) -> Sequence[Mapping[str, Any]]:
    """Return the blueprints with their presets, or one of them.

    Raises:
        InvalidInput: there is no such blueprint.
    """
    if blueprint is not None:
        problems = list(_blueprint_problems(blueprint))
        if problems:
            raise InvalidInput(problems)
    return [
        {
            "blueprint": one.name,
            "summary": " ".join((one.settings.__doc__ or "").split()),
            "presets": [
                {
                    "preset": name,
                    "description": preset.description,
                    "default": name == presets_of(one.name).default,
                }
                for name, preset in presets_of(one.name).presets.items()
            ],
        }
        for one in BLUEPRINTS.values()
        if blueprint in (None, one.name)
    ]


def _path(project: Path, stack: str) -> Path:
    return project / FOLDER / f"Pulumi.{stack}.yaml"


def _problems(project: Path, wanted: Wanted) -> Iterator[Problem]:
    yield from _blueprint_problems(wanted.blueprint)
    yield from _stack_problems(project, wanted)
    if wanted.blueprint in BLUEPRINTS and wanted.preset is not None:
        presets = presets_of(wanted.blueprint).presets
        if wanted.preset not in presets:
            yield _choice("NEW-02", "--preset", wanted.preset, presets)
    if wanted.target not in TARGETS:
        yield _choice("NEW-05", "--target", wanted.target, TARGETS)
    broken = regions.check_region(wanted.region)
    if broken is not None:
        yield Problem.of("NEW-06", "--region", wanted.region, broken)


def _blueprint_problems(blueprint: str | None) -> Iterator[Problem]:
    if blueprint not in BLUEPRINTS:
        yield _choice("NEW-01", "BLUEPRINT", blueprint, BLUEPRINTS)


def _stack_problems(project: Path, wanted: Wanted) -> Iterator[Problem]:
    stack = wanted.stack
    if stack is None:
        example = f"{wanted.blueprint or next(iter(BLUEPRINTS))}-test"
        yield Problem("NEW-03", "STACK", MISSING, "must be given", f"add it, such as {example}")
    elif not _STACK_NAME.fullmatch(stack):
        yield Problem(
            "NEW-03",
            "STACK",
            stack,
            "must have 1 to 100 letters, digits, hyphens, underscores and full stops",
            "choose such a name",
        )
    else:
        yield from check_stack_name(stack)
        if _path(project, stack).exists():
            yield Problem(
                "NEW-04",
                "STACK",
                stack,
                f"must be new: {FOLDER}/Pulumi.{stack}.yaml is there already",
                "choose another name, or remove the file once the stack is down",
            )


def _choice(code: str, path: str, value: str | None, choices: Any) -> Problem:
    near = nearest(value, choices) if value else None
    return Problem(
        code,
        path,
        MISSING if value is None else value,
        f"must be one of {', '.join(choices)}",
        f"write {near}" if near else "choose one of them; `ackb new --list` describes them",
    )
