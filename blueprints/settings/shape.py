"""What the settings models look like: fields, entries of lists, branches of a choice.

Reads the annotations that pydantic has collected, so that messages and drafts follow the models
without a second description of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from blueprints.settings.base import Settings

TAG = "type"
"""Key that tells which branch of a choice is meant."""


def bare(annotation: Any) -> Any:
    """Return the annotation without `Annotated` and without `| None`."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        members = [one for one in get_args(annotation) if one is not NoneType]
        if len(members) == 1:
            return bare(members[0])
    return annotation


def branches(annotation: Any) -> dict[str, type[Settings]]:
    """Return the models of a choice by tag; an empty dict where there is no choice."""
    plain = bare(annotation)
    if get_origin(plain) not in (Union, UnionType):
        return {}
    models = [bare(one) for one in get_args(plain) if one is not NoneType]
    return {tag_of(model): model for model in models}


def tag_of(model: type[Settings]) -> str:
    """Return the tag of a branch."""
    (tag,) = get_args(model.model_fields[TAG].annotation)
    return str(tag)


def usual_tag(choice: Mapping[str, type[Settings]]) -> str | None:
    """Return the tag of the branch that is meant where none is written, or None."""
    usual = (tag for tag, one in choice.items() if not one.model_fields[TAG].is_required())
    return next(usual, None)


def model_of(annotation: Any, data: Any) -> type[Settings] | None:
    """Return the model that describes `data`, or None where none does."""
    plain = bare(annotation)
    if isinstance(plain, type) and issubclass(plain, Settings):
        return plain
    if isinstance(data, dict):
        choice = branches(annotation)
        return choice.get(str(data.get(TAG, usual_tag(choice))))
    return None


def entry_of(annotation: Any) -> Any:
    """Return the annotation of the entries of a list, or of an object whose keys are names; None
    for anything else."""
    plain = bare(annotation)
    if get_origin(plain) is tuple:
        return get_args(plain)[0]
    return get_args(plain)[1] if is_by_name(plain) else None


def is_by_name(annotation: Any) -> bool:
    """Whether this is an object whose keys are names that the user chooses."""
    return get_origin(bare(annotation)) is dict


def choices_of(annotation: Any) -> tuple[Any, ...]:
    """Return the values of a `Literal`, or nothing for anything else."""
    plain = bare(annotation)
    return get_args(plain) if get_origin(plain) is Literal else ()


def keys_by_name(model: type[Settings], at: str = "") -> Iterator[tuple[str, str]]:
    """Yield each key of a model and of all models below it, with its path."""
    for name, field in model.model_fields.items():
        path = f"{at}.{name}" if at else name
        yield name, path
        entry = entry_of(field.annotation)
        inner = entry if entry is not None else field.annotation
        inside = f"{path}{_within(field.annotation)}" if entry is not None else path
        one = model_of(inner, None)
        for part in (one,) if one else branches(inner).values():
            yield from keys_by_name(part, inside)


def _within(annotation: Any) -> str:
    return ".<name>" if is_by_name(annotation) else "[]"
