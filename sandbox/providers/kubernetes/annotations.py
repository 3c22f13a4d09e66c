"""Annotations by which a program steers the provider, and the names of field managers.

Source: pulumi-kubernetes provider/pkg/metadata/annotations.go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from .kinds import Object

AUTONAMED: Final = "pulumi.com/autonamed"
SKIP_AWAIT: Final = "pulumi.com/skipAwait"
WAIT_FOR: Final = "pulumi.com/waitFor"
TIMEOUT_SECONDS: Final = "pulumi.com/timeoutSeconds"
PATCH_FORCE: Final = "pulumi.com/patchForce"
PATCH_FIELD_MANAGER: Final = "pulumi.com/patchFieldManager"
DELETION_PROPAGATION: Final = "pulumi.com/deletionPropagationPolicy"

#: Manager of what a plain create made; a later apply takes its fields over.
CREATING_MANAGER: Final = "pulumi-kubernetes"


def annotation(obj: Object, name: str) -> str:
    """Return an annotation, or the empty string when there is none (or none is known yet)."""
    metadata = obj.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    value = annotations.get(name) if isinstance(annotations, Mapping) else None
    return value if isinstance(value, str) else ""


def is_set(obj: Object, name: str) -> bool:
    """Tell whether an annotation says `true`."""
    return annotation(obj, name) == "true"


def field_manager(obj: Object, urn: str, recorded: str) -> str:
    """Return the name under which fields of `obj` are owned.

    The program may choose it by annotation; else the state remembers it; else it follows from the
    URN, so that an interrupted update and its repetition are the same manager.
    """
    chosen = annotation(obj, PATCH_FIELD_MANAGER) or recorded
    return chosen or f"{CREATING_MANAGER}-{hashlib.sha256(urn.encode()).hexdigest()[:8]}"
