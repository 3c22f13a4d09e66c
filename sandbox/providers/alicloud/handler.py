"""Base of the resource types: what a handler says about its type, and what it need not repeat."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar

from sandbox.cloud.errors import CloudError
from sandbox.cloud.tagging import Tagging
from sandbox.providers.alicloud import data
from sandbox.providers.alicloud.call import Answer, Call, GaveUpError
from sandbox.providers.alicloud.values import Values


class GoneError(Exception):
    """The cloud says that the object does not exist."""


class Handler(ABC):
    """One resource type. An object of a handler serves one operation.

    Methods raise GaveUpError (mostly through `Call`) when the cloud refuses; the provider tells the
    user.
    """

    token: ClassVar[str]
    label: ClassVar[str]
    """What people call it: `vSwitch`."""
    arguments: ClassVar[Mapping[str, str]] = {}
    """Inputs that go to the create action as they are: wire name -> parameter."""
    outputs: ClassVar[Mapping[str, str]]
    """Wire name -> field of the read action's answer; a dot goes into an object."""
    more_outputs: ClassVar[tuple[str, ...]] = ()
    """Further wire names that `output_values` adds."""
    tagged: ClassVar[bool] = False
    """The answer holds tags in the usual form."""
    status: ClassVar[str] = "Status"
    """Where the answer holds the state."""
    ready_state: ClassVar[str] = ""
    """The state in which the object can be used; empty when it can be at once."""
    failed_states: ClassVar[tuple[str, ...]] = ()
    unsimulated: ClassVar[tuple[str, ...]] = ()
    """Inputs whose change the real cloud carries out and this one does not."""

    @abstractmethod
    def create(self, call: Call, inputs: Values) -> str:
        """Ask for the object; returns its id as soon as the cloud has answered one."""

    def ready(self, call: Call, id: str) -> None:
        """Wait until the object can be used."""
        if self.ready_state:
            call.wait(lambda: self.state(call, id), self.ready_state, self.failed_states)

    def complete(self, call: Call, id: str, inputs: Values) -> None:  # noqa: B027
        """Set what the create action cannot, once the object is ready."""

    @abstractmethod
    def describe(self, call: Call, id: str) -> Answer:
        """The read action's answer. Raises GoneError, or a CloudError listed as `gone`."""

    def update(  # noqa: B027
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """Change the object in place; types without such changes keep this."""

    @abstractmethod
    def remove(self, call: Call, id: str, state: Values) -> Any:
        """Carry out the deleting verb once."""

    def delete(self, call: Call, id: str, state: Values) -> None:
        """Delete the object and wait until it is gone; gone already is success."""
        if self.deleted(call, lambda: self.remove(call, id, state)):
            call.wait(lambda: self.state(call, id), "")

    def blockers(self, call: Call, id: str) -> list[str]:
        """What keeps the object from being deleted, for the error message."""
        return []

    def output_values(self, answer: Answer) -> Values:
        """Outputs from the read action's answer."""
        values = {wire: dug(answer, path) for wire, path in self.outputs.items()}
        return {**values, "tags": tags_of(answer)} if self.tagged else values

    # What handlers and the lifecycle use.

    def output_names(self) -> tuple[str, ...]:
        """Wire names of everything that `output_values` tells."""
        return (*self.outputs, *self.more_outputs, *(("tags",) if self.tagged else ()))

    def given(self, inputs: Values, names: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Parameters of the create action, or of the named ones, that the inputs hold."""
        names = self.arguments if names is None else names
        return {
            parameter: inputs[wire]
            for wire, parameter in names.items()
            if inputs.get(wire) is not None
        }

    def read(self, call: Call, id: str) -> Answer | None:
        """The answer of `describe`, or None when the object is gone."""
        try:
            return call.retried(lambda: self._or_gone(lambda: self.describe(call, id)))
        except GoneError:
            return None

    def state(self, call: Call, id: str) -> str | None:
        """The object's state, None when it is gone."""
        answer = self.read(call, id)
        return None if answer is None else str(dug(answer, self.status))

    def deleted(self, call: Call, action: Callable[[], Any]) -> bool:
        """Carry out a deleting verb with its retries; False when the object was gone already."""
        try:
            call.retried(lambda: self._or_gone(action))
        except GoneError:
            return False
        return True

    def refuse_unsimulated(self, changed: Collection[str]) -> None:
        """Raises GaveUpError for a change that this cloud cannot carry out."""
        names = sorted(set(changed) & set(self.unsimulated))
        if names:
            told = ", ".join(f"'{name}'" for name in names)
            why = f"the sandbox does not simulate a change of {told}; the real cloud carries it out"
            raise GaveUpError("Sandbox.NotSimulated", why)

    def update_tags(
        self,
        call: Call,
        service: Tagging,
        resource_type: str,
        id: str,
        old: Values,
        new: Values,
        changed: Collection[str],
    ) -> None:
        """Bring the tags to what the program says: remove first, then add, as the real provider."""
        if "tags" not in changed:
            return
        target = {"resource_type": resource_type, "resource_ids": [id]}
        untag: Any = service.untag_resources
        tag: Any = service.tag_resources
        before, after = old.get("tags") or {}, new.get("tags") or {}
        if removed := sorted(set(before) - set(after)):
            call.retried(lambda: untag(**target, tag_keys=removed))
        if added := {key: value for key, value in after.items() if before.get(key) != value}:
            call.retried(lambda: tag(**target, tags=added))

    def _or_gone(self, action: Callable[[], Any]) -> Answer:
        try:
            answer: Answer = action() or {}
        except CloudError as error:
            if error.code in data.retries(self.token).gone:
                raise GoneError from error
            raise
        return answer


def dug(answer: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, numbers going into lists; None where the path ends early."""
    value: Any = answer
    for name in path.split("."):
        if isinstance(value, list):
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, Mapping) else None
    return value


def tags_of(answer: Answer) -> dict[str, str]:
    """Tags of a read action's answer as the wire has them."""
    return {tag["Key"]: tag["Value"] for tag in dug(answer, "Tags.Tag") or []}


def parts(id: str, count: int = 2) -> list[str]:
    """The parts of an id that the official provider puts together with colons.

    Raises GoneError for an id of another form: no such object exists.
    """
    found = id.split(":", count - 1)
    if len(found) != count:
        raise GoneError
    return found


def first(items: list[Answer]) -> Answer:
    """The only element of a list answer. Raises GoneError when it is empty."""
    if not items:
        raise GoneError
    return items[0]
