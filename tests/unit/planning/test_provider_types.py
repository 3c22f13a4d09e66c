"""The table of provider types: what it knows, and how inputs that break it are reported."""

import subprocess
import sys
from pathlib import Path

import pytest

from ackb.domain.provider_types import faults, provider_type, tokens

NETWORK = "alicloud:vpc/network:Network"
CLUSTER = "alicloud:cs/managedKubernetes:ManagedKubernetes"
RULE = "alicloud:ecs/securityGroupRule:SecurityGroupRule"
RDS = "alicloud:rds/instance:Instance"


def messages(token: str, inputs: dict) -> list[str]:
    return [str(one) for one in faults(token, inputs)]


def test_the_committed_table_is_what_the_installed_sdk_says() -> None:
    """An SDK upgrade that changes a property must show up as a diff of the table."""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, str(root / "tools" / "generate_types.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0)


def test_the_table_has_nested_shapes_secrets_and_deprecations() -> None:
    addons = provider_type(CLUSTER).inputs["addons"]
    assert addons.type == "array"
    assert addons.items is not None
    assert set(addons.items.properties or {}) == {"config", "disabled", "name", "version"}
    account = provider_type("alicloud:rds/account:Account").inputs
    assert account["accountPassword"].secret
    assert not account["accountName"].secret
    assert "workerVswitchIds" in {
        n for n, f in provider_type(CLUSTER).inputs.items() if f.deprecated
    }
    assert "pulumi:providers:alicloud" in tokens()
    assert len(tokens()) >= 25


def test_good_inputs_have_no_fault() -> None:
    assert faults(NETWORK, {"cidrBlock": "10.0.0.0/8", "tags": {"owner": "web"}}) == []
    assert faults(NETWORK, {"cidrBlock": "10.0.0.0/8", "__defaults": []}) == []


def test_every_fault_is_named_in_one_go() -> None:
    assert messages(RULE, {"typ": "ingress", "priority": "1", "ipProtocol": "tcp"}) == [
        "'priority' must be an integer (got a string)",
        "'securityGroupId' is required",
        "'typ' is not a property of this type; did you mean 'type'?",
        "'type' is required",
    ]


def test_faults_inside_lists_objects_and_maps_carry_their_path() -> None:
    assert messages(CLUSTER, {"addons": [{"name": "flannel"}, {"nam": "x", "disabled": "no"}]}) == [
        "'addons[1].disabled' must be a boolean (got a string)",
        "'addons[1].nam' is not a property of this type; did you mean 'name'?",
    ]
    assert messages(NETWORK, {"tags": {"owner": 1}}) == [
        "'tags[\"owner\"]' must be a string (got an integer)"
    ]


def test_a_deprecated_property_is_a_fault_of_its_own_kind() -> None:
    (found,) = faults(NETWORK, {"name": "net"})
    assert found.kind == "deprecated"
    assert found.path == "name"
    assert found.message.startswith("is deprecated: ")


@pytest.mark.parametrize(
    ("size", "wanted"), [(20.0, []), (20, []), (20.5, ["number"]), (True, ["boolean"])]
)
def test_numbers_come_as_floats_and_only_whole_ones_are_integers(
    size: float, wanted: list[str]
) -> None:
    inputs = {
        "engine": "MySQL",
        "engineVersion": "8.0",
        "instanceType": "x",
        "instanceStorage": size,
    }
    assert messages(RDS, inputs) == [
        f"'instanceStorage' must be an integer (got a {one})" for one in wanted
    ]


def test_values_not_known_yet_fit_every_type() -> None:
    unknown = object()
    inputs = {"cidrBlock": unknown, "tags": unknown}
    assert faults(NETWORK, inputs, opaque=lambda value: value is unknown) == []


def test_a_type_the_project_does_not_use_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="alicloud:oss/bucket:Bucket"):
        faults("alicloud:oss/bucket:Bucket", {})
