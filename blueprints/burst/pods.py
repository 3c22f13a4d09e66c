"""What every pod of the blueprint needs to know of the virtual nodes."""

from __future__ import annotations

from typing import Literal

from blueprints.settings import BurstSettings


def dns_policy(settings: BurstSettings) -> Literal["ClusterFirst", "Default"]:
    """Return who resolves names for ECI pods.

    Without ClusterIP they do not reach CoreDNS, which is a ClusterIP Service itself: names come
    from the DNS of the VPC, which knows private zones and the internet.
    """
    return "ClusterFirst" if settings.virtual_nodes.cluster_ip else "Default"
