"""CloudMonitor: contacts that must be confirmed, groups, rules (S3-27)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudError

CONDITION = {
    "ComparisonOperator": "GreaterThanThreshold",
    "Statistics": "Value",
    "Threshold": "90",
    "Times": 3,
}


@pytest.fixture
def cms(cloud: Cloud) -> Any:
    return cloud.cms


def contact(cms: Any, name: str = "anna") -> dict[str, Any]:
    [found] = cms.describe_contact_list(contact_name=name)["Contacts"]["Contact"]
    return found


def group(cms: Any, **more: Any) -> None:
    cms.put_contact(contact_name="anna", describe="on call", channels_mail="anna@example.com")
    cms.put_contact_group(contact_group_name="operators", contact_names=["anna"], **more)


def rule(cms: Any, **changes: Any) -> None:
    given = {
        "rule_id": "r1",
        "rule_name": "memory",
        "namespace": "acs_k8s",
        "metric_name": "cluster.memory.utilization",
        "resources": '[{"cluster": "c1"}]',
        "contact_groups": "operators",
        "escalations": {"Critical": CONDITION},
    }
    cms.put_resource_metric_rule(**{**given, **changes})


def refused(call: Any) -> str:
    with pytest.raises(CloudError) as caught:
        call()
    return f"{caught.value.code}: {caught.value.message}"


def test_an_address_is_told_once_its_owner_has_confirmed_it(cms):
    """Until then the cloud leaves it out, so a program that gives it sees a difference."""
    cms.put_contact(
        contact_name="anna",
        describe="on call",
        channels_mail="anna@example.com",
        channels_ding_web_hook="https://oapi.dingtalk.com/x",
    )
    found = contact(cms)
    assert found["Channels"]["Mail"] == ""
    assert found["Channels"]["DingWebHook"] == "https://oapi.dingtalk.com/x"
    assert found["ChannelsState"] == {"Mail": "PENDING", "DingWebHook": "OK"}
    assert cms.confirm("anna") == ["Mail"]
    assert contact(cms)["Channels"]["Mail"] == "anna@example.com"
    assert cms.confirm("anna") == []


def test_another_address_must_be_confirmed_again(cms):
    cms.put_contact(contact_name="anna", describe="d", channels_sms="86-13800000000")
    cms.confirm("anna")
    cms.put_contact(contact_name="anna", describe="e", channels_sms="86-13800000000")
    assert contact(cms)["ChannelsState"] == {"SMS": "OK"}
    cms.put_contact(contact_name="anna", describe="e", channels_sms="86-13900000000")
    assert contact(cms)["ChannelsState"] == {"SMS": "PENDING"}


@pytest.mark.parametrize(("name", "fine"), [("a", False), ("ab", True), ("a" * 41, False)])
def test_names_have_2_to_40_characters(cms, name, fine):
    def put() -> None:
        cms.put_contact(contact_name=name, describe="d", channels_mail="a@b.c")

    if fine:
        put()
    else:
        assert refused(put) == (
            "InvalidParameterValue: Illegal parameters. ContactName must have 2 to 40 characters."
        )


def test_a_contact_needs_a_channel(cms):
    assert "at least one channel" in refused(
        lambda: cms.put_contact(contact_name="anna", describe="d")
    )


def test_a_group_holds_contacts_that_exist(cms):
    assert refused(
        lambda: cms.put_contact_group(contact_group_name="operators", contact_names=["nobody"])
    ) == ("ContactNotExists: Contact nobody Not Exists")
    group(cms)
    assert contact(cms)["ContactGroups"]["ContactGroup"] == ["operators"]


def test_a_deleted_contact_leaves_its_groups(cms):
    group(cms)
    cms.delete_contact(contact_name="anna")
    [found] = cms.describe_contact_group_list()["ContactGroupList"]["ContactGroup"]
    assert found["Contacts"]["Contact"] == []
    assert refused(lambda: cms.delete_contact(contact_name="anna")).startswith("ContactNotExists")


def test_a_rule_needs_a_group_that_exists(cms):
    assert refused(lambda: rule(cms)) == (
        "ResourceNotFound: The specified resource is not found. ContactGroup operators"
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"period": "90"}, "Period must be a multiple of 60."),
        ({"period": "0"}, "Period must be a multiple of 60."),
        ({"resources": "{}"}, "Resources must be a JSON list of objects."),
        ({"escalations": {}}, "At least one level needs a threshold."),
        (
            {"escalations": {"Critical": {**CONDITION, "Threshold": "much"}}},
            "Escalations.Critical.Threshold must be a number.",
        ),
        (
            {"escalations": {"Critical": {**CONDITION, "ComparisonOperator": ">"}}},
            "Escalations.Critical is not valid.",
        ),
    ],
)
def test_what_a_rule_must_not_say(cms, change, why):
    group(cms)
    assert refused(lambda: rule(cms, **change)) == (
        f"InvalidParameterValue: Illegal parameters. {why}"
    )


def test_the_same_id_replaces_a_rule_and_keeps_it_disabled(cms):
    group(cms)
    rule(cms)
    cms.disable_metric_rules(rule_id=["r1"])
    rule(cms, rule_name="new")
    [found] = cms.describe_metric_rule_list(rule_ids="r1,r2")["Alarms"]["Alarm"]
    assert (found["RuleName"], found["EnableState"]) == ("new", False)
    assert cms.watched() == []


def test_the_state_is_judged_and_shown_in_the_inventory(cms, cloud):
    group(cms)
    rule(cms)
    cms.judged("r1", "ALARM")
    rows = {one["kind"]: one for one in cloud.inventory()}
    assert (rows["MetricRule"]["name"], rows["MetricRule"]["status"]) == ("memory", "ALARM")
    assert not rows["MetricRule"]["costs"]
    cms.delete_metric_rules(id=["r1", "gone"])
    cms.judged("r1", "OK")
    assert cms.describe_metric_rule_list()["Total"] == 0
