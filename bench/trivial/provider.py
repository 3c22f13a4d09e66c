"""A provider that creates nothing and answers at once: the engine's own cost remains."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pulumi.provider.experimental import provider as sdk

from sandbox.providers.serving import old_inputs, serve

if TYPE_CHECKING:
    from collections.abc import Mapping


class Trivial(sdk.Provider):
    """Echoes inputs as outputs."""

    async def check(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        return sdk.CheckResponse(inputs=request.new_inputs, failures=None)

    async def check_config(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        return sdk.CheckResponse(inputs=request.new_inputs, failures=None)

    async def configure(self, request: sdk.ConfigureRequest) -> sdk.ConfigureResponse:
        return sdk.ConfigureResponse(
            accept_secrets=True, accept_resources=True, accept_outputs=True, supports_preview=True
        )

    async def diff(self, request: sdk.DiffRequest) -> sdk.DiffResponse:
        changed = _changed(old_inputs.get() or {}, request.new_inputs)
        return sdk.DiffResponse(changes=bool(changed), diffs=changed)

    async def create(self, request: sdk.CreateRequest) -> sdk.CreateResponse:
        identifier = "" if request.preview else request.name
        return sdk.CreateResponse(resource_id=identifier, properties=request.properties)

    async def update(self, request: sdk.UpdateRequest) -> sdk.UpdateResponse:
        return sdk.UpdateResponse(properties=request.news)

    async def delete(self, request: sdk.DeleteRequest) -> None:
        return None


def _changed(olds: Mapping[str, object], news: Mapping[str, object]) -> list[str]:
    return sorted(key for key in {*olds, *news} if olds.get(key) != news.get(key))


async def main() -> None:
    """Serve until killed; the first line of output is the port."""
    served = await serve(Trivial, "1.0.0")
    print(served.port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
