"""alicloud:cms/alarm:Alarm."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, dug, first
from sandbox.providers.alicloud.values import Values

_OPERATORS = {
    ">": "GreaterThanThreshold",
    ">=": "GreaterThanOrEqualToThreshold",
    "<": "LessThanThreshold",
    "<=": "LessThanOrEqualToThreshold",
    "!=": "NotEqualToThreshold",
    "==": "EqualToThreshold",
}
"""As the program writes them and as the API does; all others are the same in both."""
_SIGNS = {text: sign for sign, text in _OPERATORS.items()}

_LEVELS = {
    "escalationsCritical": "Critical",
    "escalationsWarn": "Warn",
    "escalationsInfo": "Info",
}
_PERIOD_SECONDS = 300
"""Default of `period` in the official provider's schema."""


class Alarm(Handler):
    """An alarm rule; the provider chooses its id."""

    token = "alicloud:cms/alarm:Alarm"
    label = "alarm rule"
    arguments: ClassVar = {
        "name": "rule_name",
        "project": "namespace",
        "metric": "metric_name",
        "metricDimensions": "resources",
        "silenceTime": "silence_time",
        "effectiveInterval": "effective_interval",
        "webhook": "webhook",
        "tags": "labels",
    }
    outputs: ClassVar = {
        "name": "RuleName",
        "project": "Namespace",
        "metric": "MetricName",
        "metricDimensions": "Resources",
        "silenceTime": "SilenceTime",
        "effectiveInterval": "EffectiveInterval",
        "period": "Period",
        "webhook": "Webhook",
        "enabled": "EnableState",
        "status": "AlertState",
    }
    more_outputs = ("contactGroups", "tags", *_LEVELS)
    status = "AlertState"
    unsimulated = ("compositeExpression", "prometheuses", "targets")

    def create(self, call: Call, inputs: Values) -> str:
        """PutResourceMetricRule under a new id, then EnableMetricRules or DisableMetricRules."""
        self.refuse_unsimulated([name for name in self.unsimulated if inputs.get(name)])
        id = f"terraform-{uuid.uuid4().hex[:26]}"
        self._put(call, id, inputs)
        return id

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeMetricRuleList."""
        answer = call.cloud.cms.describe_metric_rule_list(rule_ids=id)
        return first(answer["Alarms"]["Alarm"])

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """PutResourceMetricRule again, with everything."""
        if changed:
            self._put(call, id, new)

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteMetricRules."""
        return call.cloud.cms.delete_metric_rules(id=[id])

    def output_values(self, answer: Answer) -> Values:
        """Conditions by level, with the operators as the program writes them."""
        values = super().output_values(answer)
        values["contactGroups"] = answer["ContactGroups"].split(",")
        values["tags"] = {one["Key"]: one["Value"] for one in dug(answer, "Labels.Labels") or []}
        for wire, level in _LEVELS.items():
            found = answer["Escalations"].get(level)
            values[wire] = found and {
                "comparisonOperator": _SIGNS.get(
                    found["ComparisonOperator"], found["ComparisonOperator"]
                ),
                "statistics": found["Statistics"],
                "threshold": found["Threshold"],
                "times": found["Times"],
            }
        return values

    def _put(self, call: Call, id: str, inputs: Values) -> None:
        cms = call.cloud.cms
        escalations = {
            level: _condition(inputs[wire]) for wire, level in _LEVELS.items() if inputs.get(wire)
        }
        call.retried(
            lambda: cms.put_resource_metric_rule(
                rule_id=id,
                **{"rule_name": id, "resources": "[]", **self.given(inputs)},
                contact_groups=",".join(inputs["contactGroups"]),
                period=str(inputs.get("period", _PERIOD_SECONDS)),
                escalations=escalations,
            )
        )
        enabled = inputs.get("enabled", True)
        action = cms.enable_metric_rules if enabled else cms.disable_metric_rules
        call.retried(lambda: action(rule_id=[id]))


def _condition(given: Values) -> dict[str, Any]:
    operator = given.get("comparisonOperator", ">")
    return {
        "ComparisonOperator": _OPERATORS.get(operator, operator),
        "Statistics": given.get("statistics", "Average"),
        "Threshold": given.get("threshold"),
        "Times": given.get("times", 3),
    }
