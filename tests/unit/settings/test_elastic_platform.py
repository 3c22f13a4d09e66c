"""Services and jobs of teams as data: what is taken over, and what is refused at which place."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as configured
from hypothesis import strategies as st

from ackb.domain.problems import InvalidInput
from blueprints.settings import load
from blueprints.settings.elastic_platform import ElasticPlatformSettings
from blueprints.settings.inheriting import placement_of, services
from blueprints.settings.placement import Auto, EcsFirst
from tests.unit.settings.examples import VALID
from tests.unit.settings.test_together import ANYTHING

S = "ackb:settings"
STACK = "elastic-platform-dev"
IMAGE = "registry.example.com/orders/checkout:1.4.2"
JOB = {"image": IMAGE, "command": ["settle"]}
REAL = {"target": "alibaba-cloud", "expected_account_id": "1234567890123456"}


def settings(
    services: dict[str, Any] | None = None,
    jobs: dict[str, Any] | None = None,
    service: dict[str, Any] | None = None,
    job: dict[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A stack with one team; `service` and `job` are defaults."""
    data = deepcopy(VALID)
    data["blueprint"] = "elastic-platform"
    team = {"contact": "orders@example.com", "services": services or {}, "jobs": jobs or {}}
    data["teams"] = {"orders": team}
    data["defaults"] = {"service": service or {}, "job": job or {}}
    return data | changes


def loaded(*args: Any, **changes: Any) -> ElasticPlatformSettings:
    found = load(json.dumps(settings(*args, **changes)), stack=STACK)
    assert isinstance(found, ElasticPlatformSettings)
    return found


def refusal(*args: Any, **changes: Any) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        load(json.dumps(settings(*args, **changes)), stack=STACK)
    return str(caught.value).splitlines()


def only(found: ElasticPlatformSettings):
    ((_, _, one),) = services(found)
    return one


def test_a_service_takes_over_what_it_does_not_say():
    found = loaded(
        {"checkout": {"image": IMAGE, "container_port": 9000}},
        service={"container_port": 8081, "user_id": 2000, "environment": {"A": "1"}},
    )
    one = only(found)
    assert (one.container_port, one.user_id, one.environment) == (9000, 2000, {"A": "1"})
    assert one.scaling.replicas == 2


def test_a_value_is_taken_over_whole():
    limits = {"cpu": "1", "memory": "2Gi"}
    one = only(
        loaded(
            {"a": {"image": IMAGE, "resources": {"limits": {"cpu": "2", "memory": "4Gi"}}}},
            service={"resources": {"limits": limits, "requests": limits}},
        )
    )
    assert (one.resources.limits.cpu, one.resources.requests) == ("2", None)


def test_limits_are_requests_unless_said_otherwise():
    """S3-10: Guaranteed."""
    assert only(loaded({"a": {"image": IMAGE}})).resources.requests is None


@pytest.mark.parametrize(
    ("scaling", "placement"),
    [
        ({"type": "fixed", "replicas": 3}, {"type": "auto", "split": None}),
        ({"type": "hpa", "min": 4, "max": 9}, {"type": "auto", "split": 4}),
    ],
)
def test_what_an_autoscaler_adds_goes_to_eci(scaling, placement):
    """S4-36, S4-37, S4-39."""
    chosen = placement_of(only(loaded({"a": {"image": IMAGE, "scaling": scaling}})))
    assert isinstance(chosen, Auto)
    assert (chosen.split.ecs if chosen.split else None) == placement["split"]


