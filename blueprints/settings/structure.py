"""From pydantic's errors to messages about the keys and values a person wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from ackb.domain.problems import MISSING, Problem, names_a_secret, nearest
from blueprints.settings.base import RULE_ERROR, Settings
from blueprints.settings.codes import Code
from blueprints.settings.drafts import Path
from blueprints.settings.locating import Place, locate
from blueprints.settings.shape import (
    TAG,
    branches,
    choices_of,
    keys_by_name,
    model_of,
    tag_of,
)

ROOT: Final = "ackb:settings"
"""Where settings stand in a stack file; every path begins with it."""

_KINDS: Final[tuple[tuple[type, str], ...]] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number with a fraction"),
    (str, "text"),
    (list, "a list"),
    (dict, "an object"),
)
_EXPECTED: Final[dict[str, str]] = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}


_SWITCHES: Final = {
    "true": "true",
    "yes": "true",
    "on": "true",
    "false": "false",
    "no": "false",
    "off": "false",
}


def path_text(path: Path) -> str:
    """Return a path as people write it: `ackb:settings.network.zones[1].node_cidr`."""
    return ROOT + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path)


def structural_problems(
    model: type[Settings], data: Mapping[str, Any], error: ValidationError
) -> Iterator[tuple[Path, Problem]]:
    """Yield each problem of `error` with the path of the value it is about.

    Args:
        model: the model that was validated.
        data: what was read for it.
        error: what pydantic found.
    """
    found = [(one, locate(model, data, one["loc"])) for one in error.errors(include_url=False)]
    meant = {
        (*place.path[:-1], nearest(str(place.path[-1]), place.model.model_fields))
        for one, place in found
        if one["type"] == "extra_forbidden"
    }
    for one, place in found:
        if one["type"] == "missing" and place.path in meant:
            continue  # it is there, misspelt, which is reported
        if one["type"] == "too_short" and len(place.value) >= one["ctx"]["min_length"]:
            continue  # pydantic counts the entries that were right; the wrong ones are reported
        if one["type"].startswith("union_tag_"):
            continue  # `choices.completed` reports it, with the branch that was meant
        yield place.path, _problem(model, one, place)


def _problem(top: type[Settings], error: Mapping[str, Any], place: Place) -> Problem:
    kind: str = error["type"]
    path, value = path_text(place.path), place.value
    if kind == RULE_ERROR:
        context = error["ctx"]
        why = f"must {context['rule']}"
        return Problem(context["code"], path, value, why, context["fix"])
    if kind == "extra_forbidden":
        return _unknown_key(top, place)
    if kind == "missing":
        return Problem(Code.MISSING, path, MISSING, "must be given", _how_to_add(place))
    if kind == "literal_error":
        return _not_a_choice(place)
    if kind in _EXPECTED:
        return _wrong_type(_EXPECTED[kind], place)
    return Problem(Code.OUT_OF_RANGE, path, value, *_range(place.field, value, error["msg"]))


def _unknown_key(top: type[Settings], place: Place) -> Problem:
    key = str(place.path[-1])
    path = path_text(place.path)
    if names_a_secret(key):
        return secret_problem(place.path)
    here = place.model.model_fields
    others = [tag for tag, model in place.choice.items() if key in model.model_fields]
    near = nearest(key, here)
    everywhere = dict(keys_by_name(top))
    elsewhere = nearest(key, everywhere)
    if others:
        why = f"is not a key of {TAG} '{tag_of(place.model)}', but of '{others[0]}'"
        fix = f"write {TAG}: {others[0]}, or remove it"
    elif near and near in place.beside:
        why, fix = "is not a known key", f"remove it; '{near}' is there already"
    elif near:
        why, fix = "is not a known key", f"write '{near}'"
    elif elsewhere:
        why, fix = "is not a known key here", f"write it as {ROOT}.{everywhere[elsewhere]}"
    else:
        keys = f"the keys here are {', '.join(here)}" if here else "there are no keys here"
        why, fix = "is not a known key", f"remove it; {keys}"
    return Problem(Code.UNKNOWN_KEY, path, place.value, why, fix)


def secret_problem(path: Path) -> Problem:
    """Return the problem that a secret, or what looks like one, stands at `path`."""
    return Problem(
        Code.SECRET,
        path_text(path),
        None,
        "must not stand in the settings, which are not encrypted and go to the plan and the logs",
        "remove it, change it wherever it is valid, and give it as a stack secret of its own "
        "(pulumi config set --secret ackb:databasePassword); credentials of Alibaba Cloud come "
        "from a profile or the environment",
        secret=True,
    )


def _not_a_choice(place: Place) -> Problem:
    choices = [str(one) for one in choices_of(place.annotation)]
    near = nearest(str(place.value), choices)
    return Problem(
        Code.NOT_A_CHOICE,
        path_text(place.path),
        place.value,
        f"must be one of {', '.join(choices)}" if len(choices) > 1 else f"must be {choices[0]}",
        f"write {near or choices[0]}" if near or len(choices) == 1 else "choose one of them",
    )


def _wrong_type(expected: str, place: Place) -> Problem:
    value = place.value
    got = next((name for kind, name in _KINDS if isinstance(value, kind)), "null")
    fix = f"write {expected}"
    if value is None and place.field is not None and not place.field.is_required():
        fix = "remove the key to get the default, or give a value"
    elif value is None:
        fix = _how_to_add(place)
    elif expected == "text" and not isinstance(value, (dict, list)):
        fix = "put it in quotes"
    elif expected == "a whole number" and isinstance(value, float):
        fix = f"write {round(value)}"
    elif expected == "a whole number" and isinstance(value, str) and _digits(value):
        fix = f"write {_digits(value)}, without quotes"
    elif expected == "true or false" and isinstance(value, str) and value.lower() in _SWITCHES:
        fix = f"write {_SWITCHES[value.lower()]}, without quotes"
    elif expected == "a list":
        fix = "write it as a list, one entry in a line after '- '"
    elif expected == "an object":
        fix = f"write {_inside_of(place)}"
    return Problem(
        Code.WRONG_TYPE, path_text(place.path), value, f"must be {expected}, not {got}", fix
    )


def _digits(text: str) -> str:
    stripped = text.strip().rstrip("%")
    return stripped if stripped.lstrip("-").isdecimal() else ""


def _inside_of(place: Place) -> str:
    """Return what an object at this place is written like."""
    model, choice = model_of(place.annotation, None), branches(place.annotation)
    if model is not None and model.model_fields:
        return f"an object with {', '.join(model.model_fields)}"
    if choice:
        return f"an object with {TAG}: {' or '.join(choice)}"
    examples = place.field.examples if place.field else None
    return str(examples[0]) if examples else "keys and values"


def _how_to_add(place: Place) -> str:
    key = place.path[-1]
    choices = choices_of(place.annotation)
    if choices:
        return f"add '{key}': {' or '.join(map(str, choices))}"
    if place.field and place.field.examples:
        return f"add '{key}', such as {place.field.examples[0]}"
    return f"add '{key}': {_inside_of(place)}"


def _range(field: FieldInfo | None, value: Any, message: str) -> tuple[str, str]:
    """Return why a number or a length is out of range, and what to write."""
    bounds = {type(one): one for one in (field.metadata if field else ())}
    low, high = bounds.get(Ge), bounds.get(Le)
    if low is not None and high is not None:
        near = low.ge if value < low.ge else high.le
        return f"must be from {low.ge} to {high.le}", f"write {near}, the nearest"
    if low is not None:
        return f"must be at least {low.ge}", f"write {low.ge} or more"
    if Gt in bounds:
        return f"must be more than {bounds[Gt].gt}", "write a larger number"
    least, most = bounds.get(MinLen), bounds.get(MaxLen)
    if least is not None and len(value) < least.min_length:
        what = "character" if isinstance(value, str) else "entry"
        return f"must have at least one {what}", "add one"
    if most is not None:
        return f"must have at most {most.max_length} entries", "remove what is too much"
    return message, "correct it"
