"""Runs a command for several stacks at once, each in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from ackb.engine.process import stop_signals

_LOOK_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Outcome:
    """How the run of one stack ended."""

    stack: str
    exit_code: int | None = None
    """None where it was not begun; negative where a signal killed it."""
    seconds: float = 0.0
    log: Path | None = None
    document: dict[str, Any] = field(default_factory=dict)
    """The JSON document that it printed; empty where it printed none."""


def run(
    commands: Mapping[str, Sequence[str]],
    jobs: int,
    logs: Mapping[str, Path],
    show: Callable[[str, str], None],
    environment: Mapping[str, str],
) -> tuple[list[Outcome], bool]:
    """Run the command of each stack, at most ``jobs`` at once, to their ends.

    An interrupt is passed on to all that run, and no other begins. The first asks them to stop when
    what they do is done, the next ones press; what runs is always waited for. Runs go on where this
    process is killed: they depend on no pipe of it.

    Args:
        commands: what to run for each stack; prints one JSON document, and progress on stderr.
        jobs: how many run at once, at least 1.
        logs: for each stack the file that keeps its progress.
        show: gets each line of progress with the name of its stack, as it comes.
        environment: variables of the processes.

    Returns:
        How each ended, in the order of ``commands``, and whether there was an interrupt.
    """
    waiting = list(commands)
    running: list[_Process] = []
    ended: dict[str, Outcome] = {}
    interrupts = passed_on = 0

    def interrupted() -> None:
        nonlocal interrupts
        interrupts += 1

    with stop_signals(interrupted):
        while running or (waiting and not interrupts):
            while waiting and len(running) < jobs and not interrupts:
                stack = waiting.pop(0)
                running.append(_Process(stack, commands[stack], logs[stack], environment))
            for _ in range(interrupts - passed_on):
                passed_on += 1
                for one in running:
                    one.interrupt()
            time.sleep(_LOOK_SECONDS)
            for one in list(running):
                outcome = one.outcome()
                for line in one.lines():
                    show(one.stack, line)
                if outcome is not None:
                    ended[one.stack] = outcome
                    running.remove(one)
    return [ended.get(stack, Outcome(stack)) for stack in commands], interrupts > 0


class _Process:
    """One run, its log, and how much of that was shown."""

    def __init__(
        self, stack: str, command: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> None:
        self.stack = stack
        self._log = log
        self._shown = 0
        self._rest = b""
        self._begun = time.monotonic()
        self._answer: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with its outcome
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as progress:
            self._process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=self._answer,
                stderr=progress,
                # A Ctrl-C at the terminal comes through `interrupt` only, once.
                start_new_session=True,
            )

    def interrupt(self) -> None:
        """Ask it to stop."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT)

    def outcome(self) -> Outcome | None:
        """How it ended; None while it runs."""
        code = self._process.poll()
        if code is None:
            return None
        seconds = time.monotonic() - self._begun
        with self._answer as answer:
            answer.seek(0)
            try:
                document = json.load(answer)
            except ValueError:
                # Ended before it printed one.
                document = {}
        return Outcome(self.stack, code, seconds, self._log, document)

    def lines(self) -> Iterator[str]:
        """What it said since the last call, as whole lines."""
        with self._log.open("rb") as log:
            log.seek(self._shown)
            said = log.read()
        self._shown += len(said)
        *whole, self._rest = (self._rest + said).split(b"\n")
        yield from (line.decode(errors="replace") for line in whole)
