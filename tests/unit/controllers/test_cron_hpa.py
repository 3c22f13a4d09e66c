from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.controllers.cron_hpa.bounds import Bounds, adjusted
from sandbox.controllers.cron_hpa.controller import ADDON, CronHpas
from sandbox.controllers.cron_hpa.job import excluded_by, schedule
from sandbox.kube.client import ApiError, Object
from sandbox.kube.pace import Pace

SCALE = "/apis/apps/v1/namespaces/shop/deployments/web/scale"
#: 16:00 in Shanghai.
BEGIN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class Api:
    """An API server with one Deployment, one autoscaler and one CronHorizontalPodAutoscaler."""

    def __init__(self, obj: Object) -> None:
        self.obj: Object | None = obj
        self.replicas = 2
        self.hpa: Object = {
            "metadata": {"name": "web", "namespace": "shop"},
            "spec": {
                "minReplicas": 1,
                "maxReplicas": 4,
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            },
            "status": {"currentReplicas": 2},
        }
        self.events: list[tuple[str, str, str]] = []
        self.refuses = 0

    def find(self, _kind: str, _name: str, _namespace: str) -> Object | None:
        return self.obj

    def get(self, path: str) -> Object:
        if path == "/apis/apps/v1":
            names = ("deployments", "Deployment"), ("deployments/scale", "Scale")
            return {
                "resources": [
                    *({"name": name, "kind": kind} for name, kind in names),
                    {"name": "daemonsets", "kind": "DaemonSet"},
                ]
            }
        if path == SCALE:
            if self.refuses:
                self.refuses -= 1
                raise ApiError(500, "InternalError", "etcd is slow")
            return {"spec": {"replicas": self.replicas}}
        assert path == "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web"
        return self.hpa

    def call(self, method: str, path: str, *, body: Object, content_type: str) -> Object:
        assert (method, path, content_type) == ("PATCH", SCALE, "application/merge-patch+json")
        self.replicas = body["spec"]["replicas"]
        return {}

    def patch(self, obj: Object, change: Object) -> Object:
        if obj["kind"] == "HorizontalPodAutoscaler":
            self.hpa["spec"] |= change["spec"]
        elif self.obj is not None:
            self.obj = {**self.obj, **change}
        return {}

    def apply(self, event: Object) -> Object:
        self.events.append((event["type"], event["reason"], event["message"]))
        return {}


class Lab:
    """The controller on a clock of its own."""

    def __init__(self, *jobs: dict[str, Any], kind: str = "Deployment", **spec: Any) -> None:
        target = {"apiVersion": "apps/v1", "kind": kind, "name": "web"}
        self.api = Api(
            {
                "apiVersion": "autoscaling.alibabacloud.com/v1beta1",
                "kind": "CronHorizontalPodAutoscaler",
                "metadata": {"name": "web", "namespace": "shop", "uid": "u-1"},
                "spec": {"scaleTargetRef": target, "jobs": list(jobs), **spec},
            }
        )
        self.at = BEGIN.timestamp()
        self.addon = SimpleNamespace(config={})
        context: Any = SimpleNamespace(
            cluster_id="c-1",
            client=self.api,
            cloud=SimpleNamespace(clock=SimpleNamespace(now=lambda: self.at)),
            backend=SimpleNamespace(addon=self._addon),
            pace=Pace(),
        )
        self.controller = CronHpas(context)

    def _addon(self, cluster_id: str, name: str) -> SimpleNamespace:
        assert (cluster_id, name) == ("c-1", ADDON)
        return self.addon

    def look(self, seconds: float = 0) -> float | None:
        """Reconcile so much later."""
        self.at += seconds
        return self.controller.reconcile(("shop", "web"))

    @property
    def conditions(self) -> dict[str, tuple[str, str]]:
        """State and message by name of the job."""
        assert self.api.obj is not None
        told = self.api.obj.get("status", {}).get("conditions", [])
        return {one["name"]: (one["state"], one["message"]) for one in told}


def job(name: str = "up", at: str = "0 30 16 * * *", size: int = 5, **more: Any) -> dict[str, Any]:
    return {"name": name, "schedule": at, "targetSize": size, **more}


def test_a_job_is_submitted_then_runs_at_its_time() -> None:
    lab = Lab(job(), job("down", "0 0 22 * * *", 1))
    assert lab.look() == 1800, "16:30 in the zone of the add-on"
    assert lab.conditions == {"up": ("Submitted", ""), "down": ("Submitted", "")}
    assert lab.look(1799) == 1
    assert lab.api.replicas == 2
    assert lab.look(1) == 5.5 * 3600
    done = "cron hpa job up executed successfully. current replicas:2, desired replicas:5."
    assert lab.api.replicas == 5
    assert lab.conditions == {"up": ("Succeed", done), "down": ("Submitted", "")}
    assert lab.api.events == [("Normal", "Succeed", done)]


def test_the_zone_is_that_of_the_add_on() -> None:
    lab = Lab(job())
    lab.addon.config = {"timezone": "UTC"}
    assert lab.look() == 8.5 * 3600
    lab.addon.config = {"timezone": "Mars/Olympus"}
    assert Lab(job()).look() == 1800


def test_a_job_that_runs_once() -> None:
    lab = Lab(job(at="@every 10s", runOnce=True), job("day", "@date 2026-11-22 16:00:05", 3))
    assert lab.look() == 5
    assert lab.look(5) == 5
    assert lab.api.replicas == 3
    assert lab.look(5) is None
    assert lab.api.replicas == 5
    assert lab.look(3600) is None
    assert lab.api.replicas == 5


