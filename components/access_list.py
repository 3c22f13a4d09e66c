"""Who gets through a load balancer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain import allow_lists, cidr
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse
from components.naming import physical

_MOST_ENTRIES: Final = 300
"""Entries of one list: https://www.alibabacloud.com/help/en/slb/classic-load-balancer/product-overview/limits"""


@dataclass(frozen=True, kw_only=True)
class AccessListArgs:
    """Arguments of `AccessList`."""

    cidrs: Sequence[str]
    """Addresses and ranges that may connect, such as `203.0.113.0/24`; not everybody."""
    resource_group_id: str | None = None
    """Resource group. Default: the account's default group."""


class AccessList(pulumi.ComponentResource):
    """The addresses that a listener of a Classic Load Balancer lets in.

    Creates: one access control list and its entries. A `LoadBalancer` takes it as `access_list_id`.

        clients = AccessList(
            "clients",
            AccessListArgs(cidrs=["203.0.113.0/24"]),
            pulumi.ResourceOptions(providers=[provider]),
        )
    """

    access_list_id: pulumi.Output[str]
    """Id of the list, known once all entries are in it."""

    def __init__(
        self, name: str, args: AccessListArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("AccessList", name, _problems(args))
        super().__init__("ackb:network:AccessList", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        made = alicloud.slb.Acl(
            f"{name}-acl",
            name=physical("load_balancer_acl", name),
            ip_version="ipv4",
            resource_group_id=args.resource_group_id,
            opts=child,
        )
        entries = [
            alicloud.slb.AclEntryAttachment(
                f"{name}-entry-{_label(one)}",
                acl_id=made.id,
                entry=_entry(one),
                opts=child,
            )
            for one in args.cidrs
        ]
        # An empty list would let in everybody for a moment.
        self.access_list_id = pulumi.Output.all(made.id, *(one.id for one in entries)).apply(
            lambda ids: str(ids[0])
        )
        self.register_outputs({"access_list_id": self.access_list_id})


def _entry(text: str) -> str:
    """The form in which the cloud keeps an entry: a range, also for one address."""
    return str(cidr.parse(text if "/" in text else f"{text}/32"))


def _label(text: str) -> str:
    return _entry(text).replace(".", "-").replace("/", "-")


def _problems(args: AccessListArgs) -> Iterator[ArgumentProblem]:
    if not 1 <= len(args.cidrs) <= _MOST_ENTRIES:
        yield ArgumentProblem(
            "cidrs", f"hold 1 to {_MOST_ENTRIES} entries", len(args.cidrs), "name who may connect"
        )
    seen: set[str] = set()
    for index, text in enumerate(args.cidrs):
        broken = allow_lists.check_entry(text)
        yield from problem(f"cidrs[{index}]", text, broken)
        if broken is None and _entry(text) in seen:
            yield ArgumentProblem(f"cidrs[{index}]", "be given once", text, "remove one of them")
        elif broken is None:
            seen.add(_entry(text))
