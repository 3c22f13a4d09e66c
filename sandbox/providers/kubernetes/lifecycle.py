"""Creates, reads, updates and deletes the objects of one configured provider."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.property_value import PropertyValue

from sandbox.providers.serving import PartialFailure, ProviderError

from .annotations import DELETION_PROPAGATION, SKIP_AWAIT, annotation, field_manager, is_set
from .applying import NotYetPossible, Refused, Writer
from .cluster import Cluster
from .discovery import NotServed
from .kinds import Kind, Object, identifier, kind_of_type, parsed_identifier
from .projection import projected
from .readiness import check, is_reported_by_refresh
from .readiness.complaints import complaints
from .rest import ApiError, Unreachable
from .settings import Settings
from .state import Recorded, imported_inputs, recorded, without_managers
from .values import Properties, contains_unknown, hide_secrets, plain_map, properties
from .waiting import in_thread, time_limit, until_gone, until_ready

_T = TypeVar("_T")

_PROPAGATION = {"orphan": "Orphan", "background": "Background"}
_DEFAULT_PROPAGATION = "Foreground"

# Only these kinds heed skipAwait when they are deleted.
# Source: pulumi-kubernetes provider/pkg/metadata/overrides.go, allowsSkipAwaitWithDelete.
_MAY_SKIP_AWAIT_GONE = frozenset(
    {
        "/Namespace",
        "/Pod",
        "/ReplicationController",
        "apps/DaemonSet",
        "apps/Deployment",
        "apps/StatefulSet",
        "batch/Job",
    }
)


class Lifecycle:
    """The verbs of a provider that knows its cluster."""

    def __init__(self, cluster: Cluster, settings: Settings, cancelled: asyncio.Event) -> None:
        self._cluster = cluster
        self._cancelled = cancelled
        self._writer = self._made_writer(settings)

    async def create(self, request: sdk.CreateRequest) -> sdk.CreateResponse:
        """Make an object and wait until it is ready; a preview is a trial on the server."""
        like = request.properties
        declared = plain_map(like)
        manager = field_manager(declared, request.urn, "")
        if request.preview:
            trial = await self._trial(
                lambda: self._writer.create(declared, manager=manager, dry_run=True), declared, like
            )
            return sdk.CreateResponse(resource_id="", properties=trial or dict(like))
        made = await self._written(
            lambda: self._writer.create(declared, manager=manager, dry_run=False), like
        )
        state = await self._ready(made, declared, like, manager, request.timeout)
        return sdk.CreateResponse(resource_id=identifier(made), properties=state)

    async def update(self, request: sdk.UpdateRequest) -> sdk.UpdateResponse:
        """Bring an object up to date and wait until it is ready; a preview is a trial."""
        like = request.news
        declared = plain_map(like)
        manager = field_manager(declared, request.urn, Recorded.read(request.olds).manager)
        ignored = list(request.ignore_changes)

        def write(dry_run: bool) -> Object:
            return self._writer.update(declared, manager=manager, ignored=ignored, dry_run=dry_run)

        if request.preview:
            trial = await self._trial(lambda: write(True), declared, like)
            return sdk.UpdateResponse(properties=trial or dict(like))
        made = await self._written(lambda: write(False), like)
        return sdk.UpdateResponse(
            properties=await self._ready(made, declared, like, manager, request.timeout)
        )

    async def read(self, request: sdk.ReadRequest) -> sdk.ReadResponse:
        """Read the present state; an object that is gone has an empty id."""
        kind = kind_of_type(request.type)
        namespace, name = parsed_identifier(request.resource_id)
        try:
            live = await in_thread(lambda: self._cluster.read(kind, namespace, name))
        except NotServed:
            live = None
        except ApiError as error:
            raise ProviderError(
                f"{kind.name} {request.resource_id} was not read: {error}"
            ) from error
        if live is None:
            return sdk.ReadResponse(resource_id="")
        like = request.inputs
        before = Recorded.read(request.properties)
        declared = plain_map(like)
        inputs = (
            projected(live, declared, before=before.live) if declared else imported_inputs(live)
        )
        manager = field_manager(inputs, request.urn, before.manager)
        state = recorded(live, inputs, like=like, manager=manager)
        if declared and is_reported_by_refresh(live):
            verdict = await in_thread(lambda: check(live, declared, self._cluster))
            if not verdict.is_ready:
                raise PartialFailure(identifier(live), state, list(verdict.reasons))
        return sdk.ReadResponse(
            resource_id=request.resource_id, properties=state, inputs=properties(inputs, like)
        )

    async def delete(self, request: sdk.DeleteRequest) -> None:
        """Remove an object and wait until it is gone."""
        kind = kind_of_type(request.type)
        namespace, name = parsed_identifier(request.resource_id)
        inputs = Recorded.read(request.properties).inputs
        wanted = annotation(inputs, DELETION_PROPAGATION).lower()
        propagation = _PROPAGATION.get(wanted, _DEFAULT_PROPAGATION)
        shown = f"{kind.name} {request.resource_id}"
        try:
            uid = await in_thread(
                lambda: self._cluster.delete(kind, namespace, name, propagation=propagation)
            )
            if uid is None or _skips_waiting(kind, inputs):
                return
            limit = time_limit("gone", kind, request.timeout, inputs)
            left = await until_gone(
                self._cluster, kind, namespace, name, uid, limit=limit, cancelled=self._cancelled
            )
        except NotServed:
            return
        except ApiError as error:
            raise ProviderError(f"{shown} was not deleted: {error}") from error
        if left is not None:
            said = await in_thread(lambda: complaints(left, self._cluster))
            why = "; ".join([*_holders(left), *said])
            raise ProviderError(f"{shown} was deleted but is not gone after {limit:g} s: {why}")

    def _made_writer(self, settings: Settings) -> Writer:
        return Writer(
            self._cluster,
            upsert=settings.upsert_existing_objects,
            force=settings.enable_patch_force,
        )

    async def _written(self, write: Callable[[], _T], like: Properties) -> _T:
        try:
            return await in_thread(write)
        except Refused as error:
            raise ProviderError(hide_secrets(str(error), like)) from error

    async def _trial(
        self, write: Callable[[], Object], declared: Object, like: Properties
    ) -> dict[str, PropertyValue] | None:
        """Return what a write would make, or None where only the real one can tell."""
        if contains_unknown(declared):
            return None
        try:
            made = await in_thread(write)
        except (NotYetPossible, Unreachable):
            return None
        except Refused as error:
            if error.is_expected_in_trial:
                return None
            raise ProviderError(hide_secrets(str(error), like)) from error
        # The status of a trial is that of an object nobody has looked at.
        shown = {key: value for key, value in without_managers(made).items() if key != "status"}
        return properties(shown, like)

    async def _ready(
        self, made: Object, declared: Object, like: Properties, manager: str, timeout: float
    ) -> dict[str, PropertyValue]:
        # From here on the object exists: whatever happens, its id and state must be recorded.
        try:
            seen = await until_ready(
                self._cluster, made, declared, timeout=timeout, cancelled=self._cancelled
            )
            live, reasons = seen.live, seen.reasons
        except Exception as error:  # a defect here must not lose the object either
            live, reasons = made, [f"waiting for it failed: {error!r}"]
        state = recorded(live, declared, like=like, manager=manager)
        if reasons:
            shown = f"{live['kind']} {identifier(live)} exists but is not ready"
            said = [hide_secrets(one, like) for one in reasons]
            raise PartialFailure(identifier(live), state, [shown, *said])
        return state


def _skips_waiting(kind: Kind, inputs: Object) -> bool:
    heeded = f"{kind.group}/{kind.name}" in _MAY_SKIP_AWAIT_GONE
    return heeded and is_set(inputs, SKIP_AWAIT)


def _holders(left: Object) -> list[str]:
    finalizers = [*(left["metadata"].get("finalizers") or ())]
    finalizers += (
        left.get("spec", {}).get("finalizers") or () if left["kind"] == "Namespace" else ()
    )
    lines = [f"finalizers hold it: {', '.join(finalizers)}"] if finalizers else []
    for one in left.get("status", {}).get("conditions") or ():
        if left["kind"] == "Namespace" and one.get("status") == "True":
            lines.append(str(one.get("message") or one.get("type")))
    return lines
