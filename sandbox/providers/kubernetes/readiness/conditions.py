"""What a program may ask to be waited for: the annotation `pulumi.com/waitFor`.

`condition=Ready`, `condition=Ready=False`, `jsonpath={.status.phase}=Running`,
`jsonpath={.spec.x}`, or a JSON list of these. JSON paths are plain ones: fields and list indexes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..kinds import Object
from .verdict import READY, Verdict, condition, told, waiting

_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d+)\]")
_PATH = re.compile(rf"\{{(?:{_STEP.pattern})+\}}(?:=.*)?", re.DOTALL)


class InvalidCondition(ValueError):
    """An expression that says nothing this provider understands."""


def check_conditions(text: str, obj: Object) -> Verdict:
    """Tell whether all conditions of the annotation hold for a live object.

    Raises:
        InvalidCondition: one of them is malformed.
    """
    verdicts = [_check(one, obj) for one in parse_conditions(text)]
    reasons = [reason for one in verdicts for reason in one.reasons]
    return waiting(*reasons)


def parse_conditions(text: str) -> list[str]:
    """Return the single expressions, each of a known form.

    Raises:
        InvalidCondition: one of them is malformed.
    """
    try:
        found = json.loads(text)
    except ValueError:
        found = [text]
    if not isinstance(found, list) or not found or not all(isinstance(one, str) for one in found):
        raise InvalidCondition("pulumi.com/waitFor is neither an expression nor a list of them")
    for one in found:
        kind, _, rest = one.partition("=")
        if not (kind == "condition" and rest) and not (
            kind == "jsonpath" and _PATH.fullmatch(rest)
        ):
            raise InvalidCondition(
                f"pulumi.com/waitFor: '{one}' is neither condition=TYPE[=STATUS] nor "
                "jsonpath={.field[0].field}[=VALUE]"
            )
    return found


def _check(expression: str, obj: Object) -> Verdict:
    kind, _, rest = expression.partition("=")
    if kind == "condition":
        name, _, wanted = rest.partition("=")
        found = condition(obj, name)
        if str(found.get("status", "")).lower() == (wanted or "True").lower():
            return READY
        return waiting(told(found) or f"condition {name} is not there yet")
    path, _, expected = rest.removeprefix("{").partition("}")
    value = _at(obj, path)
    if value is None:
        return waiting(f"{path} is not there yet")
    if not expected or _text(value) == expected.removeprefix("="):
        return READY
    return waiting(f"{path} is {_text(value)}, not {expected.removeprefix('=')}")


def _at(value: Any, path: str) -> Any:
    for name, index in _STEP.findall(path):
        if name and isinstance(value, Mapping):
            value = value.get(name)
        elif index and isinstance(value, list) and int(index) < len(value):
            value = value[int(index)]
        else:
            return None
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
