"""Run a program against the recorder, each time in a context and an event loop of its own."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import json
import runpy
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pulumi
from pulumi.runtime import mocks, set_all_config
from pulumi.runtime.settings import SETTINGS, set_root_resource
from pulumi.runtime.stack import run_in_stack

from ackb.planning.plan import Plan, PlanError
from ackb.planning.recorder import Recorder, close_thread_loop

_ACCOUNT_ID: Final = "1000000000000001"
"""Answer of GetCallerIdentity where the stack expects no account: that of the simulated cloud."""

_PLACEHOLDER: Final = "Placeholder_0"
"""Stands for every secret; long and varied enough for the rules that passwords have."""


def plan_program(
    program: Callable[[], None],
    *,
    project: str = "ackb",
    stack: str = "dev",
    config: Mapping[str, Any] | None = None,
    preview: bool = False,
) -> Plan:
    """Run `program` and return what it would create.

    Args:
        program: declares resources; runs as the body of a Pulumi program.
        project: name of the Pulumi project.
        stack: name of the stack.
        config: configuration by full key (`ackb:settings`); values other than strings become JSON.
        preview: run as `pulumi preview` of a new stack: nothing created, so ids are unknown.

    Raises:
        PlanError: a provider would refuse something; the message names every fault.
        Exception: whatever the program raised, also inside an `apply`.
    """
    return contextvars.copy_context().run(
        _run, program, project, stack, _as_strings(config or {}), preview
    )


def _as_strings(config: Mapping[str, Any]) -> dict[str, str]:
    # The engine hands every value to a program as a string, structured ones as JSON.
    return {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()
    }


def _run(
    program: Callable[[], None], project: str, stack: str, config: dict[str, str], preview: bool
) -> Plan:
    recorder = Recorder(
        project=project,
        stack=stack,
        preview=preview,
        account_id=_expected_account(config),
        explicit_providers='"*"' in config.get("pulumi:disable-default-providers", ""),
    )
    loop = asyncio.new_event_loop()
    # One worker: requests come one at a time, so a program is recorded in the same way each time.
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="plan")
    loop.set_default_executor(executor)
    asyncio.set_event_loop(loop)
    try:
        set_all_config(config, [])
        mocks.set_mocks(
            mocks=recorder.mocks, project=project, stack=stack, preview=preview, monitor=recorder
        )
        # The stack that set_mocks makes has reported its outputs already; the program gets its own.
        set_root_resource(None)  # type: ignore[arg-type]
        loop.run_until_complete(run_in_stack(program))
    except KeyboardInterrupt:
        _cut_off(loop)
        raise
    finally:
        # The SDK keeps pending outputs of a program that failed for the next one in this process.
        SETTINGS.outputs.clear()
        executor.submit(close_thread_loop).result()
        executor.shutdown()
        loop.close()
        asyncio.set_event_loop(None)
    if recorder.faults:
        raise PlanError(recorder.faults)
    return Plan(
        project=project,
        stack=stack,
        resources=recorder.planned,
        stack_outputs=recorder.stack_outputs,
    )


def _cut_off(loop: asyncio.AbstractEventLoop) -> None:
    """End what an interrupted program left pending, so that nobody is told of each task."""
    # One task may have been the one that was interrupted; it ended with that, unread.
    loop.set_exception_handler(lambda *_: None)
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


def _expected_account(config: Mapping[str, str]) -> str:
    try:
        expected = json.loads(config.get("ackb:settings", "{}")).get("expected_account_id")
    except (ValueError, AttributeError):
        expected = None  # not for the planner to judge: the program reports wrong settings
    return expected if isinstance(expected, str) else _ACCOUNT_ID


def plan_stack(project_dir: Path, stack: str) -> Plan:
    """Run the `__main__.py` of a project with the configuration of one stack.

    Secrets that the stack does not have yet, or that only its passphrase could open, are replaced
    by a placeholder: a plan never needs their values.

    Raises:
        FileNotFoundError: the project has no such stack file.
        pulumi.RunError: the program refused its settings; the message is for people.
        PlanError: as `plan_program`.
    """
    project = _read_yaml(project_dir / "Pulumi.yaml")
    folder = project_dir / project.get("stackConfigDir", ".")
    config = _read_yaml(folder / f"Pulumi.{stack}.yaml").get("config") or {}
    flat = {key: _PLACEHOLDER if _is_secret(value) else value for key, value in config.items()}
    while True:
        try:
            return plan_program(
                lambda: _run_file(project_dir / "__main__.py"),
                project=project["name"],
                stack=stack,
                config=flat,
            )
        except pulumi.ConfigMissingError as missing:
            if not missing.secret or missing.key in flat:
                raise
            # An error that stands for several keys names them in `keys`.
            for key in getattr(missing, "keys", (missing.key,)):
                flat[key] = _PLACEHOLDER


def _run_file(path: Path) -> None:
    # As the engine does: programs name charts and add-ons relative to their project.
    with contextlib.chdir(path.parent):
        runpy.run_path(str(path), run_name="__main__")


def _read_yaml(path: Path) -> dict[str, Any]:
    import yaml

    with path.open(encoding="utf-8") as stream:
        content = yaml.safe_load(stream)
    return content if isinstance(content, dict) else {}


def _is_secret(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"secure"}
