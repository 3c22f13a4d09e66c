from __future__ import annotations

import pytest

from sandbox.cloud.cs.autoscaling import period_seconds
from sandbox.cloud.cs.kinds import CLUSTER
from tests.unit.cs.conftest import Account, refusal


def test_what_is_left_out_has_its_default(account: Account) -> None:
    """S4-12, S4-16: least-waste unless something else is asked for."""
    cluster_id = account.create_cluster()
    cs = account.cloud.cs
    cs.create_autoscaling_config(cluster_id=cluster_id, scan_interval="15s")
    cs.create_autoscaling_config(cluster_id=cluster_id, unneeded_duration="5m")
    cluster = cs.get(CLUSTER, cluster_id)
    assert cluster is not None
    chosen = cluster["autoscaling"]
    assert (chosen["expander"], chosen["scan_interval"]) == ("least-waste", "30s")
    assert chosen["unneeded_duration"] == "5m"
    assert chosen["skip_nodes_with_system_pods"] is True


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"expander": "price"}, "expander is invalid: it is none of least-waste, random, priority"),
        (
            {"scaler_type": "goatscaler", "expander": "random"},
            "expander is invalid: goatscaler only supports least-waste",
        ),
        ({"scan_interval": "soon"}, "scan_interval is invalid: must be a duration such as 30s"),
        ({"cool_down_duration": "0m"}, "cool_down_duration is invalid: must be more than 0"),
        ({"utilization_threshold": "1"}, "utilization_threshold is invalid: it must be between 0"),
        ({"utilization_threshold": "half"}, "it must be between 0 and 1"),
        ({"max_nodes": 3}, "max_nodes is invalid: there is no such setting"),
    ],
)
def test_bad_settings(account: Account, settings: dict[str, str], told: str) -> None:
    cluster_id = account.create_cluster()
    create = account.cloud.cs.create_autoscaling_config
    assert told in refusal(create, cluster_id=cluster_id, **settings)


@pytest.mark.parametrize(
    ("text", "seconds"), [("10m", 600), ("10 m", 600), ("10", 600), ("30s", 30), ("1h30m", 5400)]
)
def test_periods(text: str, seconds: float) -> None:
    assert period_seconds(text) == seconds
