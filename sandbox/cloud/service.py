"""What every simulated service stands on: the verb decorator and objects that change with time."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, ParamSpec, TypeVar

from sandbox.cloud import faults
from sandbox.cloud.clock import timestamp
from sandbox.cloud.errors import IDEMPOTENT_PARAMETER_MISMATCH, THROTTLING_USER, CloudError
from sandbox.cloud.store import Data

if TYPE_CHECKING:
    from sandbox.cloud.cloud import Cloud

Response = dict[str, Any]
_P = ParamSpec("_P")
_S = TypeVar("_S", bound="Service")

_current_faults: ContextVar[Sequence[faults.Fault]] = ContextVar("current_faults", default=())

DUE = "due"
"""Kind of the notes that say which objects disappear at which time."""
_CLIENT_TOKENS = ("client_token", "token")
"""Names of the parameter that makes a call repeatable; R-KVStore says `token`."""
_BUCKET = "token-bucket"
_THEN = "_then"
"""Changes to come, each with the time it happens; see `Service.later`."""


@dataclass(frozen=True)
class Kind:
    """One kind of object that a user could find in the console (and would pay for)."""

    kind: str
    """As in the store, e.g. `vpc.VSwitch`."""
    id_field: str
    name_field: str
    arn_type: str | None = None
    """Type in the resource's ARN; None when the Tag service does not know the kind."""
    status_field: str = "Status"
    costs: bool = True
    """False for what never appears on a bill by itself (a security group, an access group)."""


@dataclass(frozen=True)
class Bucket:
    """A token bucket that limits calls: `burst` at once, then `per_second`."""

    name: str
    burst: int
    per_second: float


def verb(
    *, reads: bool = False, bucket: Bucket | None = None
) -> Callable[[Callable[Concatenate[_S, _P], Response]], Callable[Concatenate[_S, _P], Response]]:
    """Make a method an API action.

    The decorator lets planned faults strike, limits the rate, answers a repeated ClientToken with
    the first answer, runs the body in one transaction, and puts a request id on every answer.
    `reads` marks actions that change nothing; they take no write lock.
    """

    def decorate(
        body: Callable[Concatenate[_S, _P], Response],
    ) -> Callable[Concatenate[_S, _P], Response]:
        action = body.__name__

        @functools.wraps(body)
        def call(self: _S, /, *args: _P.args, **kwargs: _P.kwargs) -> Response:
            cloud, name = self.cloud, f"{self.service}.{action}"
            request_id = cloud.request_id(name)
            struck = cloud.faults.on_call(cloud.store, name, reads)
            token = _current_faults.set(struck)
            try:
                faults.apply(struck, "before", name, cloud.clock)
                if bucket:
                    _take_token(cloud, bucket)
                if reads:
                    answer = body(self, *args, **kwargs)
                else:
                    with cloud.store.transaction():
                        cloud.sweep()
                        answer = _once_per_client_token(
                            self, name, kwargs, lambda: body(self, *args, **kwargs)
                        )
                faults.apply(struck, "after", name, cloud.clock)
            except CloudError as error:
                error.request_id = error.request_id or request_id
                error.verb = error.verb or name
                raise
            finally:
                _current_faults.reset(token)
            return {**answer, "RequestId": request_id}

        call.is_verb = True  # type: ignore[attr-defined]
        call.reads = reads  # type: ignore[attr-defined]
        return call

    return decorate


