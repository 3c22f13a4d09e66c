"""CloudMonitor alarms on a cluster, and who is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain import naming
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse
from components.naming import physical

_PROJECT: Final = "acs_k8s"
"""Metrics of Container Service, their dimensions and statistics:
https://www.alibabacloud.com/help/en/cms/user-guide/ack"""

_DIGEST_LENGTH: Final = 6
_PERIODS: Final = range(60, 3601, 60)
_SILENCES: Final = range(300, 86401)
"""Bounds of cms.Alarm `silence_time` (pulumi-alicloud 4.0.0)."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody who is told."""

    contact_name: str
    """Beginning of the name, which a hash of the addresses follows."""
    mail: str | None = None
    """Address for mail; its owner must follow a link first. Default: none."""
    phone: str | None = None
    """Number for text messages; confirmed by a link too. Default: none."""


@dataclass(frozen=True, kw_only=True)
class ClusterAlarmsArgs:
    """Arguments of `ClusterAlarms`."""

    account_id: str
    """Account of the cluster: a dimension of the metrics."""
    cluster_id: pulumi.Input[str]
    """Cluster that is watched."""
    contacts: Sequence[Contact]
    """Who is told; all of them form one group."""
    cpu_percent: int = 80
    """CPU use of the cluster that raises the alarm. Default: 80."""
    memory_percent: int = 85
    """Memory use of the cluster that raises it. Default: 85."""
    period_seconds: int = 300
    """Length of a measurement, a multiple of 60. Default: 300."""
    times: int = 3
    """Measurements in a row above it before the alarm. Default: 3."""
    silence_seconds: int = 3600
    """Seconds before the same alarm is sent again, 300 to 86,400. Default: 3,600."""


class ClusterAlarms(pulumi.ComponentResource):
    """Somebody is told when a cluster uses much of its CPU or memory for some time (S3-27).

    Creates: the contacts, their group, and one alarm rule each on CPU and memory. The rules are on
    the whole cluster, so nodes may come and go.

        ClusterAlarms(
            "alarms",
            ClusterAlarmsArgs(
                account_id=account_id,
                cluster_id=cluster.cluster_id,
                contacts=[Contact(contact_name="on-call", mail="on-call@example.com")],
            ),
            pulumi.ResourceOptions(providers=[provider]),
        )

    Clusters made since 25 April 2024 send these metrics only after somebody has turned on
    CloudMonitor for their metrics-server in the console.
    """

    rule_ids: pulumi.Output[list[str]]
    """Ids of the alarm rules: CPU, memory."""

    def __init__(
        self, name: str, args: ClusterAlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("ClusterAlarms", name, _problems(args))
        super().__init__("ackb:monitoring:ClusterAlarms", name, None, opts)
        group = _group(name, args, self)
        rules = [
            _rule(name, args, group, metric, percent, pulumi.ResourceOptions(parent=self))
            for metric, percent in (("cpu", args.cpu_percent), ("memory", args.memory_percent))
        ]
        self.rule_ids = pulumi.Output.all(*(rule.id for rule in rules))
        self.register_outputs({"rule_ids": self.rule_ids})


def _group(
    name: str, args: ClusterAlarmsArgs, parent: pulumi.Resource
) -> alicloud.cms.AlarmContactGroup:
    contacts = [
        alicloud.cms.AlarmContact(
            f"{name}-contact-{one.contact_name}",
            alarm_contact_name=_told_apart(one),
            describe=f"Told about alarms of {pulumi.get_stack()}",
            channels_mail=one.mail,
            channels_sms=one.phone,
            opts=pulumi.ResourceOptions(
                parent=parent,
                # The cloud does not tell an address that its owner has not confirmed.
                ignore_changes=["channelsMail", "channelsSms"],
            ),
        )
        for one in args.contacts
    ]
    return alicloud.cms.AlarmContactGroup(
        f"{name}-group",
        alarm_contact_group_name=physical("alarm_contact_group", name),
        contacts=[one.alarm_contact_name for one in contacts],
        describe=f"Told about alarms of {pulumi.get_stack()}",
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _told_apart(contact: Contact) -> str:
    """A name that changes with the address: another address is another contact."""
    address = f"{contact.mail or ''} {contact.phone or ''}"
    ending = hashlib.sha256(address.encode()).hexdigest()[:_DIGEST_LENGTH]
    return naming.physical("alarm_contact", contact.contact_name, ending)


def _rule(
    name: str,
    args: ClusterAlarmsArgs,
    group: alicloud.cms.AlarmContactGroup,
    metric: str,
    percent: int,
    child: pulumi.ResourceOptions,
) -> alicloud.cms.Alarm:
    return alicloud.cms.Alarm(
        f"{name}-{metric}",
        name=physical("alarm", f"{name}-{metric}"),
        project=_PROJECT,
        metric=f"cluster.{metric}.utilization",
        metric_dimensions=pulumi.Output.from_input(args.cluster_id).apply(
            lambda cluster_id: json.dumps([{"userId": args.account_id, "cluster": cluster_id}])
        ),
        contact_groups=[group.alarm_contact_group_name],
        period=args.period_seconds,
        silence_time=args.silence_seconds,
        escalations_critical=alicloud.cms.AlarmEscalationsCriticalArgs(
            statistics="Value",
            comparison_operator=">=",
            threshold=str(percent),
            times=args.times,
        ),
        opts=child,
    )


def _problems(args: ClusterAlarmsArgs) -> Iterator[ArgumentProblem]:
    if not args.contacts:
        yield ArgumentProblem("contacts", "hold at least one contact", [], "name who is told")
    names = [one.contact_name for one in args.contacts]
    for index, one in enumerate(args.contacts):
        field = f"contacts[{index}]"
        broken = naming.check("alarm_contact", one.contact_name)
        yield from problem(f"{field}.contact_name", one.contact_name, broken)
        if names.index(one.contact_name) < index:
            yield ArgumentProblem(
                f"{field}.contact_name", "be given once", one.contact_name, "choose another name"
            )
        if one.mail is None and one.phone is None:
            yield ArgumentProblem(field, "have a channel", one.contact_name, "add mail or phone")
    for name, percent in (
        ("cpu_percent", args.cpu_percent),
        ("memory_percent", args.memory_percent),
    ):
        if not 1 <= percent <= 100:
            yield ArgumentProblem(name, "be from 1 to 100", percent, "choose a percentage")
    if args.period_seconds not in _PERIODS:
        yield ArgumentProblem(
            "period_seconds",
            f"be a multiple of {_PERIODS.step} up to {_PERIODS[-1]}",
            args.period_seconds,
            "choose 60 or 300",
        )
    if args.times < 1:
        yield ArgumentProblem("times", "be 1 or more", args.times, "choose a larger number")
    if args.silence_seconds not in _SILENCES:
        yield ArgumentProblem(
            "silence_seconds",
            f"be from {_SILENCES[0]} to {_SILENCES[-1]}",
            args.silence_seconds,
            "choose a number of seconds",
        )
