"""From the settings of alarms to their component."""

from __future__ import annotations

from typing import Final

import pulumi

from blueprints.foundation import Foundation
from blueprints.settings.alarms import Alarms
from components.alarms import ClusterAlarms, ClusterAlarmsArgs, Contact

_MINUTE: Final = 60


def raise_alarms(wanted: Alarms | None, account_id: str, base: Foundation) -> None:
    """Declare alarms on what the cluster uses; nothing where none are wanted."""
    if wanted is None:
        return
    ClusterAlarms(
        "alarms",
        ClusterAlarmsArgs(
            account_id=account_id,
            cluster_id=base.cluster.cluster_id,
            contacts=[
                Contact(contact_name=one.name, mail=one.mail, phone=one.phone)
                for one in wanted.contacts
            ],
            cpu_percent=wanted.cpu_percent,
            memory_percent=wanted.memory_percent,
            period_seconds=wanted.period_minutes * _MINUTE,
            times=wanted.times,
            silence_seconds=wanted.silence_seconds,
        ),
        pulumi.ResourceOptions(providers=[base.provider]),
    )
