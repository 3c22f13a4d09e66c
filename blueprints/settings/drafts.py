"""A draft of settings that are not right yet: what was accepted, without what was refused.

The checks that compare fields run on it, so that one message tells everything that is wrong.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any, TypeVar

from blueprints.settings.base import Settings
from blueprints.settings.shape import branches, entry_of, model_of

Path = tuple[str | int, ...]
"""Keys and indexes from the top of the settings to a value."""

S = TypeVar("S", bound=Settings)


def draft(model: type[S], data: Any, refused: Set[Path], at: Path = ()) -> S:
    """Return an instance of `model` with the fields of `data` that were not refused.

    Reading a field that is missing or refused raises `NotKnown`.

    Args:
        model: the model.
        data: what was read for it; of anything but an object nothing is known.
        refused: paths of the values that were refused.
        at: path of `data`.
    """
    values: dict[str, Any] = {}
    left_out: list[str] = []
    for name, field in model.model_fields.items():
        path = (*at, name)
        if not isinstance(data, dict) or _is_refused(field.annotation, path, refused):
            left_out.append(name)
        elif name in data:
            values[name] = _part(field.annotation, data[name], refused, path)
        elif field.is_required():
            left_out.append(name)
    instance = model.model_construct(**values)
    for name in left_out:
        instance.__dict__.pop(name, None)  # model_construct filled in the default
    return instance


def _is_refused(annotation: Any, path: Path, refused: Set[Path]) -> bool:
    inner = entry_of(annotation) or annotation
    if model_of(inner, None) or branches(inner):
        return path in refused  # a problem deeper down leaves out that part only
    return any(one[: len(path)] == path for one in refused)


def _part(annotation: Any, data: Any, refused: Set[Path], at: Path) -> Any:
    model = model_of(annotation, data)
    if model is not None and (data is not None or at in refused):
        return draft(model, data, refused, at)
    entry = entry_of(annotation)
    if isinstance(data, dict) and entry is not None:
        return {name: _part(entry, one, refused, (*at, name)) for name, one in data.items()}
    if entry is not None and data is not None:
        return tuple(_part(entry, one, refused, (*at, index)) for index, one in enumerate(data))
    return data