def test_a_placement_that_is_given_stays():
    given = {"type": "ecs_first", "max_on_ecs": None}
    chosen = placement_of(only(loaded({"a": {"image": IMAGE, "placement": given}})))
    assert chosen == EcsFirst(type="ecs_first", max_on_ecs=None)


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (
            {"services": {"a": {"image": IMAGE, "scalin": {}}}},
            f"SET-001 {S}.teams.orders.services.a.scalin: {{}} – is not a known key. "
            "Fix: write 'scaling'.",
        ),
        (
            {"services": {"a": {}}},
            f"SET-002 {S}.teams.orders.services.a.image: (missing) – must be given. "
            "Fix: add 'image', such as registry.example.com/orders/checkout:1.4.2.",
        ),
        (
            {"services": {"a": {"image": IMAGE, "kind": "Deploy"}}},
            f'SET-004 {S}.teams.orders.services.a.kind: "Deploy" – must be one of Deployment, '
            "CloneSet, UnitedDeployment. Fix: write Deployment.",
        ),
        (
            {"services": {"a": {"image": IMAGE, "scaling": {"type": "hpa", "min": 9, "max": 3}}}},
            f"SET-042 {S}.teams.orders.services.a.scaling.min: 9 – must have min <= max (min is 9, "
            "max is 3). Fix: lower min to 3 or raise max to 9.",
        ),
        (
            {"services": {"Big_Name": {"image": IMAGE}}},
            f'SET-008 {S}.teams.orders.services.Big_Name: "Big_Name" – must have 1 to 63 '
            "characters of lower-case letters, digits and -, start with a letter, end with a "
            "letter or digit. Fix: write 'big-name', for example.",
        ),
        (
            {"jobs": {"a": {**JOB, "schedule": "0 0 2 * * *"}}},
            f'SET-070 {S}.teams.orders.jobs.a.schedule: "0 0 2 * * *" – must have the five fields '
            "of crontab, minutes first (no seconds, unlike in a CronHorizontalPodAutoscaler). "
            'Fix: write it such as "30 8 * * 1-5" for 08:30 on working days.',
        ),
        (
            {"services": {"a": {"image": IMAGE}}, "jobs": {"a": JOB}},
            f'SET-009 {S}.teams.orders.jobs.a: "a" – must not be the name of a service of the team '
            "too, which would send requests to the pods of the job. Fix: choose another name for "
            "the job.",
        ),
        (
            {"services": {"a": {"image": IMAGE, "placement": {"type": "namespace_label"}}}},
            f'SET-061 {S}.teams.orders.services.a.placement.type: "namespace_label" – must be '
            "about one service, since it shares the namespace with others. Fix: write type: "
            "eci_label for a service all of whose pods run on ECI.",
        ),
        (
            {
                "services": {
                    "a": {"image": IMAGE, "placement": {"type": "workload_spread", "spill": False}}
                }
            },
            f"SET-060 {S}.teams.orders.services.a.placement.split: (missing) – must be given where "
            "pods do not spill over, or all of them wait on ECS for ever. Fix: add split: {type: "
            "number, ecs: ...}, or write spill: true.",
        ),
    ],
)
def test_a_problem_stands_at_its_exact_place(wrong, line):
    assert refusal(**wrong) == [line]


@pytest.mark.parametrize("kind", ["KEDA", "CloneSet by a policy"])
def test_the_checks_of_one_workload_are_those_of_each_service(kind):
    wrong: dict[str, Any] = {
        "KEDA": {
            "scaling": {
                "type": "keda",
                "triggers": [{"type": "cpu"}],
                "chart": {"repository": "https://charts.example.com", "version": "1.0.0"},
            }
        },
        "CloneSet by a policy": {"kind": "CloneSet", "placement": {"type": "ecs_first"}},
    }
    (line,) = refusal({"a": {"image": IMAGE}, "b": {"image": IMAGE, **wrong[kind]}})
    field = "scaling.type" if kind == "KEDA" else "placement.type"
    assert f"{S}.teams.orders.services.b.{field}: " in line


def test_a_problem_of_the_defaults_is_told_once_and_there():
    bad = {"scaling": {"type": "hpa", "min": 9, "max": 3}}
    lines = refusal({"a": {"image": IMAGE}, "b": {"image": IMAGE}}, service=bad)
    assert lines == [
        f"SET-042 {S}.defaults.service.scaling.min: 9 – must have min <= max (min is 9, max is 3). "
        "Fix: lower min to 3 or raise max to 9."
    ]


def test_a_default_that_suits_only_some_names_the_others():
    placement = {"type": "ecs_first"}
    (line,) = refusal(
        {"a": {"image": IMAGE}, "b": {"image": IMAGE, "kind": "CloneSet"}},
        service={"placement": placement},
    )
    assert line.startswith(f'SET-061 {S}.defaults.service.placement.type: "ecs_first" – must suit')
    assert "(of teams.orders.services.b)" in line


def test_a_refused_value_hides_no_other_problem():
    lines = refusal(
        {"a": {"image": "x:latest", "scaling": {"type": "hpa", "min": 9, "max": 3}}},
        {"b": {**JOB, "command": []}},
        service={"container_port": 80},
    )
    assert sorted(line.split(" ")[1].rstrip(":") for line in lines) == [
        f"{S}.defaults.service.container_port",
        f"{S}.teams.orders.jobs.b.command",
        f"{S}.teams.orders.services.a.image",
        f"{S}.teams.orders.services.a.scaling.min",
    ]


