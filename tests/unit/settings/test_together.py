"""One message holds everything: wrong keys, wrong values, and what contradicts each other."""

import itertools
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.settings import load
from tests.unit.settings.examples import STACK, VALID, changed, refusal, refusal_of

S = "ackb:settings"

# One wrong thing in each part of the settings: structure, single values, comparisons.
WRONG = {
    "region": ("cn-hangzou", "SET-025"),
    "cluster.service_cidr": ("10.9.0.0/16", "SET-024"),
    "scaling": ({"type": "hpa", "maxReplica": 5}, "SET-001"),
    "node_pools.0.autoscaling": ({"min": 9, "max": 3}, "SET-033"),
    "database.storage_gb": (42, "SET-053"),
    "image": ("wordpress:latest", "SET-044"),
    "resources": ({"requests": {"cpu": "2", "memory": "1Gi"}}, "SET-041"),
    "tags.env": ("prod", "SET-010"),
    "namespace": ("A", "SET-008"),
    "https": ({"certificate_id": "x", "port": 80}, "SET-046"),
}


def test_everything_wrong_is_told_at_once():
    message = refusal({path: value for path, (value, _) in WRONG.items()})
    assert sorted(line.split(" ", 1)[0] for line in message.splitlines()) == sorted(
        code for _, code in WRONG.values()
    )


def test_any_two_mistakes_are_both_told():
    for one, other in itertools.combinations(WRONG, 2):
        message = refusal({path: WRONG[path][0] for path in (one, other)})
        told = {line.split(" ", 1)[0] for line in message.splitlines()}
        assert told == {WRONG[one][1], WRONG[other][1]}, (one, other)


def test_several_comparisons_of_one_part_are_all_told():
    message = refusal(
        {
            "network.zones.0.node_cidr": "192.168.0.0/20",
            "network.zones.0.pod_cidr": "10.2.0.0/17",
            "network.zones.1.zone_id": "cn-hangzhou-h",
        }
    )
    assert [line.split(":")[0] + ":" + line.split(":")[1] for line in message.splitlines()] == [
        f"SET-009 {S}.network.zones[1].zone_id",
        f"SET-022 {S}.network.zones[0].node_cidr",
        f"SET-023 {S}.network.zones[1].pod_cidr",
    ]


def test_a_comparison_with_a_refused_value_is_left_out_and_no_other():
    message = refusal(
        {
            "network.zones.0.node_cidr": "10.0.0.1/20",
            "network.zones.1.pod_cidr": "11.0.0.0/16",
            "network.vpc_cidr": "10.0.0.0/8",
        }
    )
    assert [line.split(" ", 1)[0] for line in message.splitlines()] == ["SET-021", "SET-022"]


def test_a_refused_entry_does_not_move_the_others():
    message = refusal({"network.zones.0": 5, "network.zones.1.node_cidr": "11.0.0.0/20"})
    assert message == (
        f"SET-003 {S}.network.zones[0]: 5 – must be an object, not a whole number. "
        "Fix: write an object with zone_id, node_cidr, pod_cidr.\n"
        f'SET-022 {S}.network.zones[1].node_cidr: "11.0.0.0/20" – must lie inside the VPC range '
        "10.0.0.0/8. Fix: choose a part of 10.0.0.0/8."
    )


def test_the_order_of_keys_does_not_matter():
    data = changed({path: value for path, (value, _) in WRONG.items()})
    turned = dict(reversed(data.items()))
    assert sorted(refusal_of(json.dumps(data)).splitlines()) == sorted(
        refusal_of(json.dumps(turned)).splitlines()
    )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
PATHS = st.sampled_from(
    [
        "blueprint",
        "target",
        "region",
        "tags",
        "tags.owner",
        "registry",
        "network",
        "network.zones",
        "network.zones.0",
        "network.zones.1.node_cidr",
        "cluster",
        "cluster.network_plugin",
        "cluster.logs",
        "node_pools",
        "node_pools.0",
        "node_pools.0.autoscaling",
        "node_pools.0.instance_types",
        "database",
        "database.allowed_cidrs",
        "cache",
        "scaling",
        "placement",
        "resources",
        "image",
        "https",
        "something",
    ]
)


@settings(max_examples=400)
@given(st.lists(st.tuples(PATHS, ANYTHING), min_size=1, max_size=3))
def test_whatever_is_written_the_answer_is_settings_or_a_message(changes):
    data = dict(VALID)
    for path, value in changes:
        try:
            data = changed({path: value})
        except (TypeError, IndexError, AttributeError):
            continue  # the path leads through a value that an earlier change replaced
    raw = json.dumps(data)
    try:
        load(raw, stack=STACK)
    except Exception as error:
        assert type(error).__name__ == "InvalidInput", repr(error)
        for line in str(error).split("\nSET-"):
            assert " – " in line
            assert ". Fix: " in line
            assert line.endswith(".")
