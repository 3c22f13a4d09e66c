"""Completes the inputs of an object: name, namespace, API version and kind."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from .annotations import AUTONAMED, WAIT_FOR, annotation
from .kinds import Kind, Object
from .readiness.conditions import InvalidCondition, parse_conditions

# Fields that the API server alone sets; a manifest copied from a cluster has them.
READ_ONLY_METADATA = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)
_RANDOM_CHARACTERS = 8


class Unacceptable(ValueError):
    """Inputs that no object can be made from; `field` says which."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def completed(
    kind: Kind,
    declared: Object,
    *,
    old: Object,
    name: str,
    seed: bytes,
    namespace: str,
    is_namespaced: Callable[[Kind], bool],
    patch: bool = False,
) -> Object:
    """Return the inputs as they will be recorded and sent.

    Args:
        kind: of the object, from its resource type.
        declared: the inputs of the program.
        old: the inputs of the last update, empty for a new object.
        name: logical name of the resource, the base of a generated name.
        seed: from the engine, so that preview and update choose the same name.
        namespace: default namespace of the provider.
        is_namespaced: tells whether a kind has namespaces, asked only when needed.
        patch: whether only some fields of an object are declared.

    Raises:
        Unacceptable: something in the inputs cannot work.
    """
    metadata = declared.get("metadata", {})
    api_version = declared.get("apiVersion", kind.api_version)
    result = {"apiVersion": api_version, "kind": kind.name} | declared
    if not isinstance(metadata, Mapping):
        return result
    metadata = {key: value for key, value in metadata.items() if key not in READ_ONLY_METADATA}
    try:
        wanted = annotation(result, WAIT_FOR)
        if wanted:
            parse_conditions(wanted)
    except InvalidCondition as error:
        raise Unacceptable("metadata.annotations", str(error)) from error
    if "generateName" in metadata and "name" not in metadata:
        raise Unacceptable(
            "metadata.generateName",
            "metadata.generateName is not supported with server-side apply; "
            "set metadata.name, or no name at all",
        )
    if "name" not in metadata and patch:
        raise Unacceptable(
            "metadata.name", "a patch needs metadata.name: the name of the object that it changes"
        )
    if "name" not in metadata:
        metadata = _named(metadata, _adopted(old) or generated_name(name, seed))
    if "namespace" not in metadata and is_namespaced(kind):
        metadata["namespace"] = namespace
    return result | {"metadata": metadata}


def _adopted(old: Object) -> str:
    metadata = old.get("metadata")
    if isinstance(metadata, Mapping) and annotation(old, AUTONAMED) == "true":
        return str(metadata["name"])
    return ""


def generated_name(name: str, seed: bytes) -> str:
    """Return a name made of a logical one; the same for the same seed of the engine."""
    if not seed:
        return f"{name}-{secrets.token_hex(_RANDOM_CHARACTERS // 2)}"
    return f"{name}-{hashlib.sha256(seed).hexdigest()[:_RANDOM_CHARACTERS]}"


def _named(metadata: Mapping[str, Any], name: str) -> dict[str, Any]:
    named = dict(metadata) | {"name": name}
    annotations = named.get("annotations", {})
    if isinstance(annotations, Mapping):
        named["annotations"] = dict(annotations) | {AUTONAMED: "true"}
    return named
