"""The provider: one object for each engine connection, configured for one cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pulumi.provider.experimental import provider as sdk

from ackb.domain.unknown import UNKNOWN
from sandbox.providers.serving import ProviderError

from . import settings as provider_inputs
from .access import DEFAULT_NAMESPACE, ClusterAccess
from .checking import Unacceptable, completed
from .cluster import Cluster, Clusters
from .diffing import Change, Difference, differences, must_delete_first
from .discovery import NotServed
from .helm import RELEASE
from .helm import declared as helm_inputs
from .helm.lifecycle import Releases
from .kinds import Kind, Object, UnsupportedType, is_patch, kind_of_type
from .lifecycle import Lifecycle
from .patching import Patches
from .rest import ApiError, Unreachable
from .settings import Settings
from .state import Recorded
from .values import plain_map, properties
from .waiting import in_thread

_T = TypeVar("_T")

#: Shared by all connections: most of them lead to the same few clusters.
_CLUSTERS = Clusters()

_PROPERTY_CHANGES = {
    (Change.ADD, False): sdk.PropertyDiffKind.ADD,
    (Change.ADD, True): sdk.PropertyDiffKind.ADD_REPLACE,
    (Change.DELETE, False): sdk.PropertyDiffKind.DELETE,
    (Change.DELETE, True): sdk.PropertyDiffKind.DELETE_REPLACE,
    (Change.UPDATE, False): sdk.PropertyDiffKind.UPDATE,
    (Change.UPDATE, True): sdk.PropertyDiffKind.UPDATE_REPLACE,
}

_IF_GONE = (
    "If the cluster was deleted, drop its objects from the state: set deleteUnreachable on the "
    "provider, or run the program with PULUMI_K8S_DELETE_UNREACHABLE=true in its environment"
)


class KubernetesProvider(sdk.Provider):
    """Serves the resource types of pulumi-kubernetes for one cluster of the sandbox."""

    def __init__(self, clusters: Clusters = _CLUSTERS) -> None:
        """Use `clusters` for connections, credentials and discovery."""
        self._clusters = clusters
        self._settings = Settings()
        self._cluster: Cluster | None = None
        self._access: ClusterAccess | None = None
        self._namespace = DEFAULT_NAMESPACE
        self._cancelled = asyncio.Event()

    async def check_config(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        """Refuse provider inputs that cannot work, above all the kubeconfig of a real cluster."""
        values = provider_inputs.plain_inputs(request.new_inputs)
        failures = [
            sdk.CheckFailure(one.field, one.reason) for one in provider_inputs.problems(values)
        ]
        return sdk.CheckResponse(inputs=request.new_inputs, failures=failures)

    async def diff_config(self, request: sdk.DiffRequest) -> sdk.DiffResponse:
        """Tell whether changed provider inputs mean another cluster."""
        change = provider_inputs.provider_change(
            provider_inputs.plain_inputs(request.old_state),
            provider_inputs.plain_inputs(request.new_inputs),
        )
        return sdk.DiffResponse(
            changes=bool(change.changed),
            replaces=change.replaces,
            diffs=change.changed,
        )

    async def configure(self, request: sdk.ConfigureRequest) -> sdk.ConfigureResponse:
        """Remember the cluster; nothing is sent to it before it is needed."""
        values = provider_inputs.plain_inputs(request.args)
        found = provider_inputs.problems(values)
        if found:
            raise ProviderError("; ".join(one.reason for one in found))
        self._settings = provider_inputs.read_settings(values)
        if values.get("kubeconfig") is not UNKNOWN:
            access = self._access = self._settings.access()
            self._cluster = self._clusters.reached_by(access)
            self._namespace = self._settings.namespace or access.namespace
        return sdk.ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def check(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        """Complete the inputs of an object; works without a cluster too."""
        if self._settings.skip_update_unreachable and not await self._is_reachable():
            return sdk.CheckResponse(inputs=request.old_inputs)
        try:
            inputs = await in_thread(lambda: self._completed(request))
        except UnsupportedType as error:
            return _failed_check(request, "", error)
        except Unacceptable as error:
            return _failed_check(request, error.field, error)
        except ValueError as error:
            return _failed_check(request, "", error)
        return sdk.CheckResponse(inputs=properties(inputs, request.new_inputs))

    async def diff(self, request: sdk.DiffRequest) -> sdk.DiffResponse:
        """Compare the recorded object with the new inputs; works without a cluster too."""
        before = Recorded.read(request.old_state)
        new = plain_map(request.new_inputs)
        if request.type == RELEASE:
            found = helm_inputs.differences(before.inputs, new, request.ignore_changes)
            first = False
        elif "metadata" not in before.live:
            # Recorded after an interrupted creation; an update fills in what is not known.
            return sdk.DiffResponse(changes=True, diffs=["metadata"])
        else:
            found = differences(
                kind_of_type(request.type),
                before.live,
                before.inputs,
                new,
                ignored=request.ignore_changes,
                mutability=self._settings.mutability,
                patch=is_patch(request.type),
            )
            first = must_delete_first(found, new)
        return sdk.DiffResponse(
            changes=bool(found),
            replaces=[one.shown_path for one in found if one.replaces],
            delete_before_replace=first,
            diffs=sorted({str(one.path[0]) for one in found}),
            detailed_diff={one.shown_path: _property_change(one) for one in found},
        )

    async def create(self, request: sdk.CreateRequest) -> sdk.CreateResponse:
        """Make an object; see `Lifecycle.create`."""
        if request.preview and self._cluster is None:
            return sdk.CreateResponse(resource_id="", properties=request.properties)
        return await self._on_cluster(request.type, lambda verbs: verbs.create(request))

    async def update(self, request: sdk.UpdateRequest) -> sdk.UpdateResponse:
        """Bring an object up to date; see `Lifecycle.update`."""
        if request.preview and self._cluster is None:
            return sdk.UpdateResponse(properties=request.news)
        return await self._on_cluster(request.type, lambda verbs: verbs.update(request))

    async def read(self, request: sdk.ReadRequest) -> sdk.ReadResponse:
        """Read the present state of an object; see `Lifecycle.read`."""
        try:
            return await self._verbs(request.type).read(request)
        except Unreachable as error:
            if self._settings.delete_unreachable:
                return sdk.ReadResponse(resource_id="")
            if self._settings.skip_update_unreachable:
                return sdk.ReadResponse(request.resource_id, request.properties, request.inputs)
            raise ProviderError(
                f"{request.resource_id} was not read: {error}. {_IF_GONE}"
            ) from error

    async def delete(self, request: sdk.DeleteRequest) -> None:
        """Remove an object; see `Lifecycle.delete`."""
        try:
            await self._verbs(request.type).delete(request)
        except Unreachable as error:
            if not self._settings.delete_unreachable:
                raise ProviderError(
                    f"{request.resource_id} was not deleted: {error}. {_IF_GONE}"
                ) from error

    async def cancel(self) -> None:
        """Stop waiting; what was made is recorded as not ready."""
        self._cancelled.set()

    async def _on_cluster(
        self, token: str, work: Callable[[Lifecycle | Releases], Awaitable[_T]]
    ) -> _T:
        try:
            return await work(self._verbs(token))
        except Unreachable as error:
            raise ProviderError(str(error)) from error

    def _completed(self, request: sdk.CheckRequest) -> Object:
        declared, old = plain_map(request.new_inputs), plain_map(request.old_inputs)
        if request.type == RELEASE:
            return helm_inputs.completed(
                declared,
                old=old,
                name=request.name,
                seed=request.random_seed,
                namespace=self._namespace,
            )
        return completed(
            kind_of_type(request.type),
            declared,
            old=old,
            name=request.name,
            seed=request.random_seed,
            namespace=self._namespace,
            is_namespaced=self._is_namespaced,
            patch=is_patch(request.type),
        )

    def _verbs(self, token: str) -> Lifecycle | Releases:
        if self._cluster is None or self._access is None:
            raise Unreachable("the kubeconfig of the provider is not known yet")
        if token == RELEASE:
            return Releases(self._cluster, self._access, self._cancelled)
        if is_patch(token):
            return Patches(self._cluster, self._settings, self._cancelled)
        return Lifecycle(self._cluster, self._settings, self._cancelled)

    def _is_namespaced(self, kind: Kind) -> bool:
        if kind.is_built_in or self._cluster is None:
            return not kind.is_cluster_wide
        try:
            return self._cluster.is_namespaced(kind)
        except (NotServed, Unreachable, ApiError):
            # The CRD may be part of the same update; the namespace is dropped later if need be.
            return True

    async def _is_reachable(self) -> bool:
        cluster = self._cluster
        if cluster is None:
            return False
        try:
            await in_thread(cluster.version)
        except (Unreachable, ApiError):
            return False
        return True


def _failed_check(request: sdk.CheckRequest, field: str, error: Exception) -> sdk.CheckResponse:
    failure = sdk.CheckFailure(field, str(error))
    return sdk.CheckResponse(inputs=request.new_inputs, failures=[failure])


def _property_change(difference: Difference) -> sdk.PropertyDiff:
    kind = _PROPERTY_CHANGES[difference.change, difference.replaces]
    # A deleted field is shown as it was declared, any other change as it is in the cluster.
    return sdk.PropertyDiff(kind, input_diff=difference.change is Change.DELETE)
