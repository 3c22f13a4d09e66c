"""The provider that the engine talks to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.property_value import PropertyValue

from ackb.domain.provider_types import provider_type
from sandbox.cloud.cloud import Cloud
from sandbox.providers.alicloud import checks, data, diffs, values
from sandbox.providers.alicloud.call import Call, GaveUpError
from sandbox.providers.alicloud.functions import FUNCTIONS, MINUTES, Function
from sandbox.providers.alicloud.handlers import HANDLERS
from sandbox.providers.alicloud.lifecycle import FailedError, HalfMadeError, Lifecycle
from sandbox.providers.alicloud.values import Values
from sandbox.providers.serving import PartialFailure, ProviderError, old_inputs

_T = TypeVar("_T")
_Properties = dict[str, PropertyValue]

SANDBOX_SOURCE = "ackb-sandbox"
"""The provider input `configurationSource` that only sandbox stacks set."""

REFUSAL = (
    "this is the sandbox's alicloud provider; it serves only stacks with target: sandbox"
    f" (provider input configurationSource must be '{SANDBOX_SOURCE}', got {{got}})."
    " Nothing was changed. Next: for a sandbox stack, set target: sandbox in its settings; for a"
    " real account, run again without PULUMI_DEBUG_PROVIDERS in the environment"
)

# Operations mostly wait, so there may be many more than the machine has cores.
_WORKERS = ThreadPoolExecutor(max_workers=64, thread_name_prefix="alicloud")


class AlicloudProvider(sdk.Provider):
    """The alicloud provider on the simulated cloud; one object for each connection of an engine."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._region = cloud.region
        self._cancelled = threading.Event()

    async def check_config(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        """Refuse every configuration that is not a sandbox stack's."""
        refusal = _refusal(values.plain(request.new_inputs))
        failures = [sdk.CheckFailure("configurationSource", refusal)] if refusal else []
        return sdk.CheckResponse(inputs=request.new_inputs, failures=failures)

    async def diff_config(self, request: sdk.DiffRequest) -> sdk.DiffResponse:
        """A changed region makes a new provider, and with it new resources; nothing else does."""
        old, new = values.plain(request.old_state), values.plain(request.new_inputs)
        changed = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
        replaces = [name for name in changed if name == "region"]
        return sdk.DiffResponse(changes=bool(changed), replaces=replaces, diffs=changed)

    async def configure(self, request: sdk.ConfigureRequest) -> sdk.ConfigureResponse:
        """Take the region; refuse a stack that is not for the sandbox."""
        inputs = values.plain(request.args)
        if refusal := _refusal(inputs):
            raise ProviderError(refusal)
        self._region = inputs.get("region", self._cloud.region)
        return sdk.ConfigureResponse(
            accept_secrets=True, supports_preview=True, accept_outputs=False, accept_resources=False
        )

    async def check(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        """Name everything that is wrong with the inputs."""
        _handler_token(request.type)
        secrets = values.secret_names(request.new_inputs)
        found = checks.check(request.type, values.plain(request.new_inputs), secrets)
        failures = [sdk.CheckFailure(path, reason) for path, reason in found]
        return sdk.CheckResponse(inputs=request.new_inputs, failures=failures)

    async def diff(self, request: sdk.DiffRequest) -> sdk.DiffResponse:
        """Name the changed properties and those that need a new object."""
        found = diffs.diff(
            request.type,
            values.plain(request.old_state),
            values.plain(request.new_inputs),
            _recorded(),
            request.ignore_changes,
        )
        return sdk.DiffResponse(
            changes=bool(found.changed),
            replaces=list(found.replaces),
            diffs=list(found.changed),
            delete_before_replace=data.replacement(request.type).delete_before_replace,
            detailed_diff={
                name: sdk.PropertyDiff(_DIFF_KINDS[kind, name in found.replaces], input_diff=True)
                for name, kind in found.changed.items()
            },
        )

    async def create(self, request: sdk.CreateRequest) -> sdk.CreateResponse:
        """Make the object; in a preview, say what is known already and answer no id."""
        lifecycle, inputs = self._lifecycle(request.type), values.plain(request.properties)
        secrets = _secrets(request.type, request.properties)
        if request.preview:
            planned = lifecycle.preview({}, inputs)
            return sdk.CreateResponse(resource_id="", properties=values.wired(planned, secrets))
        id, state = await _run(
            lambda: lifecycle.create(request.name, inputs, request.timeout), secrets
        )
        return sdk.CreateResponse(resource_id=id, properties=values.wired(state, secrets))

    async def read(self, request: sdk.ReadRequest) -> sdk.ReadResponse:
        """The object as it is now; an empty id when it is gone."""
        lifecycle = self._lifecycle(request.type)
        old, inputs = values.plain(request.properties), values.plain(request.inputs)
        secrets = _secrets(request.type, {**request.properties, **request.inputs})
        state, live = await _run(
            lambda: lifecycle.read(request.name, request.resource_id, old, inputs), secrets
        )
        return sdk.ReadResponse(
            resource_id=request.resource_id if state else "",
            properties=values.wired(state, secrets),
            inputs=values.wired(live, secrets),
        )

    async def update(self, request: sdk.UpdateRequest) -> sdk.UpdateResponse:
        """Change the object in place."""
        lifecycle = self._lifecycle(request.type)
        old, new = values.plain(request.olds), values.plain(request.news)
        secrets = _secrets(request.type, request.news)
        if request.preview:
            planned = lifecycle.preview(old, new)
            return sdk.UpdateResponse(properties=values.wired(planned, secrets))
        recorded, id = _recorded(), request.resource_id
        state = await _run(
            lambda: lifecycle.update(request.name, id, old, new, recorded, request.timeout), secrets
        )
        return sdk.UpdateResponse(properties=values.wired(state, secrets))

    async def delete(self, request: sdk.DeleteRequest) -> None:
        """Delete the object."""
        lifecycle, state = self._lifecycle(request.type), values.plain(request.properties)
        await _run(
            lambda: lifecycle.delete(request.name, request.resource_id, state, request.timeout), ()
        )

    async def invoke(self, request: sdk.InvokeRequest) -> sdk.InvokeResponse:
        """Answer a data source."""
        function = FUNCTIONS.get(request.tok)
        if function is None:
            raise ProviderError(_unsupported(request.tok, FUNCTIONS))
        arguments = values.plain(request.args)
        found = checks.check(request.tok, arguments)
        if found:
            failures = [sdk.CheckFailure(path, reason) for path, reason in found]
            return sdk.InvokeResponse(failures=failures)
        call = Call(self._cloud, self._region, MINUTES, cancelled=self._cancelled)
        answer = await _run(lambda: _invoked(function, call, arguments), ())
        return sdk.InvokeResponse(return_value=values.wired(answer))

    async def cancel(self) -> None:
        """Let waiting operations end now; their objects stay in the state as unfinished."""
        self._cancelled.set()

    def _lifecycle(self, token: str) -> Lifecycle:
        handler = HANDLERS[_handler_token(token)]()
        return Lifecycle(handler, self._cloud, self._region, self._cancelled)


_DIFF_KINDS = {
    ("add", False): sdk.PropertyDiffKind.ADD,
    ("add", True): sdk.PropertyDiffKind.ADD_REPLACE,
    ("update", False): sdk.PropertyDiffKind.UPDATE,
    ("update", True): sdk.PropertyDiffKind.UPDATE_REPLACE,
    ("delete", False): sdk.PropertyDiffKind.DELETE,
    ("delete", True): sdk.PropertyDiffKind.DELETE_REPLACE,
}


def _refusal(inputs: Values) -> str | None:
    source = inputs.get("configurationSource")
    if source == SANDBOX_SOURCE:
        return None
    return REFUSAL.format(got=f"'{source}'" if source else "nothing")


def _invoked(function: Function, call: Call, arguments: Values) -> Values:
    try:
        return function(call, arguments)
    except GaveUpError as error:
        step = data.next_step(error.code)
        raise FailedError(f"{error}. Next: {step}.") from error


def _recorded() -> Values | None:
    """The inputs of the run before, where the engine told them."""
    recorded = old_inputs.get()
    return None if recorded is None else values.plain(recorded)


def _handler_token(token: str) -> str:
    if token not in HANDLERS:
        raise ProviderError(_unsupported(token, HANDLERS))
    return token


def _unsupported(token: str, known: Iterable[str]) -> str:
    return f"the sandbox does not simulate {token}; it has {', '.join(sorted(known))}"


def _secrets(token: str, properties: _Properties) -> frozenset[str]:
    """Secret inputs keep their mark as outputs; some outputs are always secret."""
    always = (name for name, field in provider_type(token).outputs.items() if field.secret)
    return values.secret_names(properties) | frozenset(always)


async def _run(work: Callable[[], _T], secrets: frozenset[str] | tuple[()]) -> _T:
    """Do blocking work in a thread, and tell its failures in the engine's terms."""
    try:
        return await asyncio.get_running_loop().run_in_executor(_WORKERS, work)
    except FailedError as error:
        raise ProviderError(str(error)) from None
    except HalfMadeError as error:
        properties = values.wired(error.state, secrets)
        raise PartialFailure(error.id, properties, [str(error)]) from None
