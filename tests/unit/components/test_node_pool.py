"""`NodePool`: size or bounds, price, and what makes its nodes sound."""

import pytest

from ackb.domain.problems import InvalidArguments
from components.node_pool import (
    Bounds,
    NodePool,
    NodePoolArgs,
    PrivatePool,
    Spot,
    Subscription,
    Taint,
)

POOL = "alicloud:cs/nodePool:NodePool"


def args(**changes) -> NodePoolArgs:
    return NodePoolArgs(
        **{
            "cluster_id": "c1",
            "pool_name": "base",
            "vswitch_ids": ["vsw-1", "vsw-2"],
            "instance_types": ["ecs.c7.2xlarge"],
            "size": 2,
            **changes,
        }
    )


def inputs(deploy, **changes) -> dict:
    plan = deploy(lambda opts: NodePool("base", args(**changes), opts))
    return plan.one(POOL, "base-pool").inputs


def refused(**changes) -> str:
    with pytest.raises(InvalidArguments) as caught:
        NodePool("base", args(**changes))
    return str(caught.value)


def test_a_fixed_size_is_the_desired_size(deploy) -> None:
    got = inputs(deploy)
    assert got["desiredSize"] == "2"
    assert "scalingConfig" not in got
    assert got["multiAzPolicy"] == "BALANCE"


def test_bounds_leave_the_number_to_the_node_autoscaler(deploy) -> None:
    got = inputs(deploy, size=Bounds(min=2, max=10))
    assert got["scalingConfig"] == {"enable": True, "minSize": 2, "maxSize": 10}
    assert "desiredSize" not in got


def test_nodes_are_repaired_watched_and_guarded(deploy) -> None:
    got = inputs(deploy)
    assert got["management"] == {"enable": True, "autoRepair": True, "maxUnavailable": 1}
    assert got["installCloudMonitor"] is True
    assert got["systemDiskEncrypted"] is True
    assert got["instanceMetadataOptions"] == {"httpTokens": "required"}
    assert got["imageType"] == "AliyunLinux3"


def test_labels_are_sorted_and_taints_keep_their_order(deploy) -> None:
    taints = [Taint(key="gpu", effect="NoSchedule"), Taint(key="a", value="b", effect="NoExecute")]
    got = inputs(deploy, labels={"z": "1", "a": "2"}, taints=taints, max_pods=64)
    assert got["labels"] == [{"key": "a", "value": "2"}, {"key": "z", "value": "1"}]
    assert [one["key"] for one in got["taints"]] == ["gpu", "a"]
    assert got["kubeletConfiguration"] == {"maxPods": "64"}


@pytest.mark.parametrize(
    ("spot", "strategy", "limits"),
    [
        (None, "NoSpot", None),
        (Spot(), "SpotAsPriceGo", None),
        (
            Spot(max_hourly_price=0.5),
            "SpotWithPriceLimit",
            [{"instanceType": "ecs.c7.2xlarge", "priceLimit": "0.5"}],
        ),
    ],
)
def test_the_price_of_nodes(deploy, spot: Spot | None, strategy: str, limits: object) -> None:
    got = inputs(deploy, spot=spot)
    assert got["spotStrategy"] == strategy
    assert got.get("spotPriceLimits") == limits


def test_a_base_load_may_be_paid_in_advance(deploy) -> None:
    """S2-13, S4-33: monthly ECS carry what is always there."""
    got = inputs(deploy, subscription=Subscription(months=12))
    assert {key: got[key] for key in ("instanceChargeType", "period", "periodUnit")} == {
        "instanceChargeType": "PrePaid",
        "period": 12,
        "periodUnit": "Month",
    }
    assert (got["autoRenew"], got["autoRenewPeriod"]) == (True, 12)
    once = inputs(deploy, subscription=Subscription(months=1, auto_renew=False))
    assert once["autoRenew"] is False
    assert "autoRenewPeriod" not in once
    assert "instanceChargeType" not in inputs(deploy)


def test_nodes_may_start_on_reserved_capacity(deploy) -> None:
    """S2-13."""
    assert inputs(deploy, private_pool=PrivatePool())["privatePoolOptions"] == {
        "privatePoolOptionsMatchCriteria": "Open"
    }
    target = PrivatePool(match="Target", pool_id="eap-1")
    assert inputs(deploy, private_pool=target)["privatePoolOptions"] == {
        "privatePoolOptionsMatchCriteria": "Target",
        "privatePoolOptionsId": "eap-1",
    }
    assert "privatePoolOptions" not in inputs(deploy)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"subscription": Subscription(months=1), "size": Bounds(min=1, max=5)},
            "'subscription' must be left out of a pool that scales by itself: a node that goes "
            'stays, paid for (got {"months": 1, "auto_renew": true}); give the pool a fixed size, '
            "or put peaks into a pool of their own",
        ),
        (
            {"subscription": Subscription(months=1), "spot": Spot()},
            "'subscription' must be left out of a pool of preemptible instances, which are never "
            'paid in advance (got {"months": 1, "auto_renew": true}); choose one of them',
        ),
        (
            {"private_pool": PrivatePool(match="Target")},
            "'private_pool.pool_id' must be given for match Target, and for no other (got null); "
            "add the id of the private pool, or choose Open",
        ),
        (
            {"private_pool": PrivatePool(pool_id="eap-1")},
            "'private_pool.pool_id' must be given for match Target, and for no other (got "
            '"eap-1"); remove it, or choose Target',
        ),
    ],
)
def test_payment_and_reservation_fit_the_pool(changes: dict, message: str) -> None:
    assert refused(**changes) == f'NodePool "base": {message}'


def test_every_wrong_argument_is_named_at_once() -> None:
    assert refused(
        vswitch_ids=[], instance_types=[], size=Bounds(min=5, max=1001)
    ).splitlines() == [
        "NodePool \"base\": 'vswitch_ids' must hold at least one vSwitch (got []); add one of a "
        "zone",
        "NodePool \"base\": 'instance_types' must hold at least one type (got []); add one such as "
        "ecs.c7.2xlarge",
        "NodePool \"base\": 'size.max' must be from 0 to 1000 (got 1001); choose another number",
    ]


def test_bounds_must_be_in_order() -> None:
    assert refused(size=Bounds(min=5, max=4)) == (
        "NodePool \"base\": 'size.min' must not be above 'size.max', 4 (got 5); swap the two"
    )


@pytest.mark.parametrize("size", [0, 1000, Bounds(min=3, max=3)])
def test_the_edges_are_fine(deploy, size: int | Bounds) -> None:
    inputs(deploy, size=size)


@pytest.mark.parametrize("size", [-1, 1001])
def test_outside_the_edges_is_one_message(size: int) -> None:
    assert refused(size=size) == (
        f"NodePool \"base\": 'size' must be from 0 to 1000 (got {size}); choose another number"
    )
