"""`make test` runs every group and its last lines say what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.toolchain.scripts import CLONE, load

TEST_FILES = {
    "good": "def test_one(): pass\n\ndef test_two(): pass\n",
    "bad": (
        "import pytest\n\n"
        "def test_good(): pass\n\n"
        "def test_bad(): assert False\n\n"
        "@pytest.fixture\ndef broken(): raise OSError\n\n"
        "def test_error(broken): pass\n\n"
        "def test_skipped(): pytest.skip('never')\n"
    ),
    "empty": "",
    "broken": "import nothing_of_that_name\n",
    "unsteady": (
        "from pathlib import Path\n\n"
        "def test_good(): pass\n\n"
        "def test_second_time():\n"
        "    seen = Path(__file__).with_name('seen')\n"
        "    was, _ = seen.exists(), seen.touch()\n"
        "    assert was\n\n"
        "def test_good_too(): pass\n"
    ),
    "dying": "import os\n\ndef test_dies(): os._exit(0)\n",
}


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, with groups of its own in a clone of its own."""
    module = load("run_tests")
    for name, text in TEST_FILES.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / f"test_{name}.py").write_text(text)
    checks = {
        "clean": (("platform",), ("platform",)),
        "dirty": (("nothing_of_that_name",), ("platform",)),
    }
    monkeypatch.setattr(module, "CLONE", tmp_path)
    monkeypatch.setattr(
        module,
        "GROUPS",
        (
            *(module.Group(name, commands=commands) for name, commands in checks.items()),
            *(module.Group(name, folder=name) for name in TEST_FILES),
            module.Group("repeated", folder="unsteady", again=True),
            module.Group("repeated-bad", folder="bad", again=True),
            module.Group("repeated-broken", folder="broken", again=True),
            module.Group("repeated-dying", folder="dying", again=True),
            module.Group("prepared", folder="good", first=("platform",)),
            module.Group("unready", folder="good", first=("nothing_of_that_name",)),
        ),
    )
    return module


def _last_lines(capfd: pytest.CaptureFixture[str], number: int) -> list[str]:
    return capfd.readouterr().out.splitlines()[-number:]


def test_all_groups_passing(runner: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["clean", "good"]) == 0
    head, clean, good, total = _last_lines(capfd, 4)
    assert head.split() == ["group", "result", "time", "tests"]
    assert clean.split()[:2] == ["clean", "passed"]
    assert good.split()[:2] == ["good", "passed"]
    assert good.endswith("s  2 passed, 0 failed")
    assert total.startswith("===== 2 passed, 0 failed in ")


def test_a_failure_does_not_stop_the_others_and_fails_the_whole(
    runner: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    assert runner.main(["dirty", "bad", "good"]) == 1
    dirty, good, bad, failed, total = _last_lines(capfd, 5)
    assert dirty.split()[:2] == ["dirty", "FAILED"]
    assert bad.split()[:2] == ["bad", "FAILED"]
    assert bad.endswith("s  1 passed, 2 failed, 1 skipped")
    assert good.endswith("s  2 passed, 0 failed")
    assert failed == "failed: dirty, bad"
    assert total.startswith("===== 3 passed, 2 failed, 1 skipped in ")


def test_what_a_group_needs_first_decides(
    runner: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    assert runner.main(["prepared", "unready"]) == 1
    prepared, unready, failed, total = _last_lines(capfd, 4)
    assert prepared.endswith("s  2 passed, 0 failed")
    assert unready.split()[:2] == ["unready", "FAILED"]
    assert failed == "failed: unready"
    assert total.startswith("===== 2 passed, 0 failed in ")


def test_a_failure_that_does_not_repeat_is_named(
    runner: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    assert runner.main(["repeated"]) == 0
    repeated, total = _last_lines(capfd, 2)
    said = "3 passed, 0 failed, 1 UNSTEADY (passed when run again)"
    assert repeated.split()[:2] == ["repeated", "passed"]
    assert repeated.endswith(said)
    assert total.startswith(f"===== {said} in ")


def test_a_failure_that_repeats_is_one(
    runner: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    assert runner.main(["repeated-bad", "unsteady"]) == 1
    unsteady, bad, failed, total = _last_lines(capfd, 4)
    assert unsteady.endswith("s  2 passed, 1 failed"), "only where the group says so"
    assert bad.endswith("s  1 passed, 2 failed, 1 skipped")
    assert failed == "failed: unsteady, repeated-bad"
    assert total.startswith("===== 3 passed, 3 failed, 1 skipped in ")


@pytest.mark.parametrize("name", ["empty", "broken", "dying", "repeated-broken", "repeated-dying"])
def test_a_group_without_a_verdict_has_failed(
    runner: ModuleType, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    """No test found, an import error, or pytest gone with exit code 0 before its report."""
    assert runner.main([name]) == 1
    assert f"failed: {name}" in _last_lines(capfd, 2)


def test_every_command_of_a_group_runs(runner: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def call(command: list[str]) -> int:
        called.append(command[2])
        return 1

    monkeypatch.setattr(runner, "call", call)
    assert runner.main(["dirty"]) == 1
    assert called == ["nothing_of_that_name", "platform"]


def test_a_stop_shows_what_has_run(
    runner: ModuleType, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run: Callable[..., object] = runner.run

    def stopped_at_good(group: object) -> object:
        if group == runner.Group("good", folder="good"):
            raise KeyboardInterrupt
        return run(group)

    monkeypatch.setattr(runner, "run", stopped_at_good)
    assert runner.main(["clean", "good"]) == 130
    clean, total, stopped = _last_lines(capfd, 3)
    assert clean.split()[:2] == ["clean", "passed"]
    assert total.startswith("===== 0 passed, 0 failed")
    assert stopped == "stopped before all groups had run"


def test_an_unknown_group_is_refused(runner: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        runner.main(["unti"])
    assert error.value.code == 2
    assert "no such group: unti (there are clean, dirty" in capfd.readouterr().err


def test_no_folder_of_tests_is_left_out() -> None:
    groups = {group.folder for group in load("run_tests").GROUPS if group.folder}
    with_tests = {
        path.relative_to(CLONE / "tests").parts[0] for path in CLONE.glob("tests/*/**/test_*.py")
    }
    assert {f"tests/{name}" for name in with_tests} <= groups
