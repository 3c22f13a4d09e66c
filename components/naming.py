"""Names of cloud resources, made of the stack's name and the logical name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pulumi

from ackb.domain import naming


def physical(kind: str, logical: str) -> str:
    """Return the name a resource of `kind` gets in the cloud, such as `wordpress-dev-net-vpc`.

    It carries the stack's name, so that two stacks of one account never meet. `kind` is a row of
    `ackb/domain/data/name_limits.json`.
    """
    return naming.physical(kind, pulumi.get_stack(), logical)


def distinct(kind: str, logical: str, made_of: Sequence[pulumi.Input[str]]) -> pulumi.Output[str]:
    """Return a physical name that changes with the inputs whose change replaces the resource.

    A replacement can then be made beside a resource whose name must be unique, before the old one
    goes.
    """
    name = physical(kind, logical)

    def named(values: Sequence[str]) -> str:
        ending = hashlib.sha256("/".join(values).encode()).hexdigest()[:6]
        return naming.physical(kind, name, ending)

    return pulumi.Output.all(*made_of).apply(named)
