"""Two runs of one stack never meet, and what dead runs left is named and removed."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from ackb.domain.home import Home
from ackb.engine import locks
from ackb.engine.environment import OWNER
from ackb.engine.errors import StackBusy
from ackb.engine.owner import lives, owner_mark

_HOLD = """
import sys
from pathlib import Path
from ackb.domain.home import Home
from ackb.engine.locks import stack_lock
with stack_lock(Home(Path(sys.argv[1])), sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(home: Home, stack: str) -> subprocess.Popen[str]:
    """Another process that holds the stack until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(home.root), stack],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def finish(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_a_second_process_is_told_who_works_on_the_stack(home: Home) -> None:
    """F13: one wins, the message names the holder."""
    holder = hold(home, "dev")
    try:
        with pytest.raises(StackBusy) as failure, locks.stack_lock(home, "dev"):
            raise AssertionError("both hold it")
        assert str(failure.value) == (
            f'ENG-05 stack dev: "pid {holder.pid}" – another run works on this stack. '
            "Fix: wait until it ends; when it hangs, end it with Ctrl-C and run again."
        )
        with locks.stack_lock(home, "prod"):
            pass
    finally:
        finish(holder)


def test_the_lock_of_a_killed_process_is_gone(home: Home) -> None:
    finish(hold(home, "dev"))
    with locks.stack_lock(home, "dev"):
        assert (home.root / "locks" / "dev").read_text() == f"pid {os.getpid()}"


def test_names_with_slashes_are_names_of_stacks_too(home: Home) -> None:
    with locks.stack_lock(home, "organization/ackb/prod"):
        assert [path.name for path in (home.root / "locks").iterdir()] == [
            "organization%2Fackb%2Fprod"
        ]


def test_runs_of_stacks_are_seen(home: Home) -> None:
    """The daemon must not be ended under a run that has made nothing yet."""
    assert not locks.any_work(home)
    holder = hold(home, "prod")
    assert locks.any_work(home)
    finish(holder)
    assert not locks.any_work(home)


def engine_lock(backend: Path, pid: int, host: str, since: datetime) -> Path:
    """A lock file as the engine writes it."""
    folder = backend / ".pulumi" / "locks" / "organization" / "ackb" / "dev"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{pid}-{host}.json"
    # Nine digits of a second, as Go writes them.
    written = since.strftime("%Y-%m-%dT%H:%M:%S.%f") + "123Z"
    content = {"pid": pid, "username": "someone", "hostname": host, "timestamp": written}
    path.write_text(json.dumps(content))
    return path


def a_dead_pid() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_the_lock_of_a_dead_engine_is_named_and_removed(home: Home, reports: list[str]) -> None:
    """F14."""
    pid = a_dead_pid()
    path = engine_lock(home.state, pid, socket.gethostname(), datetime.now(UTC))
    locks.clear_engine_locks(home.state, "ackb", "dev", reports.append)
    assert not path.exists()
    [report] = reports
    assert re.fullmatch(
        rf"removed the lock of a dead run \(pid {pid}, since 20\d\d-[0-9T:.-]+Z\) on dev", report
    )


def test_a_zombie_is_a_dead_engine(home: Home, reports: list[str]) -> None:
    """In a container without an init process nobody collects a killed engine."""
    zombie = subprocess.Popen(["sleep", "60"])
    path = engine_lock(home.state, zombie.pid, socket.gethostname(), datetime.now(UTC))
    zombie.kill()
    while psutil.Process(zombie.pid).status() != psutil.STATUS_ZOMBIE:
        pass
    locks.clear_engine_locks(home.state, "ackb", "dev", reports.append)
    zombie.wait()
    assert not path.exists()


def test_a_pid_that_was_given_again_does_not_keep_a_lock(home: Home, reports: list[str]) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=365)
    path = engine_lock(home.state, os.getpid(), socket.gethostname(), long_ago)
    locks.clear_engine_locks(home.state, "ackb", "dev", reports.append)
    assert not path.exists()


@pytest.mark.parametrize("host", ["here", "build-7"])
def test_a_living_engine_and_one_of_another_host_keep_their_locks(
    home: Home, reports: list[str], host: str
) -> None:
    name = socket.gethostname() if host == "here" else host
    pid = os.getpid() if host == "here" else a_dead_pid()
    path = engine_lock(home.state, pid, name, datetime.now(UTC))
    with pytest.raises(StackBusy) as failure:
        locks.clear_engine_locks(home.state, "ackb", "dev", reports.append)
    assert f'ENG-05 stack dev: "pid {pid} on {name} since 20' in str(failure.value)
    assert path.exists()
    assert reports == []


def test_the_oldest_lock_is_named_first(home: Home) -> None:
    now = datetime.now(UTC)
    engine_lock(home.state, 2, "b", now)
    engine_lock(home.state, 1, "a", now - timedelta(hours=1))
    engine_lock(home.state, 3, "c", now)
    (home.state / ".pulumi/locks/organization/ackb/dev/torn.json").write_text("{")
    assert [lock.host for lock in locks.engine_locks(home.state, "ackb", "dev")] == ["a", "b", "c"]


def engine(
    home: Home, owner: str, stack: str = "dev", on_interrupt: str = "echo interrupted; exit"
) -> subprocess.Popen[str]:
    """Stands for an engine that `ackb` started."""
    script = f'trap "{on_interrupt}" INT; echo ready; while :; do sleep 0.05; done'
    process = subprocess.Popen(
        ["sh", "-c", script, "up", "--stack", stack],
        env={**os.environ, OWNER: owner, "ACKB_HOME": str(home.root)},
        start_new_session=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def dead_owner() -> str:
    return f"{a_dead_pid()}@1.00"


def test_an_engine_whose_starter_was_killed_is_interrupted(home: Home, reports: list[str]) -> None:
    orphan = engine(home, dead_owner())
    locks.end_orphans(home, "dev", reports.append)
    # Nobody has collected it yet: it must not be waited for all the same.
    assert psutil.Process(orphan.pid).status() == psutil.STATUS_ZOMBIE
    assert (orphan.communicate()[0], orphan.returncode) == ("interrupted\n", 0)
    assert reports == [f"an interrupted run (pid {orphan.pid}) still works on dev; ending it"]


def test_an_engine_that_does_not_listen_is_killed(
    home: Home, reports: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_ORPHAN_LIMIT", 0.2)
    deaf = engine(home, dead_owner(), on_interrupt="")
    locks.end_orphans(home, "dev", reports.append)
    assert (deaf.communicate()[0], deaf.returncode) == ("", -signal.SIGKILL)


def test_other_engines_are_left_alone(home: Home, reports: list[str], tmp_path: Path) -> None:
    """Those of a living starter, of another stack, of another home."""
    left = [
        engine(home, owner_mark()),
        engine(home, dead_owner(), "prod"),
        engine(Home(tmp_path / "other"), dead_owner()),
    ]
    try:
        locks.end_orphans(home, "dev", reports.append)
        assert [process.poll() for process in left] == [None, None, None]
        assert reports == []
    finally:
        for process in left:
            process.kill()
            process.communicate()


def test_an_owner_is_told_from_a_later_process_with_its_pid() -> None:
    assert lives(owner_mark())
    assert not lives(f"{os.getpid()}@1.00")
    assert not lives(dead_owner())
