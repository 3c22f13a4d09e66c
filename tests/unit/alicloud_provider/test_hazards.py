"""What the official provider does that may surprise, reproduced (F02, F06, F34, F35)."""

import pytest

from sandbox.providers.serving import PartialFailure, ProviderError
from tests.unit.alicloud_provider import cases
from tests.unit.alicloud_provider.cases import (
    CLUSTER,
    EIP,
    FILE_SYSTEM,
    MOUNT_TARGET,
    NAT,
    RDS,
    REDIS,
)
from tests.unit.alicloud_provider.conftest import GROUP, VSWITCH, Engine, Place


def kinds(engine: Engine, service: str) -> list[str]:
    return [item["kind"] for item in engine.cloud.inventory() if item["service"] == service]


def test_a_lost_answer_makes_a_second_nat_gateway(engine: Engine, place: Place):
    engine.plan_faults({"verb": "vpc.create_nat_gateway", "phase": "after", "action": "reset"})
    engine.create(NAT, {"vpcId": place.vpc_id, "vswitchId": place.vswitch_h})
    assert kinds(engine, "vpc").count("NatGateway") == 2


def test_a_lost_answer_makes_a_second_cluster(engine: Engine, place: Place):
    engine.plan_faults({"verb": "cs.create_cluster", "phase": "after", "action": "timeout"})
    engine.create(CLUSTER, cases.cluster(engine, place))
    assert kinds(engine, "cs").count("Cluster") == 2


@pytest.mark.parametrize(
    ("token", "verb"),
    [(EIP, "vpc.allocate_eip_address"), (FILE_SYSTEM, "nas.create_file_system")],
)
def test_a_lost_answer_makes_one_where_the_token_is_kept(engine: Engine, token: str, verb: str):
    engine.plan_faults({"verb": verb, "phase": "after", "action": "reset"})
    inputs = {"protocolType": "NFS", "storageType": "Capacity"} if token == FILE_SYSTEM else {}
    engine.create(token, inputs)
    assert len(engine.cloud.inventory()) == 1


def test_one_throttled_answer_fails_an_rds_instance(engine: Engine, place: Place):
    engine.plan_faults({"verb": "rds.create_db_instance", "action": "throttle"})
    with pytest.raises(ProviderError, match=r"creating RDS instance thing: Throttling\.User"):
        engine.create(RDS, cases.rds(engine, place))
    assert kinds(engine, "rds") == []


def test_a_half_made_rds_instance_is_finished_by_the_next_update(engine: Engine, place: Place):
    inputs = {**cases.rds(engine, place), "deletionProtection": True}
    denied = {"code": "Forbidden.RAM", "message": "User not authorized.", "status": 403}
    verb = "rds.modify_security_group_configuration"
    engine.plan_faults({"verb": verb, "action": "error", **denied})
    with pytest.raises(
        PartialFailure, match=rf"{verb}, request id .*Next: grant the action named above"
    ) as caught:
        engine.create(RDS, inputs)
    state = engine.update(RDS, caught.value.resource_id, inputs, inputs, inputs)
    assert state["securityGroupIds"] == [place.group_id]
    assert state["deletionProtection"] is True
    assert kinds(engine, "rds") == ["Instance"]


@pytest.mark.parametrize(
    ("token", "change"),
    [
        (NAT, {"paymentType": "Subscription"}),
        (RDS, {"instanceChargeType": "Prepaid", "period": 1}),
        (REDIS, {"paymentType": "PrePaid", "period": "1"}),
    ],
)
def test_a_subscription_is_forgotten_and_stays(
    engine: Engine, place: Place, token: str, change: dict[str, object]
):
    inputs = {
        NAT: {"vpcId": place.vpc_id, "vswitchId": place.vswitch_h},
        RDS: cases.rds(engine, place),
        REDIS: cases.redis(engine, place),
    }[token]
    id, state = engine.create(token, {**inputs, **change})
    before = engine.cloud.inventory()
    engine.delete(token, id, state)
    assert engine.cloud.inventory() == before


def test_a_forced_subscription_is_told_to_stay(engine: Engine, place: Place):
    inputs = {**cases.rds(engine, place), "instanceChargeType": "Prepaid", "forceDelete": True}
    id, state = engine.create(RDS, inputs)
    with pytest.raises(ProviderError, match=r"OperationDenied\.PrepaidInstance"):
        engine.delete(RDS, id, state)


