"""Where a measurement runs: a folder with an empty home, so that it disturbs nobody's stacks."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ruamel.yaml import YAML

from ackb.domain.home import HOME_VARIABLE, Home
from ackb.engine import daemon

CLONE = Path(__file__).parents[1]

_PACKAGES = ("ackb", "blueprints", "components", "policies", "sandbox")

#: Variables of the caller that would change what is measured.
_NOT_MEASURED = ("ACKB_HOME", "ACKB_PROJECT", "PULUMI_", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHE")


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder for a project; what its sandbox still runs in the end is ended."""
    with tempfile.TemporaryDirectory(prefix="ackb-bench-") as name:
        project = Path(name).resolve() / "project"
        project.mkdir()
        try:
            yield project
        finally:
            daemon.stop(home_of(project))


def copy_project(project: Path) -> None:
    """Put the program, the stacks and the policies of the clone into a folder."""
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(CLONE / name, project / name)
    (project / "stacks").mkdir()
    for stack in (CLONE / "stacks").glob("Pulumi.*.yaml"):
        _copy_without_secrets(stack, project / "stacks" / stack.name)
    link_policies(project)


def link_policies(project: Path) -> None:
    """Let the policy pack of the clone judge the stacks of the folder."""
    policies_of(project).symlink_to(CLONE / "policies")


def policies_of(project: Path) -> Path:
    """Where the folder has its policy pack; without it nothing is judged."""
    return project / "policies"


def home_of(project: Path) -> Home:
    """The home of the folder."""
    return Home(project / ".ackb")


def environment(project: Path) -> dict[str, str]:
    """The caller's environment with this interpreter first, and with the home of the folder."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_NOT_MEASURED)}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**kept, "PATH": path, "NO_COLOR": "1", HOME_VARIABLE: str(home_of(project).root)}


def make_cold() -> None:
    """Forget what earlier runs left ready: bytecode of this project, and files in the page cache.

    Bytecode of the installed packages stays: pip makes it when it installs them. A file that
    another process has mapped stays in the cache too; how much is read again is measured.
    """
    for cache in _caches():
        shutil.rmtree(cache, ignore_errors=True)
    os.sync()
    libraries = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"))
    for root in (*libraries, *(str(CLONE / name) for name in _PACKAGES)):
        for parent, _, files in os.walk(root):
            for file in files:
                _drop(Path(parent) / file)


def _caches() -> list[Path]:
    return [cache for name in _PACKAGES for cache in (CLONE / name).rglob("__pycache__")]


def _copy_without_secrets(stack: Path, target: Path) -> None:
    """Copy a stack file; what an `up` in the clone encrypted is of no use to another home."""
    yaml = YAML()
    content = yaml.load(stack)
    content.pop("encryptionsalt", None)
    config: dict[str, object] = content["config"]
    for key, value in list(config.items()):
        if isinstance(value, dict) and "secure" in value:
            del config[key]
    yaml.dump(content, target)


def _drop(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
