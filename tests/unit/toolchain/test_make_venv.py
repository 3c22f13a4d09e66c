"""`make venv`: when nothing, an update or a new environment is due."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.toolchain.scripts import CLONE, load

FAKE_PIP = "import sys\nprint('pip', *sys.argv[1:], file=open({log!r}, 'a'))\n"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with requirements only."""
    (tmp_path / "requirements.txt").write_text("typer==0.29.2\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return tmp_path


@pytest.fixture
def script(clone: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script at work on that clone, with a pip that only writes down what it was asked."""
    module = load("make_venv")
    monkeypatch.setattr(module, "CLONE", clone)
    for name in ("VENV", "REQUIREMENTS", "STAMP", "UNFINISHED"):
        place = getattr(module, name).relative_to(CLONE)
        monkeypatch.setattr(module, name, clone / place)

    def create(folder: Path, with_pip: bool) -> None:
        assert with_pip
        assert [path.name for path in folder.iterdir()] == ["unfinished"]
        (folder / "bin").mkdir()
        (folder / "bin" / "python").symlink_to(sys.executable)
        (folder / "created").touch()

    monkeypatch.setattr(module.venv, "create", create)
    fake = clone / "fake"
    fake.mkdir()
    (fake / "pip.py").write_text(FAKE_PIP.format(log=str(clone / "log")))
    monkeypatch.setenv("PYTHONPATH", str(fake))
    monkeypatch.setattr(sys, "argv", ["make_venv.py"])
    return module


def _asked(clone: Path) -> list[str]:
    """What pip was asked, `import pip` alone left out."""
    log = clone / "log"
    return [line for line in log.read_text().splitlines() if " " in line] if log.exists() else []


def test_from_nothing(script: ModuleType, clone: Path) -> None:
    assert script.main() == 0
    first, second = _asked(clone)
    assert first.startswith("pip install ")
    assert first.endswith(
        f"--require-hashes --only-binary :all: --requirement {clone}/requirements.txt"
    )
    assert second.endswith(f"--no-deps --no-build-isolation --editable {clone}")
    assert (clone / ".venv" / "complete").is_file()
    assert not (clone / ".venv" / "unfinished").exists()


def test_a_second_run_does_nothing(
    script: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script.main()
    (clone / "log").unlink()
    assert script.main() == 0
    monkeypatch.setattr(sys, "argv", ["make_venv.py", "--check"])
    assert script.main() == 0
    assert _asked(clone) == []


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_a_change_updates_in_place(
    script: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    script.main()
    (clone / ".venv" / "mine").touch()
    (clone / name).write_text("changed\n")
    with monkeypatch.context() as patched:
        patched.setattr(sys, "argv", ["make_venv.py", "--check"])
        assert script.main() == 1
    assert script.main() == 0
    assert len(_asked(clone)) == 4
    assert (clone / ".venv" / "mine").exists()


def test_a_moved_clone_is_not_up_to_date(
    script: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scripts in the environment name it by its full path."""
    script.main()
    monkeypatch.setattr(script, "CLONE", clone / "fake" / "..")
    assert not script.is_current()


def test_an_environment_made_by_hand_is_taken_over(script: ModuleType, clone: Path) -> None:
    bin_folder = clone / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "python").symlink_to(sys.executable)
    assert script.main() == 0
    assert not (clone / ".venv" / "created").exists()
    assert (clone / ".venv" / "complete").is_file()


@pytest.mark.parametrize("leftover", ["unfinished", "python-gone", "empty"])
def test_an_unusable_environment_is_made_anew(
    script: ModuleType, clone: Path, leftover: str
) -> None:
    bin_folder = clone / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    if leftover == "unfinished":
        (bin_folder / "python").symlink_to(sys.executable)
        (clone / ".venv" / "unfinished").touch()
    elif leftover == "python-gone":
        (bin_folder / "python").symlink_to("/nowhere/python3")
    assert script.main() == 0
    assert (clone / ".venv" / "created").exists()


def test_a_stop_half_way_is_repaired_by_the_next_run(
    script: ModuleType,
    clone: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = subprocess.run

    def stopped(command: list[str], **options: object) -> object:
        if "install" in command:
            raise KeyboardInterrupt
        return run(command, **options)

    with monkeypatch.context() as patched:
        patched.setattr(script.subprocess, "run", stopped)
        assert script.main() == 130
    assert capsys.readouterr().err == "make venv: stopped; run it again to finish\n"
    assert not script.is_current()
    assert (clone / ".venv" / "unfinished").exists()
    assert script.main() == 0
    assert script.is_current()


def test_a_failed_installation_is_one_sentence_after_pips_own(
    script: ModuleType, clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone / "fake" / "pip.py").write_text("import sys\nif sys.argv[1:]: sys.exit(1)\n")
    assert script.main() == 1
    assert capsys.readouterr().err == (
        "make venv: the packages could not be installed, see above; check the network, or set "
        "PIP_INDEX_URL to a package index that can be reached, and run it again.\n"
    )
    assert not script.is_current()


def _find_python(path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(CLONE / "tools" / "find_python.sh")],
        env={"PATH": str(path), "PYENV_ROOT": str(path / "pyenv"), **environment},
        capture_output=True,
        text=True,
    )


def _fake_python(path: Path, *, version: str, has_venv: bool = True) -> None:
    """A Python that answers the two questions of the script as that version would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "#!/bin/sh\n"
        f'case "$2" in\n*ensurepip*) exit {0 if has_venv else 1};;\nesac\n'
        f'code=$(printf "%s" "$2" | {sys.executable} -c \'import sys\n'
        f'print(sys.stdin.read().replace("sys.version_info", "({version})"))\')\n'
        f'{sys.executable} -c "$code" > /dev/null || exit 1\n'
        f'echo "{path}"\n'
    )
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("version", "good"),
    [("3, 10, 13", False), ("3, 11, 0", True), ("3, 14, 9", True), ("3, 15, 0", False)],
)
def test_which_pythons_will_do(tmp_path: Path, version: str, good: bool) -> None:
    _fake_python(tmp_path / "python3", version=version)
    result = _find_python(tmp_path)
    assert result.returncode == (0 if good else 3)
    assert result.stdout == (f"{tmp_path}/python3\n" if good else "")


def test_a_python_is_found_behind_unusable_ones(tmp_path: Path) -> None:
    """The system's is too old, a pyenv shim refuses, one has no venv module."""
    _fake_python(tmp_path / "python3", version="3, 9, 2")
    (tmp_path / "python3.12").write_text(
        "#!/bin/sh\necho 'pyenv: command not found' >&2; exit 127\n"
    )
    (tmp_path / "python3.12").chmod(0o755)
    _fake_python(tmp_path / "python3.13", version="3, 13, 0", has_venv=False)
    of_pyenv = tmp_path / "pyenv" / "versions" / "3.12.1" / "bin" / "python3"
    _fake_python(of_pyenv, version="3, 12, 1")
    assert _find_python(tmp_path).stdout == f"{of_pyenv}\n"


def test_only_the_named_python_is_looked_at(tmp_path: Path) -> None:
    _fake_python(tmp_path / "python3", version="3, 11, 0")
    _fake_python(tmp_path / "mine", version="3, 12, 0")
    assert _find_python(tmp_path, PYTHON="mine").stdout == f"{tmp_path}/mine\n"


def test_no_python_is_one_sentence(tmp_path: Path) -> None:
    result = _find_python(tmp_path)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == (
        "Python 3.11 to 3.14 is needed, and there is none (looked at: python3, python3.11 to "
        "python3.14, versions of pyenv); install one, or name it with PYTHON=/path/to/python3, "
        "and run this again.\n"
    )


def test_a_python_without_venv_is_one_sentence(tmp_path: Path) -> None:
    _fake_python(tmp_path / "python3", version="3, 11, 2", has_venv=False)
    result = _find_python(tmp_path)
    assert result.returncode == 3
    assert result.stderr == (
        f"{tmp_path}/python3 cannot make a virtual environment; install its venv module (Debian "
        "and Ubuntu: the package python3-venv) and run this again.\n"
    )
