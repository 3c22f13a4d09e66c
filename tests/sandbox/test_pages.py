"""The commands of the documentation, page by page; pages on the same stack share it."""

from __future__ import annotations

import runpy
import shutil
import sys
from pathlib import Path

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.pages import ROOT, reading

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def clone(sandbox: Sandbox) -> Sandbox:
    """The project with what `make` needs, its packages installed."""
    project = sandbox.project
    for name in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, project / name)
    shutil.copytree(ROOT / "tools", project / "tools")
    venv = project / ".venv"
    venv.unlink()
    venv.mkdir()
    for part in Path(sys.prefix).iterdir():
        (venv / part.name).symlink_to(part)
    (venv / "complete").unlink(missing_ok=True)
    installed = runpy.run_path(str(project / "tools" / "make_venv.py"))["wanted"]()
    (venv / "complete").write_text(installed, "utf-8")
    return sandbox


def test_the_readme_and_the_pages_on_wordpress(clone: Sandbox) -> None:
    """The stack comes up by `make up`, and goes by the page of its blueprint."""
    with reading(clone, "README.md") as readme:
        readme.until("make down")
        with reading(clone, "docs/blueprints/wordpress.md") as page:
            page.until("ackb down wordpress-dev")
            for name in ("docs/placement.md", "docs/policies.md", "docs/reports.md"):
                with reading(clone, name):
                    pass
        assert "The simulated cloud is empty." in page.said["ackb down wordpress-dev"]
