"""The one way in which this project runs Pulumi: its command line on a stack of a project."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ackb import toolchain
from ackb.domain.home import Home
from ackb.domain.problems import Problem
from ackb.engine import checkpoint, daemon, environment, locks, recovery
from ackb.engine.errors import Interrupted, PolicyViolated, UpdateFailed
from ackb.engine.events import Event, EventLog
from ackb.engine.process import PulumiProcess

#: Name of the Pulumi project; Pulumi.yaml says the same.
PROJECT = "ackb"

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
        if self.target == "sandbox":
            record = daemon.ensure_running(self.home)
            return environment.for_sandbox(self.home, record, self._pulumi)
        return environment.for_alibaba_cloud(self.home, self._pulumi)

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
            recovery.run(self.home, self.target, pulumi, stack, self._report)
            self._run(pulumi, stack, ["up", "--yes", "--skip-preview", *self._policies()], on_event)

    def destroy(self, stack: str, on_event: OnEvent) -> None:
        """Remove everything the stack made; the stack itself stays, empty.

        The sandbox's daemon ends when nothing is left in the simulated cloud.

        Raises:
            UpdateFailed, Interrupted, StackBusy: see there.
        """
        with self._prepared(stack, {}) as pulumi:
            recovery.run(self.home, self.target, pulumi, stack, self._report)
            self._run(pulumi, stack, ["destroy", "--yes", "--skip-preview"], on_event)
        if self.target == "sandbox" and self._cloud_is_empty():
            daemon.stop(self.home)

    def outputs(self, stack: str, *, show_secrets: bool = False) -> dict[str, Any]:
        """The outputs of the last update; secret ones read ``[secret]`` unless asked for."""
        arguments = ["stack", "output", "--json", "--stack", stack]
        if show_secrets:
            arguments.append("--show-secrets")
        with self._prepared(stack, {}, locked=False) as pulumi:
            found: dict[str, Any] = json.loads(pulumi.ask(*arguments))
            return found

    @contextmanager
    def _prepared(
        self, stack: str, secrets_wanted: Mapping[str, int], *, locked: bool = True
    ) -> Iterator[PulumiProcess]:
        variables = self.environment()
        pulumi = PulumiProcess(self._pulumi, self.project, variables)
        if not locked:
            yield pulumi
            return
        with locks.stack_lock(self.home, stack):
            backend = checkpoint.file_backend(variables)
            if backend is not None:
                locks.clear_engine_locks(backend, PROJECT, stack, self._report)
                checkpoint.restore_if_broken(backend, PROJECT, stack, self._report)
            if backend is None or not checkpoint.path(backend, PROJECT, stack).exists():
                pulumi.ask("stack", "select", "--create", "--stack", stack)
            for key, length in secrets_wanted.items():
                self._report(f"generated {PROJECT}:{key} and kept it encrypted in the stack file")
                value = secrets.token_urlsafe(length)[:length]
                where = ["--stack", stack, f"{PROJECT}:{key}"]
                pulumi.ask("config", "set", "--secret", *where, stdin=value)
            yield pulumi

    def _cloud_is_empty(self) -> bool:
        from sandbox.cloud.cloud import Cloud

        return Cloud.open(self.home.cloud_db).is_empty()

    def _policies(self) -> list[str]:
        pack = self.project / "policies"
        return ["--policy-pack", str(pack)] if (pack / "PulumiPolicy.yaml").exists() else []

    def _run(
        self, pulumi: PulumiProcess, stack: str, command: Sequence[str], on_event: OnEvent
    ) -> None:
        log = self.home.logs / f"{stack}-{command[0]}.log"
        events = self.home.logs / f"{stack}-{command[0]}.events.json"
        events.unlink(missing_ok=True)
        violated: list[str] = []
        errors: list[str] = []

        def watch(event: Event) -> None:
            if event.kind == "policy" and event.severity == "mandatory":
                violated.append(event.message)
            if event.kind == "diagnostic" and event.severity == "error":
                errors.append(event.message)
            on_event(event)

        arguments = [*command, "--stack", stack, "--event-log", str(events)]
        with EventLog(events, watch):
            code, interrupted = pulumi.run(arguments, log)
        events.unlink(missing_ok=True)
        if interrupted:
            raise Interrupted(
                Problem(
                    "ENG-07",
                    f"stack {stack}",
                    command[0],
                    "it was interrupted; what was made until then is recorded",
                    f"run `ackb {'down' if command[0] == 'destroy' else command[0]} {stack}` again",
                )
            )
        if code == 0:
            return
        why = violated or errors or log.read_text(errors="replace").strip().splitlines()[-3:]
        failure = PolicyViolated if violated else UpdateFailed
        raise failure(
            Problem(
                "ENG-08",
                f"stack {stack}",
                f"{command[0]}, exit code {code}",
                "; ".join(line.splitlines()[0] for line in why[-3:] if line),
                f"correct what it names and run again; the engine's output is in {log}",
            )
        )
