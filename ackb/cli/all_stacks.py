"""`up --all` and `down --all`: every sandbox stack of the project, several at once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ackb.cli import output, progress, results, side_by_side, simulated
from ackb.cli.context import PROJECT, Workplace
from ackb.cli.exits import Exit
from ackb.cli.side_by_side import Outcome
from ackb.domain.home import HOME_VARIABLE
from ackb.domain.problems import MISSING, InvalidInput, Problem
from ackb.engine import checkpoint

if TYPE_CHECKING:
    from rich.console import Console

_REAL: Final = "real Alibaba Cloud: name it to change it"
_NEVER_UP: Final = "nothing of it exists"
_RESULTS: Final = {
    Exit.CLEAN: "done",
    Exit.FINDINGS: "failed",
    Exit.MANDATORY: "refused by check",
    Exit.COULD_NOT_RUN: "could not run",
    Exit.INTERRUPTED: "interrupted",
    # Before the command had begun to listen for it.
    -signal.SIGINT: "interrupted",
    None: "not begun",
}
_STYLES: Final = ("cyan", "magenta", "blue", "yellow", "green")
"""Of the names before each line, so that the eye can follow one stack."""


@dataclass(frozen=True)
class Chosen:
    """What `--all` means here: the stacks that take part, and why the others do not."""

    stacks: Sequence[str]
    left_out: Mapping[str, str]


def chosen_for_up(place: Workplace) -> Chosen:
    """The sandbox stacks, all of them with valid settings.

    Raises:
        InvalidInput: with everything that is wrong in any of them, or there is none.
    """
    stacks: list[str] = []
    left_out: dict[str, str] = {}
    problems: list[Problem] = []
    for name in place.stack_names():
        try:
            stack = place.stack(name)
            if not stack.simulated:
                left_out[name] = _REAL
                continue
            stack.settings()
            stacks.append(name)
        except InvalidInput as invalid:
            problems += [_of(name, problem) for problem in invalid.problems]
    if not (stacks or problems):
        why = "finds no stack with the target sandbox in stacks/"
        problems.append(Problem("CLI-07", "--all", None, why, "write one with `ackb new`"))
    if problems:
        raise InvalidInput(problems)
    return Chosen(stacks, left_out)


def chosen_for_down(place: Workplace) -> Chosen:
    """The sandbox stacks of which anything exists; their settings may be wrong by now."""
    stacks: list[str] = []
    left_out: dict[str, str] = {}
    for name in place.stack_names():
        if _is_real(place, name):
            left_out[name] = _REAL
        elif _has_traces(place, name):
            stacks.append(name)
        else:
            left_out[name] = _NEVER_UP
    return Chosen(stacks, left_out)


@dataclass(frozen=True)
class Together:
    """How all of them ended."""

    verb: str
    chosen: Chosen
    outcomes: Sequence[Outcome]
    interrupted: bool
    jobs: int
    seconds: float
    left: list[dict[str, Any]] | None
    """Simulated objects that stay after `down`; None after an interrupt, and after `up`."""

    @property
    def exit_code(self) -> int:
        """0, or 1 where a stack did not end well, or 130."""
        if self.interrupted:
            return Exit.INTERRUPTED
        done = all(one.exit_code == Exit.CLEAN for one in self.outcomes)
        return Exit.CLEAN if done else Exit.FINDINGS

    def fields(self) -> dict[str, Any]:
        """Everything as plain data."""
        found = {
            "stacks": [
                {
                    "stack": one.stack,
                    "result": result_of(one),
                    "exit_code": one.exit_code,
                    "seconds": round(one.seconds, 1),
                    "log": one.log,
                    "document": one.document,
                }
                for one in self.outcomes
            ],
            "left_out": [{"stack": name, "why": why} for name, why in self.chosen.left_out.items()],
            "jobs": self.jobs,
            "seconds": round(self.seconds, 1),
        }
        return found if self.verb == "up" else {**found, "left": self.left}

    def show(self, console: Console) -> None:
        """Print a row for each stack, and what stays."""
        head = ("stack", "result", "time", "changes", "log")
        rows = [head]
        for one in self.outcomes:
            time_taken = output.duration(one.seconds) if one.log else ""
            rows.append((one.stack, result_of(one), time_taken, _changes(one), str(one.log or "")))
        rows += [(name, "left out", "", why, "") for name, why in self.chosen.left_out.items()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for number, row in enumerate(rows):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            console.print("  ".join(cells).rstrip(), style="bold" if number == 0 else None)
        for one in self.outcomes:
            for problem in one.document.get("problems") or ():
                console.print(f"{one.stack}: {problem}", style="red")
        taken = output.duration(self.seconds)
        console.print(f"{len(self.outcomes)} stacks, {self.jobs} at once, in {taken}. Simulated.")
        if self.left is not None:
            results.show_leftovers(console, self.left)


def run(place: Workplace, verb: str, chosen: Chosen, jobs: int | None) -> Together:
    """Run `ackb up` or `ackb down` for each of the chosen stacks, and wait for all of them."""
    place.home.ensure()
    at_once = jobs or os.cpu_count() or 1
    begun = time.monotonic()
    ackb = [*results.ackb_command(), "--project", str(place.project), verb]
    outcomes, interrupted = side_by_side.run(
        commands={name: [*ackb, name, "--json"] for name in chosen.stacks},
        jobs=at_once,
        logs={name: _log(place, name, verb) for name in chosen.stacks},
        show=_Lines(chosen.stacks),
        environment={**os.environ, HOME_VARIABLE: str(place.home.root)},
    )
    left = simulated.inventory(place.home) if verb == "down" and not interrupted else None
    seconds = time.monotonic() - begun
    return Together(verb, chosen, outcomes, interrupted, at_once, seconds, left)


def result_of(outcome: Outcome) -> str:
    """The result of a run in words."""
    code = outcome.exit_code
    if code in _RESULTS:
        return _RESULTS[code]
    return f"killed ({signal.Signals(-code).name})" if code and code < 0 else f"ended with {code}"


def require_one_of(stack: str | None, every: bool, jobs: int | None) -> None:
    """Refuse a stack beside `--all`, neither of them, and `--jobs` without `--all`.

    Raises:
        InvalidInput: names what does not go together.
    """
    problems = []
    if stack is not None and every:
        why = "must not stand beside --all, which means every sandbox stack"
        problems.append(Problem("CLI-07", "STACK", stack, why, "remove one of them"))
    if stack is None and not every:
        why = "must name a stack"
        fix = "name one of stacks/, or give --all for every sandbox stack"
        problems.append(Problem("CLI-07", "STACK", MISSING, why, fix))
    if jobs is not None and not every:
        why = "must stand beside --all: one stack is one job"
        problems.append(Problem("CLI-07", "--jobs", jobs, why, "remove it, or give --all"))
    if problems:
        raise InvalidInput(problems)


class _Lines:
    """Shows each line of progress behind the name of its stack."""

    def __init__(self, stacks: Sequence[str]) -> None:
        self._width = max(map(len, stacks), default=0)
        styles = {name: _STYLES[n % len(_STYLES)] for n, name in enumerate(stacks)}
        self._styles = styles
        self._console = output.err()

    def __call__(self, stack: str, line: str) -> None:
        self._console.print(f"{stack:<{self._width}} | ", style=self._styles[stack], end="")
        self._console.print(line)


def _of(stack: str, problem: Problem) -> Problem:
    """The problem with the name of the stack, where its path does not name the file."""
    file = f"stacks/Pulumi.{stack}.yaml"
    return problem if file in problem.path else replace(problem, path=f"{file} {problem.path}")


def _is_real(place: Workplace, name: str) -> bool:
    """Whether the file says so; one that cannot be read is told by the run of the stack."""
    try:
        return not place.stack(name).simulated
    except InvalidInput:
        return False


def _has_traces(place: Workplace, name: str) -> bool:
    """Whether a run of the stack, however it ended, may have left something."""
    if not checkpoint.path(place.home.state, PROJECT, name).exists():
        return False
    try:
        found = checkpoint.deployment(place.home.state, PROJECT, name)
        held = place.stack(name).file.secrets
    except (ValueError, InvalidInput):
        return True
    return bool(found.get("resources") or found.get("pending_operations") or held)


def _changes(outcome: Outcome) -> str:
    counts = outcome.document.get("counts")
    return "" if counts is None else progress.told(counts)


def _log(place: Workplace, stack: str, verb: str) -> Path:
    return place.home.logs / f"{stack}-all-{verb}.log"
