"""A served shelf, and a project on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.serving.project import Project
from tests.unit.serving.shelf import Serving, Shelf


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def serving(shelf: Shelf) -> Iterator[Serving]:
    running = Serving(shelf)
    yield running
    running.stop()


@pytest.fixture
def project(tmp_path: Path, serving: Serving) -> Project:
    return Project(tmp_path, serving.port)
