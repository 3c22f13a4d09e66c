"""Create, read, update and delete of any type: handler, retries and messages put together."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass, field

from ackb.domain.provider_types import provider_type
from ackb.domain.unknown import UNKNOWN
from sandbox.cloud.cloud import Cloud
from sandbox.providers.alicloud import data, diffs
from sandbox.providers.alicloud.call import Answer, Call, GaveUpError
from sandbox.providers.alicloud.handler import Handler
from sandbox.providers.alicloud.values import Values


class HalfMadeError(Exception):
    """The object exists under `id`, but the operation did not finish; `state` is what is known."""

    def __init__(self, id: str, state: Values, message: str) -> None:
        super().__init__(message)
        self.id = id
        self.state = state


class FailedError(Exception):
    """The operation failed and left nothing to remember."""


@dataclass(frozen=True)
class Lifecycle:
    """Operations on the objects of one type."""

    handler: Handler
    cloud: Cloud
    region: str
    cancelled: threading.Event = field(default_factory=threading.Event)

    def create(self, name: str, inputs: Values, seconds: float = 0) -> tuple[str, Values]:
        """Make the object and wait until it can be used; its id and state.

        Raises:
            FailedError: nothing was made, as far as the provider can tell.
            HalfMadeError: it was made but is not ready.
        """
        handler, retries = self.handler, data.retries(self.handler.token)
        call = self._call(seconds, retries.create_minutes, retries.create)
        try:
            id = handler.create(call, inputs)
        except GaveUpError as error:
            raise FailedError(self._told("creating", name, error)) from error
        try:
            handler.ready(call, id)
            handler.complete(call, id, inputs)
            return id, self._state(call, id, inputs)
        except GaveUpError as error:
            message = self._told("creating", f"{name} ({id})", error)
            raise HalfMadeError(id, self._known(id, inputs), message) from error

    def read(self, name: str, id: str, state: Values, inputs: Values) -> tuple[Values, Values]:
        """The object's state and inputs as they are now; empty when it is gone."""
        call = self._call(0, data.retries(self.handler.token).update_minutes)
        try:
            answer = self.handler.read(call, id)
        except GaveUpError as error:
            raise FailedError(self._told("reading", f"{name} ({id})", error)) from error
        if answer is None:
            return {}, {}
        live = self._outputs(answer)
        return {**state, **live}, self._live_inputs(inputs, live)

    def update(
        self,
        name: str,
        id: str,
        old: Values,
        new: Values,
        recorded: Values | None = None,
        seconds: float = 0,
    ) -> Values:
        """Change the object in place and wait until the change is done; its state.

        What differs is found by looking at the object, so this also finishes one that an earlier
        run left half made.

        Raises:
            HalfMadeError: some of the changes may have been made.
        """
        handler, retries = self.handler, data.retries(self.handler.token)
        call = self._call(seconds, retries.update_minutes, retries.update)
        try:
            handler.ready(call, id)
            live = {**old, **self._outputs(self._present(call, id))}
            changed = diffs.diff(handler.token, live, new, recorded).changed
            handler.refuse_unsimulated(changed)
            handler.update(call, id, live, new, changed)
            handler.ready(call, id)
            return self._state(call, id, new)
        except GaveUpError as error:
            message = self._told("updating", f"{name} ({id})", error)
            raise HalfMadeError(id, self._known(id, old), message) from error

    def delete(self, name: str, id: str, state: Values, seconds: float = 0) -> None:
        """Delete the object and wait until it is gone.

        Raises:
            FailedError: it is still there, or may be.
        """
        handler, retries = self.handler, data.retries(self.handler.token)
        call = self._call(seconds, retries.delete_minutes, retries.delete)
        try:
            handler.delete(call, id, state)
        except GaveUpError as error:
            blocking = self._blockers(call, id) if error.code.startswith("Dependency") else ""
            told = self._told("deleting", f"{name} ({id})", error, blocking)
            raise FailedError(told) from error

    def preview(self, old: Values, new: Values) -> Values:
        """Outputs of a creation or update that is only planned."""
        known = {**dict.fromkeys(self.handler.output_names(), UNKNOWN), **old, **new}
        return self._shown(known)

    def _call(self, seconds: float, minutes: float, codes: Collection[str] = ()) -> Call:
        # customTimeouts of a resource take the place of the official provider's own.
        least = 0 if seconds else data.retries(self.handler.token).least_seconds
        return Call(self.cloud, self.region, seconds / 60 or minutes, codes, self.cancelled, least)

    def _present(self, call: Call, id: str) -> Answer:
        answer = self.handler.read(call, id)
        if answer is None:
            raise GaveUpError("NotFound", "it is not there any more")
        return answer

    def _state(self, call: Call, id: str, inputs: Values) -> Values:
        return self._shown({**inputs, **self._outputs(self._present(call, id))})

    def _known(self, id: str, inputs: Values) -> Values:
        """What can be told about a half-made object without waiting."""
        call = self._call(0, 0)
        try:
            answer = self.handler.read(call, id)
        except GaveUpError:
            answer = None
        return self._shown({**inputs, **(self._outputs(answer) if answer else {})})

    def _outputs(self, answer: Answer) -> Values:
        values = self.handler.output_values(answer)
        return {wire: value for wire, value in values.items() if value is not None}

    def _shown(self, values: Values) -> Values:
        """Only what the SDK knows as outputs; write-only inputs never reach the state's outputs."""
        token = self.handler.token
        known, hidden = provider_type(token).outputs, data.replacement(token).write_only
        return {wire: v for wire, v in values.items() if wire in known and wire not in hidden}

    def _live_inputs(self, inputs: Values, live: Values) -> Values:
        """Inputs that would describe the object as it is: drift shows, defaults do not."""
        token = self.handler.token
        plan, known = data.replacement(token), provider_type(token).inputs
        result = dict(inputs)
        for wire, value in live.items():
            if wire not in known:
                continue
            if wire in inputs:
                if not diffs.same(wire, inputs[wire], value, plan):
                    result[wire] = value
            elif value not in diffs.EMPTY and (not inputs or wire not in plan.computed):
                result[wire] = value
        return result if inputs else _without_alternatives(token, result)

    def _blockers(self, call: Call, id: str) -> str:
        names = self.handler.blockers(call, id)
        return f" Still in it: {', '.join(names)}." if names else ""

    def _told(self, doing: str, name: str, error: GaveUpError, more: str = "") -> str:
        step = data.next_step(error.code)
        return f"{doing} {self.handler.label} {name}: {error}.{more} Next: {step}."


def _without_alternatives(token: str, imported: Values) -> Values:
    """Of inputs that exclude each other the cloud tells all; a program may give one."""
    rules = data.rules(token)
    dropped = {
        name
        for group in (*rules.one_of, *rules.conflicts)
        for name in [name for name in group if name in imported][1:]
    }
    return {name: value for name, value in imported.items() if name not in dropped}
