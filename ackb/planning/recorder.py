"""The monitor a planned program talks to: records registrations, answers as providers would."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping
from typing import Any

from google.protobuf import empty_pb2
from pulumi.resource import (
    DependencyResource,
    ResourceOptions,
    ResourceTransform,
    ResourceTransformArgs,
)
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

from ackb.domain.urns import STACK_TYPE, child_urn, name_of, qualified_type
from ackb.planning import stand_in
from ackb.planning.plan import PlannedResource
from ackb.planning.wire import decode_properties, encode_properties

_OPTIONS = (
    "deleteBeforeReplace",
    "deletedWith",
    "ignoreChanges",
    "importId",
    "replaceOnChanges",
    "retainOnDelete",
)


class Recorder(mocks.MockMonitor):
    """Records what a program registers and collects what providers would refuse.

    It overrides every request that a program of this project makes: the SDK's own mock monitor
    forgets parents, dependencies, providers and options, accepts any property and any type, and
    makes URNs that differ from the engine's.
    """

    def __init__(
        self, *, project: str, stack: str, preview: bool, account_id: str, explicit_providers: bool
    ) -> None:
        super().__init__(mocks=_NoMocks())
        self.faults: list[str] = []
        self.stack_outputs: dict[str, Any] = {}
        self._project = project
        self._stack = stack
        self._preview = preview
        self._account_id = account_id
        self._explicit_providers = explicit_providers
        self._planned: dict[str, PlannedResource] = {}
        self._own_outputs: dict[str, dict[str, Any]] = {}

    @property
    def planned(self) -> list[PlannedResource]:
        """Everything registered so far, components with their outputs."""
        return [
            _with_outputs(one, self._own_outputs.get(urn, {})) for urn, one in self._planned.items()
        ]

    def RegisterResource(  # noqa: N802 - the name of the RPC
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Record one resource and return its id and outputs."""
        urn = child_urn(self._stack, self._project, request.parent, request.type, request.name)
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        inputs = self._transformed(request)
        if urn in self._planned:
            self._fault(request, "is declared twice")
        outputs: dict[str, Any] = {}
        resource_id = ""
        if request.custom:
            for fault in stand_in.input_faults(request.type, inputs):
                self._fault(request, fault)
            if not request.provider and self._explicit_providers and _needs_provider(request.type):
                self._fault(request, "has no explicit provider, and default providers are disabled")
            outputs = dict(inputs)
            if not self._preview:
                outputs |= stand_in.computed_outputs(request.type, request.name, inputs)
                resource_id = stand_in.computed_id(request.type, request.name, inputs)
        self._planned[urn] = PlannedResource(
            type=request.type,
            name=request.name,
            urn=urn,
            custom=request.custom,
            parent=_parent_name(request.parent),
            provider=name_of(request.provider.rsplit("::", 1)[0]) if request.provider else None,
            inputs=inputs,
            outputs=outputs,
            dependencies=tuple(sorted({name_of(one) for one in request.dependencies})),
            protect=request.protect,
            options=_options(request),
        )
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=resource_id, object=encode_properties(outputs)
        )

    def RegisterResourceOutputs(  # noqa: N802
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        """Keep the outputs of a component or of the stack."""
        outputs = decode_properties(request.outputs)
        if request.urn in self._planned:
            self._own_outputs[request.urn] = outputs
        else:
            self.stack_outputs |= outputs
        return empty_pb2.Empty()

    def ReadResource(  # noqa: N802
        self, request: resource_pb2.ReadResourceRequest
    ) -> resource_pb2.ReadResourceResponse:
        """Refuse: reading foreign resources needs a cloud, and a plan has none."""
        raise NotImplementedError(f"a plan cannot read {request.type} {request.id!r}")

    def Invoke(  # noqa: N802
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        """Answer a function call."""
        arguments = decode_properties(request.args)
        for fault in stand_in.input_faults(request.tok, arguments):
            self.faults.append(f"{request.tok}: {fault}")
        if not request.provider and self._explicit_providers:
            self.faults.append(f"{request.tok}: has no explicit provider")
        result = {**arguments, **stand_in.computed_outputs(request.tok, "account", arguments)}
        if request.tok == "alicloud:index/getCallerIdentity:getCallerIdentity":
            result["accountId"] = self._account_id
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(encode_properties(result))
        return response

    def _transformed(self, request: resource_pb2.RegisterResourceRequest) -> dict[str, Any]:
        """Return the inputs after the transforms of the stack, which the engine would call."""
        struct = request.object
        for transform in self.get_registered_transforms():
            options = ResourceOptions(parent=_parent(request.parent))
            arguments = ResourceTransformArgs(
                custom=request.custom,
                type_=request.type,
                name=request.name,
                props=rpc.deserialize_properties(struct, keep_unknowns=True),
                opts=options,
            )
            struct = _sync_await(_applied(transform, arguments)) or struct
        return decode_properties(struct)

    def _fault(self, request: resource_pb2.RegisterResourceRequest, clause: str) -> None:
        self.faults.append(f"{request.name} ({request.type}): {clause}")


async def _applied(transform: ResourceTransform, arguments: ResourceTransformArgs) -> Any:
    result = transform(arguments)
    if inspect.isawaitable(result):
        result = await result
    return None if result is None else await rpc.serialize_properties(result.props, {})


def _parent(urn: str) -> DependencyResource | None:
    if not urn:
        return None
    _ensure_event_loop()  # type: ignore[no-untyped-call] # DependencyResource makes a future
    return DependencyResource(urn)


def _parent_name(urn: str) -> str | None:
    return name_of(urn) if urn and qualified_type(urn) != STACK_TYPE else None


def _needs_provider(type_token: str) -> bool:
    return not type_token.startswith("pulumi:")


def _options(request: resource_pb2.RegisterResourceRequest) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name in _OPTIONS:
        value = getattr(request, name)
        if value:
            options[name] = value if isinstance(value, (bool, str)) else list(value)
    timeouts = request.customTimeouts
    for name in ("create", "update", "delete"):
        if getattr(timeouts, name):
            options.setdefault("customTimeouts", {})[name] = getattr(timeouts, name)
    # An alias with nothing but a type is the SDK's own, for kinds that have had several versions.
    aliases = [one.urn or one.spec.name or one.spec.parentUrn for one in request.aliases]
    return options | ({"aliases": named} if (named := [one for one in aliases if one]) else {})


def _with_outputs(one: PlannedResource, outputs: Mapping[str, Any]) -> PlannedResource:
    if one.custom:
        return one
    return PlannedResource(**{**vars(one), "outputs": outputs})


class _NoMocks(mocks.Mocks):
    """Never asked: the recorder answers every request itself."""

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise NotImplementedError(args.token)

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        raise NotImplementedError(args.typ)


def close_thread_loop() -> None:
    """Close the event loop that the SDK made for the current worker thread."""
    loop = _ensure_event_loop()  # type: ignore[no-untyped-call]
    loop.close()
    asyncio.set_event_loop(None)
