"""Serves a Pulumi provider to engines that attach to it (PULUMI_DEBUG_PROVIDERS).

The engine opens one connection per provider resource and configures each on its own, so one
provider object is kept per connection: two stacks, or two clusters of one stack, never share a
configuration.

The servicer builds on the SDK's experimental one and adds what that lacks: ``Attach``, partial
failures that keep the id of a half-made resource, and errors without a traceback.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any

import grpc
import grpc.aio
import psutil
from google.protobuf import empty_pb2
from google.protobuf.message import Message
from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental import server
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

_log = logging.getLogger(__name__)

#: No engine is called back: only components and calls would need its address.
_NO_ENGINE = "127.0.0.1:1"

#: Deployments of a thousand pods and their state exceed the 4 MiB that gRPC allows by default;
#: the engine itself allows 400 MiB (pulumi sdk/go/common/util/rpcutil, MaxRPCMessageSize).
_MAX_MESSAGE = 400 * 1024 * 1024


def _last_type(urn: str) -> str:
    """The type token of a resource; in its URN the types of its parents stand before it."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


# Requests of the SDK answer with the whole chain of types as soon as a resource has a parent.
sdk._extract_type = _last_type


class ProviderError(Exception):
    """A failure that the user of the stack reads: what failed, why, and what to do next."""


class PartialFailure(Exception):
    """The resource exists but is not ready; its id is kept, so the next update repairs it.

    ``properties`` is the state to record, ``reasons`` are the messages the user reads.
    """

    def __init__(
        self, resource_id: str, properties: Mapping[str, PropertyValue], reasons: list[str]
    ) -> None:
        super().__init__("; ".join(reasons))
        self.resource_id = resource_id
        self.properties = dict(properties)
        self.reasons = reasons


class Served:
    """A provider that listens on a loopback port until it is stopped."""

    def __init__(self, grpc_server: grpc.aio.Server, port: int) -> None:
        self._server = grpc_server
        self.port = port

    async def stop(self) -> None:
        """Stop listening; calls under way get a second to finish."""
        await self._server.stop(grace=1.0)


async def serve(factory: Callable[[], sdk.Provider], version: str) -> Served:
    """Listen on a free loopback port; ``factory`` makes one provider per engine connection."""
    limits = [("grpc.max_receive_message_length", _MAX_MESSAGE)]
    limits.append(("grpc.max_send_message_length", _MAX_MESSAGE))
    grpc_server = grpc.aio.server(options=limits)
    servicer = _Servicer(factory, version)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, grpc_server)
    port = grpc_server.add_insecure_port("127.0.0.1:0")
    await grpc_server.start()
    return Served(grpc_server, port)


#: The inputs that the engine recorded for the resource which is compared, changed or deleted.
#: The SDK's requests carry its outputs only, and those differ from inputs by computed values.
old_inputs: ContextVar[dict[str, PropertyValue] | None] = ContextVar("old_inputs", default=None)


class _Session(server.ProviderServicer):
    """The SDK's servicer with what it leaves out or gets wrong."""

    async def cancel_work(self) -> None:
        """Let operations that wait end without an answer."""
        await self._provider.cancel()

    async def DiffConfig(self, request: Any, context: Any) -> Message:  # noqa: N802
        """Compare provider configurations; the SDK's own method fails on every difference."""
        answer = await self._provider.diff_config(
            sdk.DiffRequest(
                request.urn,
                request.id,
                PropertyValue.unmarshal_map(request.olds),
                PropertyValue.unmarshal_map(request.news),
                list(request.ignoreChanges),
            )
        )
        kinds = provider_pb2.DiffResponse
        known = {None: kinds.DIFF_UNKNOWN, True: kinds.DIFF_SOME, False: kinds.DIFF_NONE}
        return provider_pb2.DiffResponse(
            changes=known[answer.changes],
            replaces=answer.replaces,
            diffs=answer.diffs,
            deleteBeforeReplace=answer.delete_before_replace,
        )

    async def Diff(self, request: Any, context: Any) -> Message:  # noqa: N802
        """Compare; the recorded inputs are at hand in ``old_inputs``."""
        old_inputs.set(PropertyValue.unmarshal_map(request.old_inputs))
        reply: Message = await super().Diff(request, context)
        return reply

    async def Update(self, request: Any, context: Any) -> Message:  # noqa: N802
        """Change; the recorded inputs are at hand in ``old_inputs``."""
        old_inputs.set(PropertyValue.unmarshal_map(request.old_inputs))
        reply: Message = await super().Update(request, context)
        return reply

    async def Delete(self, request: Any, context: Any) -> Message:  # noqa: N802
        """Delete; the recorded inputs are at hand in ``old_inputs``."""
        old_inputs.set(PropertyValue.unmarshal_map(request.old_inputs))
        reply: Message = await super().Delete(request, context)
        return reply


