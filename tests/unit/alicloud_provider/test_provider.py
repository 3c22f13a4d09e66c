"""What holds for every type: the guard, checks, and values."""

import asyncio
from pathlib import Path

import pytest
from pulumi.provider.experimental import provider as sdk

from ackb.domain.unknown import UNKNOWN
from sandbox.cloud.cloud import Cloud
from sandbox.providers.alicloud import values
from sandbox.providers.alicloud.provider import AlicloudProvider
from sandbox.providers.serving import ProviderError
from tests.unit.alicloud_provider.conftest import VPC, VSWITCH, Engine, run, urn


@pytest.mark.parametrize("inputs", [{}, {"configurationSource": "ackb"}])
def test_only_sandbox_stacks_are_served(engine: Engine, inputs: dict[str, str]):
    provider = AlicloudProvider(engine.cloud)
    got = "'ackb'" if inputs else "nothing"
    refusal = rf"must be 'ackb-sandbox', got {got}\)\. Nothing was changed\."
    request = sdk.CheckRequest("urn", {}, values.wired(inputs), b"")
    failure = run(provider.check_config(request)).failures[0]
    assert failure.property == "configurationSource"
    with pytest.raises(ProviderError, match=refusal):
        run(provider.configure(sdk.ConfigureRequest({}, values.wired(inputs), True, True)))


def test_a_sandbox_stack_passes_the_guard(engine: Engine):
    inputs = values.wired({"configurationSource": "ackb-sandbox"})
    assert not run(engine.provider.check_config(sdk.CheckRequest("u", {}, inputs, b""))).failures


def test_another_region_makes_a_new_provider_and_nothing_else_does(engine: Engine):
    def replaces(old: dict[str, str], new: dict[str, str]) -> list[str]:
        request = sdk.DiffRequest("u", "i", values.wired(old), values.wired(new), [])
        return run(engine.provider.diff_config(request)).replaces

    assert replaces({"region": "cn-hangzhou"}, {"region": "cn-beijing"}) == ["region"]
    assert replaces({"region": "cn-hangzhou", "profile": "a"}, {"region": "cn-hangzhou"}) == []


def test_the_stacks_region_is_used(engine: Engine):
    engine.configure({"configurationSource": "ackb-sandbox", "region": "cn-beijing"})
    _, state = engine.create(VPC, {})
    assert state["regionId"] == "cn-beijing"


def test_every_bad_input_is_named_at_once(engine: Engine):
    bad = {
        "cidrBlok": "10.0.0.0/24",
        "zoneId": 5,
        "name": "old",
        "vpcId": UNKNOWN,
        "tags": {"a": True},
    }
    found = engine.check(VSWITCH, bad)
    assert found[0] == "'cidrBlok' is not a property of this type; did you mean 'cidrBlock'?"
    assert found[1].startswith("'name' is deprecated: Field 'name' has been deprecated")
    assert found[2:] == [
        "'tags[\"a\"]' must be a string (got a boolean)",
        "'zoneId' must be a string (got an integer)",
        "'cidrBlock' is required",
    ]


def test_good_inputs_pass(engine: Engine):
    good = {"vpcId": UNKNOWN, "cidrBlock": "10.0.0.0/24", "zoneId": "z", "tags": {"a": "b"}}
    assert engine.check(VSWITCH, good) == []


def test_a_type_that_is_not_simulated_is_named(engine: Engine):
    with pytest.raises(
        ProviderError, match=r"does not simulate alicloud:oss/bucket:Bucket; it has"
    ):
        engine.check("alicloud:oss/bucket:Bucket", {})


def test_values_survive_the_wire():
    given = {"n": 3, "f": 0.5, "s": "x", "b": True, "l": [1, {"u": UNKNOWN}], "none": None}
    wired = values.wired(given, {"s"})
    assert values.secret_names(wired) == {"s"}
    del given["none"]
    assert values.plain(wired) == given


def test_many_objects_are_made_at_once(tmp_path: Path):
    """On the machine's own clock, in threads, over one file."""
    provider = AlicloudProvider(Cloud.open(tmp_path / "cloud.sqlite"))
    engine = Engine(provider._cloud, provider)
    engine.configure({"configurationSource": "ackb-sandbox", "region": "cn-hangzhou"})
    vpc_id, _ = engine.create(VPC, {"cidrBlock": "10.0.0.0/8"})

    async def create(number: int) -> str:
        cidr = f"10.0.{number}.0/24"
        inputs = {"vpcId": vpc_id, "cidrBlock": cidr, "zoneId": "cn-hangzhou-h"}
        request = sdk.CreateRequest(urn(VSWITCH), values.wired(inputs), 0, False)
        return str((await provider.create(request)).resource_id)

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*(create(number) for number in range(30)))

    ids = asyncio.run(all_at_once())
    shown = engine.cloud.vpc.describe_vpc_attribute(vpc_id=vpc_id)["VSwitchIds"]["VSwitchId"]
    assert sorted(ids) == sorted(shown)
    assert len(set(ids)) == 30
