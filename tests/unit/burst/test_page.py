"""The page of a burst, opened in a browser."""

from __future__ import annotations

from pathlib import Path

from ackb.burst import report
from ackb.burst.course import Check, Course, Row, Usage
from ackb.burst.page import page
from ackb.burst.plan import plan
from ackb.html.page import render
from tests.browser import Browser
from tests.unit.burst.test_plan import DESIGN

PODS = 10_000


def row(second: int, *, simulated: bool) -> Row:
    used = Usage(memory_mib=300.0 + second, cpu_seconds=float(second))
    return Row(
        seconds=float(second),
        created=min(PODS, 80 * second),
        ready=min(PODS, max(0, 20 * second - 100)),
        processes={"etcd": used, "kube-apiserver": used} if simulated else {},
    )


def document(*, simulated: bool = True, lost: list[str] | None = None) -> dict:
    rows = [row(second, simulated=simulated) for second in range(506)]
    check = Check(pods=PODS, instances=PODS, lost=lost or [], double=[])
    course = Course(begun=0.0, rows=rows, check=check, removed_seconds=120.0)
    target = "sandbox" if simulated else "alibaba-cloud"
    stack = {"stack": "burst-dev", "region": "cn-hangzhou", "target": target}
    found = plan(PODS, DESIGN)
    return report.document(
        {**stack, "simulated": simulated}, found, course, unlimited=False, kept=False
    )


def test_the_page_draws_pods_and_processes(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render(page(document())), "utf-8")
    seen = browser.open(path)
    seen.check()
    assert "10,000 ECI pods on burst-dev" in seen.title
    pods, memory = seen.plots
    assert set(pods.series) == {"created", "ready", "creation budget of ECI"}
    assert set(memory.series) == {"etcd", "kube-apiserver"}


def test_the_real_cloud_has_no_processes_to_show(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render(page(document(simulated=False, lost=["pod-7"]))), "utf-8")
    seen = browser.open(path)
    seen.check()
    assert len(seen.plots) == 1
    text = path.read_text("utf-8")
    assert "Lost: pod-7" in text
    assert "ECI is simulated" not in text
