"""Which way of placing pods suits: the choice, its reasons, what excludes what, how pods divide."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain.placement import (
    ByNumber,
    ByRatio,
    Mechanism,
    Needs,
    StrategyName,
    WorkloadKind,
    choose_placement,
    conflicts,
    divide,
    facts,
    rule_of_2021,
    strategies,
)
from ackb.domain.placement.split import check_number, check_ratio
from ackb.domain.placement.strategies import version

LEGACY = {
    StrategyName.ELASTIC_WORKLOAD,
    StrategyName.BURST_RESOURCE,
    StrategyName.AFFINITY_INJECTION,
}


def chosen(**needs) -> str | None:
    return choose_placement(Needs(**needs)).strategy


def why_not(strategy: str, **needs) -> str:
    return "; ".join(choose_placement(Needs(**needs)).rejected[StrategyName(strategy)])


@pytest.mark.parametrize(
    ("needs", "want"),
    [
        ({}, "ecs_first"),
        ({"eci_first_out": True, "strict_order": True, "split": ByNumber(pods=22)}, "ecs_first"),
        ({"pro": False}, "workload_spread"),
        ({"split": ByRatio(share=0.7)}, "workload_spread"),
        ({"split": ByRatio(share=0.7), "may_change_kind": True}, "united_deployment"),
        ({"several_subsets": True}, "workload_spread"),
        ({"several_subsets": True, "may_change_kind": True}, "united_deployment"),
        ({"all_on_eci": True}, "eci_label"),
        ({"all_on_eci": True, "whole_namespace": True}, "namespace_label"),
        ({"all_on_eci": True, "workload_unchanged": True}, "eci_profile"),
        ({"kind": WorkloadKind.CLONE_SET}, "workload_spread"),
        ({"kind": WorkloadKind.CLONE_SET, "eci_first_out": True}, "workload_spread"),
        ({"kind": WorkloadKind.UNITED_DEPLOYMENT}, "united_deployment"),
        ({"kind": WorkloadKind.JOB, "all_on_eci": True}, "eci_label"),
        ({"kind": WorkloadKind.CRON_JOB}, "node_affinity"),
        ({"kind": WorkloadKind.STATEFUL_SET, "split": ByNumber(pods=1)}, "workload_spread"),
    ],
)
def test_the_choice_of_today(needs, want) -> None:
    """S2-07, S2-08, S2-09, S4-26: strict ECI, an order, several subsets, a ratio."""
    assert chosen(**needs) == want


@pytest.mark.parametrize(
    ("kubernetes", "want"),
    [("1.20", "elastic_workload"), ("1.21", "workload_spread"), ("1.22", "ecs_first")],
)
def test_on_old_clusters_the_choice_is_that_of_the_article(kubernetes, want) -> None:
    """S4-30, S4-31: ECI pods can go first by pod deletion cost from 1.21 on."""
    needs = Needs(kubernetes=kubernetes, eci_first_out=True, split=ByNumber(pods=22))
    choice = choose_placement(needs)
    assert choice.strategy == want
    gate = "on Kubernetes 1.21 the feature gate PodDeletionCost must be on"
    assert (gate in choice.reason) == (kubernetes == "1.21")


@pytest.mark.parametrize(
    ("kind", "kubernetes", "want"),
    [
        ("Deployment", "1.20", "elastic_workload"),
        ("Deployment", "1.21", "workload_spread"),
        ("CloneSet", "1.15", None),
        ("CloneSet", "1.16", "workload_spread"),
        ("StatefulSet", "1.36", None),
    ],
)
def test_the_rule_of_the_article_is_kept_beside_it(kind, kubernetes, want) -> None:
    """S4-31."""
    assert rule_of_2021(WorkloadKind(kind), kubernetes) == want


@pytest.mark.parametrize(
    ("strategy", "needs", "want"),
    [
        ("ecs_first", {"pro": False}, "it needs ACK Pro"),
        ("ecs_first", {"split": ByRatio(share=0.5)}, "it takes no ratio of pods (only a number)"),
        ("ecs_first", {"kubernetes": "1.19"}, "it needs Kubernetes 1.20 or later"),
        (
            "ecs_first",
            {"kind": WorkloadKind.CLONE_SET},
            "it is not for a CloneSet: its pods of one version are told apart by "
            "pod-template-hash, which only a Deployment sets",
        ),
        (
            "burst_resource",
            {},
            "maintenance for Kubernetes 1.24 and later stopped in May 2023 (Kubernetes 1.24 and "
            "later)",
        ),
        ("eci_label", {}, "it sends every pod to ECI"),
        (
            "node_affinity",
            {"strict_order": True, "eci_first_out": True},
            "it keeps no strict order; scale-in takes pods as they come",
        ),
        (
            "workload_spread",
            {"add_ons": frozenset({"ack-virtual-node"})},
            "it needs the add-on ack-kruise",
        ),
        (
            "workload_spread",
            {},
            "would do it too; ResourcePolicy (scheduling.alibabacloud.com/v1alpha1) comes first: "
            "the scheduler of ACK Pro keeps the order and takes ECI pods away first, as well as it "
            "can",
        ),
        (
            "elastic_workload",
            {},
            "legacy: inactive since June 2024; its own page advises UnitedDeployment",
        ),
    ],
)
def test_why_another_is_not_it(strategy, needs, want) -> None:
    assert why_not(strategy, **needs) == want


@pytest.mark.parametrize(
    ("needs", "want"),
    [
        (
            {"kind": WorkloadKind.DAEMON_SET},
            "ECI runs no DaemonSet: a virtual node is no machine",
        ),
        (
            {"kind": WorkloadKind.STATEFUL_SET, "split": ByNumber(pods=1), "eci_first_out": True},
            "nothing does all of it; without ECI pods going first workload_spread would do",
        ),
        (
            {"split": ByNumber(pods=1), "add_ons": frozenset({"ack-kruise"})},
            "nothing does all of it; with another add-on ecs_first would do",
        ),
        (
            {"kind": WorkloadKind.CRON_JOB, "eci_first_out": True, "split": ByNumber(pods=1)},
            "nothing does all of it; ask for less",
        ),
    ],
)
def test_when_nothing_does_all_of_it_the_one_obstacle_is_named(needs, want) -> None:
    choice = choose_placement(Needs(**needs))
    assert (choice.strategy, choice.reason) == (None, want)
    assert set(choice.rejected) == set(StrategyName)


FLAGS = (
    "pro",
    "all_on_eci",
    "whole_namespace",
    "workload_unchanged",
    "may_change_kind",
    "strict_order",
    "eci_first_out",
    "several_subsets",
)
SPLITS = (None, ByNumber(pods=22), ByRatio(share=0.7))


def test_there_is_an_answer_for_all_needs_and_it_keeps_them() -> None:
    """Every need together with every other."""
    asked = 0
    for kind, kubernetes, split in product(WorkloadKind, ("1.21", "1.36"), SPLITS):
        for values in product((False, True), repeat=len(FLAGS)):
            needs = Needs(
                kind=kind,
                kubernetes=kubernetes,
                split=split,
                **dict(zip(FLAGS, values, strict=True)),
            )
            choice = choose_placement(needs)
            asked += 1
            assert choice.reason
            assert set(choice.rejected) == set(StrategyName) - {choice.strategy}
            assert all(choice.rejected.values())
            if choice.strategy is None:
                continue
            found = facts(choice.strategy)
            assert needs.pro or not found.pro
            assert found.since is None or version(kubernetes) >= found.since
            if needs.all_on_eci:
                assert found.places != "both"
                continue
            assert found.places != "eci"
            assert not needs.strict_order or found.order == "strict"
            assert not needs.eci_first_out or found.eci_first_out
    assert asked == len(WorkloadKind) * 2 * 3 * 2 ** len(FLAGS)


def test_legacy_is_chosen_only_where_nothing_else_is_left() -> None:
    for kind, kubernetes in product(WorkloadKind, ("1.20", "1.36")):
        for values in product((False, True), repeat=len(FLAGS)):
            needs = Needs(kind=kind, kubernetes=kubernetes, **dict(zip(FLAGS, values, strict=True)))
            choice = choose_placement(needs)
            if choice.strategy in LEGACY:
                others = {
                    name: reasons for name, reasons in choice.rejected.items() if name not in LEGACY
                }
                assert not any("would do it too" in one for all_ in others.values() for one in all_)


def test_the_table_has_all_ways_and_what_is_legacy_says_why() -> None:
    """S2-06, S4-23, S4-27: kept, and marked."""
    assert list(strategies()) == list(StrategyName)
    assert {one.name for one in strategies().values() if one.legacy} == LEGACY
    for one in strategies().values():
        assert one.standing_reason
        assert one.source.startswith("https://")
        assert "ack-virtual-node" in one.add_ons


def mechanism(strategy: str, where: str, **more) -> Mechanism:
    return Mechanism(strategy=StrategyName(strategy), where=where, **more)


LABEL = mechanism("eci_label", "pod label alibabacloud.com/eci=true")
POLICY = mechanism("ecs_first", "ResourcePolicy shop/web")
SPREAD = mechanism("workload_spread", "WorkloadSpread shop/web")


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (
            POLICY,
            LABEL,
            "pod label alibabacloud.com/eci=true sends every pod to ECI and overrides "
            "ResourcePolicy shop/web",
        ),
        (
            POLICY,
            SPREAD,
            "ResourcePolicy shop/web and WorkloadSpread shop/web both set "
            "controller.kubernetes.io/pod-deletion-cost and undo each other's order of scale-in",
        ),
        (
            SPREAD,
            mechanism("workload_spread", "WorkloadSpread shop/other"),
            "a workload has one WorkloadSpread; the webhook of OpenKruise refuses a second",
        ),
        (
            SPREAD,
            mechanism("node_affinity", "node affinity of the pods"),
            "WorkloadSpread shop/web and node affinity of the pods both decide where the pods go; "
            "a workload has one way",
        ),
    ],
)
def test_two_ways_on_one_workload(first, second, why) -> None:
    """S4-29: one for each workload."""
    (found,) = conflicts([first, second])
    assert (found.first, found.second, found.why) == (first, second, why)
    assert [one.second for one in conflicts([second, first])] == [first]


def test_one_way_alone_and_the_pair_of_the_article_are_fine() -> None:
    """S4-35."""
    assert list(conflicts([POLICY])) == []
    pair = [mechanism("elastic_workload", "a"), mechanism("burst_resource", "b")]
    assert list(conflicts(pair)) == []


def test_a_spread_that_comes_after_its_workload() -> None:
    """S4-38."""
    (late,) = conflicts([mechanism("workload_spread", "WorkloadSpread a", made_before=False)])
    assert late.why == "it must be there before its workload: pods made before it are in no subset"
    assert list(conflicts([mechanism("workload_spread", "a", made_before=True)])) == []


@given(st.integers(0, 100), st.integers(0, 10_000), st.sampled_from(["up", "nearest"]))
def test_a_share_divides_all_pods_and_no_more(percent, replicas, rounding) -> None:
    """S2-05."""
    ecs, eci = divide(ByRatio(share=percent / 100), replicas, rounding)
    assert ecs + eci == replicas
    assert min(ecs, eci) >= 0
    assert abs(ecs - replicas * percent / 100) < 1


@given(st.integers(0, 500), st.integers(0, 1000))
def test_a_number_divides_all_pods_and_no_more(number, replicas) -> None:
    """S2-05."""
    ecs, eci = divide(ByNumber(pods=number), replicas)
    assert (ecs, eci) == (min(number, replicas), max(0, replicas - number))


@given(st.integers(0, 100), st.integers(0, 1000))
def test_more_pods_never_take_one_off_ecs(percent, replicas) -> None:
    split = ByRatio(share=percent / 100)
    assert divide(split, replicas)[0] <= divide(split, replicas + 1)[0]


def test_shares_round_as_the_controllers_do() -> None:
    """kruise 1.8.0: WorkloadSpread up, UnitedDeployment to the nearest."""
    split = ByRatio(share=0.7)
    assert [divide(split, n)[0] for n in (1, 2, 3, 30)] == [1, 2, 3, 21]
    assert [divide(split, n, "nearest")[0] for n in (1, 2, 3, 30)] == [1, 1, 2, 21]
    assert divide(ByRatio(share=0.5), 1, "nearest") == (1, 0)
    assert (ByNumber(pods=22).limit, split.limit) == (22, "70%")


@pytest.mark.parametrize(
    ("ratio", "rule", "fix"),
    [
        (-0.01, "be from 0 to 1", "write 0.7 for 70 %"),
        (1.01, "be from 0 to 1", "write 0.0101"),
        (70, "be from 0 to 1", "write 0.7"),
        (700, "be from 0 to 1", "write 0.7 for 70 %"),
        (0.705, "be a whole number of percents", "write 0.7"),
    ],
)
def test_a_ratio_outside_its_range(ratio, rule, fix) -> None:
    broken = check_ratio(ratio)
    assert broken is not None
    assert (broken.rule, broken.fix) == (rule, fix)


@pytest.mark.parametrize("ratio", [0, 0.01, 0.29, 0.57, 0.58, 1])
def test_a_ratio_inside_its_range(ratio) -> None:
    assert check_ratio(ratio) is None


def test_a_number_below_zero() -> None:
    assert check_number(0) is None
    broken = check_number(-1)
    assert broken is not None
    assert (broken.rule, broken.fix) == ("be 0 or more", "choose 0 for ECI only")


@pytest.mark.parametrize(
    ("text", "want"), [("1.36", (1, 36)), ("1.36.1-aliyun.1", (1, 36)), ("v1.20.9", (1, 20))]
)
def test_versions(text, want) -> None:
    assert version(text) == want


@pytest.mark.parametrize("text", ["", "latest", "1", "1.x"])
def test_no_version(text) -> None:
    with pytest.raises(ValueError, match="is no version of Kubernetes"):
        version(text)
