"""Drives the provider as an engine does, without one."""

import asyncio
import json
from collections.abc import Awaitable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pulumi.provider.experimental import provider as sdk

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.faults import FaultPlan
from sandbox.cloud.store import Store
from sandbox.providers.alicloud import values
from sandbox.providers.alicloud.provider import AlicloudProvider

_T = TypeVar("_T")

Properties = dict[str, Any]


class Engine:
    """Plain values in, plain values out; secrets are given and told by name."""

    def __init__(self, cloud: Cloud, provider: AlicloudProvider) -> None:
        self.cloud = cloud
        self.provider = provider
        self.secrets: frozenset[str] = frozenset()
        """Names of the secret properties of the last answer."""

    def check(self, token: str, inputs: Properties) -> list[str]:
        request = sdk.CheckRequest(urn(token), {}, values.wired(inputs), b"")
        return [failure.reason for failure in run(self.provider.check(request)).failures or []]

    def diff(self, token: str, state: Properties, inputs: Properties) -> sdk.DiffResponse:
        wired = values.wired(state), values.wired(inputs)
        return run(self.provider.diff(sdk.DiffRequest(urn(token), "id", *wired, [])))

    def create(
        self,
        token: str,
        inputs: Properties,
        *,
        preview: bool = False,
        secrets: Iterable[str] = (),
        timeout: float = 0,
    ) -> tuple[str, Properties]:
        wired = values.wired(inputs, set(secrets))
        request = sdk.CreateRequest(urn(token), wired, timeout, preview)
        answer = run(self.provider.create(request))
        return answer.resource_id or "", self._told(answer.properties)

    def read(
        self, token: str, id: str, state: Properties, inputs: Properties
    ) -> tuple[str, Properties, Properties]:
        wired = values.wired(state), values.wired(inputs)
        answer = run(self.provider.read(sdk.ReadRequest(urn(token), id, *wired)))
        return answer.resource_id or "", self._told(answer.properties), values.plain(answer.inputs)

    def update(
        self, token: str, id: str, state: Properties, inputs: Properties, *, preview: bool = False
    ) -> Properties:
        wired = values.wired(state), values.wired(inputs)
        request = sdk.UpdateRequest(urn(token), id, *wired, 0, [], preview)
        return self._told(run(self.provider.update(request)).properties)

    def delete(self, token: str, id: str, state: Properties | None = None) -> None:
        request = sdk.DeleteRequest(urn(token), id, values.wired(state or {}), 0)
        run(self.provider.delete(request))

    def invoke(self, token: str, arguments: Properties) -> Properties:
        answer = run(self.provider.invoke(sdk.InvokeRequest(token, values.wired(arguments))))
        return values.plain(answer.return_value or {})

    def configure(self, inputs: Properties) -> sdk.ConfigureResponse:
        return run(
            self.provider.configure(sdk.ConfigureRequest({}, values.wired(inputs), True, True))
        )

    def plan_faults(self, *faults: Mapping[str, object]) -> None:
        self.cloud.faults = FaultPlan.parse(json.dumps(faults))

    def _told(self, properties: Mapping[str, Any]) -> Properties:
        self.secrets = values.secret_names(properties)
        return values.plain(properties)


def urn(token: str) -> str:
    return f"urn:pulumi:dev::ackb::{token}::thing"


def run(work: Awaitable[_T]) -> _T:
    async def main() -> _T:
        return await work

    return asyncio.run(main())


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def cloud(tmp_path: Path, clock: ManualClock) -> Cloud:
    return Cloud(Store.open(tmp_path / "cloud.sqlite"), clock=clock)


@pytest.fixture
def engine(cloud: Cloud) -> Engine:
    engine = Engine(cloud, AlicloudProvider(cloud))
    engine.configure({"configurationSource": "ackb-sandbox", "region": "cn-hangzhou"})
    return engine
