import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain.unknown import UNKNOWN
from sandbox.providers.kubernetes.diffing import (
    Change,
    Difference,
    Mutability,
    differences,
    must_delete_first,
    parsed_path,
)
from sandbox.providers.kubernetes.kinds import Kind

from .test_projection import objects

KINDS = {
    "ConfigMap": Kind("", "v1", "ConfigMap"),
    "Secret": Kind("", "v1", "Secret"),
    "Service": Kind("", "v1", "Service"),
    "Pod": Kind("", "v1", "Pod"),
    "Claim": Kind("", "v1", "PersistentVolumeClaim"),
    "Deployment": Kind("apps", "v1", "Deployment"),
    "StatefulSet": Kind("apps", "v1", "StatefulSet"),
    "Job": Kind("batch", "v1", "Job"),
    "Hpa": Kind("autoscaling", "v2", "HorizontalPodAutoscaler"),
    "Pdb": Kind("policy", "v1", "PodDisruptionBudget"),
}
NAMED = {"name": "web", "namespace": "blue"}


def diff(kind, old, new, *, live=None, ignored=(), mutability=None):
    """Compare; the live object is the old declaration unless said otherwise."""
    old, new = {"metadata": NAMED} | old, {"metadata": NAMED} | new
    live = {"metadata": NAMED} | (live if live is not None else old)
    return differences(
        KINDS[kind],
        live,
        old,
        new,
        ignored=list(ignored),
        mutability=mutability or Mutability(),
    )


def summary(found):
    return {one.shown_path: (one.change.value, one.replaces) for one in found}


@given(objects)
def test_equal_inputs_are_no_difference(body):
    assert diff("Deployment", {"spec": body}, {"spec": body}) == []


@given(objects, objects)
def test_no_difference_is_overlooked_and_none_is_told_twice(old, new):
    found = diff("Hpa", {"spec": old}, {"spec": new})
    paths = [one.path for one in found]
    assert len(set(paths)) == len(paths)
    # As text, because True == 1 in Python.
    assert bool(found) == (json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True))


@pytest.mark.parametrize("zero", [0, False, "", [], {}])
def test_a_declared_nothing_is_not_the_same_as_no_declaration(zero):
    """Zero replicas are not the default, and no token mounted is not the default either."""
    assert summary(diff("Deployment", {"spec": {}}, {"spec": {"x": zero}})) == {
        "spec.x": ("add", False)
    }
    assert summary(diff("Deployment", {"spec": {"x": zero}}, {"spec": {}})) == {
        "spec.x": ("delete", False)
    }


def test_added_changed_and_deleted_fields_are_told_by_path():
    found = diff(
        "ConfigMap",
        {"data": {"gone": "1", "app.conf": "a"}, "x": [{"y": 1}, {"y": 2}]},
        {"data": {"app.conf": "b", "new": "3"}, "x": [{"y": 9}]},
        mutability=Mutability(config_maps=True),
    )
    assert summary(found) == {
        "data.gone": ("delete", False),
        'data["app.conf"]': ("update", False),
        "data.new": ("add", False),
        "x[0].y": ("update", False),
        "x[1]": ("delete", False),
    }


def test_bounds_of_an_autoscaler_are_changed_in_place():
    found = diff("Hpa", {"spec": {"maxReplicas": 100}}, {"spec": {"maxReplicas": 150}})
    assert summary(found) == {"spec.maxReplicas": ("update", False)}


def test_a_disruption_budget_is_changed_in_place():
    found = diff("Pdb", {"spec": {"minAvailable": 1}}, {"spec": {"minAvailable": "50%"}})
    assert summary(found) == {"spec.minAvailable": ("update", False)}


@pytest.mark.parametrize(
    ("kind", "old", "new", "path"),
    [
        (
            "Deployment",
            {"spec": {"selector": {"matchLabels": {"app": "a"}}}},
            {"spec": {"selector": {"matchLabels": {"app": "b"}}}},
            "spec.selector.matchLabels.app",
        ),
        ("StatefulSet", {"spec": {"serviceName": "a"}}, {"spec": {"serviceName": "b"}}, None),
        ("Service", {"spec": {"clusterIP": "None"}}, {"spec": {"clusterIP": "10.0.0.9"}}, None),
        ("Claim", {"spec": {"storageClassName": "a"}}, {"spec": {"storageClassName": "b"}}, None),
        ("Job", {"spec": {"template": {"x": 1}}}, {"spec": {"template": {"x": 2}}}, None),
        (
            "Pod",
            {"spec": {"containers": [{"image": "a"}]}},
            {"spec": {"containers": [{"image": "b"}]}},
            "spec.containers[0].image",
        ),
        ("ConfigMap", {"data": {"a": "1"}}, {"data": {"a": "2"}}, "data.a"),
        ("Secret", {"stringData": {"a": "1"}}, {"stringData": {"a": "2"}}, None),
        ("Secret", {"type": "Opaque"}, {"type": "kubernetes.io/tls"}, "type"),
    ],
)
def test_fields_that_cannot_change_replace_the_object(kind, old, new, path):
    (found,) = diff(kind, old, new)
    assert found.replaces
    assert path in (None, found.shown_path)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("Deployment", {"spec": {"replicas": 1}}, {"spec": {"replicas": 2}}),
        ("Service", {"spec": {"ports": [{"port": 80}]}}, {"spec": {"ports": [{"port": 81}]}}),
        (
            "Claim",
            {"spec": {"resources": {"requests": {"storage": "20Gi"}}}},
            {"spec": {"resources": {"requests": {"storage": "40Gi"}}}},
        ),
        ("ConfigMap", {"metadata": NAMED | {"labels": {"a": "1"}}}, {}),
    ],
)
def test_other_fields_do_not(kind, old, new):
    (found,) = diff(kind, old, new)
    assert not found.replaces


