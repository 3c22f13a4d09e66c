"""How the command line is run and interrupted; a shell script stands in for `pulumi`."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from ackb.engine import process
from ackb.engine.environment import OWNER
from ackb.engine.errors import EngineError, PassphraseWrong
from ackb.engine.owner import lives
from ackb.engine.process import PulumiProcess


class StandIn:
    """A `pulumi` made of a script; `notes` is what it wrote into the file of that name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.script = folder / "pulumi"

    def does(self, script: str, without: tuple[str, ...] = ()) -> PulumiProcess:
        self.script.write_text(f"#!/bin/sh\n{script}\n")
        self.script.chmod(0o700)
        return PulumiProcess(self.script, self.folder, {"FROM_ACKB": "yes"}, without)

    @property
    def notes(self) -> list[str]:
        file = self.folder / "notes"
        return file.read_text().split() if file.exists() else []

    def sends(self, *numbers: int) -> threading.Thread:
        """Send these signals to this process, each once the script has noted the one before."""

        def send() -> None:
            for index, number in enumerate(numbers):
                while len(self.notes) <= index:
                    time.sleep(0.01)
                os.kill(os.getpid(), number)

        thread = threading.Thread(target=send)
        thread.start()
        return thread


@pytest.fixture
def pulumi(tmp_path: Path) -> StandIn:
    return StandIn(tmp_path)


#: Notes each interrupt and ends on the one with this number.
_UNTIL = """
count=0
trap 'count=$((count + 1)); echo interrupt >>notes; [ $count -lt {count} ] || exit 7' INT
echo ready >>notes
while :; do sleep 0.02; done
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_interrupt_is_passed_on_and_waited_for(pulumi: StandIn, number: int) -> None:
    """F11: Ctrl-C, a cancelled CI job and a closed terminal all stop gracefully."""
    before = signal.getsignal(number)
    engine = pulumi.does(_UNTIL.format(count=1))
    sender = pulumi.sends(number)
    assert engine.run(["up"], pulumi.folder / "log") == (7, True)
    sender.join()
    assert pulumi.notes == ["ready", "interrupt"]
    assert signal.getsignal(number) is before


def test_two_interrupts_are_passed_on(pulumi: StandIn) -> None:
    engine = pulumi.does(_UNTIL.format(count=2))
    sender = pulumi.sends(signal.SIGINT, signal.SIGINT)
    assert engine.run(["up"], pulumi.folder / "log") == (7, True)
    sender.join()
    assert pulumi.notes == ["ready", "interrupt", "interrupt"]


def test_a_third_interrupt_kills(pulumi: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_QUICK_LIMIT", 3600.0)
    engine = pulumi.does(_UNTIL.format(count=9))
    sender = pulumi.sends(signal.SIGINT, signal.SIGINT, signal.SIGINT)
    assert engine.run(["up"], pulumi.folder / "log") == (-signal.SIGKILL, True)
    sender.join()


def test_an_engine_that_takes_long_after_two_is_killed(
    pulumi: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_QUICK_LIMIT", 0.1)
    engine = pulumi.does(_UNTIL.format(count=9))
    sender = pulumi.sends(signal.SIGINT, signal.SIGINT)
    assert engine.run(["up"], pulumi.folder / "log") == (-signal.SIGKILL, True)
    sender.join()


def test_an_interrupt_while_the_engine_starts_is_not_lost(
    pulumi: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the engine would go on without the command that started it."""
    start = subprocess.Popen

    def interrupted(*arguments: object, **options: object) -> object:
        started = start(*arguments, **options)
        while not pulumi.notes:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        return started

    engine = pulumi.does(_UNTIL.format(count=1))
    monkeypatch.setattr(process.subprocess, "Popen", interrupted)
    assert engine.run(["up"], pulumi.folder / "log") == (7, True)
    assert pulumi.notes == ["ready", "interrupt"]


