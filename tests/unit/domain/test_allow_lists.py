import pytest

from ackb.domain import allow_lists


@pytest.mark.parametrize("entry", ["10.8.0.0/16", "10.8.0.1", "1.2.3.4/32", "128.0.0.0/1"])
def test_good_entries(entry):
    assert allow_lists.check_entry(entry) is None


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ("0.0.0.0/0", "not let in every address"),
        ("0.0.0.0", "not let in every address"),
        ("", "be an IPv4 address or range, not empty"),
        ("  ", "be an IPv4 address or range, not empty"),
        ("10.8.1.5/16", "have no bits set behind its prefix length of 16"),
        ("10.8.0.0/33", "be an IPv4 range such as 10.0.0.0/16"),
        ("example.com", "be an IPv4 address or range such as 10.8.0.0/16"),
        ("10.8.0", "be an IPv4 address or range such as 10.8.0.0/16"),
    ],
)
def test_bad_entries(entry, rule):
    """Bad input 40."""
    broken = allow_lists.check_entry(entry)
    assert broken is not None
    assert broken.rule == rule
