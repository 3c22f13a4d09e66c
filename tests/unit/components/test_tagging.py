"""Tags and resource group: the pure function, and its effect as a transform of the stack."""

import pulumi
import pulumi_alicloud as alicloud
import pytest

from ackb.domain.provider_types import provider_type, tokens
from ackb.planning import plan_program
from components.network import Network, NetworkArgs, Zone
from components.tagging import completed, register_stack_tags

NETWORK = "alicloud:vpc/network:Network"
RULE = "alicloud:ecs/securityGroupRule:SecurityGroupRule"
URN = "urn:pulumi:dev::ackb::ackb:network:Network$alicloud:vpc/network:Network::net-vpc"
STACK_TAGS = {"owner": "web", "env": "dev"}


def test_stack_tags_and_the_urn_are_put_beside_the_own_ones() -> None:
    props = {"vpcName": "net", "tags": {"env": "special", "own": "yes"}}
    assert completed(NETWORK, URN, props, STACK_TAGS, None) == {
        "vpcName": "net",
        "tags": {"ackb:urn": URN, "env": "special", "own": "yes", "owner": "web"},
    }
    assert props == {"vpcName": "net", "tags": {"env": "special", "own": "yes"}}


def test_the_resource_group_is_set_where_none_is() -> None:
    assert completed(NETWORK, URN, {}, {}, "rg-1")["resourceGroupId"] == "rg-1"
    own = {"resourceGroupId": "rg-own"}
    assert completed(NETWORK, URN, own, {}, "rg-1")["resourceGroupId"] == "rg-own"
    assert "resourceGroupId" not in completed(NETWORK, URN, {}, {}, None)


@pytest.mark.parametrize("token", ["kubernetes:core/v1:Pod", "ackb:network:Network"])
def test_what_is_no_cloud_resource_stays_as_it_is(token: str) -> None:
    assert completed(token, URN, {"a": 1}, STACK_TAGS, "rg-1") is None


def test_a_type_without_tags_gets_none() -> None:
    assert completed(RULE, URN, {"type": "ingress"}, STACK_TAGS, "rg-1") == {"type": "ingress"}


def test_a_long_urn_is_shortened_to_what_a_tag_holds() -> None:
    long = URN + "-" + "x" * 200
    value = completed(NETWORK, long, {}, {}, None)["tags"]["ackb:urn"]
    assert len(value) == 128
    assert value.endswith("x" * 100)


def test_every_type_that_can_be_tagged_takes_a_map() -> None:
    """The transform writes a map; a type whose tags are a list would need another form."""
    taggable = [
        token
        for token in tokens()
        if token.startswith("alicloud:") and "tags" in provider_type(token).inputs
    ]
    assert len(taggable) >= 12
    assert {provider_type(token).inputs["tags"].type for token in taggable} == {"object"}


def test_the_transform_marks_each_resource_with_its_own_urn() -> None:
    def program() -> None:
        register_stack_tags(STACK_TAGS, "rg-1")
        provider = alicloud.Provider("alicloud", region="cn-hangzhou")
        zone = Zone(zone_id="cn-hangzhou-i", node_cidr="10.0.0.0/20")
        Network(
            "net",
            NetworkArgs(vpc_cidr="10.0.0.0/8", zones=[zone]),
            pulumi.ResourceOptions(providers=[provider]),
        )

    plan = plan_program(program)
    marked = [one for one in plan.resources if "tags" in one.inputs]
    assert len(marked) == 4
    for one in marked:
        assert one.inputs["tags"]["ackb:urn"] == one.urn
        assert one.inputs["tags"]["owner"] == "web"
    assert plan.one(NETWORK, "net-vpc").inputs["resourceGroupId"] == "rg-1"
    provider = plan.one("pulumi:providers:alicloud", "alicloud")
    assert "tags" not in provider.inputs
