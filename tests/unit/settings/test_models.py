"""Defaults, documentation and speed of the settings models."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from blueprints.settings import WordpressSettings, load, stackfile
from blueprints.settings.base import NotKnown, known
from blueprints.settings.drafts import draft
from blueprints.settings.shape import branches, entry_of, keys_by_name, model_of
from tests.unit.settings.examples import VALID, loaded

PROJECT = Path(__file__).resolve().parents[3]


def test_the_defaults_are_the_numbers_of_the_best_practice():
    """S2-27, S2-28, S2-30, S2-31, S2-45, S2-46."""
    settings = loaded()
    assert settings.namespace == "wordpress"
    assert (settings.service.name, settings.service.port) == ("sp-svc", 80)
    assert settings.service.external_traffic_policy == "Local"
    assert settings.scaling.model_dump(include={"type", "cpu", "min", "max"}) == {
        "type": "hpa",
        "cpu": 60,
        "min": 22,
        "max": 100,
    }
    assert settings.placement.model_dump() == {"type": "ecs_first", "max_on_ecs": 22}
    assert loaded({"scaling": {"type": "fixed"}}).scaling.model_dump() == {
        "type": "fixed",
        "replicas": 22,
    }
    assert settings.resources.limits.model_dump() == {"cpu": "500m", "memory": "1Gi"}
    assert settings.resources.requests is None
    assert (settings.database.name, settings.database.account) == ("wordpress", "wordpress")
    assert settings.image == "wordpress:6.8.3-php8.3-apache"
    assert settings.container_port > 1024


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        loaded().namespace = "other"


@pytest.mark.parametrize("stack", ["wordpress-dev", "wordpress-prod"])
def test_the_stacks_of_the_project_are_valid(stack):
    file = stackfile.read(PROJECT, stack)
    assert load(file.settings_json, stack=stack).blueprint == "wordpress"


def _all_models(model, seen):
    if model in seen:
        return seen
    seen.add(model)
    for field in model.model_fields.values():
        inner = entry_of(field.annotation) or field.annotation
        one = model_of(inner, None)
        for part in (one,) if one else branches(inner).values():
            _all_models(part, seen)
    return seen


def test_every_field_is_described_with_its_default():
    """The reference page is made of the descriptions."""
    models = _all_models(WordpressSettings, set())
    assert len(models) >= 25
    for model in models:
        assert model.__doc__
        for name, field in model.model_fields.items():
            where = f"{model.__name__}.{name}"
            if name == "type":
                continue  # the tag of a branch: its value says it
            assert field.description, where
            assert field.description.endswith("."), where
            structured = model_of(field.annotation, None) or branches(field.annotation)
            if not field.is_required() and not structured:
                assert "Default: " in field.description, where


def test_the_default_that_is_described_is_the_one_that_is_taken():
    told = 0
    for model in _all_models(WordpressSettings, set()):
        for name, field in model.model_fields.items():
            default = field.default
            if isinstance(default, bool):
                default = str(default).lower()
            if isinstance(default, (str, int)) and default != "":
                described = (field.description or "").split("Default: ")[-1]
                assert str(default) in described, f"{model.__name__}.{name}"
                told += 1
    assert told >= 30


def test_every_required_field_has_an_example_or_choices():
    """A missing value is answered with what to write."""
    for model in _all_models(WordpressSettings, set()):
        for name, field in model.model_fields.items():
            inner = entry_of(field.annotation) or field.annotation
            written = model_of(inner, None) or branches(inner)
            if field.is_required() and not written and not _is_literal(field.annotation):
                assert field.examples, f"{model.__name__}.{name}"


def _is_literal(annotation):
    return "Literal" in str(annotation)


def test_keys_are_known_by_path():
    keys = dict(keys_by_name(WordpressSettings))
    assert keys["vpc_cidr"] == "network.vpc_cidr"
    assert keys["zone_id"] == "network.zones[].zone_id"
    assert keys["max_on_ecs"] == "placement.max_on_ecs"
    assert keys["instance_id"] == "cache.instance_id"


def test_settings_load_without_pulumi():
    """`ackb check` must answer in about a second."""
    code = (
        "import sys, blueprints.settings, blueprints.settings.stackfile; "
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('pulumi', 'pulumi_alicloud', 'pulumi_kubernetes', 'grpc', 'kubernetes')])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    assert found.stdout.strip() == "[]"


def test_a_draft_tells_what_was_left_out():
    refused = {("network", "vpc_cidr"), ("network", "zones", 0, "node_cidr"), ("tags", "owner")}
    made = draft(WordpressSettings, {**VALID, "cluster": {}}, refused)
    assert made.network.zones[0].zone_id == "cn-hangzhou-h"
    assert made.network.zones[1].node_cidr == "10.0.16.0/20"
    assert made.cluster.version == "1.36"
    assert known(made.network, "vpc_cidr") is None
    for part, field in ((made.network, "vpc_cidr"), (made.network.zones[0], "node_cidr")):
        with pytest.raises(NotKnown, match=field):
            getattr(part, field)
    with pytest.raises(NotKnown, match="tags"):
        made.tags  # noqa: B018 - reading it is the point


def test_a_misspelt_attribute_is_a_mistake_of_the_code():
    with pytest.raises(AttributeError) as error:
        loaded().network.vpc_cdir  # noqa: B018 - reading it is the point
    assert not isinstance(error.value, NotKnown)
