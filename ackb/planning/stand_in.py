"""What stands in for the providers: strict about inputs, symbolic about what only a cloud knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from ackb.domain.provider_types import faults, provider_type, tokens
from ackb.domain.unknown import UNKNOWN
from ackb.planning.wire import unwrapped

PROVIDER_PREFIX: Final = "pulumi:providers:"
_TYPED_BY_SDK: Final = ("kubernetes:",)
"""Packages whose typed arguments already refuse unknown keys and missing properties."""


def input_faults(token: str, inputs: Mapping[str, Any]) -> list[str]:
    """Return what the provider of this type would refuse in `inputs`, one clause each."""
    if token.startswith((PROVIDER_PREFIX, *_TYPED_BY_SDK)):
        return []  # a provider's own inputs are all strings on the wire; its SDK class types them
    if token not in tokens():
        return [
            "is a type or function this project does not use; add it in tools/generate_types.py"
        ]
    found = faults(token, unwrapped(inputs), opaque=lambda value: value is UNKNOWN)
    return [str(one) for one in found]


def computed_id(token: str, name: str, inputs: Mapping[str, Any]) -> str:
    """Return the id a created resource gets: symbolic, except where it is made of its inputs."""
    if token.startswith("kubernetes:"):
        metadata = unwrapped(inputs).get("metadata") or {}
        parts = (metadata.get("namespace"), metadata.get("name", f"<name of {name}>"))
        return "/".join(part for part in parts if part)
    template = _computed(token).get("id", "<id of {self}>")
    return str(_filled(template, name, inputs))


def computed_outputs(token: str, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the provider adds to the inputs; a symbolic value reads `<port of NAME>`."""
    result: dict[str, Any] = {}
    if token in tokens():
        known = provider_type(token)
        result = {
            wire: f"<{wire} of {name}>"
            for wire, field in known.outputs.items()
            if field.type == "string" and wire not in known.inputs
        }
        if _is_data_source(token):
            # Which things there are, only a cloud knows.
            result |= {
                wire: UNKNOWN
                for wire, field in known.outputs.items()
                if field.type == "array" and wire not in known.inputs
            }
    extra = {wire: one for wire, one in _computed(token).items() if wire not in {"id", *inputs}}
    return result | {wire: _filled(one, name, inputs) for wire, one in extra.items()}


def _is_data_source(token: str) -> bool:
    return token.rsplit(":", 1)[-1].startswith("get")


@cache
def _table() -> dict[str, Any]:
    text = resources.files("ackb.planning").joinpath("data/computed.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)["types"]
    return table


def _computed(token: str) -> dict[str, Any]:
    entry: dict[str, Any] = _table().get(token, {})
    return entry


def _filled(template: Any, name: str, inputs: Mapping[str, Any]) -> Any:
    if isinstance(template, str):
        return template.format_map({**unwrapped(inputs), "self": name})
    if isinstance(template, Mapping):
        return {key: _filled(one, name, inputs) for key, one in template.items()}
    if isinstance(template, list):
        return [_filled(one, name, inputs) for one in template]
    return template
