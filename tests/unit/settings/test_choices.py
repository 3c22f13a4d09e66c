"""A choice whose tag is missing or wrong is read as the branch that was meant."""

import pytest

from blueprints.settings.cluster import Flannel, Terway
from blueprints.settings.scaling import Fixed, Hpa
from blueprints.settings.stack import Acr, CredentialFree, Mirror, PullSecret
from tests.unit.settings.examples import FLANNEL, loaded, refusal

S = "ackb:settings"


@pytest.mark.parametrize(
    ("scaling", "message"),
    [
        (
            {"replicas": "5"},
            f"SET-002 {S}.scaling.type: (missing) – must be one of fixed, hpa, keda. "
            "Fix: write type: fixed, which replicas belongs to.\n"
            f'SET-003 {S}.scaling.replicas: "5" – must be a whole number, not text. '
            "Fix: write 5, without quotes.",
        ),
        (
            {"cpu": 70, "min": 30, "max": 20},
            f"SET-002 {S}.scaling.type: (missing) – must be one of fixed, hpa, keda. "
            "Fix: write type: hpa, which cpu, min, max belong to.\n"
            f"SET-042 {S}.scaling.min: 30 – must have min <= max (min is 30, max is 20). "
            "Fix: lower min to 20 or raise max to 30.",
        ),
        (
            {"type": "HPA", "maxReplica": 5},
            f'SET-004 {S}.scaling.type: "HPA" – must be one of fixed, hpa, keda. '
            f"Fix: write type: hpa.\n"
            f"SET-001 {S}.scaling.maxReplica: 5 – is not a known key. Fix: write 'max'.",
        ),
        (
            {"type": "cron", "min": 3, "max": 4},
            f'SET-004 {S}.scaling.type: "cron" – must be one of fixed, hpa, keda. '
            "Fix: write type: and one of them.",
        ),
        (
            {},
            f"SET-002 {S}.scaling.type: (missing) – must be one of fixed, hpa, keda. "
            "Fix: write type: and one of them.",
        ),
    ],
)
def test_scaling(scaling, message):
    assert refusal({"scaling": scaling}) == message


def test_a_tag_that_is_no_text():
    assert refusal({"scaling": {"type": ["hpa"], "cpu": 5}}) == (
        f'SET-004 {S}.scaling.type: ["hpa"] – must be one of fixed, hpa, keda. '
        "Fix: write type: hpa, which cpu belongs to."
    )


ACR = {
    "type": "acr",
    "endpoint": "shop-registry-vpc.cn-hangzhou.cr.aliyuncs.com",
    "namespace": "web",
}


def test_a_choice_inside_a_choice():
    registry = {"type": "acr", "endpoint": ACR["endpoint"], "pull": {"name": "a"}}
    assert refusal({"registry": registry}) == (
        f"SET-002 {S}.registry.pull.type: (missing) – must be one of pull_secret, "
        "credential_free. Fix: write type: pull_secret, which name belongs to.\n"
        f"SET-002 {S}.registry.namespace: (missing) – must be given. "
        "Fix: add 'namespace', such as shop."
    )


@pytest.mark.parametrize(
    ("changes", "part", "want"),
    [
        ({}, "scaling", Hpa(type="hpa", cpu=60, min=22, max=100)),
        ({"scaling": {"type": "fixed"}}, "scaling", Fixed(type="fixed", replicas=22)),
        (
            {"registry": ACR},
            "registry",
            Acr(**ACR, pull=CredentialFree(type="credential_free")),
        ),
        (
            {"registry": {"type": "mirror", "prefix": "m.example.com/hub"}},
            "registry",
            Mirror(type="mirror", prefix="m.example.com/hub"),
        ),
        (
            {"registry": {**ACR, "pull": {"type": "pull_secret", "name": "acr"}}},
            "registry",
            Acr(**ACR, pull=PullSecret(type="pull_secret", name="acr")),
        ),
    ],
)
def test_branches(changes, part, want):
    assert getattr(loaded(changes), part) == want


def test_network_plug_ins():
    assert loaded().cluster.network_plugin == Terway(type="terway", network_policy=True)
    assert loaded({"cluster.network_plugin": FLANNEL}).cluster.network_plugin == Flannel(**FLANNEL)