def test_a_default_that_one_service_has_replaced_needs_no_names():
    fixed = {"scaling": {"type": "fixed"}}
    (line,) = refusal(
        {"a": {"image": IMAGE}, "b": {"image": IMAGE, **fixed}},
        service={"scaling": {"type": "hpa", "min": 9, "max": 3}},
    )
    assert "(of " not in line


def test_the_load_balancer_of_a_service_has_a_name_of_its_own():
    web = {"image": IMAGE, "access": "intranet"}
    assert refusal({"web": web, "web-front": {"image": IMAGE}}) == [
        f'SET-009 {S}.teams.orders.services.web.access: "web-front" – must leave the name '
        "'web-front' to its load balancer, which another service has. "
        "Fix: rename one of the two services."
    ]
    (line,) = refusal({"w" * 60: web})
    assert line.startswith(f'SET-008 {S}.teams.orders.services.{"w" * 60}: "{"w" * 60}-front" – ')


def test_two_teams_have_two_namespaces():
    other = {"contact": "b", "namespace": "orders"}
    teams = {**settings()["teams"], "stock": other}
    assert refusal(teams=teams) == [
        f"SET-009 {S}.teams.stock.namespace: \"orders\" – must be given once (team 'orders' has it "
        "too). Fix: choose another namespace."
    ]


def test_what_a_cluster_has_once_is_asked_for_once():
    def timed(zone: str) -> dict[str, Any]:
        job = {"name": "on", "schedule": "0 0 8 * * *", "size": 30}
        return {
            "image": IMAGE,
            "scaling": {"type": "hpa", "cron": {"jobs": [job], "time_zone": zone}},
        }

    (line,) = refusal({"a": timed("Asia/Shanghai"), "b": timed("Europe/Berlin")})
    assert line == (
        f'SET-071 {S}.teams.orders.services.b.scaling.cron.time_zone: "Europe/Berlin" – must be '
        "the time zone of cron of teams.orders.services.a (Asia/Shanghai), since a cluster has "
        "one. Fix: write the same here, or change the other one too."
    )


def test_a_real_target_names_the_chart_of_right_sizing_once():
    (line,) = refusal({"a": {"image": IMAGE}, "b": {"image": IMAGE}}, **REAL)
    assert line.startswith(f"SET-074 {S}.defaults.service.right_sizing.chart: (missing) – ")


def test_a_team_that_is_no_team():
    assert refusal(teams={"orders": 5}) == [
        f"SET-003 {S}.teams.orders: 5 – must be an object, not a whole number. "
        "Fix: write an object with contact, namespace, services, jobs."
    ]


def test_an_alarm_reaches_somebody():
    assert refusal(alarms={"contacts": [{"name": "on-call"}]}) == [
        f'SET-081 {S}.alarms.contacts[0]: "on-call" – must have a way to be reached. '
        "Fix: add mail: on-call@example.com, or phone."
    ]


def test_no_team_at_all():
    assert refusal(teams={}) == [
        f"SET-005 {S}.teams: {{}} – must have at least one entry. Fix: add one."
    ]


PLACES = st.sampled_from(
    [
        "teams",
        "teams.orders",
        "teams.orders.contact",
        "teams.orders.namespace",
        "teams.orders.services",
        "teams.orders.services.a",
        "teams.orders.services.a.kind",
        "teams.orders.services.a.image",
        "teams.orders.services.a.scaling",
        "teams.orders.services.a.placement",
        "teams.orders.services.a.resources",
        "teams.orders.services.a.access",
        "teams.orders.services.a.right_sizing",
        "teams.orders.services.a.other",
        "teams.orders.jobs",
        "teams.orders.jobs.b",
        "teams.orders.jobs.b.command",
        "teams.orders.jobs.b.schedule",
        "defaults",
        "defaults.service",
        "defaults.service.scaling",
        "defaults.service.placement",
        "defaults.service.right_sizing",
        "defaults.service.access",
        "defaults.job",
        "defaults.job.resources",
    ]
)


@configured(max_examples=150)
@given(st.lists(st.tuples(PLACES, ANYTHING), min_size=1, max_size=3))
def test_whatever_is_written_the_answer_is_settings_or_a_message(changes):
    data = settings({"a": {"image": IMAGE}}, {"b": JOB})
    for path, value in changes:
        *way, last = path.split(".")
        place: Any = data
        for step in way:
            place = place.get(step) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place[last] = value
    try:
        load(json.dumps(data), stack=STACK)
    except Exception as error:
        assert type(error).__name__ == "InvalidInput", repr(error)
        for line in str(error).split("\nSET-"):
            assert " – " in line
            assert ". Fix: " in line
