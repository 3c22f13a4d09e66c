"""Drives the provider as an engine does, without one."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
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
from sandbox.providers.serving import old_inputs

_T = TypeVar("_T")

VPC = "alicloud:vpc/network:Network"
VSWITCH = "alicloud:vpc/switch:Switch"
GROUP = "alicloud:ecs/securityGroup:SecurityGroup"

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

    def diff(
        self,
        token: str,
        state: Properties,
        inputs: Properties,
        recorded: Properties | None = None,
    ) -> sdk.DiffResponse:
        wired = values.wired(state), values.wired(inputs)
        request = sdk.DiffRequest(urn(token), "id", *wired, [])
        return self._with(recorded, lambda: self.provider.diff(request))

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
        self,
        token: str,
        id: str,
        state: Properties,
        inputs: Properties,
        recorded: Properties | None = None,
        *,
        preview: bool = False,
    ) -> Properties:
        wired = values.wired(state), values.wired(inputs)
        request = sdk.UpdateRequest(urn(token), id, *wired, 0, [], preview)
        answer = self._with(recorded, lambda: self.provider.update(request))
        return self._told(answer.properties)

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

    def _with(self, recorded: Properties | None, call: Callable[[], Awaitable[_T]]) -> _T:
        """Call as the engine does, which also tells the inputs of the run before."""

        async def main() -> _T:
            old_inputs.set(None if recorded is None else values.wired(recorded))
            return await call()

        return asyncio.run(main())

    def _told(self, properties: Mapping[str, Any]) -> Properties:
        self.secrets = values.secret_names(properties)
        return values.plain(properties)


def urn(token: str) -> str:
    return f"urn:pulumi:dev::ackb::{token}::thing"


def run(work: Awaitable[_T]) -> _T:
    async def main() -> _T:
        return await work

    return asyncio.run(main())


class Operators(ManualClock):
    """A clock that lets the control planes and nodes of the sandbox come up while one waits."""

    cloud: Cloud | None = None

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self.cloud is not None:
            operate(self.cloud)


def operate(cloud: Cloud) -> None:
    """What the controllers of the sandbox do, in no time."""
    backend = cloud.cs.backend
    for cluster in backend.clusters():
        id = cluster.cluster_id
        if cluster.status == "deleting":
            backend.control_plane_gone(id)
            continue
        if cluster.status == "initial" and cluster.asked_to_fail:
            backend.control_plane_failed(id, "no stock for the control plane")
        elif cluster.status == "waiting":
            backend.control_plane_up(id, 6443)
            backend.agent_connected(id, "1.36.2")
        elif cluster.status == "initial":
            backend.control_plane_up(id, 6443)
        for node in backend.nodes(id):
            if node.leaving:
                backend.node_drained(node.instance_id)
            elif not node.ready:
                backend.node_state(node.instance_id, node.instance_id, ready=True)
        for addon in backend.addons(id):
            if addon.status == "deleting":
                backend.addon_gone(id, addon.name)
            elif addon.status != "active":
                backend.addon_up(id, addon.name)


@pytest.fixture
def clock() -> Operators:
    return Operators()


@pytest.fixture
def cloud(tmp_path: Path, clock: Operators) -> Cloud:
    cloud = Cloud(Store.open(tmp_path / "cloud.sqlite"), clock=clock)
    clock.cloud = cloud
    return cloud


@pytest.fixture
def engine(cloud: Cloud) -> Engine:
    engine = Engine(cloud, AlicloudProvider(cloud))
    engine.configure({"configurationSource": "ackb-sandbox", "region": "cn-hangzhou"})
    return engine


@dataclass(frozen=True)
class Place:
    """Where things are put: a VPC, a vSwitch in two zones, a security group."""

    vpc_id: str
    vswitch_h: str
    vswitch_i: str
    group_id: str


@pytest.fixture
def place(engine: Engine) -> Place:
    vpc_id, _ = engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    vswitches = [
        engine.create(VSWITCH, {"vpcId": vpc_id, "cidrBlock": cidr, "zoneId": zone})[0]
        for cidr, zone in (("10.0.0.0/24", "cn-hangzhou-h"), ("10.0.1.0/24", "cn-hangzhou-i"))
    ]
    group_id, _ = engine.create(GROUP, {"vpcId": vpc_id})
    return Place(vpc_id, *vswitches, group_id)
