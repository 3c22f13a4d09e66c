"""Several runs at once, with small programs in place of `ackb`."""

from __future__ import annotations

import os
import signal
import stat
import sys
from pathlib import Path

from ackb.cli import side_by_side
from ackb.cli.side_by_side import Outcome

MEET = """
import pathlib, sys, time
here, names = pathlib.Path(sys.argv[1]), sys.argv[2:]
(here / names[0]).touch()
end = time.monotonic() + 60
while not all((here / name).exists() for name in names):
    assert time.monotonic() < end, "the others did not come"
    time.sleep(0.01)
print('{"met": true}')
"""
TURN = """
import pathlib, sys
with open(sys.argv[1], "a") as file:
    print("begin", file=file, flush=True)
    print("end", file=file, flush=True)
"""
STOPPABLE = """
import signal, sys, time
def stop(*_):
    print("stopping", file=sys.stderr, flush=True)
    sys.exit(130)
signal.signal(signal.SIGINT, stop)
print("ready", file=sys.stderr, flush=True)
time.sleep(60)
"""


def program(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-S", "-c", code, *map(str, arguments)]


def run(tmp_path: Path, commands, jobs, show=lambda stack, line: None):
    logs = {stack: tmp_path / f"{stack}.log" for stack in commands}
    return side_by_side.run(commands, jobs, logs, show, dict(os.environ))


def test_as_many_as_asked_for_run_at_once(tmp_path):
    commands = {name: program(MEET, tmp_path, name, other) for name, other in ("ab", "ba")}
    outcomes, interrupted = run(tmp_path, commands, jobs=2)
    assert [(one.stack, one.exit_code) for one in outcomes] == [("a", 0), ("b", 0)]
    assert [one.document for one in outcomes] == [{"met": True}] * 2
    assert not interrupted


def test_one_job_is_one_at_a_time(tmp_path):
    commands = {name: program(TURN, tmp_path / "turns") for name in "abc"}
    run(tmp_path, commands, jobs=1)
    assert (tmp_path / "turns").read_text().split() == ["begin", "end"] * 3


def test_one_that_fails_or_dies_does_not_stop_the_others(tmp_path):
    commands = {
        "bad": program('import sys; print(\'{"problems": ["why"]}\'); sys.exit(2)'),
        "dead": program("import os; os.kill(os.getpid(), 9)"),
        "torn": program("print('{')"),
        "good": program("print('{}')"),
    }
    outcomes, _ = run(tmp_path, commands, jobs=2)
    found = [(one.stack, one.exit_code, one.document) for one in outcomes]
    assert found == [
        ("bad", 2, {"problems": ["why"]}),
        ("dead", -signal.SIGKILL, {}),
        ("torn", 0, {}),
        ("good", 0, {}),
    ]


def test_progress_is_shown_with_its_stack_and_kept_privately(tmp_path):
    shown = []
    code = "import sys; print('one\\ntwo', file=sys.stderr); print('{}')"
    outcomes, _ = run(tmp_path, {"a": program(code)}, 1, lambda *line: shown.append(line))
    assert shown == [("a", "one"), ("a", "two")]
    assert outcomes[0].log is not None
    assert outcomes[0].log.read_text() == "one\ntwo\n"
    assert stat.S_IMODE(outcomes[0].log.stat().st_mode) == 0o600


def test_an_interrupt_reaches_all_that_run_and_no_other_begins(tmp_path):
    said: dict[str, list[str]] = {"a": [], "b": []}

    def show(stack: str, line: str) -> None:
        said[stack].append(line)
        if line == "ready" and said == {"a": ["ready"], "b": ["ready"]}:
            os.kill(os.getpid(), signal.SIGINT)

    commands = {name: program(STOPPABLE) for name in "abc"}
    outcomes, interrupted = run(tmp_path, commands, 2, show)
    assert interrupted
    assert [one.exit_code for one in outcomes] == [130, 130, None]
    assert said == {"a": ["ready", "stopping"], "b": ["ready", "stopping"]}
    assert outcomes[2] == Outcome("c")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