def test_contents_may_be_changed_in_place_where_the_provider_allows_it():
    old, new = {"data": {"a": "1"}}, {"data": {"a": "2"}}
    may = Mutability(config_maps=True, secrets=True)
    for kind in ("ConfigMap", "Secret"):
        assert summary(diff(kind, old, new, mutability=may)) == {"data.a": ("update", False)}
        # The server refuses to change an immutable one.
        found = diff(kind, old, new | {"immutable": True}, mutability=may)
        assert summary(found)["data.a"] == ("update", True)


def test_a_new_name_or_namespace_replaces():
    (found,) = diff("ConfigMap", {}, {"metadata": NAMED | {"name": "other"}})
    assert summary([found]) == {"metadata.name": ("update", True)}
    (found,) = diff("ConfigMap", {}, {"metadata": {"name": "web"}})
    assert summary([found]) == {"metadata.namespace": ("update", True)}


def test_an_adopted_field_above_an_unchangeable_one_replaces_only_if_it_reaches_it():
    with_selector = {"spec": {"selector": {"matchLabels": {"a": "b"}}}}
    assert diff("Deployment", {}, with_selector)[0].replaces
    assert not diff("Deployment", {}, {"spec": {"replicas": 3}})[0].replaces


def test_unknown_values_are_changes_and_replace_where_the_field_does():
    (found,) = diff("Deployment", {"spec": {"replicas": 1}}, {"spec": {"replicas": UNKNOWN}})
    assert (found.change, found.replaces) == (Change.UPDATE, False)
    (found,) = diff("Service", {"spec": {"clusterIP": "x"}}, {"spec": {"clusterIP": UNKNOWN}})
    assert found.replaces
    (found,) = diff("Deployment", {"spec": {"selector": {"a": "b"}}}, {"spec": UNKNOWN})
    assert not found.replaces


def test_another_spelling_of_a_quantity_is_no_change():
    def resources(cpu):
        return {"spec": {"resources": {"requests": {"cpu": cpu}}}}

    assert diff("Deployment", resources("1000m"), resources("1")) == []
    assert len(diff("Deployment", resources("1000m"), resources("2"))) == 1


def test_drift_in_the_cluster_is_a_change_and_what_others_own_is_not():
    declared = {"spec": {"template": {"image": "a"}}}
    live = {"spec": {"template": {"image": "b"}, "replicas": 37}}
    assert summary(diff("Deployment", declared, declared, live=live)) == {
        "spec.template.image": ("update", False)
    }


def test_ignored_paths_do_not_count():
    old, new = (
        {"spec": {"replicas": 1, "x": [{"y": 1}]}},
        {"spec": {"replicas": 2, "x": [{"y": 2}]}},
    )
    assert summary(diff("Deployment", old, new, ignored=["spec.replicas"])) == {
        "spec.x[0].y": ("update", False)
    }
    assert diff("Deployment", old, new, ignored=["spec.replicas", "spec.x[*].y"]) == []
    assert diff("Deployment", old, new, ignored=["spec"]) == []


def test_objects_without_a_namespace_are_compared_without_one():
    live = {"metadata": {"name": "web"}}
    new = {"metadata": {"name": "web", "namespace": "default"}}
    found = differences(
        Kind("example.com", "v1", "Thing"), live, new, new, ignored=[], mutability=Mutability()
    )
    assert found == []


def test_the_old_object_goes_first_only_if_the_new_one_needs_its_name():
    old, new = {"data": {"a": "1"}}, {"data": {"a": "2"}, "metadata": NAMED}
    assert must_delete_first(diff("ConfigMap", old, new), new)
    autonamed = new | {"metadata": NAMED | {"annotations": {"pulumi.com/autonamed": "true"}}}
    assert not must_delete_first(diff("ConfigMap", old, new), autonamed)
    moved = {"data": {"a": "1"}, "metadata": NAMED | {"name": "other"}}
    assert not must_delete_first(diff("ConfigMap", old, moved), moved)
    assert not must_delete_first(diff("Hpa", {"spec": {"a": 1}}, {"spec": {"a": 2}}), new)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("spec.replicas", ("spec", "replicas")),
        ("spec.ports[0].port", ("spec", "ports", 0, "port")),
        ("spec.containers[*].image", ("spec", "containers", "*", "image")),
        ('metadata.annotations["a.b/c"]', ("metadata", "annotations", "a.b/c")),
        ('data["say \\"hi\\""]', ("data", 'say "hi"')),
    ],
)
def test_paths_are_read_as_the_engine_writes_them(text, path):
    assert parsed_path(text) == path


@given(st.lists(st.text('a.b"[] -/', min_size=1) | st.integers(0, 9), min_size=1, max_size=4))
def test_a_shown_path_reads_back(steps):
    path = ("data", *steps)
    assert parsed_path(Difference(path, Change.ADD, False).shown_path) == path