class Service:
    """Base of the services: ids, objects, and changes that happen at a later time."""

    service: ClassVar[str]
    """Name as in verbs, kinds and ARNs: `vpc`, `ecs`, …"""
    kinds: ClassVar[tuple[Kind, ...]] = ()
    """What `Cloud.inventory` lists."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.store = cloud.store

    def new_id(self, prefix: str) -> str:
        """A new id that looks like a real one, the same in every run of the same calls."""
        number = self.store.next_number(f"id/{prefix}")
        return f"{prefix}-{readable_digest(f'{prefix}/{number}')}"

    def now(self) -> float:
        """The cloud's time, seconds since 1970."""
        return self.cloud.clock.now()

    def timestamp(self) -> str:
        """The cloud's time as the API writes it."""
        return timestamp(self.now())

    def asked_to_fail(self) -> bool:
        """Whether a planned fault wants the work started by this call to end failed."""
        return any(fault.action == "fail" for fault in _current_faults.get())

    # Objects. A change set by `later` shows by itself once its time has come.

    def add(self, kind: str, id: str, data: Data) -> Data:
        """Store a new object."""
        self.store.insert(kind, id, data)
        return data

    def get(self, kind: str, id: str | None) -> Data | None:
        """The object as it is now, or None when absent or gone."""
        data = self.store.get(kind, id) if id else None
        return None if data is None else self._settled(data)

    def find(
        self, kind: str, tags: dict[str, str] | None = None, **equals: str | int | bool | None
    ) -> list[Data]:
        """Objects as they are now, in the order of creation; None means any value.

        Values are compared as stored, but Status as it is now: never search by another field that
        `later` changes.
        """
        status = equals.pop("Status", None)
        asked = {field: value for field, value in equals.items() if value is not None}
        settled = (self._settled(data) for data in self.store.find(kind, **asked))
        return [
            data
            for data in settled
            if data and status in (None, data.get("Status")) and has_tags(data, tags)
        ]

    def save(self, kind: str, id: str, data: Data) -> None:
        """Replace an object."""
        self.store.put(kind, id, data)

    def remove(self, kind: str, id: str) -> None:
        """Forget an object at once."""
        self.store.delete(kind, id)

    def later(self, data: Data, duration: str | float, **changes: object) -> Data:
        """Let the fields change after the duration; returns `data`.

        The duration is a name of durations.json, or seconds. Several calls make a chain: each waits
        for the one before.
        """
        steps = data.setdefault(_THEN, [])
        begin = steps[-1]["at"] if steps else self.now()
        seconds = self.cloud.duration(duration) if isinstance(duration, str) else duration
        steps.append({"at": begin + seconds, "set": changes})
        return data

    def settled_at(self, kind: str, id: str) -> float:
        """When the last of the changes to come happens (seconds since 1970); 0 without any."""
        steps = (self.store.get(kind, id) or {}).get(_THEN)
        return steps[-1]["at"] if steps else 0.0

    def gone_later(
        self, kind: str, id: str, data: Data, duration: str, also: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Let the object, and with it the others (kind, id), disappear after the named duration.

        Changes that were to come do not happen any more.
        """
        at = self.now() + self.cloud.duration(duration)
        data[_THEN] = [{"at": at, "gone": True}]
        self.save(kind, id, data)
        self.store.put(DUE, f"{kind}/{id}", {"At": at, "Objects": [[kind, id], *also]})

    def _settled(self, data: Data) -> Data | None:
        steps = data.get(_THEN)
        while steps and steps[0]["at"] <= self.now():
            step = steps.pop(0)
            if step.get("gone"):
                return None
            data.update(step["set"])
        if steps == []:
            del data[_THEN]
        return data


def public(data: Data) -> Response:
    """The object as an answer shows it: without bookkeeping fields, tags in the API's form."""
    answer = {key: value for key, value in data.items() if key[0].isupper()}
    if "tags" in data:
        answer["Tags"] = {"Tag": tag_list(data["tags"])}
    return answer


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as the API lists them."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def has_tags(data: Data, tags: dict[str, str] | None) -> bool:
    """Whether the object carries all of the tags."""
    return all(data.get("tags", {}).get(key) == value for key, value in (tags or {}).items())


def readable_digest(text: str, length: int = 20) -> str:
    """Letters and digits as in the real ids."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest())
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
    digits: list[str] = []
    while len(digits) < length:
        number, rest = divmod(number, len(alphabet))
        digits.append(alphabet[rest])
    return "".join(digits)


def _once_per_client_token(
    service: Service, name: str, parameters: dict[str, Any], body: Callable[[], Response]
) -> Response:
    """Same token and parameters: the first answer again, nothing done twice."""
    client_token = next((parameters[key] for key in _CLIENT_TOKENS if parameters.get(key)), None)
    if not client_token:
        return body()
    others = {key: value for key, value in parameters.items() if key not in _CLIENT_TOKENS}
    asked = hashlib.sha256(json.dumps(others, sort_keys=True, default=str).encode()).hexdigest()
    key = f"{name}/{client_token}"
    before = service.store.get("client-token", key)
    if before is None:
        answer = body()
        service.store.insert("client-token", key, {"asked": asked, "answer": answer})
        return answer
    if before["asked"] != asked:
        raise IDEMPOTENT_PARAMETER_MISMATCH()
    repeated: Response = before["answer"]
    return repeated


def lift(cloud: Cloud, bucket: Bucket, until: float) -> None:
    """Let calls pass without a token until then (seconds since 1970); in the past: limit again."""
    with cloud.store.transaction():
        state = _bucket(cloud, bucket)
        cloud.store.put(_BUCKET, bucket.name, {**state, "lifted_until": until})


def _take_token(cloud: Cloud, bucket: Bucket) -> None:
    """Take one token; raises Throttling.User when the bucket is empty."""
    with cloud.store.transaction():
        now = cloud.clock.now()
        state = _bucket(cloud, bucket)
        if state.get("lifted_until", 0.0) > now:
            return
        refilled = state["tokens"] + (now - state["at"]) * cloud.pace.rate(bucket.per_second)
        tokens = min(float(bucket.burst), refilled)
        if tokens < 1:
            raise THROTTLING_USER()
        cloud.store.put(_BUCKET, bucket.name, {**state, "tokens": tokens - 1, "at": now})


def _bucket(cloud: Cloud, bucket: Bucket) -> Data:
    found = cloud.store.get(_BUCKET, bucket.name)
    return found or {"tokens": bucket.burst, "at": cloud.clock.now()}
