"""alicloud:ecs/securityGroupRule:SecurityGroupRule."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import GoneError, Handler, parts
from sandbox.providers.alicloud.values import Values


class SecurityGroupRule(Handler):
    """A rule; its id is made of everything that tells it from the group's others."""

    token = "alicloud:ecs/securityGroupRule:SecurityGroupRule"
    label = "security group rule"
    outputs: ClassVar = {
        "securityGroupId": "SecurityGroupId",
        "securityGroupRuleId": "SecurityGroupRuleId",
        "type": "Direction",
        "portRange": "PortRange",
        "priority": "Priority",
        "nicType": "NicType",
        "description": "Description",
    }
    more_outputs = ("ipProtocol", "policy", "cidrIp", "sourceSecurityGroupId")

    def create(self, call: Call, inputs: Values) -> str:
        """AuthorizeSecurityGroup or AuthorizeSecurityGroupEgress."""
        ecs, side = call.cloud.ecs, _SIDES[inputs["type"]]
        authorize: Any = (
            ecs.authorize_security_group
            if inputs["type"] == "ingress"
            else ecs.authorize_security_group_egress
        )
        token = call.client_token("AuthorizeSecurityGroup")
        call.retried(
            lambda: authorize(
                security_group_id=inputs["securityGroupId"],
                ip_protocol=inputs["ipProtocol"],
                port_range=inputs.get("portRange", "-1/-1"),
                policy=inputs.get("policy", "accept"),
                priority=inputs.get("priority", 1),
                description=inputs.get("description", ""),
                client_token=token,
                **{
                    f"{side}_cidr_ip": inputs.get("cidrIp"),
                    f"{side}_group_id": inputs.get("sourceSecurityGroupId"),
                },
            )
        )
        return _id(inputs)

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeSecurityGroupAttribute: the rule among the group's."""
        group = parts(id, _PARTS)[0]
        answer = call.cloud.ecs.describe_security_group_attribute(security_group_id=group)
        for rule in answer["Permissions"]["Permission"]:
            if _id(_wire(rule)) == id:
                return dict(rule)
        raise GoneError

    def output_values(self, answer: Answer) -> Values:
        """With the other side under one name for both directions."""
        return {**super().output_values(answer), **_wire(answer)}

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifySecurityGroupRule: the description; everything else makes a new rule."""
        if "description" in changed:
            call.retried(
                lambda: call.cloud.ecs.modify_security_group_rule(
                    security_group_id=new["securityGroupId"],
                    security_group_rule_id=old["securityGroupRuleId"],
                    description=new.get("description", ""),
                )
            )

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """RevokeSecurityGroup or RevokeSecurityGroupEgress."""
        ecs, rule = call.cloud.ecs, self.describe(call, id)
        revoke = (
            ecs.revoke_security_group
            if rule["Direction"] == "ingress"
            else ecs.revoke_security_group_egress
        )
        return revoke(
            security_group_id=rule["SecurityGroupId"],
            security_group_rule_id=rule["SecurityGroupRuleId"],
        )

    def delete(self, call: Call, id: str, state: Values) -> None:
        """Revoke the rule; there is no state to wait for."""
        self.deleted(call, lambda: self.remove(call, id, state))


_PARTS = 8
_SIDES = {"ingress": "source", "egress": "dest"}


def _wire(rule: Answer) -> Values:
    """Properties of a rule as the API shows it."""
    side = _SIDES[rule["Direction"]].capitalize()
    wire = {
        "securityGroupId": rule["SecurityGroupId"],
        "type": rule["Direction"],
        "ipProtocol": rule["IpProtocol"].lower(),
        "portRange": rule["PortRange"],
        "policy": rule["Policy"].lower(),
        "priority": rule["Priority"],
    }
    other = {
        "cidrIp": rule[f"{side}CidrIp"],
        "sourceSecurityGroupId": rule[f"{side}GroupId"],
    }
    return {**wire, **{name: value for name, value in other.items() if value}}


def _id(values: Values) -> str:
    return ":".join(
        (
            values["securityGroupId"],
            values["type"],
            values["ipProtocol"],
            values.get("portRange", "-1/-1"),
            values.get("nicType", "intranet"),
            values.get("cidrIp") or values.get("sourceSecurityGroupId", ""),
            values.get("policy", "accept"),
            str(values.get("priority", 1)),
        )
    )
