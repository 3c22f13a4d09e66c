"""One create, update, read or delete: its calls to the cloud, with the official retries."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudConnectionError, CloudError, CloudTimeoutError
from sandbox.providers.alicloud import data

Answer = dict[str, Any]

_NETWORK = (CloudConnectionError, CloudTimeoutError)


class GaveUpError(Exception):
    """The cloud's answer or the wait for it ended the operation."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        """The cloud's error code, or one of Timeout, NetworkError, Cancelled, Failed."""


class Action(Protocol):
    """A verb bound to its parameters."""

    def __call__(self) -> Answer:
        """Carry it out."""


class Call:
    """What a handler uses to talk to the cloud during one operation."""

    def __init__(
        self,
        cloud: Cloud,
        region: str,
        minutes: float,
        codes: Collection[str] = (),
        cancelled: threading.Event | None = None,
        least_seconds: float = 0,
    ) -> None:
        self.cloud = cloud
        self.region = region
        self.codes = tuple(codes)
        self._pace = data.pace()
        self._cancelled = cancelled or threading.Event()
        self._minutes = minutes
        allowed = max(minutes * self._pace.seconds_per_minute, least_seconds)
        self._deadline = cloud.clock.now() + allowed

    def client_token(self, action: str) -> str:
        """A new ClientToken in the official provider's form."""
        return f"TF-{action}-{uuid.uuid4()}"

    def once(self, action: Action) -> Answer:
        """Carry out a verb; any error ends the operation."""
        return self.retried(action, once=True)

    def retried(self, action: Action, codes: Sequence[str] = (), *, once: bool = False) -> Answer:
        """Carry out a verb, again while the answer is one that the official provider waits out.

        Raises:
            GaveUpError: another answer, or no success before the operation's deadline.
            CloudError: never; it is told in GaveUpError.
        """
        tries = 0
        while True:
            tries += 1
            try:
                return action()
            except CloudError as error:
                source = f"{error.verb}, request id {error.request_id}"
                told = f"{error.code}: {error.message} ({source})"
                code, again = error.code, self._is_passing(error, codes)
            except _NETWORK as error:
                told, code, again = str(error), "NetworkError", True
            if once or not again:
                raise GaveUpError(code, told)
            self._pause(self._pace.first_wait + (tries - 1) * self._pace.further_wait)
            if self._late():
                raise GaveUpError(code, f"{told}, after {tries} tries in {self._minutes:g} minutes")

    def wait(
        self, read: Callable[[], str | None], wanted: str, failed: Collection[str] = ()
    ) -> None:
        """Poll until the state is the wanted one ("" for gone).

        Raises:
            GaveUpError: a failed state, the object disappeared, or the deadline.
        """
        while True:
            state = read()
            if state == wanted or (state is None and wanted == ""):
                return
            if state is None:
                raise GaveUpError("Failed", f"it disappeared while waiting for {wanted}")
            if state in failed:
                raise GaveUpError("Failed", f"it went to state {state} instead of {wanted}")
            if self._late():
                goal = wanted or "its deletion"
                why = f"it is still {state} after {self._minutes:g} minutes waiting for {goal}"
                raise GaveUpError("Timeout", why)
            self._pause(self._pace.poll)

    def vpc_of(self, vswitch_id: str) -> str:
        """The VPC of a vSwitch, which several create actions want beside it."""
        describe = self.cloud.vpc.describe_vswitch_attributes
        return str(self.retried(lambda: describe(vswitch_id=vswitch_id))["VpcId"])

    def wait_for_task(self, task_id: str) -> None:
        """Poll a task of the CS API until it ended.

        Raises:
            GaveUpError: it failed, with its reason, or did not end in time, with its id.
        """

        def state() -> str:
            task = self.retried(lambda: self.cloud.cs.describe_task_info(task_id=task_id))
            if task["state"] == "fail":
                why = task["error"].get("message") or "no reason given"
                raise GaveUpError("Failed", f"task {task_id} failed: {why}")
            return str(task["state"])

        try:
            self.wait(state, "success")
        except GaveUpError as error:
            if error.code == "Timeout":
                raise GaveUpError("Timeout", f"task {task_id}: {error}") from error
            raise

    def _late(self) -> bool:
        return self.cloud.clock.now() >= self._deadline

    def _pause(self, seconds: float) -> None:
        if self._cancelled.is_set():
            raise GaveUpError("Cancelled", "the run was interrupted")
        self.cloud.clock.sleep(seconds)

    def _is_passing(self, error: CloudError, codes: Sequence[str]) -> bool:
        # NeedRetry of the official provider (alicloud/errors.go): throttling, unavailable, 5xx.
        generic = "Throttling" in error.code or error.code == "ServiceUnavailable"
        return generic or error.status >= 500 or error.code in (*self.codes, *codes)
