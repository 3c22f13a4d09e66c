"""The engine as the command line uses it, on a small project with the real pulumi."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from ackb.domain.home import Home
from ackb.engine import daemon, locks
from ackb.engine.engine import Engine
from ackb.engine.errors import (
    DaemonFailed,
    Interrupted,
    PassphraseWrong,
    PolicyViolated,
    Protected,
    StackBusy,
    UpdateFailed,
)
from ackb.engine.events import Event
from tests.unit.serving.project import Project
from tests.unit.serving.shelf import Shelf

_PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def judge(args, report):
    if args.props.get("value") == "bad":
        report("the value must not be bad.\\nFix: another one.")

PolicyPack("pack", policies=[
    ResourceValidationPolicy("no-bad", "values are good", judge, EnforcementLevel.MANDATORY)
])
"""


class Daemon:
    """Stands for the sandbox's daemon: the shelf is served by the test."""

    def __init__(self, project: Project) -> None:
        self.record = project.record
        self.starts, self.stops = 0, 0
        self.lives = True

    def ensure_running(self, home: Home) -> object:
        self.starts += 1
        return self.record

    def status(self, home: Home) -> object:
        return self.record if self.lives else None

    def stop(self, home: Home, *, unless: Callable[[], bool]) -> bool:
        self.stops += not unless()
        return True


@pytest.fixture
def running(project: Project, monkeypatch: pytest.MonkeyPatch) -> Daemon:
    stand_in = Daemon(project)
    for name in ("ensure_running", "status", "stop"):
        monkeypatch.setattr(daemon, name, getattr(stand_in, name))
    return stand_in


@pytest.fixture
def engine(project: Project, running: Daemon, reports: list[str]) -> Engine:
    return Engine(project.folder, project.home, "sandbox", report=reports.append)


def test_a_stack_comes_up_is_asked_and_goes_away(
    engine: Engine, project: Project, shelf: Shelf, running: Daemon, reports: list[str]
) -> None:
    project.want({"a": {"value": "1"}})
    events: list[Event] = []
    engine.up("dev", events.append, secrets_wanted={"databasePassword": 24})
    assert ("done", "create", "a") in [(one.kind, one.op, one.name) for one in events]
    assert events[-1].kind == "summary"
    assert reports == ["generated ackb:databasePassword and kept it encrypted in the stack file"]
    stack_file = (project.folder / "Pulumi.dev.yaml").read_text()
    assert "ackb:databasePassword:\n    secure: v1:" in stack_file
    assert running.starts == 1
    assert engine.outputs("dev") == {"a": "thing-1"}
    assert running.starts == 1, "a question about the state needs no daemon"
    assert running.stops == 0
    engine.destroy("dev", events.append)
    assert shelf.things == {}
    assert running.stops == 1, "the simulated cloud is empty"
    assert [path.name for path in project.home.logs.glob("*.events.json")] == []


def test_a_protected_stack_does_not_go_down_even_in_part(
    engine: Engine, project: Project, shelf: Shelf
) -> None:
    """What depends on the protected thing would go before the engine says no."""
    project.want({"a": {"value": "1", "protected": True}, "b": {"value": "1"}})
    engine.up("dev", lambda event: None)
    with pytest.raises(Protected) as failure:
        engine.destroy("dev", lambda event: None)
    assert str(failure.value) == (
        'ENG-13 stack dev: "a" – is protected against deletion; nothing was removed. Fix: set its '
        "deletion_protection to false in the stack file, run `ackb up dev`, then `ackb down dev` "
        "again."
    )
    assert shelf.calls("delete") == []
    project.want({"a": {"value": "1"}, "b": {"value": "1"}})
    engine.up("dev", lambda event: None)
    engine.destroy("dev", lambda event: None)
    assert shelf.things == {}


@pytest.mark.parametrize("run", ["preview", "up"])
def test_a_change_that_would_replace_something_protected_says_which_setting(
    engine: Engine, project: Project, shelf: Shelf, run: str
) -> None:
    project.want({"a": {"place": "left", "protected": True}})
    engine.up("dev", lambda event: None)
    project.want({"a": {"place": "right", "protected": True}})
    with pytest.raises(UpdateFailed) as failure:
        getattr(engine, run)("dev", lambda event: None)
    assert str(failure.value) == (
        'ENG-13 stack dev: "a" – is protected, and the change would replace or delete it with all '
        "it holds. Fix: take the change back, or set its deletion_protection to false in the stack "
        "file, run `ackb up dev`, then make the change."
    )
    assert len(shelf.things) == 1


def test_the_daemon_stays_while_another_stack_works(
    engine: Engine, project: Project, running: Daemon
) -> None:
    engine.up("dev", lambda event: None)
    with locks.stack_lock(project.home, "prod"):
        engine.destroy("dev", lambda event: None)
    assert running.stops == 0


def test_a_preview_changes_nothing(engine: Engine, project: Project, shelf: Shelf) -> None:
    project.want({"a": {"value": "1"}})
    events: list[Event] = []
    engine.preview("dev", events.append)
    assert ("create", "a") in [(one.op, one.name) for one in events]
    assert shelf.things == {}


def test_a_failure_tells_the_providers_reason(
    engine: Engine, project: Project, shelf: Shelf
) -> None:
    """I6."""
    project.want({"a": {"value": "1"}})
    shelf.faults["a"] = "refuse"
    with pytest.raises(UpdateFailed) as failure:
        engine.up("dev", lambda event: None)
    assert str(failure.value) == (
        'ENG-08 stack dev: "up, exit code 1" – creating a: NoSpace (request id 4F). '
        "Next: tidy up. Fix: correct what it names and run again; the engine's output is in "
        f"{project.home.logs}/dev-up.log."
    )
    assert failure.value.exit_code == 1


