"""Base of the resource types: what a handler says about its type, and what it need not repeat."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from sandbox.cloud.errors import CloudError
from sandbox.cloud.tagging import Tagging
from sandbox.providers.alicloud import data
from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.values import Values


class Handler(ABC):
    """One resource type.

    Methods raise GaveUpError (through `Call`) when the cloud refuses; the provider tells the user.
    """

    token: ClassVar[str]
    label: ClassVar[str]
    """What people call it: `vSwitch`."""
    outputs: ClassVar[Mapping[str, str]]
    """Wire name -> field of the read action's answer; a dot goes into an object."""
    reports: ClassVar[tuple[str, ...]] = ()
    """Further wire names that `output_values` adds."""

    @abstractmethod
    def create(self, call: Call, inputs: Values) -> str:
        """Ask for the object; returns its id as soon as the cloud has answered one."""

    def ready(self, call: Call, id: str, inputs: Values) -> None:  # noqa: B027
        """Wait until a new object can be used, and finish what the create action cannot set."""

    @abstractmethod
    def describe(self, call: Call, id: str) -> Answer:
        """The read action's answer. A missing object is a CloudError listed as `gone`."""

    def update(  # noqa: B027
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """Change the object in place; types without such changes keep this."""

    @abstractmethod
    def delete(self, call: Call, id: str, state: Values) -> None:
        """Ask for the deletion and wait until the object is gone; gone already is success."""

    def blockers(self, call: Call, id: str) -> list[str]:
        """What keeps the object from being deleted, for the error message."""
        return []

    def output_values(self, answer: Answer) -> Values:
        """Outputs from the read action's answer."""
        return {wire: dug(answer, path) for wire, path in self.outputs.items()}

    # What handlers use.

    def read(self, call: Call, id: str) -> Answer | None:
        """The answer of `describe`, or None when the object is gone."""
        try:
            return call.retried(lambda: self._described(call, id))
        except _GoneError:
            return None

    def delete_by(self, call: Call, action: Any) -> bool:
        """Carry out a deleting verb with its retries; False when the object was gone already."""
        try:
            call.retried(lambda: self._or_gone(action))
        except _GoneError:
            return False
        return True

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
        before, after = old.get("tags") or {}, new.get("tags") or {}
        if removed := sorted(set(before) - set(after)):
            call.retried(
                lambda: service.untag_resources(
                    resource_type=resource_type, resource_ids=[id], tag_keys=removed
                )
            )
        if added := {key: value for key, value in after.items() if before.get(key) != value}:
            call.retried(
                lambda: service.tag_resources(
                    resource_type=resource_type, resource_ids=[id], tags=added
                )
            )

    def state(self, call: Call, id: str, field: str = "Status") -> str | None:
        """The object's state, None when it is gone."""
        answer = self.read(call, id)
        return None if answer is None else str(dug(answer, field))

    def _described(self, call: Call, id: str) -> Answer:
        return self._or_gone(lambda: self.describe(call, id))

    def _or_gone(self, action: Any) -> Answer:
        try:
            answer: Answer = action()
        except CloudError as error:
            if error.code in data.retries(self.token).gone:
                raise _GoneError from error
            raise
        return answer


class _GoneError(Exception):
    """The cloud says that the object does not exist."""


def dug(answer: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; None where the path ends early."""
    value: Any = answer
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def tags_of(answer: Answer) -> dict[str, str]:
    """Tags of a read action's answer as the wire has them."""
    return {tag["Key"]: tag["Value"] for tag in dug(answer, "Tags.Tag") or []}
