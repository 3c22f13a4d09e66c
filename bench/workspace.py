"""A copy of the project with an empty home, so that a measurement disturbs nobody's stacks."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLONE = Path(__file__).parents[1]


@contextmanager
def copy_of_project() -> Iterator[Path]:
    """A temporary project folder with the stacks, the program and the policies of the clone."""
    with tempfile.TemporaryDirectory(prefix="ackb-bench-") as folder:
        project = Path(folder).resolve() / "project"
        project.mkdir()
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(CLONE / name, project / name)
        shutil.copytree(CLONE / "stacks", project / "stacks")
        (project / "policies").symlink_to(CLONE / "policies")
        (project / ".venv").symlink_to(sys.prefix)
        yield project


def environment() -> dict[str, str]:
    """The caller's environment with this interpreter first and no home or stack of theirs."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ACKB_HOME", "PULUMI_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "NO_COLOR": "1"}
