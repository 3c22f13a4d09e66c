"""Installs, upgrades, reads and removes releases."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.property_value import PropertyValue

from ackb.toolchain import ToolMissing
from sandbox.providers.serving import PartialFailure, ProviderError

from ..access import ClusterAccess
from ..checking import Unacceptable
from ..cluster import Cluster
from ..kinds import Object, parsed_identifier
from ..rest import ApiError, Unreachable
from ..state import INPUTS, Recorded
from ..values import Properties, contains_unknown, hide_secrets, plain_map, properties
from ..waiting import in_thread
from . import charts, declared, extensions, records
from .binary import Cancelled, Helm, HelmFailed
from .records import Record

_T = TypeVar("_T")


class Releases:
    """The verbs of releases in one cluster."""

    def __init__(self, cluster: Cluster, access: ClusterAccess, cancelled: asyncio.Event) -> None:
        self._cluster = cluster
        self._cancelled = cancelled
        self._helm = Helm(access, cancelled)

    async def create(self, request: sdk.CreateRequest) -> sdk.CreateResponse:
        """Install a release; one that is there already, from the same chart, is taken over."""
        if request.preview:
            state = await self._trial(request.properties)
            return sdk.CreateResponse(resource_id="", properties=state)
        inputs = plain_map(request.properties)
        there = await self._latest(inputs["namespace"], inputs["name"])
        if there is not None and there.chart["name"] != charts.name_of(inputs):
            raise ProviderError(
                f"Release {_identifier(inputs)} was not installed: there is one of the chart "
                f"{there.chart['name']}, made by something else; choose another name"
            )
        state = await self._upgraded(request.properties, request.timeout)
        return sdk.CreateResponse(resource_id=_identifier(inputs), properties=state)

    async def update(self, request: sdk.UpdateRequest) -> sdk.UpdateResponse:
        """Upgrade a release."""
        if request.preview:
            return sdk.UpdateResponse(properties=await self._trial(request.news))
        return sdk.UpdateResponse(properties=await self._upgraded(request.news, request.timeout))

    async def read(self, request: sdk.ReadRequest) -> sdk.ReadResponse:
        """Read the present values and status; a release that is gone has an empty id."""
        namespace, name = parsed_identifier(request.resource_id)
        record = await self._latest(namespace, name)
        if record is None:
            return sdk.ReadResponse(resource_id="")
        like = request.inputs
        before = plain_map(like) or Recorded.read(request.properties).inputs
        inputs = before or {
            "chart": record.chart["name"],
            "version": record.chart["version"],
            "name": name,
            "namespace": namespace,
        }
        if record.values != (inputs.get("values") or {}):
            inputs = inputs | {"values": record.values}
        return sdk.ReadResponse(
            resource_id=request.resource_id,
            properties=_state(inputs, record, like),
            inputs=properties(inputs, like),
        )

    async def delete(self, request: sdk.DeleteRequest) -> None:
        """Uninstall a release and wait until what it made is gone."""
        namespace, name = parsed_identifier(request.resource_id)
        limit = int(request.timeout) or declared.DEFAULT_TIMEOUT
        options = ["--namespace", namespace, "--ignore-not-found", "--wait"]
        async with self._turn(namespace, name) as lock:
            try:
                await self._helm.run(
                    "uninstall", name, *options, "--timeout", f"{limit}s", lock=lock
                )
            except (HelmFailed, Cancelled, ToolMissing) as error:
                raise ProviderError(_failed("was not removed", namespace, name, error)) from error

    async def _trial(self, like: Properties) -> dict[str, PropertyValue]:
        """What a preview shows: the inputs, once the chart has accepted them."""
        inputs = plain_map(like)
        if not contains_unknown(inputs):
            namespace, name = inputs["namespace"], inputs["name"]
            record = await self._latest(namespace, name)
            if record is None or not record.is_pending:
                try:
                    await self._run_upgrade(inputs, "--dry-run=server")
                except (HelmFailed, Cancelled, ToolMissing, Unacceptable) as error:
                    said = _failed("would be refused", namespace, name, error)
                    raise ProviderError(hide_secrets(said, like)) from error
        return dict(like)

    async def _upgraded(self, like: Properties, timeout: float) -> dict[str, PropertyValue]:
        inputs = plain_map(like)
        namespace, name = inputs["namespace"], inputs["name"]
        failure: Exception | None = None
        async with self._turn(namespace, name) as lock:
            await self._asked(
                lambda: records.repair(self._cluster, namespace, name), namespace, name
            )
            before = await self._latest(namespace, name)
            wanted = inputs | ({"timeout": int(timeout)} if timeout else {})
            try:
                await self._run_upgrade(wanted, lock=lock)
            except (HelmFailed, Cancelled, ToolMissing, Unacceptable) as error:
                failure = error
            record = await self._latest(namespace, name)
            if failure is None and record is not None and inputs.get("skipAwait") is not True:
                failure = await self._without_extensions(record, wanted)
        if failure is None and record is not None:
            return _state(inputs, record, like)
        said = hide_secrets(_failed("is not as wanted", namespace, name, failure), like)
        if record is None or (before is not None and record.revision == before.revision):
            # Nothing was begun, or it was taken back.
            raise ProviderError(said)
        raise PartialFailure(_identifier(inputs), _state(inputs, record, like), [said])

    async def _without_extensions(self, record: Record, inputs: Object) -> Exception | None:
        limit = float(inputs.get("timeout") or declared.DEFAULT_TIMEOUT)
        try:
            why = await extensions.until_there(
                self._cluster, record, limit=limit, cancelled=self._cancelled
            )
        except (ApiError, Unreachable) as error:
            return error
        return HelmFailed(why) if why else None

    async def _run_upgrade(self, inputs: Object, *more: str, lock: int = -1) -> None:
        await self._helm.run(
            "upgrade",
            "--install",
            str(inputs["name"]),
            *charts.arguments(inputs),
            "--namespace",
            str(inputs["namespace"]),
            "--values",
            "-",
            *declared.arguments(inputs),
            *more,
            values=inputs.get("values"),
            lock=lock,
        )

    @contextlib.asynccontextmanager
    async def _turn(self, namespace: str, name: str) -> AsyncIterator[int]:
        try:
            async with self._helm.only_one(namespace, name) as lock:
                yield lock
        except Cancelled as error:
            raise ProviderError(_failed("was not changed", namespace, name, error)) from error

    async def _latest(self, namespace: str, name: str) -> Record | None:
        return await self._asked(
            lambda: records.latest(self._cluster, namespace, name), namespace, name
        )

    async def _asked(self, question: Callable[[], _T], namespace: str, name: str) -> _T:
        try:
            return await in_thread(question)
        except ApiError as error:
            raise ProviderError(_failed("was not read", namespace, name, error)) from error


def _state(inputs: Object, record: Record, like: Properties) -> dict[str, PropertyValue]:
    results = {"status": record.outputs, "resourceNames": record.resource_names()}
    state = properties(inputs | results, like)
    state[INPUTS] = PropertyValue(properties(inputs, like))
    return state


def _identifier(inputs: Object) -> str:
    return f"{inputs['namespace']}/{inputs['name']}"


def _failed(what: str, namespace: str, name: str, error: Exception | None) -> str:
    why = "the update was cancelled" if isinstance(error, Cancelled) else str(error)
    return f"Release {namespace}/{name} {what}: {why}"
