"""Values of a plan as plain data: what is not known before deployment counts as absent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ackb.domain.unknown import UNKNOWN
from ackb.inventory.model import Declared

_REFERENCE: Final = re.compile(r"<\w+ of ([^>]+)>|\b(vsw-[a-z0-9]+)\b")
"""How a plan writes a value that another resource will have, `<id of net-vpc>`; and the id of a
vSwitch that is there already, which is its name."""


def references(value: object) -> tuple[str, ...]:
    """Logical names of the resources whose ids `value` holds, in their order.

    A vSwitch that is there already has no logical name: its id stands for it.
    """
    if isinstance(value, str):
        return tuple(name or id for name, id in _REFERENCE.findall(value))
    if isinstance(value, (list, tuple)):
        return tuple(name for part in value for name in references(part))
    return ()


def kind_of(one: Declared) -> str:
    """Kind of a Kubernetes object, from its type token."""
    return one.type.rsplit(":", 1)[-1]


def namespace_of(one: Declared) -> str:
    """Namespace of a Kubernetes object."""
    return text(mapping(one.inputs.get("metadata")).get("namespace")) or "default"


def mapping(value: object) -> Mapping[str, Any]:
    """`value`, or an empty mapping where it is none or not known."""
    return value if isinstance(value, Mapping) else {}


def listing(value: object) -> Sequence[Any]:
    """`value`, or an empty sequence where it is none or not known."""
    return value if isinstance(value, (list, tuple)) else ()


def text(value: object) -> str:
    """`value`, or nothing where it is no text or not known."""
    return value if isinstance(value, str) else ""


def number(value: object, default: int = 0) -> int:
    """A count; the wire has floats and numeric strings too."""
    if value is None or value is UNKNOWN:
        return default
    try:
        return int(float(str(value)))
    except ValueError:
        return default
