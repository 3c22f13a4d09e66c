"""A home of its own for each test, and what is reported while it is repaired."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ackb.domain.home import Home
from tests.unit.serving.project import Project
from tests.unit.serving.shelf import Serving, Shelf


@pytest.fixture(autouse=True)
def own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the developer's shell decides a test."""
    for name in list(os.environ):
        if name.startswith(("PULUMI_", "ACKB_")) and name != "ACKB_TOOLS":
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def foreground() -> Iterator[None]:
    """A test run in the background ignores interrupts; what is tested here runs in a terminal."""
    handlers = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").ensure()


@pytest.fixture
def reports() -> list[str]:
    return []


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def project(tmp_path: Path, shelf: Shelf) -> Iterator[Project]:
    """A project for the real engine, on a served shelf."""
    serving = Serving(shelf)
    yield Project(tmp_path, serving.port)
    serving.stop()
