"""What runs in CI, what is cleaned, and what is installed."""

from __future__ import annotations

import ast
import fcntl
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests.unit.toolchain.conftest import PutOnPath
from tests.unit.toolchain.scripts import CLONE, load

PACKAGES = ("ackb", "blueprints", "components", "policies", "sandbox", "tools", "bench", "tests")
#: What is asked for to be run, or to be there, and is imported nowhere.
NOT_IMPORTED = {
    "setuptools",
    "pip-tools",
    "pytest-timeout",
    "pytest-xdist",
    "ruff",
    "mypy",
    "types-pyyaml",
    "types-psutil",
}
PINNED = re.compile(
    r"^([a-z0-9-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M
)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _asked_for() -> dict[str, str]:
    lines = (CLONE / "requirements.in").read_text().splitlines()
    asked = [re.match(r"(\S+)==(\S+)  # \S", line) for line in lines if line and line[0] != "#"]
    assert None not in asked, "each line is `name==version  # reason`"
    return {_normal(match[1]): match[2] for match in asked if match}


def _pinned() -> dict[str, str]:
    found = PINNED.findall((CLONE / "requirements.txt").read_text())
    return {name: version for name, version, _ in found}


def test_ci_runs_the_test_command_and_nothing_else(put_on_path: PutOnPath, tmp_path: Path) -> None:
    put_on_path("make", 'echo "$PWD: make $*"; if read -r line; then echo "input: $line"; fi')
    put_on_path("dirname", 'echo "${1%/*}"')
    bash = "/bin/bash" if Path("/bin/bash").exists() else "bash"
    result = subprocess.run(
        [bash, str(CLONE / ".ci" / "run")],
        cwd=tmp_path,
        input="y\n",
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{CLONE}: make test\n", "")
    assert (CLONE / ".ci" / "run").stat().st_mode & 0o111


def test_what_is_asked_for_is_pinned_with_hashes() -> None:
    pinned = _pinned()
    assert _asked_for().items() <= pinned.items()
    every = re.findall(r"^[^\s#]\S*", (CLONE / "requirements.txt").read_text(), re.M)
    assert len(every) == len(pinned), "a line is not `name==version` with hashes"


def test_the_pins_name_no_machine_and_no_package_host() -> None:
    for name in ("requirements.in", "requirements.txt"):
        text = (CLONE / name).read_text()
        assert not re.search(r"https?:|^-|\s/\w|index-url|find-links|trusted-host", text, re.M)


def test_this_environment_has_what_is_asked_for() -> None:
    installed = {name: metadata.version(name) for name in _asked_for()}
    assert installed.items() <= _asked_for().items()


def _imported() -> dict[str, Path]:
    """Top-level modules that are neither ours nor Python's, each with a file that imports it."""
    files = [path for folder in PACKAGES for path in (CLONE / folder).rglob("*.py")]
    assert len(files) > 300
    ours = {*PACKAGES, *(path.stem for path in (CLONE / "tools").glob("*.py"))}
    found: dict[str, Path] = {}
    for path in files:
        for node in ast.walk(ast.parse(path.read_bytes())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                top = name.split(".")[0]
                if top not in sys.stdlib_module_names and top not in ours:
                    found[top] = path.relative_to(CLONE)
    return found


def _distributions(module: str) -> set[str]:
    return {_normal(name) for name in metadata.packages_distributions().get(module, [])}


def test_every_import_is_asked_for() -> None:
    """What comes only as a dependency of a dependency may go with its next release."""
    asked = set(_asked_for()) | {"ackb"}
    not_asked = {
        module: str(path)
        for module, path in _imported().items()
        if asked.isdisjoint(_distributions(module))
    }
    assert not_asked == {}


def test_everything_asked_for_is_used() -> None:
    used = {name for module in _imported() for name in _distributions(module)}
    assert set(_asked_for()) - used == NOT_IMPORTED


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, and a clone with everything that cleaning removes."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("ACKB_HOME", str(folder))
    return folder


@pytest.fixture
def clean_clone(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with things to remove; the script works on it."""
    clone = tmp_path / "clone"
    for name in (".venv/bin", ".ackb/tools/bin", ".ackb/state", "ackb/__pycache__", ".mypy_cache"):
        (clone / name).mkdir(parents=True)
    return clone


def _clean(clone: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    module = load("clean")
    monkeypatch.setattr(module, "CLONE", clone)
    code: int = module.main()
    return code


def test_clean_removes_what_can_be_made_again_and_keeps_state(
    clean_clone: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "cloud.sqlite").touch()
    assert _clean(clean_clone, monkeypatch) == 0
    left = sorted(str(path.relative_to(clean_clone)) for path in clean_clone.rglob("*"))
    assert left == [".ackb", ".ackb/state", "ackb"]
    assert (home / "cloud.sqlite").exists()


@pytest.mark.parametrize("sign", ["daemon", "cluster"])
def test_clean_refuses_while_a_sandbox_runs(
    clean_clone: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sign: str,
) -> None:
    with (home / "daemon.lock").open("w") as lock:
        if sign == "daemon":
            fcntl.flock(lock, fcntl.LOCK_EX)
        else:
            (home / "kwok" / "clusters" / "ackb-1").mkdir(parents=True)
        assert _clean(clean_clone, monkeypatch) == 1
    assert capsys.readouterr().err == (
        f"make clean: a sandbox in {home} is running, or was not ended in order; run `make down` "
        "first. Nothing was removed.\n"
    )
    assert (clean_clone / ".venv" / "bin").exists()


def test_clean_is_not_hindered_by_a_lock_nobody_holds(
    clean_clone: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "daemon.lock").touch()
    assert _clean(clean_clone, monkeypatch) == 0
