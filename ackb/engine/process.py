"""Runs the ``pulumi`` command line: short questions, and long runs that can be interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from ackb.domain.problems import Problem
from ackb.engine.environment import OWNER
from ackb.engine.errors import EngineError

#: Seconds that an engine gets after a second interrupt, before it is killed.
_QUICK_LIMIT = 5.0


class PulumiProcess:
    """The pulumi command line in one project, with one environment."""

    def __init__(self, pulumi: Path, project: Path, environment: Mapping[str, str]) -> None:
        self._pulumi = pulumi
        self._project = project
        # A passphrase in the user's environment would win over the file of the home.
        inherited = {k: v for k, v in os.environ.items() if k != "PULUMI_CONFIG_PASSPHRASE"}
        if "PULUMI_CONFIG_PASSPHRASE_FILE" not in environment:
            inherited = dict(os.environ)
        self._environment = {**inherited, **environment, OWNER: str(os.getpid())}

    def ask(self, *arguments: str, stdin: str = "") -> str:
        """Run a short command and return what it prints.

        Raises:
            EngineError: it failed; the message is its last lines.
        """
        done = subprocess.run(
            [str(self._pulumi), *arguments, "--non-interactive", "--color", "never"],
            cwd=self._project,
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise EngineError(
                Problem(
                    code="ENG-06",
                    path="pulumi " + " ".join(arguments[:2]),
                    value=f"exit code {done.returncode}",
                    why=" ".join(lines[-3:]).removeprefix("error: ") or "it said nothing",
                    fix="correct what it names and run again",
                )
            )
        return done.stdout

    def run(self, arguments: Sequence[str], log: Path) -> tuple[int, bool]:
        """Run a long command with its output in ``log``; returns exit code and if interrupted.

        The engine has a session of its own, so a Ctrl-C reaches it only through here: the first
        asks it to finish the operations under way and stop, the second to stop at once.
        """
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as output:
            engine = subprocess.Popen(
                [str(self._pulumi), *arguments, "--non-interactive", "--color", "never"],
                cwd=self._project,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            return engine.wait(), False
        except KeyboardInterrupt:
            engine.send_signal(signal.SIGINT)
        try:
            return engine.wait(), True
        except KeyboardInterrupt:
            engine.send_signal(signal.SIGINT)
        try:
            return engine.wait(_QUICK_LIMIT), True
        except (KeyboardInterrupt, subprocess.TimeoutExpired):
            os.killpg(engine.pid, signal.SIGKILL)
            return engine.wait(), True
