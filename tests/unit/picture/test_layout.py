"""Layouts of architecture pictures (S2-52): nothing overlaps, everything lies in what holds it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ackb.picture.geometry import Arrow, Line, Rect
from ackb.picture.layout import arrange
from tests.unit.picture.examples import ZONES, variants, wordpress
from tests.unit.picture.geometry_checks import faults


@pytest.mark.parametrize("name", variants())
def test_a_layout_has_no_faults(name):
    assert faults(arrange(variants()[name])) == []


def test_the_checks_see_what_is_wrong():
    sheet = arrange(wordpress())
    entry, users = sheet.box("entry"), sheet.box("users")
    moved = replace(entry, rect=Rect(users.rect.x, users.rect.y, 1, 1))
    over = replace(sheet, boxes=(*(box for box in sheet.boxes if box is not entry), moved))
    found = faults(over)
    assert any("entry overlaps users" in one or "users overlaps entry" in one for one in found)
    assert "entry is not inside vpc" in found
    assert any("runs out of entry" in one for one in found)

    through = Arrow("data", ((0.0, users.rect.middle[1]), (5.0, users.rect.middle[1])))
    assert any("crosses users" in one for one in faults(replace(sheet, arrows=(through,))))

    label = Line("on top", users.rect.x + 0.1, users.rect.middle[1], 8)
    labelled = replace(through, points=((0.0, 0.0), (0.1, 0.0)), label=(label,))
    assert "label 'on top' lies on users" in faults(replace(sheet, arrows=(labelled,)))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_there_is_a_column_for_each_zone_from_left_to_right(count):
    sheet = arrange(wordpress(ZONES[:count]))
    columns = [sheet.box(f"zone:{zone}").rect for zone in ZONES[:count]]
    assert [rect.x for rect in columns] == sorted(rect.x for rect in columns)
    assert len({(rect.y, rect.height, rect.width) for rect in columns}) == 1


def test_a_vswitch_stands_in_the_column_of_its_zone():
    sheet = arrange(wordpress(ZONES[:3]))
    for zone in ZONES[:3]:
        cell = sheet.box(f"pool:base:nodes-{zone[-1]}")
        assert sheet.box(f"zone:{zone}").rect.contains(cell.rect)


def test_nodes_are_shared_out_over_the_zones():
    """Seven nodes over three zones are drawn as 3, 2 and 2."""
    architecture = wordpress(ZONES[:3])
    pool = replace(architecture.pools[0], nodes=7)
    sheet = arrange(replace(architecture, pools=(pool,)))
    drawn = [sheet.box(f"pool:base:nodes-{zone[-1]}").marks for zone in ZONES[:3]]
    assert drawn == [3, 2, 2]


def test_pods_reach_the_virtual_node_only_where_there_is_one():
    kinds = [arrow.kind for arrow in arrange(wordpress()).arrows]
    assert kinds.count("overflow") == 1
    without = replace(wordpress(), virtual_node=None)
    assert "overflow" not in [arrow.kind for arrow in arrange(without).arrows]


def test_a_vswitch_that_nothing_uses_is_drawn_too():
    architecture = variants()["own pod addresses"]
    assert arrange(architecture).box("spare:spare").lines[1].text == "10.9.0.0/24"


def test_the_sandbox_says_that_it_is_simulated_and_the_real_cloud_does_not():
    badge = arrange(wordpress()).box("badge").lines[0].text
    assert "simulated" in badge
    real = arrange(replace(wordpress(), simulated=False))
    assert "badge" not in {box.key for box in real.boxes}


def test_the_legend_explains_only_what_is_drawn():
    words = {entry.line.text for entry in arrange(variants()["network only"]).legend}
    assert words == {"region", "VPC", "zone", "vSwitch"}
    full = {entry.line.text for entry in arrange(wordpress()).legend}
    assert {"ECS nodes", "virtual node (ECI)", "traffic of users", "overflow to ECI"} <= full
