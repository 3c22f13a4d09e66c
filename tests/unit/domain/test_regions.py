import re

import pytest

from ackb.domain import regions


def test_zones_belong_to_their_region():
    assert len(regions.regions()) == 26
    for region in regions.regions().values():
        assert region.zones
        for zone in region.zones:
            assert re.fullmatch(rf"{region.id}-?[a-z]", zone)
        assert set(region.eci_zones or ()) <= set(region.zones)
        assert set(region.eci_recommended) <= set(region.eci_zones or ())


def test_mainland_china():
    known = regions.regions()
    assert known["cn-hangzhou"].mainland_china
    assert not known["cn-hongkong"].mainland_china
    assert not known["ap-southeast-1"].mainland_china


@pytest.mark.parametrize(
    ("region", "want"),
    [
        ("cn-hangzhou", None),
        ("cn-hangzou", ("be one of the 26 known regions", "write 'cn-hangzhou'")),
        ("hangzhou", ("be one of the 26 known regions", "write 'cn-hangzhou'")),
        ("cn-hangzhou-h", ("be a region, not a zone", "write 'cn-hangzhou'")),
    ],
)
def test_a_region_is_known_or_near_ones_are_named(region, want):
    broken = regions.check_region(region)
    assert (broken and (broken.rule, broken.fix)) == want


def test_a_region_like_no_other_gets_the_whole_list():
    broken = regions.check_region("mars")
    assert broken is not None
    assert broken.fix.startswith("choose one of ap-northeast-1, ap-northeast-2, ")
    assert broken.fix.count(",") == 25


def test_a_zone_that_is_nearly_right_gets_the_nearest():
    broken = regions.check_zone("cn-hongkon-c", "cn-hongkong")
    assert broken is not None
    assert broken.fix == (
        "write 'cn-hongkong-c', or one of cn-hongkong-b, cn-hongkong-c, cn-hongkong-d"
    )


def test_a_zone_that_is_not_there_gets_the_list():
    broken = regions.check_zone("cn-hongkong-e", "cn-hongkong")
    assert broken is not None
    assert broken.fix == "choose one of cn-hongkong-b, cn-hongkong-c, cn-hongkong-d"


def test_a_zone_of_another_region_is_refused():
    broken = regions.check_zone("cn-hongkong-b", "cn-shenzhen")
    assert broken is not None
    assert broken.rule == "be a zone of cn-shenzhen"
    assert broken.fix == (
        "choose one of cn-shenzhen-a, cn-shenzhen-b, cn-shenzhen-c, "
        "cn-shenzhen-d, cn-shenzhen-e, cn-shenzhen-f"
    )


def test_a_zone_without_eci_is_fine_until_eci_is_asked_for():
    assert regions.check_zone("cn-hangzhou-k", "cn-hangzhou") is None
    broken = regions.check_zone("cn-hangzhou-k", "cn-hangzhou", eci=True)
    assert broken is not None
    assert broken.rule == "be a zone that sells ECI, since the peak load runs there"
    assert broken.fix == "choose one of cn-hangzhou-h, cn-hangzhou-i, cn-hangzhou-j"


def test_a_region_whose_eci_zones_are_not_known_is_not_refused():
    assert regions.regions()["us-west-1"].eci_zones is None
    assert regions.check_zone("us-west-1a", "us-west-1", eci=True) is None