class _Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Hands each call to the session of its connection and turns exceptions into gRPC errors."""

    def __init__(self, factory: Callable[[], sdk.Provider], version: str) -> None:
        self._factory = factory
        self._version = version
        self._sessions: dict[int, _Session] = {}

    def session(self, context: grpc.aio.ServicerContext[Any, Any]) -> _Session:
        """The session of the connection; a new connection ends those that are closed."""
        port = _port(context)
        if port not in self._sessions:
            connected = _connected_ports()
            # Where the system does not list this very connection, the list says nothing of others.
            closed = self._sessions.keys() - connected if port in connected else ()
            for gone in closed:
                del self._sessions[gone]
            self._sessions[port] = _Session([], self._version, self._factory(), _NO_ENGINE)
        return self._sessions[port]

    async def Handshake(self, request: Message, context: Any) -> Message:  # noqa: N802
        """Nothing to agree on: the provider calls neither the engine nor other plugins."""
        return provider_pb2.ProviderHandshakeResponse()

    async def Attach(self, request: Message, context: Any) -> Message:  # noqa: N802
        """Accept an engine; its address is not needed.

        It is the first call on a connection: a session under the same port was another engine's.
        """
        self._sessions.pop(_port(context), None)
        return empty_pb2.Empty()


def _port(context: grpc.aio.ServicerContext[Any, Any]) -> int:
    """The engine's port, which names its connection: everything is on the loopback interface."""
    return int(context.peer().rpartition(":")[2])


def _connected_ports() -> set[int]:
    """Ports at the other ends of this process's connections."""
    established = psutil.Process().net_connections("tcp")
    return {one.raddr.port for one in established if one.status == psutil.CONN_ESTABLISHED}


def _delegate(name: str) -> Callable[[_Servicer, Message, Any], Awaitable[Message]]:
    async def call(self: _Servicer, request: Message, context: Any) -> Message:
        session = self.session(context)
        try:
            reply: Message = await getattr(session, name)(request, context)
            return reply
        except asyncio.CancelledError:
            # The engine is gone. What still waits in a thread must not go on to make things that
            # nobody records.
            await session.cancel_work()
            raise
        except Exception as error:
            await _abort(context, name, _original(error))
            raise AssertionError("abort always raises") from error

    return call


_ABOUT_THE_PROVIDER = ("GetPluginInfo", "GetSchema", "Parameterize", "Cancel", "Invoke")
_ABOUT_ITS_CONFIGURATION = ("CheckConfig", "DiffConfig", "Configure")
_ABOUT_A_RESOURCE = ("Check", "Diff", "Create", "Read", "Update", "Delete")
for _name in (*_ABOUT_THE_PROVIDER, *_ABOUT_ITS_CONFIGURATION, *_ABOUT_A_RESOURCE):
    setattr(_Servicer, _name, _delegate(_name))


def _original(error: BaseException) -> BaseException:
    """What the provider raised; the SDK wraps it, to put a traceback into the message."""
    return error.__context__ if type(error) is Exception and error.__context__ else error


async def _abort(context: Any, method: str, error: BaseException) -> None:
    if isinstance(error, NotImplementedError):
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{method} is not implemented")
    if isinstance(error, PartialFailure):
        await context.abort_with_status(_init_failed(error))
    if isinstance(error, ProviderError):
        await context.abort(grpc.StatusCode.UNKNOWN, str(error))
    _log.error("%s failed", method, exc_info=error)
    message = f"the sandbox failed in {method}: {type(error).__name__}: {error}"
    await context.abort(grpc.StatusCode.INTERNAL, f"{message} (details in the daemon's log)")


def _init_failed(failure: PartialFailure) -> grpc.Status:
    detail = provider_pb2.ErrorResourceInitFailed(
        id=failure.resource_id,
        properties=PropertyValue.marshal_map(failure.properties),
        reasons=failure.reasons,
    )
    container = status_pb2.Status(
        code=grpc.StatusCode.UNKNOWN.value[0], message="resource was made but is not ready"
    )
    container.details.add().Pack(detail)
    status = grpc.Status()
    status.code = grpc.StatusCode.UNKNOWN
    status.details = container.message
    status.trailing_metadata = (("grpc-status-details-bin", container.SerializeToString()),)
    return status
