"""Names of cloud resources, made of the stack's name and the logical name."""

from __future__ import annotations

import pulumi

from ackb.domain import naming


def physical(kind: str, logical: str) -> str:
    """Return the name a resource of `kind` gets in the cloud, such as `wordpress-dev-net-vpc`.

    It carries the stack's name, so that two stacks of one account never meet. `kind` is a row of
    `ackb/domain/data/name_limits.json`.
    """
    return naming.physical(kind, pulumi.get_stack(), logical)
