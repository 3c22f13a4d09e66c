"""The controllers that the parts of this package need in a cluster."""

from __future__ import annotations

from typing import Final

import pulumi

from components.addon import Addon, AddonArgs
from components.chart import Chart, ChartArgs, ChartRepository

CRON_CONTROLLER: Final = "ack-kubernetes-cronhpa-controller"
VERTICAL_CHART: Final = "ack-vertical-pod-autoscaler"
KEDA_CHART: Final = "ack-keda"

_NAMESPACE: Final = "kube-system"


def cron_controller(
    name: str,
    *,
    cluster_id: pulumi.Input[str],
    time_zone: str,
    opts: pulumi.ResourceOptions,
) -> Addon:
    """Return the add-on that acts on schedules; all of a cluster follow its one time zone."""
    return Addon(
        name,
        AddonArgs(
            cluster_id=cluster_id, addon_name=CRON_CONTROLLER, config={"timezone": time_zone}
        ),
        opts,
    )


def marketplace_chart(
    name: str, *, chart: str, repository: str, version: str, opts: pulumi.ResourceOptions
) -> Chart:
    """Return a chart of the marketplace, such as `VERTICAL_CHART`, installed in kube-system."""
    return Chart(
        name,
        ChartArgs(
            source=ChartRepository(url=repository, chart=chart, version=version),
            release_name=chart,
            namespace=_NAMESPACE,
        ),
        opts,
    )
