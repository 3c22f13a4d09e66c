"""Settings of the add-ons that a stack has, typed by the add-ons themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar

from pydantic import Field, create_model

from ackb.domain.problems import Problem, Refused, nearest
from blueprints.addons.contract import ClusterAddon
from blueprints.addons.finding import FOLDER, addon_in, available
from blueprints.settings.base import Settings
from blueprints.settings.codes import Code
from blueprints.settings.drafts import Path as KeyPath
from blueprints.settings.structure import path_text

KEY: Final = "addons"


class Addons(Settings):
    """Add-ons of your own: the name of a file in the folder `addons`, with the settings it has."""

    ASKED: ClassVar[frozenset[str]] = frozenset()
    """Every name that the stack gives."""
    CLASSES: ClassVar[Mapping[str, type[ClusterAddon[Any]]]] = {}
    """The add-ons that were found for them."""


Found = list[tuple[KeyPath, Problem]]
M = TypeVar("M", bound=Settings)


def with_addons(
    model: type[M], data: dict[str, Any], project: Path
) -> tuple[type[M], dict[str, Any], Found]:
    """Return `model` and `data` for the add-ons that `data` names, and a problem for each bad one.

    Args:
        model: settings of a blueprint.
        data: what was read for it; it is not changed.
        project: folder whose `addons` are meant.
    """
    given = data.get(KEY)
    if KEY not in model.model_fields or not isinstance(given, dict) or not given:
        return model, data, []
    files = available(project)
    classes: dict[str, type[ClusterAddon[Any]]] = {}
    problems: Found = []
    for name, value in given.items():
        at = (KEY, name)
        if name not in files:
            problems.append((at, _unknown(name, value, files)))
            continue
        try:
            classes[name] = addon_in(files[name])
        except Refused as error:
            shown = f"{FOLDER}/{files[name].name}"
            problems.append((at, Problem.of(Code.ADDON, path_text(at), shown, error.broken)))
    fields: dict[str, Any] = {
        name: (one.settings, Field(examples=["{}"], description=_summary(one)))
        for name, one in classes.items()
    }
    addons = create_model("Addons", __base__=Addons, __doc__=Addons.__doc__, **fields)
    addons.ASKED, addons.CLASSES = frozenset(given), classes
    extended = create_model(
        model.__name__,
        __base__=model,
        __doc__=model.__doc__,
        **{KEY: (addons, model.model_fields[KEY])},  # type: ignore[call-overload]
    )
    return extended, {**data, KEY: {name: given[name] for name in classes}}, problems


def _unknown(name: str, value: Any, files: Mapping[str, Path]) -> Problem:
    near = nearest(name, files)
    there = f"there {'are' if len(files) > 1 else 'is'} {', '.join(files) or 'none'}"
    write = f"write {FOLDER}/{name}.py (docs/addons.md shows how), or remove it"
    return Problem(
        Code.ADDON,
        path_text((KEY, name)),
        value,
        f"must be named as a file in the folder {FOLDER} of the project ({there})",
        f"write '{near}'" if near else write,
    )


def _summary(addon: type[ClusterAddon[Any]]) -> str:
    return " ".join((addon.__doc__ or "").split())
