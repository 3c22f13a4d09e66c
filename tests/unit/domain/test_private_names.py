"""Names of private zones (S1-20)."""

import pytest

from ackb.domain import private_names


@pytest.mark.parametrize("name", ["class.private", "a.b", "x1.school.example.com", "a" * 63 + ".b"])
def test_names_of_zones(name: str) -> None:
    assert private_names.check_zone(name) is None


@pytest.mark.parametrize(
    "name",
    ["", "internal", "Class.internal", "class..internal", ".internal", "a_b.c", "a" * 64 + ".b"],
)
def test_what_is_no_zone(name: str) -> None:
    broken = private_names.check_zone(name)
    assert broken is not None
    assert broken.rule.startswith("be two or more labels")


def test_the_longest_name_of_dns() -> None:
    labels = ".".join(["a" * 63] * 3)
    assert private_names.check_zone(f"{labels}.{'a' * 61}") is None
    assert private_names.check_zone(f"{labels}.{'a' * 62}") is not None


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("aliyuncs.com", "aliyuncs.com"),
        ("vpc.aliyuncs.com", "aliyuncs.com"),
        ("cluster.local", "cluster.local"),
        ("svc.cluster.local", "cluster.local"),
    ],
)
def test_a_zone_hides_nothing_that_is_needed(name: str, hidden: str) -> None:
    broken = private_names.check_zone(name)
    assert broken is not None
    assert f"({hidden})" in broken.rule


@pytest.mark.parametrize("name", ["myaliyuncs.com", "cluster.local.example.com"])
def test_a_name_that_only_looks_alike(name: str) -> None:
    assert private_names.check_zone(name) is None


@pytest.mark.parametrize(("host", "full"), [("www", "www.b.c"), ("a.b", "a.b.b.c"), ("@", "b.c")])
def test_names_below_a_zone(host: str, full: str) -> None:
    assert private_names.check_host(host) is None
    assert private_names.full_name(host, "b.c") == full


@pytest.mark.parametrize("host", ["", "*", "a_b", "-a", "a..b", "WWW"])
def test_what_is_no_name_below_a_zone(host: str) -> None:
    assert private_names.check_host(host) is not None
