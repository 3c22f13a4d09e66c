"""The picture of two tiers in two namespaces, with alarms and an access list."""

from __future__ import annotations

import pytest

from ackb.picture.extract import architecture
from ackb.picture.layout import arrange
from ackb.picture.model import Architecture
from ackb.planning import plan_stack
from blueprints.settings import load
from blueprints.settings.stackfile import read
from tests.unit.blueprints.test_existing import ROOT
from tests.unit.picture.geometry_checks import faults

STACK = "colocation-dev"


@pytest.fixture(scope="module")
def shown() -> Architecture:
    settings = load(read(ROOT, STACK).settings_json, stack=STACK)
    return architecture(STACK, plan_stack(ROOT, STACK).resources, settings)


def test_workloads_of_several_namespaces_tell_theirs_and_their_class(shown: Architecture) -> None:
    """S3-03, S3-10."""
    told = {one.kind: one.facts[:2] for one in shown.workloads}
    assert told == {
        "StatefulSet": ("namespace online, Guaranteed", "StatefulSet, 1 pod"),
        "Job": ("namespace offline, BestEffort", "Job, 6 pods"),
    }


def test_the_way_in_and_the_alarms_are_drawn(shown: Architecture) -> None:
    """S3-21, S3-27."""
    assert shown.entry is not None
    assert shown.entry.facts == ("CLB, internet", "with an access list")
    assert ("colocation-dev-alarms", "CloudMonitor contacts, 2 alarm rules") in shown.regional
    assert faults(arrange(shown)) == []
