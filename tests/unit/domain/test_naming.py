import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain import naming

KINDS = st.sampled_from(naming.kinds())
PARTS = st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=4).filter(
    lambda parts: any(part.strip() for part in parts)
)


@given(KINDS, PARTS)
def test_every_physical_name_keeps_the_rule_of_its_kind(kind, parts):
    name = naming.physical(kind, *parts)
    rule = naming.rule(kind)
    assert rule.min <= len(name) <= rule.max
    assert set(name) <= set(rule.allowed)
    assert name[0].isalpha() if rule.start == "letter" else name[0].isalnum()
    assert rule.end == "any" or name[-1].isalnum()
    assert naming.check(kind, name) is None


@given(KINDS, PARTS, PARTS)
def test_different_names_stay_different_after_shortening(kind, one, other):
    joint = naming.rule(kind).joint
    same = joint.join(one) == joint.join(other)
    assert (naming.physical(kind, *one) == naming.physical(kind, *other)) is same


@pytest.mark.parametrize("kind", naming.kinds())
def test_names_that_differ_only_behind_the_limit_stay_different(kind):
    limit = naming.rule(kind).max
    names = {naming.physical(kind, "a" * limit + end) for end in ("", "x", "y")}
    assert len(names) == 3


@pytest.mark.parametrize("kind", naming.kinds())
def test_a_name_at_the_limit_is_kept_and_one_beyond_is_not(kind):
    limit = naming.rule(kind).max
    assert naming.physical(kind, "a" * limit) == "a" * limit
    longer = naming.physical(kind, "a" * (limit + 1))
    assert len(longer) == limit
    assert longer[: limit - 11] == "a" * (limit - 11)


@given(KINDS, PARTS)
def test_a_valid_name_is_not_changed_again(kind, parts):
    name = naming.physical(kind, *parts)
    assert naming.physical(kind, name) == name


def test_good_names_are_readable():
    assert naming.physical("vpc", "wordpress-dev", "vpc") == "wordpress-dev-vpc"
    assert naming.physical("rds_account", "word", "press") == "word_press"


def test_other_scripts_and_case_leave_a_readable_start():
    assert naming.physical("namespace", "Ünï Shop").startswith("uni-shop-")
    assert naming.physical("cluster", "主机").startswith("x-")


def test_a_name_needs_something_to_name():
    with pytest.raises(ValueError, match="at least one part that is not empty"):
        naming.physical("vpc", "", " ")


def test_an_unknown_kind_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        naming.rule("nope")


@pytest.mark.parametrize(
    ("kind", "name", "rule", "fix"),
    [
        (
            "cluster",
            "a" * 64,
            "have 1 to 63 characters of letters, digits and -, start with a letter, end with a "
            "letter or digit",
            f"write '{'a' * 63}', for example",
        ),
        (
            "namespace",
            "Word Press",
            "have 1 to 63 characters of lower-case letters, digits and -, start with a letter or "
            "digit, end with a letter or digit",
            "write 'word-press', for example",
        ),
        (
            "rds_account",
            "1",
            "have 2 to 32 characters of lower-case letters, digits and _, start with a letter, "
            "end with a letter or digit",
            "choose another name",
        ),
        (
            "node_pool",
            "主机",
            "have 1 to 63 characters of letters, digits and -, start with a letter, end with a "
            "letter or digit",
            "choose another name",
        ),
    ],
)
def test_a_bad_name_is_told_its_rule(kind, name, rule, fix):
    broken = naming.check(kind, name)
    assert broken is not None
    assert (broken.rule, broken.fix) == (rule, fix)


@pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a b", "a" * 64])
def test_labels_of_kubernetes(name):
    assert naming.check("dns_label", name) is not None


def test_a_short_urn_is_its_own_tag():
    urn = "urn:pulumi:wordpress-dev::ackb::alicloud:vpc/network:Network::net-vpc"
    assert naming.urn_tag(urn) == urn


@given(st.text(min_size=100, max_size=400), st.text(min_size=100, max_size=400))
def test_urn_tags_fit_and_stay_apart(one, other):
    assert len(naming.urn_tag(one)) <= 128
    assert (naming.urn_tag(one) == naming.urn_tag(other)) is (one == other)


def test_a_long_urn_keeps_the_end_that_names_the_resource():
    urn = "urn:pulumi:wordpress-dev::ackb::" + "ackb:x:Y$" * 20 + "alicloud:vpc/switch::net-a"
    tag = naming.urn_tag(urn)
    assert len(tag) == 128
    assert tag.endswith("alicloud:vpc/switch::net-a")
