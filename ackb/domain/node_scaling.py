"""How the node autoscaler chooses among node pools, and which settings it takes.

Source: the arguments of cs.AutoscalingConfig in pulumi-alicloud 4.0.0 and
https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/auto-scaling-of-nodes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from ackb.domain.problems import Broken

Scaler = Literal["goatscaler", "cluster-autoscaler"]
Expander = Literal["least-waste", "random", "priority"]

_ONLY_EXPANDER: Final[dict[str, Expander]] = {"goatscaler": "least-waste"}

# GPU families: gn*, vgn*, sgn*, ebmgn*, sccgn*;
# https://www.alibabacloud.com/help/en/ecs/user-guide/gpu-accelerated-compute-optimized-and-vgpu-accelerated-instance-families
_GPU: Final = re.compile(r"ecs\.(ebm|scc)?[vs]?gn[0-9a-z-]*\.")


def has_gpu(instance_type: str) -> bool:
    """Tell whether an ECS instance type carries GPUs, by the name of its family."""
    return _GPU.match(instance_type) is not None


def preferred(pools: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """Return node pools in the order in which they should grow: CPU before GPU, as given else.

    Args:
        pools: name and instance types of each; one GPU type makes it a GPU pool.
    """
    return [
        name for name, _ in sorted(pools, key=lambda pool: any(has_gpu(one) for one in pool[1]))
    ]


def check_expander(scaler: str, expander: str) -> Broken | None:
    """Return what is wrong with a way of choosing among pools, or None."""
    only = _ONLY_EXPANDER.get(scaler)
    if only is None or expander == only:
        return None
    return Broken(
        f"be {only}, the only one that {scaler} has",
        f"write {only}, or choose cluster-autoscaler",
    )


def check_threshold(share: float) -> Broken | None:
    """Return what is wrong with a share of use below which a node may go, or None."""
    if 0 < share < 1:
        return None
    return Broken("be a share between 0 and 1", "write 0.5 for 50 %")


def share_text(share: float) -> str:
    """Return a share as the API takes it: `0.5`."""
    return f"{share:g}"


def check_subscription(*, elastic: bool, spot: bool) -> Broken | None:
    """Return what is wrong with paying for the nodes of a pool in advance, or None.

    The node autoscaler takes a subscription node out of the cluster and leaves the instance there,
    paid for.
    """
    if elastic:
        return Broken(
            "be left out of a pool that scales by itself: a node that goes stays, paid for",
            "give the pool a fixed size, or put peaks into a pool of their own",
        )
    if spot:
        return Broken(
            "be left out of a pool of preemptible instances, which are never paid in advance",
            "choose one of them",
        )
    return None


def check_private_pool(match: str | None, pool_id: str | None) -> Broken | None:
    """Return what is wrong with the private pool that a match names, of ECS or ECI, or None."""
    if (match == "Target") is (pool_id is not None):
        return None
    return Broken(
        "be given for match Target, and for no other",
        "add the id of the private pool, or choose Open"
        if pool_id is None
        else "remove it, or choose Target",
    )