@pytest.mark.parametrize(
    ("token", "change", "code"),
    [
        (EIP, {"deletionProtection": True}, r"InvalidOperation\.DeletionProtection"),
        (RDS, {"deletionProtection": True}, r"OperationDenied\.DeletionProtection"),
        (REDIS, {"instanceReleaseProtection": True}, r"OperationDenied\.DeletionProtection"),
        (CLUSTER, {"deletionProtection": True}, "DeletionProtection"),
    ],
)
def test_a_protected_object_stays_and_the_way_out_is_told(
    engine: Engine, place: Place, token: str, change: dict[str, object], code: str
):
    inputs = {
        EIP: {},
        RDS: cases.rds(engine, place),
        REDIS: cases.redis(engine, place),
        CLUSTER: cases.cluster(engine, place),
    }[token]
    id, state = engine.create(token, {**inputs, **change})
    told = rf"deleting .* \({id}\): .*{code}.* Next: set its deletion protection to false"
    with pytest.raises(ProviderError, match=told):
        engine.delete(token, id, state)
    unprotected = dict.fromkeys(change, False)
    state = engine.update(token, id, state, {**inputs, **unprotected}, {**inputs, **change})
    engine.delete(token, id, state)


def test_a_file_system_does_not_wait_for_its_mount_targets(engine: Engine, place: Place):
    inputs = cases.mount_target(engine, place)
    target, state = engine.create(MOUNT_TARGET, inputs)
    with pytest.raises(ProviderError, match=r"OperationDenied\.MountTargetNotEmpty"):
        engine.delete(FILE_SYSTEM, inputs["fileSystemId"])
    engine.delete(MOUNT_TARGET, target, state)
    engine.delete(FILE_SYSTEM, inputs["fileSystemId"])


def test_what_still_uses_a_vswitch_or_group_is_named(engine: Engine, place: Place):
    asked = {"vswitch_id": place.vswitch_h, "security_group_ids": [place.group_id]}
    engine.cloud.ecs.attach_interface(**asked, owner="eci-left-behind")
    for token, id in ((VSWITCH, place.vswitch_h), (GROUP, place.group_id)):
        told = r"DependencyViolation: .*after \d+ tries in 10 minutes\. Still in it: eci-left-beh"
        with pytest.raises(ProviderError, match=told):
            engine.delete(token, id)


def test_a_deletion_waits_for_a_pod_that_is_going(engine: Engine, place: Place):
    group = engine.cloud.eci.create_container_group(
        region_id="cn-hangzhou",
        container_group_name="pod",
        vswitch_id=place.vswitch_h,
        security_group_id=place.group_id,
        cpu=1,
        memory=2,
        containers=[{"Name": "web"}],
    )
    engine.cloud.eci.delete_container_group(container_group_id=group["ContainerGroupId"])
    engine.delete(GROUP, place.group_id)
    engine.delete(VSWITCH, place.vswitch_h)


def test_a_changed_vswitch_does_not_move_a_nat_gateway(engine: Engine, place: Place):
    inputs = {"vpcId": place.vpc_id, "vswitchId": place.vswitch_h}
    id, state = engine.create(NAT, inputs)
    wanted = {**inputs, "vswitchId": place.vswitch_i}
    assert engine.diff(NAT, state, wanted, inputs).replaces == []
    assert engine.update(NAT, id, state, wanted, inputs)["vswitchId"] == place.vswitch_h


def test_a_change_that_is_not_simulated_is_refused(engine: Engine, place: Place):
    inputs = cases.rds(engine, place)
    id, state = engine.create(RDS, inputs)
    told = r"does not simulate a change of 'engineVersion'; the real cloud .* Next: make the change"
    with pytest.raises(PartialFailure, match=told):
        engine.update(RDS, id, state, {**inputs, "engineVersion": "8.4"}, inputs)


def test_an_error_that_is_no_rule_of_the_provider_is_told_at_once(engine: Engine, place: Place):
    wrong = {**cases.rds(engine, place), "instanceStorage": 42}
    told = r"InvalidStorage\.Format: .*write 45, the next valid size.* Next: correct the value"
    with pytest.raises(ProviderError, match=told):
        engine.create(RDS, wrong)


def test_the_programs_timeout_takes_the_place_of_the_official_one(engine: Engine):
    engine.plan_faults({"verb": "vpc.create_vpc", "times": 0, "action": "throttle"})
    with pytest.raises(ProviderError, match="tries in 2 minutes"):
        engine.create("alicloud:vpc/network:Network", {}, timeout=120)