def test_many_failures_tell_the_first_and_count_the_others(
    engine: Engine, project: Project, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Else the engine may stop before it meets all of them.
    monkeypatch.setenv("PULUMI_CONTINUE_ON_ERROR", "true")
    names = ["a", "b", "c", "d", "e"]
    project.want({name: {"value": "1"} for name in names})
    shelf.faults.update(dict.fromkeys(names, "refuse"))
    with pytest.raises(UpdateFailed) as failure:
        engine.up("dev", lambda event: None)
    assert str(failure.value).count("NoSpace") == 3
    assert "; and 2 more. Fix:" in str(failure.value)


def test_a_broken_policy_is_told_apart_from_a_failure(
    engine: Engine, project: Project, shelf: Shelf
) -> None:
    pack = project.folder / "policies"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\nversion: 0.0.1\n")
    (pack / "__main__.py").write_text(_PACK)
    project.want({"a": {"value": "bad"}})
    with pytest.raises(PolicyViolated) as failure:
        engine.up("dev", lambda event: None)
    assert (
        '"up, exit code 1" – no-bad: values are good the value must not be bad. '
        "Fix: another one. Fix: correct" in str(failure.value)
    )
    assert failure.value.exit_code == 2
    assert shelf.things == {}


def test_a_wrong_passphrase_stops_before_any_provider_is_asked(
    engine: Engine, project: Project, shelf: Shelf
) -> None:
    """F16."""
    engine.up("dev", lambda event: None, secrets_wanted={"databasePassword": 24})
    shelf.asked.clear()
    project.home.passphrase.write_text("another")
    project.want({"a": {"value": "1"}})
    with pytest.raises(PassphraseWrong, match=r"ENG-12 .*encrypted with another passphrase"):
        engine.up("dev", lambda event: None)
    with pytest.raises(PassphraseWrong, match=r"ENG-12 .*encrypted with another passphrase"):
        engine.up("dev", lambda event: None, secrets_wanted={"cachePassword": 24})
    assert shelf.asked == []
    assert shelf.things == {}


def test_a_passphrase_of_the_user_does_not_win(
    engine: Engine, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "mine")
    engine.up("dev", lambda event: None, secrets_wanted={"databasePassword": 24})
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    assert len(project.run("config", "get", "databasePassword", "--stack", "dev").strip()) == 24


def test_a_busy_stack_starts_nothing(
    engine: Engine, project: Project, running: Daemon, shelf: Shelf
) -> None:
    with locks.stack_lock(project.home, "dev"), pytest.raises(StackBusy):
        engine.up("dev", lambda event: None)
    assert running.starts == 0


def _once(condition: threading.Event, act: Callable[[], None]) -> None:
    def wait() -> None:
        condition.wait(60)
        act()

    threading.Thread(target=wait, daemon=True).start()


def _engine_process() -> psutil.Process:
    [found] = [one for one in psutil.Process().children() if one.name() == "pulumi"]
    return found


def test_ctrl_c_ends_gracefully_and_the_next_run_goes_on(
    engine: Engine, project: Project, shelf: Shelf
) -> None:
    """F11: what is under way is recorded, not pending."""
    project.want({"a": {"value": "1"}})
    shelf.faults["a"] = "wait"
    _once(shelf.waiting, lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(Interrupted) as failure:
        engine.up("dev", lambda event: None)
    assert str(failure.value) == (
        'ENG-07 stack dev: "up" – it was interrupted; what was made until then is recorded. '
        "Fix: run `ackb up dev` again."
    )
    assert failure.value.exit_code == 130
    assert project.resources()["a"]["id"] == "thing-1"
    engine.up("dev", lambda event: None)
    assert list(shelf.things) == ["thing-1"]


def test_a_killed_engine_is_told_and_the_next_run_repairs(
    engine: Engine, project: Project, shelf: Shelf, reports: list[str]
) -> None:
    project.want({"a": {"value": "1"}})
    shelf.faults["a"] = "wait"
    _once(shelf.waiting, lambda: _engine_process().kill())
    with pytest.raises(UpdateFailed) as failure:
        engine.up("dev", lambda event: None)
    assert str(failure.value) == (
        'ENG-08 stack dev: "up, SIGKILL" – the engine was killed; the next run repairs what it '
        "left. Fix: run `ackb up dev` again."
    )
    # The language host ends by itself when its engine is killed.
    while _of(project.folder):
        time.sleep(0.1)
    engine.up("dev", lambda event: None)
    assert list(shelf.things) == ["thing-1"]
    lock, pending = reports
    assert lock.startswith("removed the lock of a dead run (pid ")
    assert pending == (
        "a was being created when a run was killed: not found, it will be made again"
    )


def test_a_daemon_that_died_during_a_run_is_told(
    engine: Engine, project: Project, shelf: Shelf, running: Daemon
) -> None:
    """F12: rather than the engine's words about a connection."""
    project.want({"a": {"value": "1"}})
    shelf.faults["a"] = "crash"
    running.lives = False
    with pytest.raises(DaemonFailed) as failure:
        engine.up("dev", lambda event: None)
    assert str(failure.value) == (
        'ENG-11 stack dev: "up" – the sandbox\'s daemon ended during the run; the next run repairs '
        "what it left. Fix: run `ackb up dev` again."
    )


def _of(folder: Path) -> list[psutil.Process]:
    found = []
    for one in psutil.process_iter():
        try:
            if Path(one.cwd()).is_relative_to(folder):
                found.append(one)
        except psutil.Error:
            continue
    return found
