from datetime import date

import pytest

from ackb.domain import kubernetes_versions
from ackb.domain.kubernetes_versions import AS_OF, DEFAULT


def test_the_default_is_supported():
    assert kubernetes_versions.check(DEFAULT) is None
    assert DEFAULT == "1.36"
    assert [minor.version for minor in kubernetes_versions.supported()] == ["1.35", "1.36"]


@pytest.mark.parametrize("version", ["1.35", "1.36", "1.36.1-aliyun.1", "1.36.9-aliyun.12"])
def test_minors_and_full_versions_in_support(version):
    assert kubernetes_versions.check(version) is None


CHOICE = "choose one of 1.35 (until 2027-02-28), 1.36 (until 2027-05-30)"


@pytest.mark.parametrize(
    ("version", "rule"),
    [
        ("1.33", "be a Kubernetes version that ACK supports"),
        ("1.99", "be a Kubernetes version that ACK supports"),
        (
            "1.34.3-aliyun.1",
            "be a Kubernetes version that ACK supports (support of 1.34 ended on 2026-09-30)",
        ),
        ("1.36.1", 'be a minor version such as "1.36" or an ACK version such as "1.36.1-aliyun.1"'),
        ("v1.36", 'be a minor version such as "1.36" or an ACK version such as "1.36.1-aliyun.1"'),
        ("", 'be a minor version such as "1.36" or an ACK version such as "1.36.1-aliyun.1"'),
    ],
)
def test_other_versions_are_refused_with_the_list(version, rule):
    broken = kubernetes_versions.check(version)
    assert broken is not None
    assert (broken.rule, broken.fix) == (rule, CHOICE)


def test_support_ends_after_its_last_day():
    assert kubernetes_versions.check("1.34", date(2026, 9, 30)) is None
    assert kubernetes_versions.check("1.34", date(2026, 10, 1)) is not None


def test_every_known_build_is_of_its_minor():
    for minor in kubernetes_versions.minors().values():
        for build in minor.builds:
            assert build.startswith(f"{minor.version}.")
            assert kubernetes_versions.check(build, min(AS_OF, minor.supported_until)) is None
