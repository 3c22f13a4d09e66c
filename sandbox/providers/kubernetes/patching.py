"""Patch resources: some fields of an object that is somebody else's (server-side apply).

As pulumi-kubernetes treats them: an object that does not exist is made, fields of other managers
are taken over with the annotation `pulumi.com/patchForce`, and a deletion gives the fields back,
never deleting the object.
"""

from __future__ import annotations

from pulumi.provider.experimental import provider as sdk

from sandbox.providers.serving import ProviderError

from .annotations import field_manager
from .applying import Writer
from .discovery import NotServed
from .kinds import kind_of_type, parsed_identifier
from .lifecycle import Lifecycle
from .rest import ApiError
from .settings import Settings
from .state import Recorded
from .waiting import in_thread


class Patches(Lifecycle):
    """The verbs for patch resources."""

    async def read(self, request: sdk.ReadRequest) -> sdk.ReadResponse:
        """Read the present state of the declared fields."""
        if not request.inputs:
            raise ProviderError(
                f"{request.resource_id} was not imported: which fields of it are the patch's only "
                "the program knows; declare the patch and update"
            )
        return await super().read(request)

    async def delete(self, request: sdk.DeleteRequest) -> None:
        """Give the fields back; those that nobody else owns go, the object stays."""
        kind = kind_of_type(request.type)
        namespace, name = parsed_identifier(request.resource_id)
        before = Recorded.read(request.properties)
        manager = field_manager(before.inputs, request.urn, before.manager)

        def give_back() -> None:
            live = self._cluster.read(kind, namespace, name)
            if live is None:
                return
            # With the uid, an object that goes meanwhile is not made anew.
            kept = ("name", "namespace", "uid")
            metadata = {key: value for key, value in live["metadata"].items() if key in kept}
            identity = {"apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata}
            self._cluster.apply(identity, manager=manager, force=False)

        try:
            await in_thread(give_back)
        except NotServed:
            return
        except ApiError as error:
            raise ProviderError(
                f"fields of {kind.name} {request.resource_id} were not given back: {error}"
            ) from error

    def _made_writer(self, settings: Settings) -> Writer:
        return Writer(self._cluster, upsert=True, force=settings.enable_patch_force, partly=True)
