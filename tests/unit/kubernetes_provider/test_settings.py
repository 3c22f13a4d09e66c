import json

import pytest

from ackb.domain.unknown import UNKNOWN
from sandbox.providers.kubernetes.diffing import Mutability
from sandbox.providers.kubernetes.settings import problems, provider_change, read_settings


def kubeconfig(server="https://127.0.0.1:6443", token="one"):
    return json.dumps(
        {
            "current-context": "c",
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
            "clusters": [{"name": "c", "cluster": {"server": server}}],
            "users": [{"name": "c", "user": {"token": token}}],
        }
    )


def test_defaults_are_those_of_the_official_plugin(monkeypatch):
    for name in ("DELETE_UNREACHABLE", "ENABLE_SECRET_MUTABLE", "UPSERT_EXISTING_OBJECTS"):
        monkeypatch.delenv(f"PULUMI_K8S_{name}", raising=False)
    settings = read_settings({})
    assert settings.mutability == Mutability(config_maps=False, secrets=False)
    assert not settings.delete_unreachable
    assert not settings.upsert_existing_objects
    assert not settings.enable_patch_force


@pytest.mark.parametrize("value", [True, "true"])
def test_flags_arrive_as_booleans_or_as_text(value):
    assert read_settings({"deleteUnreachable": value}).delete_unreachable
    assert not read_settings({"deleteUnreachable": "false"}).delete_unreachable


def test_an_environment_variable_stands_in_for_a_missing_input(monkeypatch):
    monkeypatch.setenv("PULUMI_K8S_DELETE_UNREACHABLE", "true")
    assert read_settings({}).delete_unreachable
    assert not read_settings({"deleteUnreachable": False}).delete_unreachable


def test_a_good_kubeconfig_has_no_problem():
    assert problems({"kubeconfig": kubeconfig()}) == []


def test_an_unknown_kubeconfig_is_right_until_it_is_known():
    assert problems({"kubeconfig": UNKNOWN}) == []


def test_a_real_cluster_is_refused_with_one_clear_message():
    (found,) = problems({"kubeconfig": kubeconfig("https://203.0.113.7:6443")})
    assert found.field == "kubeconfig"
    assert found.reason == (
        "the kubeconfig cannot be used: its server https://203.0.113.7:6443 is not on this "
        "machine, and the sandbox never drives a real cluster; unset PULUMI_DEBUG_PROVIDERS to "
        "use the official plugin"
    )


def test_without_a_kubeconfig_no_ambient_one_is_taken():
    (found,) = problems({})
    assert found.reason == (
        "the kubeconfig cannot be used: it is missing; pass the kubeconfig of the cluster "
        "explicitly"
    )


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"enableServerSideApply": False}, "enableServerSideApply"),
        ({"enableServerSideApply": "false"}, "enableServerSideApply"),
        ({"renderYamlToDirectory": "out"}, "renderYamlToDirectory"),
        ({"alwaysRender": True}, "alwaysRender"),
    ],
)
def test_what_the_sandbox_cannot_do_is_refused(inputs, field):
    (found,) = problems(inputs | {"kubeconfig": kubeconfig()})
    assert found.field == field
    assert found.reason.endswith("remove this input")


def test_the_default_of_what_it_cannot_do_is_accepted():
    assert problems({"enableServerSideApply": "true", "kubeconfig": kubeconfig()}) == []


A, B = kubeconfig(), kubeconfig("https://127.0.0.1:7777")


@pytest.mark.parametrize(
    ("old", "new", "changed", "replaces"),
    [
        ({"kubeconfig": A}, {"kubeconfig": A}, [], []),
        # The identifier decides alone, whatever the kubeconfig says.
        (
            {"kubeconfig": A, "clusterIdentifier": "c1"},
            {"kubeconfig": B, "clusterIdentifier": "c1"},
            ["kubeconfig"],
            [],
        ),
        (
            {"kubeconfig": A, "clusterIdentifier": "c1"},
            {"kubeconfig": UNKNOWN, "clusterIdentifier": "c1"},
            ["kubeconfig"],
            [],
        ),
        (
            {"kubeconfig": A, "clusterIdentifier": "c1"},
            {"kubeconfig": A, "clusterIdentifier": "c2"},
            ["clusterIdentifier"],
            ["clusterIdentifier"],
        ),
        (
            {"kubeconfig": A, "clusterIdentifier": "c1"},
            {"kubeconfig": UNKNOWN, "clusterIdentifier": UNKNOWN},
            ["clusterIdentifier", "kubeconfig"],
            ["clusterIdentifier"],
        ),
        # Adding or removing it is no replacement.
        ({"kubeconfig": A}, {"kubeconfig": A, "clusterIdentifier": "c"}, ["clusterIdentifier"], []),
        # Without it, the server tells clusters apart, and an unknown one may be another.
        ({"kubeconfig": A}, {"kubeconfig": B}, ["kubeconfig"], ["kubeconfig"]),
        ({"kubeconfig": A}, {"kubeconfig": UNKNOWN}, ["kubeconfig"], ["kubeconfig"]),
        ({"kubeconfig": A}, {"kubeconfig": kubeconfig(token="two")}, ["kubeconfig"], []),
        ({"kubeconfig": A}, {"kubeconfig": A, "namespace": "x"}, ["namespace"], []),
    ],
)
def test_only_another_cluster_replaces_what_is_in_it(old, new, changed, replaces):
    change = provider_change(old, new)
    assert (change.changed, change.replaces) == (changed, replaces)
