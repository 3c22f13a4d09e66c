import pytest

from ackb.domain.unknown import UNKNOWN
from sandbox.providers.kubernetes.checking import Unacceptable, completed
from sandbox.providers.kubernetes.kinds import Kind

CONFIG_MAP = Kind("", "v1", "ConfigMap")
NAMESPACE = Kind("", "v1", "Namespace")


def check(declared, *, kind=CONFIG_MAP, old=None, name="settings", seed=b"seed"):
    return completed(
        kind,
        declared,
        old=old or {},
        name=name,
        seed=seed,
        namespace="blue",
        is_namespaced=lambda kind: not kind.is_cluster_wide,
    )


def test_api_version_kind_and_namespace_are_added():
    assert check({"metadata": {"name": "a"}, "data": {"x": "1"}}) == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a", "namespace": "blue"},
        "data": {"x": "1"},
    }


def test_a_given_namespace_stays_and_cluster_wide_kinds_get_none():
    given = check({"metadata": {"name": "a", "namespace": "red"}})
    assert given["metadata"] == {"name": "a", "namespace": "red"}
    assert check({"metadata": {"name": "a"}}, kind=NAMESPACE)["metadata"] == {"name": "a"}


def test_a_nameless_object_gets_a_name_that_says_so():
    metadata = check({})["metadata"]
    base, _, suffix = metadata["name"].rpartition("-")
    assert (base, len(suffix)) == ("settings", 8)
    assert metadata["annotations"] == {"pulumi.com/autonamed": "true"}


def test_preview_and_update_choose_the_same_name_and_another_seed_another():
    assert check({}, seed=b"1") == check({}, seed=b"1")
    assert check({}, seed=b"1") != check({}, seed=b"2")
    assert check({}, seed=b"") != check({}, seed=b"")


def test_an_update_keeps_the_generated_name():
    old = check({"data": {"x": "1"}}, seed=b"1")
    new = check({"data": {"x": "2"}}, seed=b"2", old=old)
    assert new["metadata"] == old["metadata"]


def test_a_name_that_the_program_gave_is_not_adopted_when_it_drops_it():
    old = check({"metadata": {"name": "mine"}})
    assert check({}, old=old)["metadata"]["name"] != "mine"


def test_unknown_names_and_metadata_are_left_alone():
    assert check({"metadata": {"name": UNKNOWN}})["metadata"]["name"] is UNKNOWN
    assert check({"metadata": UNKNOWN})["metadata"] is UNKNOWN
    nameless = check({"metadata": {"annotations": UNKNOWN}})["metadata"]
    assert nameless["annotations"] is UNKNOWN
    assert nameless["name"].startswith("settings-")


def test_what_only_a_server_sets_is_dropped():
    copied = {"name": "a", "namespace": "red", "uid": "1", "resourceVersion": "2", "generation": 3}
    assert check({"metadata": copied})["metadata"] == {"name": "a", "namespace": "red"}


def test_generate_name_is_refused_with_the_way_out():
    with pytest.raises(Unacceptable) as caught:
        check({"metadata": {"generateName": "a-"}})
    assert caught.value.field == "metadata.generateName"
    assert str(caught.value) == (
        "metadata.generateName is not supported with server-side apply; set metadata.name, or no "
        "name at all"
    )


def test_a_malformed_condition_to_wait_for_is_refused_before_anything_is_made():
    annotations = {"pulumi.com/waitFor": "Ready"}
    with pytest.raises(Unacceptable, match="'Ready' is neither condition=TYPE") as caught:
        check({"metadata": {"name": "a", "annotations": annotations}})
    assert caught.value.field == "metadata.annotations"