def test_a_signal_that_the_caller_ignores_stays_ignored(
    pulumi: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`nohup ackb up` and `ackb up &` in a script."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        engine = pulumi.does("echo ready >>notes; while ! [ -e go ]; do sleep 0.02; done; exit 0")
        sender = pulumi.sends(signal.SIGHUP)

        def let_go() -> None:
            sender.join()
            (pulumi.folder / "go").touch()

        threading.Thread(target=let_go).start()
        assert engine.run(["up"], pulumi.folder / "log") == (0, False)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_terminals_interrupt_does_not_reach_the_engine_by_itself(pulumi: StandIn) -> None:
    """It would count twice: once from the terminal, once from here."""
    engine = pulumi.does('echo $$ "$(ps -o sid= -p $$)" >>notes')
    engine.run(["up"], pulumi.folder / "log")
    own, session = pulumi.notes
    assert own == session


def test_the_output_of_a_run_goes_to_a_private_log(pulumi: StandIn) -> None:
    log = pulumi.folder / "log"
    log.write_text("of the run before")
    engine = pulumi.does('echo "$@"; echo problem >&2; exit 4')
    assert engine.run(["up", "--yes"], log) == (4, False)
    assert log.read_text() == "up --yes --non-interactive --color never\nproblem\n"
    assert pulumi.does("true").run(["up"], pulumi.folder / "new") == (0, False)
    assert (pulumi.folder / "new").stat().st_mode & 0o777 == 0o600


def test_the_engine_gets_what_it_needs_and_not_what_would_win(
    pulumi: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "mine")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    engine = pulumi.does("env", without=("PULUMI_CONFIG_PASSPHRASE",))
    found = dict(line.split("=", 1) for line in engine.ask().splitlines() if "=" in line)
    assert "PULUMI_CONFIG_PASSPHRASE" not in found
    assert found["HTTPS_PROXY"] == "http://proxy:3128"
    assert found["FROM_ACKB"] == "yes"
    assert lives(found[OWNER])
    assert "PULUMI_CONFIG_PASSPHRASE" in pulumi.does("env").ask()


def test_a_question_is_answered_from_its_output_only(pulumi: StandIn) -> None:
    engine = pulumi.does('cat; echo "in $(pwd)"; echo warning >&2')
    assert engine.ask("config", stdin="secret ünïcode\n") == (
        f"secret ünïcode\nin {pulumi.folder}\n"
    )


def test_a_question_that_fails_tells_the_last_lines(pulumi: StandIn) -> None:
    engine = pulumi.does("for n in 1 2 3; do echo error: line $n >&2; done; exit 255")
    with pytest.raises(EngineError) as failure:
        engine.ask("stack", "select", "--create")
    assert str(failure.value) == (
        'ENG-06 pulumi stack select: "exit code 255" – line 1 error: line 2 error: line 3. '
        "Fix: correct what it names and run again."
    )
    with pytest.raises(EngineError, match="– it said nothing"):
        pulumi.does("exit 1").ask("stack")


def test_a_wrong_passphrase_is_told_as_such(pulumi: StandIn) -> None:
    """F16."""
    engine = pulumi.does(
        "echo 'error: get stack secrets manager: incorrect passphrase' >&2; exit 1"
    )
    with pytest.raises(PassphraseWrong) as failure:
        engine.ask("config", "set", "--secret")
    assert str(failure.value) == (
        'ENG-12 pulumi config set: "error: get stack secrets manager: incorrect passphrase" – the '
        "secrets of the stack were encrypted with another passphrase. Fix: restore that "
        "passphrase, or remove `encryptionsalt` and the `secure` values from the stack file: "
        "`ackb up` generates new ones."
    )


def test_an_interrupt_waits_for_the_end_of_a_question(pulumi: StandIn) -> None:
    """A state that is being written is written to its end."""
    engine = pulumi.does("echo ready >>notes; sleep 0.2; echo written >>notes")
    sender = pulumi.sends(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        engine.ask("stack", "import")
    sender.join()
    assert pulumi.notes == ["ready", "written"]


def test_a_second_interrupt_ends_a_question_that_hangs(pulumi: StandIn) -> None:
    """A backend that never answers."""
    engine = pulumi.does(_UNTIL.format(count=1))

    def send() -> None:
        while not pulumi.notes:
            time.sleep(0.01)
        # Two of a kind that arrive together would count as one, and one that arrives in this
        # thread would not wake the main one.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.pthread_kill(threading.main_thread().ident, number)

    sender = threading.Thread(target=send)
    sender.start()
    with pytest.raises(KeyboardInterrupt):
        engine.ask("stack", "select")
    sender.join()
    assert pulumi.notes == ["ready", "interrupt"]
