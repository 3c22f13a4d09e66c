"""Rules of security groups."""

from __future__ import annotations

import ipaddress
import re

from ackb.domain.quotas import quota
from sandbox.cloud.ecs import errors
from sandbox.cloud.ecs.security_groups import RULE, SecurityGroups
from sandbox.cloud.service import Response, public, verb
from sandbox.cloud.store import Data

_PORT_PROTOCOLS = ("TCP", "UDP")
_PROTOCOLS = (*_PORT_PROTOCOLS, "ICMP", "ICMPV6", "GRE", "ALL")
_PRIORITIES = range(1, 101)
"""Allowed priorities, 1 first (reference page of AuthorizeSecurityGroup)."""

_PORTS = re.compile(r"^(\d{1,5})/(\d{1,5})$")


class Rules(SecurityGroups):
    """Security group rule actions."""

    @verb()
    def authorize_security_group(
        self,
        *,
        security_group_id: str,
        ip_protocol: str,
        port_range: str,
        source_cidr_ip: str | None = None,
        source_group_id: str | None = None,
        policy: str = "accept",
        priority: int = 1,
        description: str = "",
        region_id: str | None = None,
        client_token: str | None = None,
    ) -> Response:
        """AuthorizeSecurityGroup: adds an ingress rule; the same rule again changes nothing."""
        ports = (ip_protocol, port_range)
        other = (source_cidr_ip, source_group_id)
        return self._authorize(
            "ingress", security_group_id, ports, other, policy, priority, description
        )

    @verb()
    def authorize_security_group_egress(
        self,
        *,
        security_group_id: str,
        ip_protocol: str,
        port_range: str,
        dest_cidr_ip: str | None = None,
        dest_group_id: str | None = None,
        policy: str = "accept",
        priority: int = 1,
        description: str = "",
        region_id: str | None = None,
        client_token: str | None = None,
    ) -> Response:
        """AuthorizeSecurityGroupEgress: adds an egress rule."""
        ports = (ip_protocol, port_range)
        other = (dest_cidr_ip, dest_group_id)
        return self._authorize(
            "egress", security_group_id, ports, other, policy, priority, description
        )

    @verb()
    def modify_security_group_rule(
        self,
        *,
        security_group_id: str,
        security_group_rule_id: str,
        description: str,
        region_id: str | None = None,
    ) -> Response:
        """ModifySecurityGroupRule (the description of an ingress or egress rule)."""
        rule = self._rule(security_group_id, security_group_rule_id)
        rule["Description"] = description
        self.save(RULE, security_group_rule_id, rule)
        return {}

    @verb()
    def revoke_security_group(
        self, *, security_group_id: str, security_group_rule_id: str, region_id: str | None = None
    ) -> Response:
        """RevokeSecurityGroup: removes an ingress rule by its id."""
        self._rule(security_group_id, security_group_rule_id)
        self.remove(RULE, security_group_rule_id)
        return {}

    @verb()
    def revoke_security_group_egress(
        self, *, security_group_id: str, security_group_rule_id: str, region_id: str | None = None
    ) -> Response:
        """RevokeSecurityGroupEgress: removes an egress rule by its id."""
        self._rule(security_group_id, security_group_rule_id)
        self.remove(RULE, security_group_rule_id)
        return {}

    @verb(reads=True)
    def describe_security_group_attribute(
        self, *, security_group_id: str, direction: str = "all", region_id: str | None = None
    ) -> Response:
        """DescribeSecurityGroupAttribute: the group with its rules."""
        group = self.security_group(security_group_id)
        rules = [
            _shown(rule)
            for rule in self.find(RULE, SecurityGroupId=security_group_id)
            if direction in ("all", rule["Direction"])
        ]
        return {**public(group), "Permissions": {"Permission": rules}}

    def _authorize(
        self,
        direction: str,
        group_id: str,
        ports: tuple[str, str],
        other: tuple[str | None, str | None],
        policy: str,
        priority: int,
        description: str,
    ) -> Response:
        group = self.security_group(group_id)
        cidr, other_group = self._other_side(group, *other)
        rule: Data = {
            "SecurityGroupId": group_id,
            "Direction": direction,
            "IpProtocol": _protocol(ports[0]),
            "PortRange": _port_range(*ports),
            "Cidr": cidr,
            "OtherGroupId": other_group,
            "Policy": policy.capitalize(),
            "Priority": int(priority),
        }
        if rule["Policy"] not in ("Accept", "Drop"):
            raise errors.INVALID_POLICY()
        if rule["Priority"] not in _PRIORITIES:
            raise errors.INVALID_PRIORITY()
        rules = self.find(RULE, SecurityGroupId=group_id)
        if any(rule.items() <= existing.items() for existing in rules):
            return {}
        if len(rules) >= quota("ecs.security_group.rules").value:
            raise errors.RULE_LIMIT()
        rule_id = self.new_id("sgr")
        more = {"SecurityGroupRuleId": rule_id, "Description": description}
        self.add(RULE, rule_id, {**rule, **more, "CreateTime": self.timestamp()})
        return {}

    def _other_side(
        self, group: Data, cidr: str | None, other_group: str | None
    ) -> tuple[str, str]:
        if not cidr and not other_group:
            raise errors.MISSING_SOURCE()
        if other_group:
            if group["SecurityGroupType"] == "enterprise":
                raise errors.ENTERPRISE_GROUP_SOURCE()
            found = next(iter(self.find("ecs.SecurityGroup", SecurityGroupId=other_group)), None)
            if found is None:
                raise errors.SOURCE_GROUP_NOT_FOUND()
            if found["VpcId"] != group["VpcId"]:
                raise errors.SOURCE_GROUP_OF_OTHER_VPC()
            return "", other_group
        try:
            return str(ipaddress.IPv4Network(cidr or "")), ""
        except ValueError as error:
            raise errors.INVALID_SOURCE_CIDR() from error

    def _rule(self, group_id: str, rule_id: str) -> Data:
        self.security_group(group_id)
        rule = self.get(RULE, rule_id)
        if rule is None or rule["SecurityGroupId"] != group_id:
            raise errors.RULE_NOT_FOUND()
        return rule


def _protocol(text: str) -> str:
    if text.upper() not in _PROTOCOLS:
        raise errors.INVALID_PROTOCOL()
    return text.upper()


def _port_range(protocol: str, text: str) -> str:
    if protocol.upper() not in _PORT_PROTOCOLS:
        if text != "-1/-1":
            raise errors.INVALID_PORT_RANGE()
        return text
    match = _PORTS.match(text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]) <= 65535:
        raise errors.INVALID_PORT_RANGE()
    return text


def _shown(rule: Data) -> Response:
    """With the other side under the names for its direction."""
    side = "Source" if rule["Direction"] == "ingress" else "Dest"
    shown = {
        key: value for key, value in public(rule).items() if key not in ("Cidr", "OtherGroupId")
    }
    sides = {"SourceCidrIp": "", "SourceGroupId": "", "DestCidrIp": "", "DestGroupId": ""}
    sides.update({f"{side}CidrIp": rule["Cidr"], f"{side}GroupId": rule["OtherGroupId"]})
    return {**shown, **sides, "NicType": "intranet"}
