"""The one way in which this project runs Pulumi: its command line on a stack of a project."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ackb import toolchain
from ackb.domain import passwords
from ackb.domain.home import Home
from ackb.domain.problems import Problem
from ackb.engine import (
    checkpoint,
    daemon,
    environment,
    locks,
    passphrase,
    pending,
    protection,
    recovery,
)
from ackb.engine.errors import (
    DaemonFailed,
    EngineError,
    Interrupted,
    PolicyViolated,
    UpdateFailed,
)
from ackb.engine.events import Event, EventLog
from ackb.engine.process import PulumiProcess
from sandbox.daemon.record import DaemonRecord

#: Name of the Pulumi project; Pulumi.yaml says the same.
PROJECT = "ackb"

#: Errors that a message tells; all of them were shown as events.
_SHOWN = 3

OnEvent = Callable[[Event], None]


class Engine:
    """Previews, creates, changes and removes the stacks of one project on one target.

    ``target`` is ``sandbox`` or ``alibaba-cloud``; it decides the environment. ``report`` gets
    one-line notes about repairs and waiting.
    """

    def __init__(
        self, project: Path, home: Home, target: str, report: Callable[[str], None] = print
    ) -> None:
        self.project = project
        self.home = home
        self.target = target
        self._report = report
        self._pulumi = toolchain.find("pulumi").path

    def environment(self) -> dict[str, str]:
        """Variables that make a plain ``pulumi`` do what this class does; starts the daemon.

        Raises:
            WrongTarget: a real stack would meet the sandbox's variables.
            DaemonFailed: the sandbox does not start.
        """
        return self._variables(daemon.ensure_running(self.home) if self._sandboxed else None)

    def preview(
        self, stack: str, on_event: OnEvent, *, secrets_wanted: Mapping[str, int] | None = None
    ) -> None:
        """Show what an update would change; nothing is created.

        Raises:
            UpdateFailed: the program or a provider reported an error.
            PolicyViolated: a mandatory policy was violated.
        """
        with self._prepared(stack, secrets_wanted or {}) as pulumi:
            self._run(pulumi, stack, ["preview", *self._policies()], on_event)

    def up(
        self, stack: str, on_event: OnEvent, *, secrets_wanted: Mapping[str, int] | None = None
    ) -> None:
        """Create or change the stack so that it is what its settings say.

        First repairs what a killed run left: stale locks, creations of unknown result. Missing
        secrets are generated (``secrets_wanted``: key -> length) and kept encrypted in the stack
        file; they are passed on standard input only.

        Raises:
            UpdateFailed, PolicyViolated, Interrupted, StackBusy: see there.
        """
        with self._prepared(stack, secrets_wanted or {}) as pulumi:
            self._recover(pulumi, stack, "up")
            self._run(pulumi, stack, ["up", "--yes", "--skip-preview", *self._policies()], on_event)

    def destroy(self, stack: str, on_event: OnEvent) -> None:
        """Remove everything the stack made; the stack itself stays, empty.

        The sandbox's daemon ends when nothing is left in the simulated cloud.

        Raises:
            Protected: something in the stack is protected; nothing was removed.
            UpdateFailed, Interrupted, StackBusy: see there.
        """
        with self._prepared(stack, {}) as pulumi:
            self._recover(pulumi, stack, "destroy")
            protection.refuse_deletion(stack, self._deployment(pulumi, stack))
            self._run(pulumi, stack, ["destroy", "--yes", "--skip-preview"], on_event)
        if self._sandboxed:
            # Without the lock: of several runs that end together, the last one sees no other.
            daemon.stop(self.home, unless=self._is_used)

    def outputs(self, stack: str, *, show_secrets: bool = False) -> dict[str, Any]:
        """The outputs of the last update; secret ones read ``[secret]`` unless asked for."""
        arguments = ["stack", "output", "--json", "--stack", stack]
        if show_secrets:
            arguments.append("--show-secrets")
        found: dict[str, Any] = json.loads(self._process(self._variables()).ask(*arguments))
        return found

    def set_secret(self, stack: str, key: str, value: str) -> None:
        """Keep a secret of the stack, encrypted, in its file; passed on standard input only.

        Raises:
            StackBusy, PassphraseWrong: see there.
        """
        with self._prepared(stack, {}) as pulumi:
            self._keep(pulumi, stack, key, value)

    @property
    def _sandboxed(self) -> bool:
        return self.target == "sandbox"

    def _variables(self, record: DaemonRecord | None = None) -> dict[str, str]:
        if self._sandboxed:
            return environment.for_sandbox(self.home, record, self._pulumi)
        return environment.for_alibaba_cloud(self.home, self._pulumi)

    def _process(self, variables: Mapping[str, str]) -> PulumiProcess:
        without = environment.NOT_IN_SANDBOX if self._sandboxed else ()
        return PulumiProcess(self._pulumi, self.project, variables, without)

    @contextmanager
    def _prepared(self, stack: str, secrets_wanted: Mapping[str, int]) -> Iterator[PulumiProcess]:
        self.home.ensure()
        with locks.stack_lock(self.home, stack):
            locks.end_orphans(self.home, stack, self._report)
            pulumi = self._process(self.environment())
            backend = checkpoint.file_backend(pulumi.environment)
            if backend is not None:
                locks.clear_engine_locks(backend, PROJECT, stack, self._report)
                checkpoint.restore_if_broken(backend, PROJECT, stack, self._report)
            if backend is None or not checkpoint.path(backend, PROJECT, stack).exists():
                self._create(pulumi, stack, shared=backend is None)
            for key, length in secrets_wanted.items():
                self._keep(pulumi, stack, key, passwords.generate(length))
                self._report(f"generated {PROJECT}:{key} and kept it encrypted in the stack file")
            yield pulumi

    def _keep(self, pulumi: PulumiProcess, stack: str, key: str, value: str) -> None:
        where = ["--stack", stack, f"{PROJECT}:{key}"]
        pulumi.ask("config", "set", "--secret", *where, stdin=value)

    def _create(self, pulumi: PulumiProcess, stack: str, *, shared: bool) -> None:
        """Create the stack in its backend, where it may exist if others use that too."""
        if shared:
            pulumi.ask("stack", "select", "--create", "--stack", stack)
        else:
            # Runs of several stacks at once would write the one file that says what is selected.
            pulumi.ask("stack", "init", "--no-select", "--stack", stack)

    def _is_used(self) -> bool:
        """Whether something needs the daemon."""
        from sandbox.cloud.cloud import Cloud

        # A run that has just begun has made nothing yet.
        return locks.any_work(self.home) or not Cloud.open(self.home.cloud_db).is_empty()

    def _policies(self) -> list[str]:
        pack = self.project / "policies"
        return ["--policy-pack", str(pack)] if (pack / "PulumiPolicy.yaml").exists() else []

    def _recorded(self, pulumi: PulumiProcess, stack: str) -> pending.Deployment | None:
        # Where the state is a plain file, reading it saves the start of an engine.
        backend = checkpoint.file_backend(pulumi.environment)
        if backend is None or not checkpoint.path(backend, PROJECT, stack).exists():
            return None
        return checkpoint.deployment(backend, PROJECT, stack)

    def _deployment(self, pulumi: PulumiProcess, stack: str) -> pending.Deployment:
        recorded = self._recorded(pulumi, stack)
        if recorded is not None:
            return recorded
        exported: pending.Deployment = json.loads(pulumi.ask("stack", "export", "--stack", stack))
        return exported.get("deployment") or {}

    def _recover(self, pulumi: PulumiProcess, stack: str, before: str) -> None:
        recorded = self._recorded(pulumi, stack)

        def refresh(urns: Sequence[str]) -> None:
            targets = [word for urn in urns for word in ("--target", urn)]
            command = ["refresh", "--yes", "--skip-preview", *targets]
            self._run(pulumi, stack, command, lambda _: None, part_of=before)

        recovery.run(
            stack,
            pulumi,
            recorded,
            pending.unanswered(self._events(stack, "up")),
            partial(recovery.read_api, self.home, self.target),
            refresh,
            self._report,
        )

    def _log(self, stack: str, command: str) -> Path:
        return self.home.logs / f"{quote(stack, safe='')}-{command}.log"

    def _events(self, stack: str, command: str) -> Path:
        return self._log(stack, command).with_suffix(".events.json")

    def _run(
        self,
        pulumi: PulumiProcess,
        stack: str,
        command: Sequence[str],
        on_event: OnEvent,
        part_of: str = "",
    ) -> None:
        asked = part_of or command[0]
        log, events = self._log(stack, command[0]), self._events(stack, command[0])
        events.unlink(missing_ok=True)
        watched = _Watched(on_event)
        with EventLog(events, watched):
            arguments = [*command, "--stack", stack, "--event-log", str(events)]
            code, interrupted = pulumi.run(arguments, log)
        if code == 0:
            # Of a failed run it stays: the next one looks into what the engine forgets.
            events.unlink(missing_ok=True)
            return
        again = f"run `ackb {'down' if asked == 'destroy' else asked} {stack}` again"
        if interrupted:
            why = "it was interrupted; what was made until then is recorded"
            raise Interrupted(Problem("ENG-07", f"stack {stack}", asked, why, again))
        if code < 0:
            why = "the engine was killed; the next run repairs what it left"
            value = f"{asked}, {signal.Signals(-code).name}"
            raise UpdateFailed(Problem("ENG-08", f"stack {stack}", value, why, again))
        if self._sandboxed and daemon.status(self.home) is None:
            why = "the sandbox's daemon ended during the run; the next run repairs what it left"
            raise DaemonFailed(Problem("ENG-11", f"stack {stack}", asked, why, again))
        raise watched.failure(stack, f"{asked}, exit code {code}", log)


class _Watched:
    """Passes events on and remembers those that say why a run failed."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._violated: list[str] = []
        self._errors: list[str] = []

    def __call__(self, event: Event) -> None:
        if event.kind == "policy" and event.severity == "mandatory":
            self._violated.append(event.message)
        if event.kind == "diagnostic" and event.severity == "error":
            self._errors.append(event.message)
        self._on_event(event)

    def failure(self, stack: str, value: str, log: Path) -> EngineError:
        """What to tell of a run that ended with an exit code."""
        path = f"stack {stack}"
        last_lines = log.read_text("utf-8", errors="replace").strip().splitlines()[-_SHOWN:]
        # The first line of an error tells it; the lines of a policy's message belong together.
        errors = [line.strip().partition("\n")[0] for line in self._errors]
        lines = self._violated or errors or last_lines
        if passphrase.is_wrong(*lines, *last_lines):
            return passphrase.wrong(path, value)
        if protected := protection.refused(path.removeprefix("stack "), self._errors):
            return protected
        shown = [" ".join(line.split()).rstrip(".") for line in lines[:_SHOWN]]
        more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        why = "; ".join([*shown, *more])
        fix = f"correct what it names and run again; the engine's output is in {log}"
        failure = PolicyViolated if self._violated else UpdateFailed
        return failure(Problem("ENG-08", path, value, why, fix))
