"""Alarm rules on metrics, and whether they are in alarm."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.cloud.cms import errors
from sandbox.cloud.cms.contacts import CONTACT_GROUP
from sandbox.cloud.service import Response, Service, tag_list, verb
from sandbox.cloud.store import Data

RULE = "cms.MetricRule"

LEVELS = ("Critical", "Warn", "Info")
INSUFFICIENT_DATA, OK, ALARM = "INSUFFICIENT_DATA", "OK", "ALARM"

_OPERATORS = (
    "GreaterThanThreshold",
    "GreaterThanOrEqualToThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "NotEqualToThreshold",
    "EqualToThreshold",
    "GreaterThanYesterday",
    "LessThanYesterday",
    "GreaterThanLastWeek",
    "LessThanLastWeek",
    "GreaterThanLastPeriod",
    "LessThanLastPeriod",
)
_PERIOD_SECONDS = 60
"""A period is a multiple of it (documentation of Period)."""
_SUCCESS = {"Code": "200", "Message": "success", "Success": True}


class Rules(Service):
    """Actions on alarm rules; the caller chooses a rule's id."""

    service = "cms"

    @verb()
    def put_resource_metric_rule(
        self,
        *,
        rule_id: str,
        rule_name: str,
        namespace: str,
        metric_name: str,
        resources: str,
        contact_groups: str,
        escalations: Mapping[str, Mapping[str, Any]],
        period: str = "60",
        silence_time: int = 86400,
        effective_interval: str = "00:00-23:59",
        webhook: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> Response:
        """PutResourceMetricRule: makes the rule, or replaces the one with the id.

        `contact_groups` are names with commas between them, `escalations` conditions by level.
        """
        _check(resources, period, escalations)
        for name in contact_groups.split(","):
            if self.get(CONTACT_GROUP, name) is None:
                raise errors.RULE_NOT_FOUND(what=f"ContactGroup {name}")
        before = self.get(RULE, rule_id) or {}
        rule: Data = {
            "RuleId": rule_id,
            "RuleName": rule_name,
            "Namespace": namespace,
            "MetricName": metric_name,
            "Resources": resources,
            "ContactGroups": contact_groups,
            "Period": int(period),
            "SilenceTime": silence_time,
            "EffectiveInterval": effective_interval,
            "Webhook": webhook,
            "Escalations": {level: dict(one) for level, one in escalations.items()},
            "EnableState": before.get("EnableState", True),
            "AlertState": INSUFFICIENT_DATA,
            "SourceType": "METRIC",
            "tags": dict(labels or {}),
        }
        self.save(RULE, rule_id, rule)
        return dict(_SUCCESS)

    @verb(reads=True)
    def describe_metric_rule_list(
        self, *, rule_ids: str | None = None, rule_name: str = ""
    ) -> Response:
        """DescribeMetricRuleList, one page with all of them.

        `rule_ids` are ids with commas between them, `rule_name` a part of the name.
        """
        asked = None if rule_ids is None else rule_ids.split(",")
        found = [
            {
                **{key: value for key, value in one.items() if key[0].isupper()},
                "Labels": {"Labels": tag_list(one["tags"])},
            }
            for one in self.find(RULE)
            if (asked is None or one["RuleId"] in asked) and rule_name in one["RuleName"]
        ]
        return {**_SUCCESS, "Alarms": {"Alarm": found}, "Total": len(found)}

    @verb()
    def delete_metric_rules(self, *, id: Sequence[str]) -> Response:
        """DeleteMetricRules; a rule that is gone already is fine."""
        for one in id:
            self.remove(RULE, one)
        return dict(_SUCCESS)

    @verb()
    def enable_metric_rules(self, *, rule_id: Sequence[str]) -> Response:
        """EnableMetricRules."""
        return self._enable(rule_id, enabled=True)

    @verb()
    def disable_metric_rules(self, *, rule_id: Sequence[str]) -> Response:
        """DisableMetricRules."""
        return self._enable(rule_id, enabled=False)

    # Not actions of the API: what CloudMonitor does by itself.

    def watched(self) -> list[Data]:
        """The rules that are enabled."""
        return self.find(RULE, EnableState=True)

    def judged(self, rule_id: str, state: str) -> None:
        """Set the state of a rule that is still there."""
        with self.store.transaction():
            rule = self.get(RULE, rule_id)
            if rule is not None and rule["AlertState"] != state:
                rule["AlertState"] = state
                self.save(RULE, rule_id, rule)

    def _enable(self, ids: Sequence[str], *, enabled: bool) -> Response:
        for one in ids:
            rule = self.get(RULE, one)
            if rule is None:
                raise errors.RULE_NOT_FOUND(what=f"RuleId {one}")
            rule["EnableState"] = enabled
            self.save(RULE, one, rule)
        return dict(_SUCCESS)


def _check(resources: str, period: str, escalations: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises InvalidParameterValue."""
    try:
        dimensions = json.loads(resources)
    except ValueError:
        dimensions = None
    if not isinstance(dimensions, list) or not all(isinstance(one, dict) for one in dimensions):
        raise errors.ILLEGAL_PARAMETERS(why="Resources must be a JSON list of objects.")
    if not period.isdigit() or not int(period) or int(period) % _PERIOD_SECONDS:
        raise errors.ILLEGAL_PARAMETERS(why="Period must be a multiple of 60.")
    if not escalations:
        raise errors.ILLEGAL_PARAMETERS(why="At least one level needs a threshold.")
    for level, one in escalations.items():
        if level not in LEVELS or one["ComparisonOperator"] not in _OPERATORS:
            raise errors.ILLEGAL_PARAMETERS(why=f"Escalations.{level} is not valid.")
        try:
            float(one["Threshold"])
        except (TypeError, ValueError, KeyError) as error:
            why = f"Escalations.{level}.Threshold must be a number."
            raise errors.ILLEGAL_PARAMETERS(why=why) from error
