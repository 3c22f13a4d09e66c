"""What may scale what."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain import autoscaling
from ackb.domain.autoscaling import CRON, HPA, KEDA, VPA, Scaler, Target
from ackb.domain.unknown import UNKNOWN

SHOP = Target("apps", "Deployment", "shop", "web")
OTHER = Target("apps", "Deployment", "shop", "api")
CPU = frozenset({"cpu"})


@pytest.mark.parametrize(
    ("group", "kind", "fine"),
    [
        ("apps", "Deployment", True),
        ("apps", "StatefulSet", True),
        ("apps.kruise.io", "CloneSet", True),
        ("apps.kruise.io", "UnitedDeployment", True),
        ("autoscaling.alibabacloud.com", "ElasticWorkload", True),
        ("example.com", "DaemonSet", True),
        ("apps", "DaemonSet", False),
        ("apps.kruise.io", "DaemonSet", False),
        ("batch", "Job", False),
        ("", "Pod", False),
        ("apps", "CloneSet", False),
        ("autoscaling", "HorizontalPodAutoscaler", False),
    ],
)
def test_targets(group, kind, fine):
    """S4-03."""
    assert (autoscaling.check_target(group, kind) is None) is fine


def test_a_misspelt_kind_is_recognised():
    broken = autoscaling.check_target("apps", "Deploymnet")
    assert broken is not None
    assert broken.fix == "write Deployment"


@pytest.mark.parametrize(("replicas", "fine"), [(None, True), (0, False), (3, False)])
def test_the_number_of_a_target(replicas, fine):
    """S4-08."""
    assert (autoscaling.check_replicas(replicas) is None) is fine


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations([HPA, CRON, KEDA], 2)))
def test_one_scaler_of_replicas_only(one, other):
    """S4-09."""
    there = Scaler(other, "there", SHOP)
    broken = autoscaling.conflict(Scaler(one, "new", SHOP), there)
    assert broken is not None
    assert f"{other} there is there already" in broken.rule
    assert autoscaling.conflict(Scaler(one, "new", OTHER), there) is None


def test_a_kind_is_part_of_the_target():
    clones = Target("apps.kruise.io", "CloneSet", "shop", "web")
    assert autoscaling.conflict(Scaler(HPA, "a", SHOP), Scaler(HPA, "b", clones)) is None


def test_the_deployment_behind_an_elastic_workload_is_scaled_by_it():
    elastic = Target("autoscaling.alibabacloud.com", "ElasticWorkload", "shop", "web-elastic")
    above = Scaler(HPA, "above", elastic, source=SHOP)
    for pair in itertools.permutations([above, Scaler(HPA, "below", SHOP)]):
        broken = autoscaling.conflict(*pair)
        assert broken is not None
        assert broken.fix == "scale the ElasticWorkload only"


@pytest.mark.parametrize("mode", ["Auto", "Recreate", "InPlaceOrRecreate", "Initial", "Off"])
@pytest.mark.parametrize("controlled", [{"cpu", "memory"}, {"cpu"}, {"memory"}])
def test_only_off_may_size_what_is_measured(mode, controlled):
    """S4-11."""
    vertical = Scaler(VPA, "size", SHOP, resources=frozenset(controlled), mode=mode)
    horizontal = Scaler(HPA, "scaling", SHOP, resources=CPU)
    fights = mode != "Off" and "cpu" in controlled
    for pair in itertools.permutations([vertical, horizontal]):
        assert (autoscaling.conflict(*pair) is not None) is fights


def test_an_autoscaler_that_measures_something_else_does_not_mind():
    vertical = Scaler(VPA, "size", SHOP, resources=frozenset({"cpu", "memory"}), mode="Auto")
    assert autoscaling.conflict(vertical, Scaler(HPA, "queue", SHOP)) is None
    assert autoscaling.conflict(vertical, Scaler(CRON, "hours", SHOP)) is None


def missing(pod, resources=("cpu",), container=None):
    found = autoscaling.without_requests(pod, resources, container)
    return [(one.container, one.resource, one.certain) for one in found]


class TestRequests:
    """S4-06."""

    def test_a_limit_is_a_request(self):
        limited = {"name": "a", "resources": {"limits": {"cpu": "1"}}}
        requested = {"name": "b", "resources": {"requests": {"cpu": "1"}}}
        assert missing({"containers": [limited, requested]}) == []

    def test_every_container_counts_and_sidecars_do_too(self):
        pod = {
            "containers": [{"name": "a"}, {"name": "b", "resources": {"limits": {"cpu": 1}}}],
            "initContainers": [{"name": "setup"}, {"name": "proxy", "restartPolicy": "Always"}],
        }
        assert missing(pod) == [("a", "cpu", True), ("proxy", "cpu", True)]
        assert missing(pod, ["memory"], "b") == [("b", "memory", True)]
        assert missing(pod, ["cpu"], "b") == []

    def test_requests_of_the_pod_count_for_all_but_not_for_one_container(self):
        """https://github.com/kubernetes/enhancements/issues/2837."""
        pod = {"resources": {"requests": {"cpu": "2"}}, "containers": [{"name": "a"}]}
        assert missing(pod) == []
        assert missing(pod, ["cpu"], "a") == [("a", "cpu", True)]

    def test_a_container_that_is_measured_alone_is_there(self):
        """A renamed container leaves the autoscaler without a figure, and nothing tells."""
        pod = {"containers": [{"name": "a", "resources": {"limits": {"cpu": "1"}}}]}
        assert missing(pod, ["cpu"], "a") == []
        (gone,) = autoscaling.without_requests(pod, ["cpu"], "b")
        assert (gone.certain, gone.there) == (True, False)
        assert gone.broken.rule.startswith("have the container 'b'")
        assert missing({"containers": UNKNOWN}, ["cpu"], "b") == [("b", "cpu", False)]

    def test_what_is_not_known_is_not_certain(self):
        assert missing(UNKNOWN) == [("(not known)", "cpu", False)]
        assert missing({"containers": UNKNOWN}) == [("(not known)", "cpu", False)]
        one = {"name": "a", "resources": {"limits": {"cpu": UNKNOWN}}}
        assert missing({"containers": [one]}) == [("a", "cpu", False)]
        assert missing({"containers": [{"name": "a", "resources": UNKNOWN}]}) == [
            ("a", "cpu", False)
        ]
        both = {"name": "a", "resources": {"limits": UNKNOWN, "requests": {"cpu": "1"}}}
        assert missing({"containers": [both]}) == []


