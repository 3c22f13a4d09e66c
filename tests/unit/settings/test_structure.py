"""Keys and values: unknown, missing, of another type; all in one message."""

import json

import pytest

from blueprints.settings.loading import FORMS
from tests.unit.settings.examples import REMOVED, refusal, refusal_of

S = "ackb:settings"
KNOWN = ", ".join(FORMS)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"vpcCidr": "10.0.0.0/8", "network.vpc_cidr": REMOVED},
            f"SET-002 {S}.network.vpc_cidr: (missing) – must be given. "
            "Fix: add 'vpc_cidr', such as 10.0.0.0/8.\n"
            f'SET-001 {S}.vpcCidr: "10.0.0.0/8" – is not a known key here. '
            f"Fix: write it as {S}.network.vpc_cidr.",
        ),
        (
            {"network.vpcCidr": "10.0.0.0/8", "network.vpc_cidr": REMOVED},
            f'SET-001 {S}.network.vpcCidr: "10.0.0.0/8" – is not a known key. '
            "Fix: write 'vpc_cidr'.",
        ),
        (
            {"network.vpcCidr": "10.0.0.0/8"},
            f'SET-001 {S}.network.vpcCidr: "10.0.0.0/8" – is not a known key. '
            "Fix: remove it; 'vpc_cidr' is there already.",
        ),
        (
            {"zone_id": "cn-hangzhou-h"},
            f'SET-001 {S}.zone_id: "cn-hangzhou-h" – is not a known key here. '
            f"Fix: write it as {S}.network.zones[].zone_id.",
        ),
        (
            {"cluster.logs": {"zzz": 1}},
            f"SET-001 {S}.cluster.logs.zzz: 1 – is not a known key. "
            "Fix: remove it; the keys here are control_plane, audit, retention_days.",
        ),
        (
            {"scaling": {"type": "fixed", "min": 22}},
            f"SET-001 {S}.scaling.min: 22 – is not a key of type 'fixed', but of 'hpa'. "
            "Fix: write type: hpa, or remove it.",
        ),
        (
            {"network": REMOVED},
            f"SET-002 {S}.network: (missing) – must be given. "
            "Fix: add 'network': an object with type: new or existing.",
        ),
        (
            {"target": REMOVED, "region": REMOVED, "tags": REMOVED},
            f"SET-002 {S}.target: (missing) – must be given. "
            "Fix: add 'target': sandbox or alibaba-cloud.\n"
            f"SET-002 {S}.region: (missing) – must be given. "
            "Fix: add 'region', such as cn-hangzhou.\n"
            f"SET-002 {S}.tags: (missing) – must be given. "
            "Fix: add 'tags', such as owner: web, env: dev, tier: online, cost-center: shop.",
        ),
        (
            {"target": "sandbx", "service": {"access": "public"}},
            f'SET-004 {S}.target: "sandbx" – must be one of sandbox, alibaba-cloud. '
            "Fix: write sandbox.\n"
            f'SET-004 {S}.service.access: "public" – must be one of internet, intranet. '
            "Fix: choose one of them.",
        ),
        (
            {"cluster.logs": {"control_plane": ["apiserver", "scheduller"]}},
            f'SET-004 {S}.cluster.logs.control_plane[1]: "scheduller" – must be one of apiserver, '
            "kcm, scheduler, ccm, controlplane-events. Fix: write scheduler.",
        ),
        (
            {"cluster.version": 1.36},
            f"SET-003 {S}.cluster.version: 1.36 – must be text, not a number with a fraction. "
            "Fix: put it in quotes.",
        ),
        (
            {"expected_account_id": 1234567890123456},
            f"SET-003 {S}.expected_account_id: 1234567890123456 – must be text, not a whole "
            "number. Fix: put it in quotes.",
        ),
        (
            {"cluster.rrsa": "yes"},
            f'SET-003 {S}.cluster.rrsa: "yes" – must be true or false, not text. '
            "Fix: write true, without quotes.",
        ),
        (
            {"cluster": None, "tags": ["web"], "node_pools.0.zones": "cn-hangzhou-h"},
            f'SET-003 {S}.tags: ["web"] – must be an object, not a list. '
            "Fix: write owner: web, env: dev, tier: online, cost-center: shop.\n"
            f"SET-003 {S}.cluster: null – must be an object, not null. "
            "Fix: remove the key to get the default, or give a value.\n"
            f'SET-003 {S}.node_pools[0].zones: "cn-hangzhou-h" – must be a list, not text. '
            "Fix: write it as a list, one entry in a line after '- '.",
        ),
        (
            {"network.zones.1": "cn-hangzhou-i", "scaling": 22},
            f'SET-003 {S}.network.zones[1]: "cn-hangzhou-i" – must be an object, not text. '
            "Fix: write an object with zone_id, node_cidr, pod_cidr.\n"
            f"SET-003 {S}.scaling: 22 – must be an object, not a whole number. "
            "Fix: write an object with type: fixed or hpa or keda.",
        ),
        (
            {"tags.owner": 5},
            f"SET-003 {S}.tags.owner: 5 – must be text, not a whole number. Fix: put it in quotes.",
        ),
        (
            {"network.zones": [], "node_pools": []},
            f"SET-005 {S}.network.zones: [] – must have at least one entry. Fix: add one.\n"
            f"SET-005 {S}.node_pools: [] – must have at least one entry. Fix: add one.",
        ),
        (
            {"database.zones": ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j"]},
            f'SET-005 {S}.database.zones: ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j"] – '
            "must have at most 2 entries. Fix: remove what is too much.",
        ),
        (
            {
                "container_port": 80,
                "service.port": 70000,
                "scaling": {"type": "fixed", "replicas": 0},
            },
            f"SET-005 {S}.container_port: 80 – must be from 1025 to 65535. "
            "Fix: write 1025, the nearest.\n"
            f"SET-005 {S}.scaling.replicas: 0 – must be at least 1. Fix: write 1 or more.\n"
            f"SET-005 {S}.service.port: 70000 – must be from 1 to 65535. "
            "Fix: write 65535, the nearest.",
        ),
        (
            {"node_pools.0.spot": {"max_hourly_price": 0}},
            f"SET-005 {S}.node_pools[0].spot.max_hourly_price: 0 – must be more than 0. "
            "Fix: write a larger number.",
        ),
    ],
)
def test_the_whole_message(changes, message):
    assert refusal(changes) == message


@pytest.mark.parametrize("raw", ["", "{", "[]", "5", "null", '"x"', '{"a": NaN}'])
def test_what_is_no_object_is_refused_without_showing_it(raw):
    assert refusal_of(raw) == (
        f"SET-006 {S}: (hidden) – must be an object of settings. "
        f"Fix: write keys and values under '{S}:' in the stack file."
    )


@pytest.mark.parametrize(
    ("blueprint", "message"),
    [
        (
            {},
            f"SET-002 {S}.blueprint: (missing) – must name a blueprint: {KNOWN}. "
            "Fix: write blueprint: wordpress.",
        ),
        (
            {"blueprint": "wordpres"},
            f'SET-004 {S}.blueprint: "wordpres" – must name a blueprint: {KNOWN}. '
            "Fix: write blueprint: wordpress.",
        ),
        (
            {"blueprint": ["wordpress"]},
            f'SET-004 {S}.blueprint: ["wordpress"] – must name a blueprint: {KNOWN}. '
            "Fix: write blueprint: wordpress.",
        ),
    ],
)
def test_without_a_blueprint_nothing_else_can_be_judged(blueprint, message):
    assert refusal_of(json.dumps(blueprint)) == message
