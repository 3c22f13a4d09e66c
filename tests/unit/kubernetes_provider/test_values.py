import pytest
from pulumi import FileAsset
from pulumi.provider.experimental.property_value import Computed, PropertyValue

from ackb.domain.unknown import UNKNOWN
from sandbox.providers.kubernetes.values import (
    contains_unknown,
    hide_secrets,
    plain,
    plain_map,
    properties,
)

ON_THE_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def value_of(properties, *path):
    """The property value at a path, and whether it or one above it is secret."""
    found, secret = PropertyValue(properties), False
    for part in path:
        found = found.value[part]
        secret = secret or found.is_secret
    return plain(found), secret


def test_whole_numbers_become_integers_and_others_stay():
    assert plain(PropertyValue(80.0)) == 80
    assert isinstance(plain(PropertyValue(80.0)), int)
    assert plain(PropertyValue(0.5)) == 0.5
    assert plain(PropertyValue(True)) is True


@pytest.mark.parametrize(
    "wire",
    [
        PropertyValue(ON_THE_WIRE),
        PropertyValue(ON_THE_WIRE, is_secret=True),
        PropertyValue(Computed()),
        PropertyValue("3eeb2bf0-c639-47a8-9e75-3b44932eb421"),
    ],
)
def test_every_way_to_say_unknown_is_understood(wire):
    assert plain(wire) is UNKNOWN
    assert contains_unknown({"a": [{"b": plain(wire)}]})


def test_unknown_goes_back_onto_the_wire_as_the_engine_reads_it():
    assert properties({"a": UNKNOWN}, {})["a"].value == ON_THE_WIRE
    assert not contains_unknown({"a": ["x", {"b": 1}]})


def test_absent_entries_are_left_out():
    assert plain_map({"a": PropertyValue(None), "b": PropertyValue("x")}) == {"b": "x"}


def test_extension_fields_of_schemas_change_their_spelling_both_ways():
    wire = {"x_kubernetes_preserve_unknown_fields": PropertyValue(True)}
    assert plain_map({"schema": PropertyValue(wire)}) == {
        "schema": {"x-kubernetes-preserve-unknown-fields": True}
    }
    back = properties({"schema": {"x-kubernetes-preserve-unknown-fields": True}}, {})
    assert list(back["schema"].value) == ["x_kubernetes_preserve_unknown_fields"]


def test_files_have_no_place_in_an_object():
    with pytest.raises(ValueError, match="a FileAsset has no place in a Kubernetes object"):
        plain(PropertyValue(FileAsset("/tmp/x")))


def test_the_contents_of_a_secret_are_secret_whatever_the_inputs_were():
    state = properties(
        {"kind": "Secret", "data": {"password": "eA=="}, "metadata": {"name": "a"}}, {}
    )
    assert value_of(state, "data", "password") == ("eA==", True)
    assert value_of(state, "metadata", "name") == ("a", False)


def test_secretness_follows_the_inputs_to_the_same_field_and_no_further():
    like = {
        "spec": PropertyValue(
            {"token": PropertyValue("hush", is_secret=True), "size": PropertyValue(1.0)}
        )
    }
    state = properties({"spec": {"token": "hush", "size": 1, "node": "n1"}}, like)
    assert value_of(state, "spec", "token") == ("hush", True)
    assert value_of(state, "spec", "size") == (1, False)
    assert value_of(state, "spec", "node") == ("n1", False)


def test_a_list_with_a_secret_in_it_is_secret_as_a_whole():
    like = {"env": PropertyValue([PropertyValue({"v": PropertyValue("hush", is_secret=True)})])}
    state = properties({"env": [{"v": "other"}, {"v": "hush"}]}, like)
    assert value_of(state, "env", 1, "v") == ("hush", True)


def test_a_secret_map_stays_secret_as_a_whole():
    like = {"data": PropertyValue({"a": PropertyValue("hush")}, is_secret=True)}
    assert properties({"data": {"a": "hush", "b": "x"}}, like)["data"].is_secret


def test_messages_lose_the_secrets_that_a_server_quoted():
    like = {
        "data": PropertyValue({"a": PropertyValue("hush-hush")}, is_secret=True),
        "short": PropertyValue("x", is_secret=True),
        "name": PropertyValue("web"),
    }
    text = 'Invalid value: "hush-hush": expected web'
    assert hide_secrets(text, like) == 'Invalid value: "(hidden)": expected web'
