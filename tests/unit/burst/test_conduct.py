"""A burst over an API server of plain data."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ackb.burst import conduct, report
from ackb.burst.conduct import Burst, Stalled, Surroundings
from ackb.burst.course import Row, Usage, check
from ackb.burst.plan import plan
from ackb.burst.pods import INSTANCE, NAME, Container
from tests.unit.burst.test_plan import DESIGN

RUNS = Container(image="nginx:1.29", user_id=101)


class Api:
    """Some pods become ready with each look."""

    def __init__(self, step: int = 2) -> None:
        self.step = step
        self.body: Mapping[str, Any] | None = None
        self.ready = 0
        self.deleted = 0
        self.warnings: list[dict[str, str]] = []

    def get(self, path: str, **query: str) -> dict[str, Any]:
        if path.endswith("/events"):
            return {"items": self.warnings}
        if path.endswith("/pods"):
            assert query["labelSelector"] == "app=ackb-burst"
            pods = [
                {"metadata": {"name": f"{NAME}-{one}", "annotations": {INSTANCE: f"eci-{one}"}}}
                for one in range(self.ready)
            ]
            begin = int(query.get("continue", "0"))
            end = begin + min(2, int(query["limit"]))
            more = {"continue": str(end)} if end < len(pods) else {}
            return {"items": pods[begin:end], "metadata": more}
        assert self.body is not None
        count = int(self.body["spec"]["replicas"])
        self.ready = min(count, self.ready + self.step)
        return {"status": {"replicas": count, "readyReplicas": self.ready}}

    def post(self, path: str, body: Mapping[str, Any]) -> None:
        assert path == "/apis/apps/v1/namespaces/vk/deployments"
        self.body = body

    def delete(self, path: str) -> bool:
        assert path.endswith("/deployments/ackb-burst")
        there, self.body, self.ready = self.body is not None, None, 0
        self.deleted += 1
        return there


class Around(Surroundings):
    """Processes that take more with each look."""

    def __init__(self) -> None:
        self.looks = 0

    def processes(self) -> dict[str, Usage]:
        self.looks += 1
        return {"etcd": Usage(memory_mib=10.0 * self.looks, cpu_seconds=100.0 + self.looks)}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conduct.time, "sleep", lambda _seconds: None)


def test_a_burst_is_followed_checked_and_removed(tmp_path: Path) -> None:
    api, seen = Api(), list[Row]()
    course = Burst(api, "vk", RUNS, Around()).run(5, keep=False, on_row=seen.append)
    assert [row.ready for row in seen] == [2, 4, 5]
    assert course.check.passed
    assert course.check.pods == 5
    assert course.rows[-1].processes["etcd"].cpu_seconds == 3, "since the burst began"
    assert course.removed_seconds is not None
    assert api.body is None

    found = report.document(
        {"stack": "burst-dev", "region": "cn-hangzhou", "target": "sandbox", "simulated": True},
        plan(5, DESIGN),
        course,
        unlimited=False,
        kept=False,
    )
    assert found["hourly_cost"]["amount"] == pytest.approx(0.28, abs=0.005), "five such pods"
    files = report.write(tmp_path / "out", found)
    assert json.loads(Path(files["json"]).read_text("utf-8")) == found
    rows = list(csv.reader(io.StringIO(Path(files["csv"]).read_text("utf-8"))))
    assert rows[0] == ["seconds", "created", "ready", "etcd MiB", "etcd CPU s"]
    assert [row[2] for row in rows[1:]] == ["2", "4", "5"]
    html = Path(files["html"]).read_text("utf-8")
    assert "creation budget of ECI" in html
    assert "ECI is simulated; no container ran." in html
    lines = report.lines(found, files)
    assert any("no pod lost, none started twice" in line for line in lines)


def test_the_pods_keep_the_restricted_standard_and_go_to_eci() -> None:
    api = Api()
    Burst(api, "vk", RUNS).run(2, keep=True, on_row=lambda _row: None)
    assert api.body is not None
    assert api.deleted == 0
    template = api.body["spec"]["template"]
    assert template["metadata"]["labels"]["alibabacloud.com/eci"] == "true"
    (container,) = template["spec"]["containers"]
    assert container["resources"]["requests"] == {"cpu": "250m", "memory": "512Mi"}
    assert container["resources"]["limits"] == container["resources"]["requests"]
    assert template["spec"]["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_leftovers_of_a_killed_burst_are_removed_first() -> None:
    api = Api()
    assert not Burst(api, "vk", RUNS).clear()
    Burst(api, "vk", RUNS).run(2, keep=True, on_row=lambda _row: None)
    assert Burst(api, "vk", RUNS).clear()
    assert api.body is None


def test_pods_that_do_not_go_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(0, 100_000, 600))
    monkeypatch.setattr(conduct.time, "monotonic", lambda: next(moments))
    api = Api()
    monkeypatch.setattr(Burst, "_left", lambda _self: 1)
    with pytest.raises(Stalled, match=r"still there after 30 minutes.*get pods -l app=ackb-burst"):
        Burst(api, "vk", RUNS).clear()


def test_a_burst_that_is_interrupted_asks_for_its_removal() -> None:
    api = Api()

    def interrupt(row: Row) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Burst(api, "vk", RUNS).run(5, keep=True, on_row=interrupt)
    assert api.deleted == 1


def test_a_burst_that_does_not_get_on_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def tick() -> float:
        now[0] += 50
        return now[0]

    monkeypatch.setattr(conduct.time, "monotonic", tick)
    api = Api(step=0)
    api.warnings = [
        {"reason": "Other", "message": "once"},
        *([{"reason": "ProviderCreateFailed", "message": "sold out"}] * 2),
    ]
    with pytest.raises(Stalled, match=r"0 of 5 pods .* most often: ProviderCreateFailed: sold out"):
        Burst(api, "vk", RUNS).run(5, keep=True, on_row=lambda _row: None)
    assert api.deleted == 1


@pytest.mark.parametrize(
    ("pods", "instances", "lost", "double"),
    [
        ({"a": "eci-1", "b": "eci-2"}, {"eci-1": "a", "eci-2": "b"}, [], []),
        ({"a": "eci-1", "b": "eci-2"}, None, [], []),
        ({"a": "eci-1", "b": ""}, None, ["b"], []),
        ({"a": "eci-1", "b": "eci-1"}, None, [], ["eci-1"]),
        ({"a": "eci-1"}, {"eci-1": "a", "eci-2": "a"}, [], ["eci-2"]),
        ({"a": "eci-1", "b": "eci-2"}, {"eci-1": "a"}, ["b"], []),
    ],
)
def test_pods_and_instances_belong_together(
    pods: dict[str, str], instances: dict[str, str] | None, lost: list[str], double: list[str]
) -> None:
    found = check(pods, instances)
    assert (list(found.lost), list(found.double)) == (lost, double)
    assert found.passed == (not lost and not double)