def test_a_date_is_left_out() -> None:
    lab = Lab(job(), excludeDates=["nonsense", "* * * 22 11 *"])
    lab.look()
    lab.look(1800)
    assert lab.api.replicas == 2
    state, message = lab.conditions["up"]
    assert state == "Succeed"
    assert message.endswith("skip scaling activity,because of excludeDate (* * * 22 11 *).")


@pytest.mark.parametrize(
    ("mask", "off"),
    [("* * * 15 11 *", False), ("* * * * * 0", True), ("* * * * * 1", False), ("@daily", True)],
)
def test_dates_that_are_left_out(mask: str, off: bool) -> None:
    """2026-11-22 is a Sunday. The day counts, not the time in the mask."""
    assert excluded_by([mask], BEGIN, ZoneInfo("Asia/Shanghai")) == (mask if off else None)


def test_a_changed_job_begins_anew_and_the_others_go_on() -> None:
    lab = Lab(job(at="@every 100s"), job("down", "@every 300s", 1))
    lab.look()
    lab.look(100)
    assert lab.conditions["up"][0] == "Succeed"
    assert lab.api.obj is not None
    lab.api.obj["spec"]["jobs"][0]["targetSize"] = 9
    assert lab.look() == 100
    assert lab.conditions["up"] == ("Submitted", "")
    assert lab.look(100) == 100
    assert lab.api.replicas == 9
    assert lab.look(100) == 100
    assert lab.conditions["down"][0] == "Succeed", "300 s after it was made"


def test_a_removed_job_is_forgotten() -> None:
    lab = Lab(job(), job("down", "0 0 22 * * *", 1))
    lab.look()
    assert lab.api.obj is not None
    del lab.api.obj["spec"]["jobs"][0]
    assert lab.look() == 6 * 3600
    assert set(lab.conditions) == {"down"}
    lab.api.obj = None
    assert lab.look() is None


def test_what_fails_is_tried_for_ten_seconds() -> None:
    lab = Lab(job())
    lab.look()
    lab.api.refuses = 2
    assert lab.look(1800) == 3
    assert lab.look(3) == 3
    lab.look(3)
    assert lab.conditions["up"][0] == "Succeed"
    assert lab.api.replicas == 5


def test_what_never_works_ends_failed() -> None:
    lab = Lab(job(), kind="DaemonSet")
    lab.look()
    assert lab.look(1800) == 3
    for _ in range(3):
        lab.look(3)
    lab.look(3)
    state, message = lab.conditions["up"]
    assert state == "Failed"
    assert message == (
        "cron hpa failed to execute, because of failed to scale DaemonSet web in shop namespace"
        " to 5 after retrying 4 times and exit,because of"
        " DaemonSet (apps/v1) has no scale subresource"
    )
    assert lab.api.events == [("Warning", "Failed", message)]


def test_a_schedule_that_is_none_fails_at_once_and_the_others_run() -> None:
    lab = Lab(job("bad", "0 0 25 * * *"), job())
    assert lab.look() == 1800
    state, message = lab.conditions["bad"]
    assert state == "Failed"
    assert message.startswith("Failed to update cron hpa job bad,because of must have in its field")
    assert lab.conditions["up"][0] == "Submitted"


def test_five_fields_are_read_as_the_controller_reads_them() -> None:
    """Its parser takes the day of week as optional: minutes become seconds."""
    at = BEGIN.replace(second=1)
    assert schedule("30 8 * * *").next(at, UTC) == BEGIN.replace(minute=8, second=30)


@pytest.mark.parametrize(
    ("least", "most", "current", "target", "expected"),
    [
        (1, 10, 5, 5, Bounds(min=1, max=10, scales=False)),
        (1, 10, 5, 4, Bounds(min=1, max=10, scales=False)),
        (1, 10, 5, 6, Bounds(min=6, max=10, scales=True)),
        (5, 10, 5, 4, Bounds(min=4, max=10, scales=False)),
        (5, 10, 5, 11, Bounds(min=11, max=11, scales=True)),
        (5, 10, 12, 11, Bounds(min=5, max=11, scales=False)),
    ],
)
def test_bounds_of_an_autoscaler(
    least: int, most: int, current: int, target: int, expected: Bounds
) -> None:
    assert adjusted(least, most, current, target) == expected


def test_a_job_that_points_at_an_autoscaler() -> None:
    lab = Lab(job(), kind="HorizontalPodAutoscaler")
    lab.look()
    lab.look(1800)
    assert lab.api.hpa["spec"]["minReplicas"] == lab.api.hpa["spec"]["maxReplicas"] == 5
    assert lab.api.replicas == 5
    assert lab.conditions["up"][1].endswith("current replicas:2, desired replicas:5.")


def test_a_smaller_target_only_lowers_the_minimum() -> None:
    lab = Lab(job(size=1), kind="HorizontalPodAutoscaler")
    lab.api.hpa["spec"]["minReplicas"] = 2
    lab.look()
    lab.look(1800)
    assert lab.api.hpa["spec"]["minReplicas"] == 1
    assert lab.api.replicas == 2, "the autoscaler itself scales in"
    assert lab.conditions["up"][1].endswith(
        "Skip scale replicas because HPA web current replicas:2 >= desired replicas:1."
    )
