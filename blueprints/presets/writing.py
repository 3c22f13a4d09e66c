"""The text of a stack file, commented with the descriptions that the settings models have."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from blueprints import BLUEPRINTS
from blueprints.presets.composing import Composed
from blueprints.settings.shape import TAG, entry_of, model_of
from blueprints.settings.structure import ROOT

_WIDTH: Final = 100
_STEP: Final = 2
_TOP: Final = 4
"""Columns before the keys of the settings, which stand below `config:` and their own key."""
_COSTS: Final = {
    "sandbox": "in the local sandbox: nothing here costs money.",
    "alibaba-cloud": "on the real cloud: this costs money from the first `up` on. Before that give "
    "every value that is marked with `replace:`.",
}


def stack_file(composed: Composed, *, preset: str) -> str:
    """Return the text of `stacks/Pulumi.<stack>.yaml`.

    Each key has the description of its setting above it; settings that are not there follow at the
    end with theirs.
    """
    settings = composed.settings
    blueprint = BLUEPRINTS[settings["blueprint"]]
    config = CommentedMap({"pulumi:disable-default-providers": _flow(["*"])})
    config[ROOT] = _object(settings, blueprint.settings, composed.replace, _TOP)
    head = f"Blueprint {blueprint.name}, preset {preset}, {_COSTS[settings['target']]}"
    stream = StringIO()
    yaml = YAML(pure=True)
    yaml.indent(mapping=_STEP, sequence=2 * _STEP, offset=_STEP)
    yaml.width = _WIDTH
    yaml.dump(CommentedMap({"config": config}), stream)
    return "\n".join(
        [
            *_comment(head, 0),
            stream.getvalue().rstrip("\n"),
            *_absent(blueprint.settings, settings),
            "",
        ]
    )


def _object(
    data: Mapping[str, Any], model: Any, replace: Mapping[str, str], column: int, at: str = ""
) -> CommentedMap:
    written = CommentedMap()
    fields = model.model_fields if model is not None else {}
    for key, value in data.items():
        path = f"{at}.{key}" if at else key
        field = fields.get(key)
        annotation = field.annotation if field else None
        written[key] = _value(value, annotation, replace, column + _STEP, path)
        above = _wrapped(field.description or "", column) if field else []
        if path in replace:
            mark = f"replace: {replace[path]}"
            if column + len(f"{key}: {value} # {mark}") <= _WIDTH - len('""'):
                written.yaml_add_eol_comment(mark, key, column=0)
            else:
                above += _wrapped(mark, column)
        if above:
            text = "\n".join(above)
            written.yaml_set_comment_before_after_key(key, before=text, indent=column)
    return written


def _value(value: Any, annotation: Any, replace: Mapping[str, str], column: int, path: str) -> Any:
    if isinstance(value, Mapping):
        if model_of(entry_of(annotation), None) is not None:
            return _by_name(value, entry_of(annotation), replace, column, path)
        return _object(value, model_of(annotation, value), replace, column, path)
    if not isinstance(value, list):
        return _scalar(value)
    if not any(isinstance(one, Mapping) for one in value):
        return _flow(value)
    # Of the entries themselves only the values are written: what their keys mean is said above.
    written = CommentedSeq(_object(one, None, replace, column + _STEP, path) for one in value)
    lines = _keys(model_of(entry_of(annotation), value[0]), value[0], column)
    if lines:
        written.yaml_set_comment_before_after_key(0, before="\n".join(lines), indent=column)
    return written


def _by_name(
    data: Mapping[str, Any], annotation: Any, replace: Mapping[str, str], column: int, at: str
) -> CommentedMap:
    """Return objects by name; what their keys mean is said in the first one only."""
    written = CommentedMap()
    for index, (name, one) in enumerate(data.items()):
        model = None if index else model_of(annotation, one)
        written[name] = _object(one, model, replace, column + _STEP, f"{at}.{name}")
    return written


def _keys(model: Any, entry: Mapping[str, Any], column: int) -> list[str]:
    """Return what the keys of an entry of a list mean."""
    fields = model.model_fields if model is not None else {}
    return [
        line
        for key in entry
        if key in fields and fields[key].description
        for line in _wrapped(f"{key}: {fields[key].description}", column)
    ]


def _scalar(value: Any) -> Any:
    # As people write it: a text that looks like a number, or is none, in double quotes.
    plain = isinstance(value, str) and not value.replace(".", "").isdecimal() and value != "*"
    return value if plain or not isinstance(value, str) else DoubleQuotedScalarString(value)


def _flow(values: list[Any]) -> CommentedSeq:
    written = CommentedSeq(_scalar(one) for one in values)
    written.fa.set_flow_style()
    return written


def _absent(model: Any, settings: Mapping[str, Any]) -> Iterator[str]:
    left = {
        name: field
        for name, field in model.model_fields.items()
        if name not in settings and name != TAG
    }
    if not left:
        return
    yield ""
    yield from _comment("More settings, all of them described in docs/reference/settings.md:")
    for name, field in left.items():
        yield from _comment("")
        yield from _comment(f"{name}: {field.description}")


def _comment(text: str, column: int = _TOP) -> Iterator[str]:
    for line in _wrapped(text, column) or [""]:
        yield f"{' ' * column}# {line}".rstrip()


def _wrapped(text: str, column: int) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH - column - len("# "), break_long_words=False, break_on_hyphens=False
    )
