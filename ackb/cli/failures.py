"""What a failure looks like to a person: clear lines, an exit code, never a traceback."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ackb.cli.exits import Exit
from ackb.domain.problems import InvalidArguments, InvalidInput, hide


@dataclass(frozen=True)
class Failure:
    """Why a command ended, a line for each problem, and its exit code."""

    lines: Sequence[str]
    exit_code: int


def explain(error: BaseException, logs: Path) -> Failure:
    """The failure that an exception means; the unexpected ones leave a log in `logs`."""
    if isinstance(error, (InvalidInput, InvalidArguments)):
        return Failure(str(error).splitlines(), Exit.COULD_NOT_RUN)
    engine = _classes("ackb.engine.errors", "EngineError")
    if isinstance(error, engine):
        return Failure([str(error)], getattr(error, "exit_code", Exit.COULD_NOT_RUN))
    if isinstance(error, _classes("ackb.cli.checking", "DesignRefused")):
        return Failure(str(error).splitlines(), Exit.MANDATORY)
    if isinstance(error, _classes("typer", "TyperException")):
        # A group without a command has shown its help by now, and has nothing to add.
        lines = [_usage(error)] if _message(error) else []
        return Failure(lines, Exit.COULD_NOT_RUN)
    if isinstance(error, _classes("typer", "Abort")):
        return Failure(["Nothing was changed."], Exit.COULD_NOT_RUN)
    spoken = (
        *_classes("ackb.toolchain", "ToolchainError"),
        *_classes("ackb.planning", "PlanError"),
        *_classes("ackb.alibaba", "CallFailed"),
        *_classes("ackb.load.scene", "Gone"),
        *_classes("ackb.burst.conduct", "Stalled"),
        *_classes("sandbox.providers.kubernetes.rest", "ApiError"),
        *_classes("sandbox.providers.kubernetes.rest", "Unreachable"),
        *_classes("pulumi", "RunError"),
    )
    if isinstance(error, spoken):
        return Failure([hide(line) for line in str(error).splitlines()], Exit.COULD_NOT_RUN)
    if isinstance(error, OSError) and error.filename:
        return Failure([f"{error.filename}: {error.strerror}"], Exit.COULD_NOT_RUN)
    return _unexpected(error, logs)


def _classes(module: str, name: str) -> tuple[type[BaseException], ...]:
    """An exception class of a module, if that module is loaded: only then can it have been raised.

    So explaining a failure of one command does not load what the others need.
    """
    found = getattr(sys.modules.get(module), name, None)
    return (found,) if found is not None else ()


def _message(error: BaseException) -> str:
    found: str = getattr(error, "format_message", lambda: str(error))()
    return found


def _usage(error: BaseException) -> str:
    message = _message(error).replace("Value error, ", "")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "ackb"
    ended = re.sub(r"[?.]+$", lambda end: "?" if "?" in end.group() else ".", f"{message}.")
    return f"{command}: {ended} See `{command} --help`."


def _unexpected(error: BaseException, logs: Path) -> Failure:
    from ackb.domain.files import write_atomically

    now = datetime.now(UTC)
    log = logs / f"crash-{now:%Y%m%d-%H%M%S}.log"
    where = f"the details are in {log}"
    try:
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = "".join(traceback.format_exception(error))
        write_atomically(log, f"{now.isoformat()} {sys.argv[1:2]}\n{hide(text)}", mode=0o600)
    except OSError:
        where = "run again with ACKB_DEBUG=1 to see the details"
    first = (str(error).splitlines() or [""])[0]
    line = f"Unexpected {type(error).__name__}: {hide(first)}; {where}."
    return Failure([line], Exit.COULD_NOT_RUN)
