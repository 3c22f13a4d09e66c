"""Node autoscaling of a cluster: its settings, and the nodes that are on their way."""

from __future__ import annotations

from typing import Any

from ackb.domain import cron
from ackb.domain.problems import Refused
from sandbox.cloud.cs import errors
from sandbox.cloud.cs.addons import Addons
from sandbox.cloud.cs.kinds import CLUSTER
from sandbox.cloud.cs.tasks import load_data
from sandbox.cloud.service import Response, verb

_PERIODS = ("scan_interval", "cool_down_duration", "unneeded_duration")
_SHARES = ("utilization_threshold", "gpu_utilization_threshold")


class Autoscaling(Addons):
    """The action that turns node autoscaling on and sets it."""

    @verb()
    def create_autoscaling_config(self, /, *, cluster_id: str, **settings: Any) -> Response:
        """CreateAutoscalingConfig: also changes it. What is left out has its default.

        There is no action that takes it back.
        """
        cluster = self.running_cluster(cluster_id)
        known = load_data("autoscaling")
        unknown = sorted(set(settings) - set(known["defaults"]))
        if unknown:
            raise errors.INVALID_PARAMETER(name=unknown[0], why="there is no such setting")
        chosen = {**known["defaults"], **settings}
        for name, allowed in known["values"].items():
            if chosen[name] not in allowed:
                raise errors.INVALID_PARAMETER(name=name, why=f"it is none of {', '.join(allowed)}")
        if chosen["scaler_type"] == "goatscaler" and chosen["expander"] != "least-waste":
            raise errors.INVALID_PARAMETER(
                name="expander", why="goatscaler only supports least-waste"
            )
        for name in _PERIODS:
            _check_period(name, chosen[name])
        for name in _SHARES:
            _check_share(name, chosen[name])
        self.save(CLUSTER, cluster_id, {**cluster, "autoscaling": chosen})
        return {}


def period_seconds(text: str) -> float:
    """A period as the API takes it: `10m`, `30s`, or a plain number of minutes.

    Raises:
        Refused: it is none.
    """
    spelled = text.replace(" ", "")
    return cron.duration(f"{spelled}m" if spelled.isdigit() else spelled).total_seconds()


def _check_period(name: str, value: str) -> None:
    try:
        period_seconds(value)
    except Refused as refused:
        raise errors.INVALID_PARAMETER(name=name, why=str(refused)) from refused


def _check_share(name: str, value: str) -> None:
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if not 0 < share < 1:
        raise errors.INVALID_PARAMETER(name=name, why="it must be between 0 and 1")
