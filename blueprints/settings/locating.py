"""From the location in a pydantic error to the place in what a person wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo

from ackb.domain.problems import MISSING
from blueprints.settings.base import Settings
from blueprints.settings.drafts import Path
from blueprints.settings.shape import branches, entry_of, model_of


@dataclass(frozen=True)
class Place:
    """Where an error stands, and what the models say about it.

    Attributes:
        path: path of the value.
        model: the model whose key comes last in the path.
        field: that key's field; None for a key that is not known.
        choice: the branches `model` was chosen from; empty where there was no choice.
        beside: the object that was read around the value.
        value: what was read there; `MISSING` where nothing was.
        annotation: what describes the value; None for a key that is not known.
    """

    path: Path
    model: type[Settings]
    field: FieldInfo | None
    choice: Mapping[str, type[Settings]]
    beside: Mapping[str, Any]
    value: Any
    annotation: Any


def locate(model: type[Settings], data: Any, loc: tuple[int | str, ...]) -> Place:
    """Return the place that `loc` names.

    Args:
        model: the model that was validated.
        data: what was read for it.
        loc: location in a pydantic error; it names the branches of choices too.
    """
    annotation: Any = model
    field: FieldInfo | None = None
    choice: Mapping[str, type[Settings]] = {}
    beside: Mapping[str, Any] = {}
    path: list[str | int] = []
    branch_comes = False
    for step in loc:
        if branch_comes:  # pydantic names the branch between a choice and the keys of the branch
            branch_comes = False
            continue
        path.append(step)
        owner = model_of(annotation, data)
        if owner is not None:
            model, choice = owner, branches(annotation)
            field = owner.model_fields.get(str(step))
            annotation = field.annotation if field else None
        else:
            annotation = entry_of(annotation)
        beside = data if isinstance(data, dict) else {}
        data = _inside(data, step)
        branch_comes = bool(branches(annotation))
    return Place(tuple(path), model, field, choice, beside, data, annotation)


def _inside(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(step, MISSING)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return MISSING
