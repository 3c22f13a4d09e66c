"""A headless Chromium that opens HTML files and tells what a reader would see."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.unit.toolchain.scripts import load

T = TypeVar("T")

_PATIENCE = 120_000
"""Milliseconds: a machine with other work to do needs long to start a browser."""
_LOOK = """() => [...document.querySelectorAll('canvas')].map((canvas) => {
  const chart = window.Chart && Chart.getChart(canvas);
  const series = {};
  if (chart) {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    chart.data.datasets.forEach((set, number) => {
      const want = rgb(set.borderColor);
      let pixels = 0;
      for (let at = 0; at < data.length; at += 4) {
        const far = want.reduce((sum, one, part) => sum + Math.abs(data[at + part] - one), 0);
        if (data[at + 3] > 200 && far < 24) pixels += 1;
      }
      const visible = chart.isDatasetVisible(number);
      series[set.label] = { points: chart.getDatasetMeta(number).data.length, pixels, visible };
    });
  }
  return { label: canvas.getAttribute('aria-label'), drawn: Boolean(chart), series };
})"""


@dataclass
class Drawn:
    """A plot as it stands on its canvas."""

    label: str
    drawn: bool
    series: dict[str, dict[str, Any]]
    """By name: `points` of the chart, `pixels` in its colour, and whether it is `visible`."""


@dataclass
class Seen:
    """A page that was opened."""

    title: str
    plots: list[Drawn]
    errors: list[str] = field(default_factory=list)
    """Errors and warnings of its scripts."""
    requests: list[str] = field(default_factory=list)
    """What it asked for beside itself."""
    overflow: int = 0
    """Pixels by which it is wider than the window."""

    def check(self) -> None:
        """No script error, nothing fetched, no sideways scrolling, every plot drawn."""
        assert self.errors == []
        assert self.requests == []
        assert self.overflow <= 0
        for plot in self.plots:
            assert plot.drawn, plot.label
            assert plot.label, "a plot without an alternative text"
            shown = [one for one in plot.series.values() if one["visible"]]
            assert any(one["points"] and one["pixels"] for one in shown), plot


class Browser:
    """Chromium in a thread of its own: Playwright's loop would be in the way of other tests'."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._stack = contextlib.ExitStack()
        self._chromium: Any = None

    def start(self) -> None:
        """Start it; fails where there is no Chromium."""
        finder = load("chromium")
        path = finder.find()
        if path is None:
            pytest.fail(finder.MISSING)

        def launch() -> None:
            from playwright.sync_api import sync_playwright

            playwright = self._stack.enter_context(sync_playwright())
            self._chromium = playwright.chromium.launch(executable_path=path, timeout=_PATIENCE)

        self._thread.submit(launch).result()

    def stop(self) -> None:
        """End it."""
        if self._chromium is not None:
            self._thread.submit(self._chromium.close).result()
        self._thread.submit(self._stack.close).result()
        self._thread.shutdown()

    def open(
        self,
        file: Path,
        *,
        act: Callable[[Any], None] = lambda _: None,
        width: int = 1200,
        scheme: str = "light",
    ) -> Seen:
        """Open a file, let `act` use the page of Playwright, and tell what is there then."""
        return self._thread.submit(self._open, file, act, width, scheme).result()

    def _open(self, file: Path, act: Callable[[Any], None], width: int, scheme: str) -> Seen:
        page = self._chromium.new_page(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        page.set_default_timeout(_PATIENCE)
        errors: list[str] = []
        requests: list[str] = []
        address = file.resolve().as_uri()

        def note_console(message: Any) -> None:
            if message.type in ("error", "warning"):
                errors.append(message.text)

        def note_request(request: Any) -> None:
            if request.url.split("#")[0] != address:
                requests.append(request.url)

        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", note_console)
        page.on("request", note_request)
        try:
            page.goto(address)
            act(page)
            plots = [Drawn(**one) for one in page.evaluate(_LOOK)]
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            return Seen(page.title(), plots, errors, requests, page.evaluate(wide))
        finally:
            page.close()


def browsers() -> Iterator[Browser]:
    """The fixture's content: one browser, ended in any case."""
    browser = Browser()
    try:
        browser.start()
        yield browser
    finally:
        browser.stop()
