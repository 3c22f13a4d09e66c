"""`ackb load`: virtual users on a stack of the sandbox, and what its autoscaler makes of them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ackb.cli.arguments import Json, StackName, project_of
from ackb.cli.commands.report import Lang, Language

if TYPE_CHECKING:
    from ackb.cli.context import Stack
    from ackb.domain.problems import Problem
    from ackb.load.conduct import Site
    from ackb.load.divided import Divided
    from ackb.load.profile import Profile
    from ackb.load.service import Demand

_SPEED_CODE: Final = "LOAD-03"
_TARGET_CODE: Final = "LOAD-04"
_NUMBER_CODE: Final = "LOAD-05"
_MOST_SECONDS: Final = 600.0


def load(
    context: typer.Context,
    stack: StackName,
    profile: Annotated[
        str,
        typer.Option(
            metavar="NAME|FILE.csv",
            help="Users over time: constant, pts-step, ramp, sawtooth, spike, or a CSV file with "
            "the columns seconds and users.",
        ),
    ] = "pts-step",
    speed: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="3, 5 or 15: run a copy of the stack, in a scratch sandbox, that many times as "
            "fast. Default: 1, real time on the stack itself.",
        ),
    ] = 1,
    report: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for the report. Default: reports/ in the home."),
    ] = None,
    workload: Annotated[
        str | None,
        typer.Option(
            metavar="NAMESPACE/NAME", help="Where the users come. Default: what is autoscaled."
        ),
    ] = None,
    cpu_seconds: Annotated[
        float | None, typer.Option(help="CPU time of a request. Default: 0.12, a WordPress page.")
    ] = None,
    other_seconds: Annotated[
        float | None,
        typer.Option(help="Time of a request beside its CPU, such as in the database."),
    ] = None,
    timeout_seconds: Annotated[
        float | None, typer.Option(help="How long a user waits. Default: 5, as in PTS.")
    ] = None,
    lang: Language = Lang.EN,
    json: Json = False,
) -> None:
    """Put virtual users on a stack of the sandbox and report how it scales.

    The autoscaler, the scheduler and the API server are the real ones; pods
    and response times are simulated. Ends with a report: replicas, ECS and
    ECI, CPU, TPS, success, response time, cost, and each decision of the
    autoscaler beside the documented formula.
    """
    from ackb.cli import load_view, output
    from ackb.cli.context import Workplace
    from ackb.load import report as reports

    chosen = Workplace.find(project_of(context)).stack(stack)
    numbers = {
        "cpu_seconds": cpu_seconds,
        "other_seconds": other_seconds,
        "timeout_seconds": timeout_seconds,
    }
    users, demand = _inputs(chosen, profile, speed, numbers)
    with (
        _stoppable(),
        _site(chosen, speed, workload) as (site, divided),
        load_view.shown(users, speed, quiet=json) as view,
    ):
        findings = site.test(users, demand, view)
    document = reports.document(chosen.name, chosen.settings().region, findings, divided)
    where = reports.folder(chosen.workplace.home, stack, report)
    files = reports.write(where, document, findings, lang.value)
    if json:
        output.document("load", **document, report=files, exit_code=0)
        return
    for line in reports.lines(document, files, lang.value):
        output.out().print(line)


def _inputs(
    stack: Stack, profile: str, speed: int, numbers: dict[str, float | None]
) -> tuple[Profile, Demand]:
    """What to test with.

    Raises:
        InvalidInput: with everything that is wrong.
    """
    from dataclasses import replace

    from ackb.domain.problems import InvalidInput
    from ackb.load import profile as profiles
    from ackb.load.service import default_demand

    problems = [*_wrong_target(stack), *_wrong_speed(speed), *_wrong_numbers(numbers)]
    users: Profile | None = None
    try:
        users = profiles.load(profile)
    except InvalidInput as error:
        problems += error.problems
    if problems or users is None:
        raise InvalidInput(problems)
    given = {name: value for name, value in numbers.items() if value is not None}
    return users, replace(default_demand(), **given)


def _wrong_target(stack: Stack) -> Iterator[Problem]:
    from ackb.domain.problems import Problem

    if not stack.simulated:
        yield Problem(
            _TARGET_CODE,
            f"stack {stack.name}",
            stack.target,
            "runs on the real cloud, and a load test there is the work of a load generator",
            "run the test on a sandbox stack with the same settings first, then use PTS or k6 as "
            "docs/load.md describes",
        )


def _wrong_speed(speed: int) -> Iterator[Problem]:
    from ackb.domain.problems import Problem
    from sandbox.kube.pace import SPEEDS

    if speed not in SPEEDS:
        *most, last = map(str, SPEEDS)
        yield Problem(
            _SPEED_CODE,
            "--speed",
            speed,
            "must divide the 15 s of the autoscaler so that its times stay whole seconds",
            f"give {', '.join(most)} or {last}",
        )


def _wrong_numbers(numbers: dict[str, float | None]) -> Iterator[Problem]:
    from ackb.domain.problems import Problem

    for name, value in numbers.items():
        least = 0.0 if name == "other_seconds" else 0.001
        if value is not None and not least <= value <= _MOST_SECONDS:
            option = f"--{name.replace('_', '-')}"
            why = f"must be from {least:g} to {_MOST_SECONDS:g} seconds"
            yield Problem(_NUMBER_CODE, option, value, why, "give the time that you measured")


@contextmanager
def _site(stack: Stack, speed: int, workload: str | None) -> Iterator[tuple[Site, list[Divided]]]:
    """The workload to test: of the stack itself, or of a faster copy of it."""
    from ackb.engine import daemon, locks
    from ackb.load.conduct import Site

    home = stack.workplace.home
    home.ensure()
    if speed != 1:
        with _copy(stack, speed, workload) as found:
            yield found
        return
    with locks.stack_lock(home, f"load of {stack.name}"):
        cluster_id = _running(stack)
        daemon.ensure_running(home)
        yield Site(home, cluster_id, stack.settings().region, workload), []


@contextmanager
def _copy(stack: Stack, speed: int, workload: str | None) -> Iterator[tuple[Site, list[Divided]]]:
    from ackb.cli import checking, foreign_secrets, output, progress, stack_tools
    from ackb.load import divided, scratch
    from ackb.load.conduct import Site
    from sandbox.kube.pace import Pace

    place, pace = stack.workplace, Pace(speed)
    stack_tools.ensure_for(checking.refuse_bad_design(stack))
    text = foreign_secrets.stripped(stack.file.path.read_text("utf-8"))
    output.note(
        f"bringing a copy of {stack.name} up, {speed} times as fast; {stack.name} stays as it is"
    )
    with scratch.opened(place.project, place.home, stack.name, text, pace, output.note) as copy:
        with progress.shown(progress.Record(), quiet=True) as on_event:
            outputs = copy.up(stack.wanted_secrets(), on_event, _silent)
        region = stack.settings().region
        site = Site(copy.home, outputs["cluster_id"], region, workload)
        behavior = scratch.divide_behavior(site.client, pace)
        yield site, divided.values(pace, behavior)
        output.note("removing the copy")


def _running(stack: Stack) -> str:
    """The cluster of a stack that is up.

    Raises:
        InvalidInput: it is not up.
    """
    from ackb.domain.problems import MISSING, InvalidInput, Problem

    outputs = stack.outputs()
    if "cluster_id" not in outputs:
        fix = f"run `ackb up {stack.name}`, or add --speed 5 for a copy of it"
        why = "is not up, or has no cluster"
        raise InvalidInput([Problem(_TARGET_CODE, f"stack {stack.name}", MISSING, why, fix)])
    return str(outputs["cluster_id"])


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let the end of a job and a closed terminal stop the test as Ctrl-C does: all is removed."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    numbers = [signal.SIGTERM, signal.SIGHUP]
    numbers = [one for one in numbers if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, stop) for one in numbers}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _silent(message: str) -> None:
    """The engine's notes on the copy are of no use to anybody."""
