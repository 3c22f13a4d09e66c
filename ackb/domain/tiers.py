"""The tiers of workloads: what gives way to what when a node runs short."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from ackb.domain.qos import QosClass

LABEL: Final = "ackb/tier"
"""Label of pods and namespaces that tells their tier."""

OWNER: Final = "owner"
"""Label of pods and namespaces that tells who answers for them."""

CONTACT: Final = "ackb/contact"
"""Annotation of namespaces: whom to tell, in any form that people read."""


class Tier(StrEnum):
    """How much a workload matters to the people who wait for it.

    `online` answers requests and must not give way (S3-10); `offline` does heavy work that can
    wait, and is the first to be evicted; `system` keeps the cluster itself running.
    """

    ONLINE = "online"
    OFFLINE = "offline"
    SYSTEM = "system"


REQUIRED_QOS: Final[dict[Tier, QosClass]] = {Tier.ONLINE: QosClass.GUARANTEED}
"""QoS class a tier must have; a tier that is not here may have any."""


class Environment(StrEnum):
    """What a stack is for; the last word of its name and the value of its tag `env`."""

    DEV = "dev"
    TEST = "test"
    STAGING = "staging"
    PROD = "prod"
