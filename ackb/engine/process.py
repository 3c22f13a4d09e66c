"""Runs the ``pulumi`` command line: short questions, and long runs that can be interrupted."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from ackb.domain.problems import Problem
from ackb.engine import passphrase
from ackb.engine.environment import OWNER
from ackb.engine.errors import EngineError
from ackb.engine.owner import owner_mark

#: Seconds that an engine gets after a second interrupt, before it is killed.
_QUICK_LIMIT = 5.0

#: Ctrl-C, the end of a CI job, and a closed terminal all ask a run to stop.
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def stop_signals(received: Callable[[], None]) -> Iterator[None]:
    """Call ``received`` for each signal that asks this process to stop, instead of what it does."""
    before: dict[signal.Signals, Any] = {}
    for number in _STOPPING:
        # Who starts this process with a signal ignored (nohup, a background job) means it.
        if signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, lambda *_: received())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class PulumiProcess:
    """The pulumi command line in one project, with one environment.

    ``without`` names variables of the user that must not reach the engine. Use it in the main
    thread: signals are received there only.
    """

    def __init__(
        self,
        pulumi: Path,
        project: Path,
        environment: Mapping[str, str],
        without: Iterable[str] = (),
    ) -> None:
        self._pulumi = pulumi
        self._project = project
        inherited = {key: value for key, value in os.environ.items() if key not in set(without)}
        # The event log is an option that the engine shows to developers only.
        marks = {OWNER: owner_mark(), "PULUMI_DEBUG_COMMANDS": "true"}
        #: All variables of the engine.
        self.environment = {**inherited, **environment, **marks}

    def ask(self, *arguments: str, stdin: str = "") -> str:
        """Run a short command and return what it prints.

        The first interrupt waits until it is done: it may be writing the state. A second one is
        passed on, since a backend that does not answer would be waited for without an end.

        Raises:
            PassphraseWrong: it met secrets that were encrypted with another passphrase.
            EngineError: it failed; the message is its last lines.
            KeyboardInterrupt: it was interrupted.
        """
        with _Interrupts() as interrupts:
            asked = self._start(
                arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            interrupts.pass_on_to(asked, all_but=1)
            output, errors = (part.decode() for part in asked.communicate(stdin.encode()))
        if interrupts.count:
            raise KeyboardInterrupt
        if asked.returncode != 0:
            lines = (errors or output).strip().splitlines()
            if passphrase.is_wrong(*lines):
                raise passphrase.wrong("pulumi " + " ".join(arguments[:2]), lines[-1])
            raise EngineError(
                Problem(
                    code="ENG-06",
                    path="pulumi " + " ".join(arguments[:2]),
                    value=f"exit code {asked.returncode}",
                    why=" ".join(lines[-3:]).removeprefix("error: ") or "it said nothing",
                    fix="correct what it names and run again",
                )
            )
        return output

    def run(self, arguments: Sequence[str], log: Path) -> tuple[int, bool]:
        """Run a long command with its output in ``log``; returns exit code and if interrupted.

        The engine has a session of its own, so a Ctrl-C reaches it only through here: the first
        asks it to finish the operations under way and stop, the second to stop at once, and a
        third, or too long a wait, kills it.
        """
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as output, _Interrupts() as interrupts:
            engine = self._start(
                arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
            interrupts.pass_on_to(engine, all_but=0)
            return engine.wait(), interrupts.count > 0

    def _start(self, arguments: Sequence[str], **streams: Any) -> subprocess.Popen[bytes]:
        command = [str(self._pulumi), *arguments, "--non-interactive", "--color", "never"]
        return subprocess.Popen(
            command, cwd=self._project, env=self.environment, start_new_session=True, **streams
        )


class _Interrupts:
    """Counts the signals that ask this process to stop, and passes them on to an engine."""

    def __init__(self) -> None:
        self.count = 0
        self._engine: subprocess.Popen[bytes] | None = None
        self._kept_back = 0
        self._last_resort: threading.Timer | None = None
        self._received_here = stop_signals(self._received)

    def __enter__(self) -> Self:
        self._received_here.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._received_here.__exit__(None, None, None)
        if self._last_resort is not None:
            self._last_resort.cancel()

    def pass_on_to(self, engine: subprocess.Popen[bytes], *, all_but: int) -> None:
        """From now on the engine is told of each signal, and of those that came before.

        The first ``all_but`` signals are counted only.
        """
        self._engine, self._kept_back = engine, all_but
        if self.count > self._kept_back:
            engine.send_signal(signal.SIGINT)

    def _received(self) -> None:
        self.count += 1
        told = self.count - self._kept_back
        if self._engine is None or told < 1:
            return
        if told > 2:
            self._kill()
            return
        self._engine.send_signal(signal.SIGINT)
        if told == 2:
            self._last_resort = threading.Timer(_QUICK_LIMIT, self._kill)
            self._last_resort.daemon = True
            self._last_resort.start()

    def _kill(self) -> None:
        assert self._engine is not None  # noqa: S101 - only called once it is known
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._engine.pid, signal.SIGKILL)