@pytest.mark.parametrize(
    ("text", "fine"),
    [("0 30 8 * * *", True), ("@every 90m", True), ("30 8 * * *", False), ("", False)],
)
def test_schedules(text, fine):
    assert (autoscaling.check_schedule(text) is None) is fine


@pytest.mark.parametrize(
    ("text", "fine"),
    [("30 8 * * 1-5", True), ("0 30 8 * * *", False), ("60 8 * * *", False), ("", False)],
)
def test_times_of_keda_have_five_fields(text, fine):
    assert (autoscaling.check_crontab(text) is None) is fine


@pytest.mark.parametrize(
    ("minimum", "maximum", "fine"),
    [(0, 1, True), (5, 5, True), (0, 0, False), (-1, 5, False), (6, 5, False)],
)
def test_bounds_of_events(minimum, maximum, fine):
    assert (autoscaling.check_event_bounds(minimum, maximum) is None) is fine


def test_time_zones(monkeypatch):
    assert autoscaling.check_time_zone("Asia/Shanghai") is None
    broken = autoscaling.check_time_zone("Asia/Shanghia")
    assert broken is not None
    assert broken.fix == "write Asia/Shanghai"
    monkeypatch.setattr(autoscaling, "available_timezones", set)
    assert autoscaling.check_time_zone("anything") is None


TARGETS = st.sampled_from([SHOP, OTHER])
SCALERS = st.builds(
    Scaler,
    st.sampled_from([HPA, CRON, KEDA, VPA]),
    st.sampled_from(["a", "b"]),
    TARGETS,
    source=st.none() | TARGETS,
    resources=st.frozensets(st.sampled_from(["cpu", "memory"])),
    mode=st.sampled_from(["Off", "Initial", "Recreate", "Auto"]),
)


@given(SCALERS, SCALERS)
def test_a_conflict_is_one_whichever_comes_first(one, other):
    assert (autoscaling.conflict(one, other) is None) is (autoscaling.conflict(other, one) is None)


@given(SCALERS, SCALERS)
def test_only_what_shares_a_target_can_be_in_conflict(one, other):
    broken = autoscaling.conflict(one, other)
    if not one.targets & other.targets:
        assert broken is None
    elif broken is not None:
        told = broken.rule
        assert str(other) in told or VPA in (one.kind, other.kind)
