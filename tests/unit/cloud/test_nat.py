"""NAT gateway, elastic IP and SNAT: the order in which they can be made and removed."""

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from tests.unit.cloud.conftest import REGION, Net, code_of


@pytest.fixture
def gateway(cloud: Cloud, clock: ManualClock, net: Net) -> dict[str, object]:
    answer = cloud.vpc.create_nat_gateway(
        region_id=REGION, vpc_id=net.vpc_id, vswitch_id=net.vswitch_id, name="way-out"
    )
    clock.sleep(1)
    return answer


@pytest.fixture
def eip(cloud: Cloud) -> dict[str, str]:
    return cloud.vpc.allocate_eip_address(region_id=REGION, bandwidth="10")


def bind(cloud: Cloud, clock: ManualClock, gateway: dict, eip: dict) -> None:
    cloud.vpc.associate_eip_address(
        allocation_id=eip["AllocationId"],
        instance_id=gateway["NatGatewayId"],
        instance_type="Nat",
    )
    clock.sleep(1)


def test_a_gateway_takes_an_address_and_gives_it_back(
    cloud: Cloud, clock: ManualClock, net: Net, gateway: dict
):
    def free() -> int:
        shown = cloud.vpc.describe_vswitch_attributes(vswitch_id=net.vswitch_id)
        return shown["AvailableIpAddressCount"]

    assert free() == 251
    answer = cloud.vpc.describe_nat_gateways(nat_gateway_id=gateway["NatGatewayId"])
    shown = answer["NatGateways"]["NatGateway"][0]
    assert (shown["Status"], shown["Name"]) == ("Available", "way-out")
    assert shown["NatGatewayPrivateInfo"]["IzNo"] == "cn-hangzhou-h"
    code = "DependencyViolation.EnhancedNatgw"
    assert code_of(cloud.vpc.delete_vswitch, vswitch_id=net.vswitch_id) == code
    cloud.vpc.delete_nat_gateway(nat_gateway_id=gateway["NatGatewayId"])
    assert free() == 252


def test_a_gateway_that_is_being_made_cannot_be_changed(cloud: Cloud, net: Net):
    answer = cloud.vpc.create_nat_gateway(
        region_id=REGION, vpc_id=net.vpc_id, vswitch_id=net.vswitch_id
    )
    gateway_id = answer["NatGatewayId"]
    assert code_of(cloud.vpc.delete_nat_gateway, nat_gateway_id=gateway_id) == "TaskConflict"
    eip_id = cloud.vpc.allocate_eip_address(region_id=REGION)["AllocationId"]
    asked = {"allocation_id": eip_id, "instance_id": gateway_id, "instance_type": "Nat"}
    assert code_of(cloud.vpc.associate_eip_address, **asked) == "IncorrectInstanceStatus"


def test_an_eip_goes_through_its_states(cloud: Cloud, clock: ManualClock, gateway: dict, eip: dict):
    allocation_id = eip["AllocationId"]

    def status() -> str:
        answer = cloud.vpc.describe_eip_addresses(allocation_id=allocation_id)
        return answer["EipAddresses"]["EipAddress"][0]["Status"]

    assert status() == "Available"
    bind_call = {"allocation_id": allocation_id, "instance_id": gateway["NatGatewayId"]}
    cloud.vpc.associate_eip_address(**bind_call, instance_type="Nat")
    assert status() == "Associating"
    assert code_of(cloud.vpc.release_eip_address, allocation_id=allocation_id) == (
        "IncorrectEipStatus"
    )
    clock.sleep(1)
    assert status() == "InUse"
    cloud.vpc.unassociate_eip_address(**bind_call)
    assert status() == "Unassociating"
    clock.sleep(1)
    assert status() == "Available"
    cloud.vpc.release_eip_address(allocation_id=allocation_id)
    assert code_of(cloud.vpc.release_eip_address, allocation_id=allocation_id) == (
        "InvalidAllocationId.NotFound"
    )


def test_snat_needs_a_bound_eip_and_keeps_it(
    cloud: Cloud, clock: ManualClock, net: Net, gateway: dict, eip: dict
):
    table = gateway["SnatTableIds"]["SnatTableId"][0]
    asked = {
        "snat_table_id": table,
        "snat_ip": eip["EipAddress"],
        "source_vswitch_id": net.vswitch_id,
    }
    assert code_of(cloud.vpc.create_snat_entry, **asked) == "EIP_NOT_IN_GATEWAY"
    bind(cloud, clock, gateway, eip)
    entry_id = cloud.vpc.create_snat_entry(**asked)["SnatEntryId"]
    entry = {"snat_table_id": table, "snat_entry_id": entry_id}
    assert code_of(cloud.vpc.delete_snat_entry, **entry) == "IncorretSnatEntryStatus"
    clock.sleep(1)
    code = "Forbidden.SourceVSwitchId.Duplicated"
    assert code_of(cloud.vpc.create_snat_entry, **asked) == code
    unbind = {"allocation_id": eip["AllocationId"], "instance_id": gateway["NatGatewayId"]}
    code = "InvalidIpStatus.HasBeenUsedBySnatTable"
    assert code_of(cloud.vpc.unassociate_eip_address, **unbind) == code
    gone = {"nat_gateway_id": gateway["NatGatewayId"]}
    assert code_of(cloud.vpc.delete_nat_gateway, **gone) == "DependencyViolation.EIPS"
    assert code_of(cloud.vpc.delete_vpc, vpc_id=net.vpc_id) == "DependencyViolation.VSwitch"
    cloud.vpc.delete_snat_entry(**entry)
    cloud.vpc.unassociate_eip_address(**unbind)
    clock.sleep(1)
    cloud.vpc.delete_nat_gateway(**gone)
    found = cloud.vpc.describe_nat_gateways(vpc_id=net.vpc_id)
    assert found["TotalCount"] == 0


def test_protected_and_subscription_objects_stay(cloud: Cloud, gateway: dict, eip: dict):
    gateway_id, eip_id = gateway["NatGatewayId"], eip["AllocationId"]
    for instance_id, kind in ((gateway_id, "NATGW"), (eip_id, "EIP")):
        cloud.vpc.deletion_protection(instance_id=instance_id, type=kind, protection_enable=True)
    code = "InvalidOperation.DeletionProtection"
    assert code_of(cloud.vpc.delete_nat_gateway, nat_gateway_id=gateway_id) == code
    assert code_of(cloud.vpc.release_eip_address, allocation_id=eip_id) == code
    prepaid = cloud.vpc.allocate_eip_address(region_id=REGION, instance_charge_type="PrePaid")
    code = "Forbidden.ChargeTypeIsPrepaid"
    assert code_of(cloud.vpc.release_eip_address, allocation_id=prepaid["AllocationId"]) == code


def test_the_account_has_twenty_eips(cloud: Cloud):
    addresses = {cloud.vpc.allocate_eip_address(region_id=REGION)["EipAddress"] for _ in range(20)}
    assert len(addresses) == 20
    assert code_of(cloud.vpc.allocate_eip_address, region_id=REGION) == "QuotaExceeded.Eip"
