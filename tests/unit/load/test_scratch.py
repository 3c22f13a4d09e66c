from __future__ import annotations

import fcntl
from pathlib import Path
from typing import Any, cast

import pytest

from ackb.domain.home import Home
from ackb.load import scratch
from sandbox.kube.client import Client
from sandbox.kube.pace import Pace
from tests.unit.load.test_decisions import hpa


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "stacks").mkdir(parents=True)
    for name in ("Pulumi.yaml", "__main__.py"):
        (folder / name).write_text(name)
    return folder


def left(home: Home) -> list[Path]:
    return list((home.root / "load").glob("*"))


def test_the_copy_has_the_add_ons_of_the_project(project: Path, tmp_path: Path) -> None:
    (project / "addons" / "__pycache__").mkdir(parents=True)
    (project / "addons" / "own.py").write_text("# mine\n")
    home = Home(tmp_path / "home").ensure()
    with scratch.opened(project, home, "dev", "config: {}\n", Pace(5), print) as copy:
        assert [one.name for one in (copy.project / "addons").iterdir()] == ["own.py"]


def test_a_scratch_home_holds_a_copy_and_leaves_nothing(project: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    with scratch.opened(project, home, "dev", "config: {}\n", Pace(5), print) as copy:
        assert Pace.of(copy.home) == Pace(5)
        assert copy.home.root.is_relative_to(home.root)
        assert (copy.project / "__main__.py").read_text() == "__main__.py"
        assert (copy.project / "stacks" / "Pulumi.dev.yaml").read_text() == "config: {}\n"
    assert not (home.root / "load").exists()
    assert Pace.of(home) == Pace(1)


def test_an_interrupted_run_leaves_nothing(project: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    with (
        pytest.raises(KeyboardInterrupt),
        scratch.opened(project, home, "dev", "", Pace(3), print),
    ):
        raise KeyboardInterrupt
    assert left(home) == []


def test_the_next_run_removes_what_a_killed_one_left(project: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    killed, alive = home.root / "load" / "dead", home.root / "load" / "live"
    for root in (killed, alive):
        Home(root / "home").ensure()
    said: list[str] = []
    with (alive / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with scratch.opened(project, home, "dev", "", Pace(3), said.append):
            assert not killed.exists()
            assert alive.exists()
    assert left(home) == [alive]
    assert said == ["removing what an interrupted load test left (dead)"]


class FakeClient:
    def __init__(self, *objects: dict[str, Any]) -> None:
        self.objects = objects
        self.changes: list[dict[str, Any]] = []

    def get(self, path: str) -> dict[str, Any]:
        assert path.endswith("/horizontalpodautoscalers")
        return {"items": list(self.objects)}

    def patch(self, obj: dict[str, Any], change: dict[str, Any]) -> None:
        assert obj["kind"] == "HorizontalPodAutoscaler"
        self.changes.append(change)


@pytest.mark.parametrize(("speed", "period", "long", "window"), [(5, 3, 12, 20), (15, 1, 4, 7)])
def test_the_behavior_is_divided(speed: int, period: int, long: int, window: int) -> None:
    """Periods and windows are whole seconds of at least 1; one of 100 s is rounded up."""
    obj = hpa()
    obj["spec"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"] = 100
    client = FakeClient(obj, hpa(behavior=None))
    told = scratch.divide_behavior(cast(Client, client), Pace(speed))
    (change,) = client.changes
    behavior = change["spec"]["behavior"]
    assert [one["periodSeconds"] for one in behavior["scaleUp"]["policies"]] == [period, period]
    assert behavior["scaleUp"]["stabilizationWindowSeconds"] == 0
    assert behavior["scaleDown"]["policies"][0]["periodSeconds"] == long
    assert behavior["scaleDown"]["stabilizationWindowSeconds"] == window
    assert (
        "web behavior.scaleDown.stabilizationWindowSeconds",
        100,
        window,
    ) in told
    assert len(told) == 4
