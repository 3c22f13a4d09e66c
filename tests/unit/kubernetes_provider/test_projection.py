import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.providers.kubernetes.projection import projected

names = st.text("abcdef", min_size=1, max_size=3)
scalars = st.one_of(st.text(max_size=4), st.integers(-5, 5), st.booleans())
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)
objects = st.dictionaries(names, values, max_size=4)


@given(objects)
def test_nothing_has_drifted_when_the_server_returns_what_was_declared(declared):
    assert projected(declared, declared) == declared


@given(objects, objects)
def test_what_others_added_does_not_count(declared, added):
    live = {f"their-{key}": value for key, value in added.items()} | declared
    assert projected(live, declared) == declared


@given(objects, objects)
def test_only_declared_fields_are_left(live, declared):
    assert set(projected(live, declared)) <= set(declared)


def test_defaults_inside_lists_do_not_count():
    declared = {"spec": {"ports": [{"port": 80}]}}
    live = {"spec": {"ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}], "type": "x"}}
    assert projected(live, declared) == declared


def test_a_changed_value_is_taken_from_the_cluster():
    assert projected({"spec": {"replicas": 5}}, {"spec": {"replicas": 3}}) == {
        "spec": {"replicas": 5}
    }


def test_a_removed_value_is_missing():
    assert projected({"data": {"a": "1"}}, {"data": {"a": "1", "b": "2"}}) == {"data": {"a": "1"}}


@pytest.mark.parametrize("zero", ["", 0, False, [], {}, {"a": {}}])
def test_values_that_the_server_drops_are_not_missing(zero):
    assert projected({}, {"field": zero}) == {"field": zero}


@pytest.mark.parametrize(
    ("declared", "live"), [("1000m", "1"), (1, "1"), ("1024Mi", "1Gi"), ("0.5", "500m")]
)
def test_quantities_keep_the_spelling_of_the_program(declared, live):
    def container(value):
        return {"spec": {"containers": [{"name": "a", "resources": {"limits": {"cpu": value}}}]}}

    assert projected(container(live), container(declared)) == container(declared)


def test_free_text_is_compared_as_it_is():
    declared = {"data": {"limits": "1000m", "sizeLimit": "1Gi"}}
    live = {"data": {"limits": "1", "sizeLimit": "1024Mi"}}
    assert projected(live, declared) == live


def test_what_was_there_and_is_missing_now_was_removed_even_if_it_was_nothing():
    declared = {"spec": {"automountServiceAccountToken": False, "paused": False}}
    seen = {"spec": {"automountServiceAccountToken": False}}
    live = {"spec": {}}
    assert projected(live, declared, before=seen) == {"spec": {"paused": False}}


def test_so_it_is_inside_lists():
    declared = {"containers": [{"name": "web", "stdin": False, "tty": False}]}
    seen = {"containers": [{"name": "proxy"}, {"name": "web", "tty": False}]}
    live = {"containers": [{"name": "web"}]}
    assert projected(live, declared, before=seen) == {
        "containers": [{"name": "web", "stdin": False}]
    }


def test_named_elements_are_found_whoever_added_others_before_them():
    declared = {"containers": [{"name": "web", "image": "a"}]}
    live = {"containers": [{"name": "proxy", "image": "p"}, {"name": "web", "image": "b"}]}
    assert projected(live, declared) == {"containers": [{"name": "web", "image": "b"}]}


def test_the_readable_data_of_a_secret_is_compared_with_what_the_server_keeps():
    declared = {"kind": "Secret", "stringData": {"user": "wp", "gone": "x"}}
    live = {"kind": "Secret", "data": {"user": base64.b64encode(b"other").decode()}}
    assert projected(live, declared) == {"kind": "Secret", "stringData": {"user": "other"}}


def test_true_is_not_one():
    assert projected({"a": True}, {"a": 1}) == {"a": True}
