"""What the engine records of an object: the live object, and next to it what it was made from.

The extra keys are those of the official plugin, so that a stack can change from one to the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue

from .checking import READ_ONLY_METADATA
from .kinds import Object
from .values import Properties, plain_map, properties

INPUTS = "__inputs"
"""Key of the inputs in a recorded state."""
_API_VERSION = "__initialApiVersion"
_MANAGER = "__fieldManager"
# Annotations of the Deployment controller and of kubectl.
_WRITTEN_BY_OTHERS = frozenset(
    {"deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"}
)
_INTERNAL = frozenset({INPUTS, _API_VERSION, _MANAGER})


@dataclass(frozen=True)
class Recorded:
    """A state taken apart."""

    live: Object
    inputs: Object
    manager: str

    @classmethod
    def read(cls, state: Properties) -> Recorded:
        """Take a recorded state apart; one without inputs comes from an import."""
        values = plain_map(state)
        manager = values.get(_MANAGER)
        return cls(
            live={key: value for key, value in values.items() if key not in _INTERNAL},
            inputs=values.get(INPUTS) or {},
            manager=manager if isinstance(manager, str) else "",
        )


def recorded(
    live: Object, inputs: Object, *, like: Properties, manager: str
) -> dict[str, PropertyValue]:
    """Return the state to record.

    Args:
        live: the object as the server returned it.
        inputs: what it was made from.
        like: the inputs as properties; what is secret in them is secret in the state.
        manager: owner of the fields.
    """
    state = properties(without_managers(live), like)
    state[INPUTS] = PropertyValue(properties(inputs, like))
    state[_API_VERSION] = PropertyValue(str(inputs.get("apiVersion", live["apiVersion"])))
    state[_MANAGER] = PropertyValue(manager)
    return state


def imported_inputs(live: Object) -> Object:
    """Return inputs for an object that the program has not declared yet: all but the status."""
    metadata = {k: v for k, v in live["metadata"].items() if k not in READ_ONLY_METADATA}
    annotations = metadata.pop("annotations", {})
    kept = {k: v for k, v in annotations.items() if k not in _WRITTEN_BY_OTHERS}
    if kept:
        metadata["annotations"] = kept
    return {k: v for k, v in live.items() if k != "status"} | {"metadata": metadata}


def without_managers(live: Object) -> Object:
    """Return a live object without the bookkeeping of field owners, which is long and changes."""
    metadata: dict[str, Any] = {k: v for k, v in live["metadata"].items() if k != "managedFields"}
    return live | {"metadata": metadata}
