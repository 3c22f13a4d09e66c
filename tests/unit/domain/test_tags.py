import pytest

from ackb.domain import tags
from ackb.domain.problems import Broken
from ackb.domain.tags import Tag

GOOD = {"owner": "web", "env": "dev", "tier": "online", "cost-center": "shop"}


def test_the_required_vocabulary():
    assert {"owner", "env", "tier", "cost-center"} == tags.REQUIRED
    assert tags.check(GOOD) == []
    assert tags.missing(GOOD) == []


def test_merging_gives_a_new_sorted_dict_and_later_layers_win():
    first, second = {"owner": "a", "x": "1"}, {"owner": "b"}
    together = tags.merged(first, second)
    assert list(together.items()) == [("owner", "b"), ("x", "1")]
    assert first == {"owner": "a", "x": "1"}
    assert tags.merged() == {}


def test_missing_empty_and_misspelt_tags_are_named():
    given = {"owner": " ", "env": "dev", "teir": "online", "cost-center": "shop"}
    must = "be given, since cost and ownership reports need it"
    assert tags.check(given) == [
        ("owner", Broken(must, "give 'owner' a value")),
        ("tier", Broken(must, "rename 'teir' to 'tier'")),
    ]


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("k" * 65, "v", "have a key of 1 to 64 characters"),
        ("k", "v" * 129, "have a value of at most 128 characters"),
        (
            "acs:x",
            "v",
            "have a key that does not start with aliyun, acs:, ackb:, which are reserved",
        ),
        (
            "ackb:urn",
            "v",
            "have a key that does not start with aliyun, acs:, ackb:, which are reserved",
        ),
        (
            "Aliyun-x",
            "v",
            "have a key that does not start with aliyun, acs:, ackb:, which are reserved",
        ),
        ("k", "see https://x", "not hold http:// or https://"),
        ("", "v", "have a key of 1 to 64 characters"),
    ],
)
def test_the_limits_of_one_tag(key, value, rule):
    assert [(at, one.rule) for at, one in tags.check({**GOOD, key: value})] == [(key, rule)]


def test_tags_at_their_limits_are_fine():
    assert tags.check({**GOOD, "k" * 64: "v" * 128, "empty": ""}) == []


def test_one_of_twenty_tags_is_kept_for_the_urn():
    def many(count):
        return {**GOOD, **{f"k{index}": "v" for index in range(count - len(GOOD))}}

    assert tags.check(many(19)) == []
    assert tags.check(many(20)) == [
        ("", Broken("be at most 19 tags (one of 20 is kept for ackb:urn)", "remove 1 of the 20"))
    ]


def test_keys_are_plain_text_for_the_cloud():
    assert f"{Tag.COST_CENTER}" == "cost-center"
    assert {Tag.OWNER: 1} == {"owner": 1}
