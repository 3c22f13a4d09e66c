"""A provider of things on a shelf: small enough to see what serving adds, and able to fail."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any

from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.property_value import PropertyValue

from sandbox.providers.serving import PartialFailure, ProviderError, old_inputs, serve

Values = dict[str, Any]


@dataclass
class Shelf:
    """The things that exist, what a test wants to go wrong, and what the providers were asked."""

    things: dict[str, Values] = field(default_factory=dict)
    #: Name of a thing -> what its next creation does: partial, refuse, crash or wait.
    faults: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    providers: list[Provider] = field(default_factory=list)
    waiting: threading.Event = field(default_factory=threading.Event)

    def provider(self) -> Provider:
        made = Provider(self)
        self.providers.append(made)
        return made

    def calls(self, method: str) -> list[tuple[Any, ...]]:
        return [call[1:] for call in self.asked if call[0] == method]


class Provider(sdk.Provider):
    """One per connection."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.region = ""
        self.cancelled = threading.Event()

    async def check_config(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        return sdk.CheckResponse(inputs=request.new_inputs, failures=None)

    async def diff_config(self, request: sdk.DiffRequest) -> sdk.DiffResponse:
        old, new = _plain(request.old_state), _plain(request.new_inputs)
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        replaces = [key for key in changed if key == "region"]
        return sdk.DiffResponse(changes=bool(changed), diffs=changed, replaces=replaces)

    async def configure(self, request: sdk.ConfigureRequest) -> sdk.ConfigureResponse:
        values = _plain(request.args)
        self.region = values.get("region", "")
        if values.get("broken"):
            raise ProviderError("the shelf is not for this stack. Next: set broken to false")
        return sdk.ConfigureResponse(
            accept_secrets=True, accept_resources=True, accept_outputs=True, supports_preview=True
        )

    async def check(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        return sdk.CheckResponse(inputs=request.new_inputs, failures=None)

    async def diff(self, request: sdk.DiffRequest) -> sdk.DiffResponse:
        old, new = _plain(old_inputs.get() or {}), _plain(request.new_inputs)
        self.shelf.asked.append(("diff", request.name, old, _plain(request.old_state)))
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        replaces = [key for key in changed if key == "place"]
        return sdk.DiffResponse(changes=bool(changed), diffs=changed, replaces=replaces)

    async def create(self, request: sdk.CreateRequest) -> sdk.CreateResponse:
        values = _plain(request.properties)
        if request.preview:
            return sdk.CreateResponse(resource_id="", properties=request.properties)
        self.shelf.asked.append(("create", request.name, request.type, self.region))
        fault = self.shelf.faults.pop(request.name, "")
        if fault == "refuse":
            raise ProviderError(f"creating {request.name}: NoSpace (request id 4F). Next: tidy up")
        if fault == "crash":
            raise KeyError("left over")
        if fault == "wait":
            await asyncio.to_thread(self._wait)
        identifier = f"thing-{len(self.shelf.things) + 1}"
        self.shelf.things[identifier] = values
        if fault == "partial":
            known = {**request.properties, "ready": PropertyValue(value=False)}
            raise PartialFailure(identifier, known, [f"{request.name} is not ready"])
        properties = {**request.properties, "ready": PropertyValue(value=True)}
        return sdk.CreateResponse(resource_id=identifier, properties=properties)

    async def read(self, request: sdk.ReadRequest) -> sdk.ReadResponse:
        self.shelf.asked.append(("read", request.name, request.resource_id))
        if request.resource_id not in self.shelf.things:
            return sdk.ReadResponse(resource_id="", properties={}, inputs={})
        inputs = {
            key: PropertyValue(value=value)
            for key, value in self.shelf.things[request.resource_id].items()
        }
        properties = {**inputs, "ready": PropertyValue(value=False)}
        return sdk.ReadResponse(
            resource_id=request.resource_id, properties=properties, inputs=inputs
        )

    async def update(self, request: sdk.UpdateRequest) -> sdk.UpdateResponse:
        recorded = _plain(old_inputs.get() or {})
        if not request.preview:
            self.shelf.asked.append(("update", request.name, request.resource_id, recorded))
            self.shelf.things[request.resource_id] = _plain(request.news)
        properties = {**request.news, "ready": PropertyValue(value=True)}
        return sdk.UpdateResponse(properties=properties)

    async def delete(self, request: sdk.DeleteRequest) -> None:
        recorded = _plain(old_inputs.get() or {})
        self.shelf.asked.append(("delete", request.name, request.resource_id, recorded))
        self.shelf.things.pop(request.resource_id, None)

    async def cancel(self) -> None:
        self.cancelled.set()

    def _wait(self) -> None:
        self.shelf.waiting.set()
        self.cancelled.wait()


def _plain(properties: Any) -> Values:
    return {key: value.value for key, value in properties.items()}


class Serving:
    """Serves a shelf in a thread of the test until it is stopped."""

    def __init__(self, shelf: Shelf) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._served = self._run(serve(shelf.provider, "1.0.0"))
        self.port = self._served.port

    def stop(self) -> None:
        self._run(self._served.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)
