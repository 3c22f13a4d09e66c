"""The picture of a stack on a network, a cluster and data stores that are there."""

from __future__ import annotations

import json

import pytest

from ackb import capacity, inventory
from ackb.picture.extract import architecture
from ackb.picture.layout import arrange
from ackb.planning import Plan
from blueprints.settings import load
from blueprints.settings.stackfile import read
from tests.unit.blueprints.test_existing import ALL, ROOT, plan
from tests.unit.picture.geometry_checks import faults


@pytest.fixture(scope="module")
def made() -> Plan:
    pool = {"name": "blog", "instance_types": ["ecs.c7.2xlarge"], "nodes": 1}
    return plan(**{**ALL, "node_pools": [pool]})


def test_what_exists_is_drawn_with_dashes_and_says_so(made: Plan) -> None:
    text = json.dumps({**json.loads(read(ROOT, "wordpress-dev").settings_json), **ALL})
    shown = architecture("blog-dev", made.resources, load(text, stack="blog-dev"))
    assert shown.vpc == "VPC vpc-bp1aaa (exists already)"
    assert shown.vpc_facts == (
        "RDS rm-bp1 (exists already)",
        "Redis r-bp1 (exists already)",
        "NAS 31a8e4 (exists already)",
    )
    assert {one.name: one.cidr for one in shown.switches} == dict.fromkeys(
        ("vsw-nodesh", "vsw-podsh", "vsw-nodesi"), "exists already"
    )
    assert shown.cluster is not None
    assert shown.cluster.facts[0] == "exists already"
    sheet = arrange(shown)
    assert faults(sheet) == []
    assert sheet.box("vpc").kind == "existing-vpc"
    assert sheet.box("control").kind == "existing-control"
    assert sheet.box("pool:blog:vsw-nodesh").kind == "existing-switch"
    assert sheet.box("pool:blog").kind == "pool", "the stack's own"


def test_what_others_use_too_is_not_judged_for_room(made: Plan) -> None:
    """Addresses of the vSwitches and entries of the route table are not the stack's alone."""
    found = inventory.read(made.resources)
    assert found.pools[0].switches == ("vsw-nodesh", "vsw-nodesi")
    assert capacity.assess(found, "cn-hangzhou").facts == ()
