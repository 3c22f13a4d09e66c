"""`ackb report`: what a running stack has, costs and could give back."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from ackb.cli.arguments import Json, StackName, project_of
from ackb.cli.exits import Exit

if TYPE_CHECKING:
    from ackb.html.model import Page
    from ackb.reports.live import Live

app = typer.Typer(
    help="Reports on a running stack: ECI instances that run for long, requests against "
    "recommendations, capacity and use, pods without room.",
    no_args_is_help=True,
)


class Lang(StrEnum):
    """Languages of a report."""

    EN = "en"
    ZH = "zh"


Html = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write it as one HTML page with plots, too."),
]
Language = Annotated[Lang, typer.Option("--lang", help="Language of the report.")]


class Report(Protocol):
    """What a report has computed."""

    @property
    def live(self) -> Live:
        """The look at the stack that it is about."""

    def fields(self) -> dict[str, Any]:
        """Everything as plain data."""


@app.command()
def eci_age(
    context: typer.Context,
    stack: StackName,
    days: Annotated[float, typer.Option(min=0, help="Age from which an instance is old.")] = 3,
    html: Html = None,
    lang: Language = Lang.EN,
    json: Json = False,
) -> None:
    """ECI instances that have run for days: owner, cost until now, where they could run instead.

    Ends with 1 when there are any, so that a scheduled run can raise an alarm.
    """
    from ackb.reports import eci_age
    from ackb.reports.pages.eci_age import page

    report = eci_age.compute(_look(context, stack, eci_age.PARTS), days)
    code = Exit.FINDINGS if report.old else Exit.CLEAN
    _give("eci-age", report, page(report, lang.value), html, json, code)


@app.command()
def right_sizing(
    context: typer.Context,
    stack: StackName,
    html: Html = None,
    lang: Language = Lang.EN,
    json: Json = False,
) -> None:
    """Requests of each application against the recommendations of its VerticalPodAutoscaler."""
    from ackb.reports import right_sizing
    from ackb.reports.pages.right_sizing import page

    report = right_sizing.compute(_look(context, stack, right_sizing.PARTS))
    _give("right-sizing", report, page(report, lang.value), html, json, Exit.CLEAN)


@app.command()
def capacity(
    context: typer.Context,
    stack: StackName,
    html: Html = None,
    lang: Language = Lang.EN,
    json: Json = False,
) -> None:
    """Capacity, requests, limits and use of each node and each namespace."""
    from ackb.reports import capacity
    from ackb.reports.pages.capacity import page

    report = capacity.compute(_look(context, stack, capacity.PARTS))
    _give("capacity", report, page(report, lang.value), html, json, Exit.CLEAN)


@app.command()
def shortage(
    context: typer.Context,
    stack: StackName,
    html: Html = None,
    lang: Language = Lang.EN,
    json: Json = False,
) -> None:
    """Pods that no node has room for: those that wait, those on ECI for want of it, and how many
    nodes more would take them.

    Ends with 1 when pods wait, so that a scheduled run can raise an alarm.
    """
    from ackb.reports import shortage
    from ackb.reports.pages.shortage import page

    report = shortage.compute(_look(context, stack, shortage.PARTS))
    code = Exit.FINDINGS if report.waiting else Exit.CLEAN
    _give("shortage", report, page(report, lang.value), html, json, code)


@app.command()
def utilisation(
    context: typer.Context,
    stack: StackName,
    html: Html = None,
    lang: Language = Lang.EN,
    json: Json = False,
) -> None:
    """What online and offline pods use of the machines, by tier, QoS class and node.

    Machines that use less than 5 % of their CPU are named.
    """
    from ackb.reports import utilisation
    from ackb.reports.pages.utilisation import page

    report = utilisation.compute(_look(context, stack, utilisation.PARTS))
    _give("utilisation", report, page(report, lang.value), html, json, Exit.CLEAN)


def _look(context: typer.Context, stack: str, parts: tuple[str, ...]) -> Live:
    from ackb.cli.context import Workplace
    from ackb.cli.live import look

    return look(Workplace.find(project_of(context)).stack(stack), parts)


def _give(name: str, report: Report, page: Page, html: Path | None, json: bool, code: Exit) -> None:
    """Write the page, print the report, and end with its exit code."""
    from ackb.cli import output
    from ackb.domain.files import write_atomically

    if html is not None:
        from ackb.html.page import render

        write_atomically(html, render(page))
        output.note(f"wrote {html}")
    if json:
        live = report.live
        about = {
            "stack": live.stack,
            "region": live.region,
            "simulated": live.simulated,
            "read_at": live.read_at.isoformat(),
            "html": html,
        }
        output.document(f"report {name}", **about, **report.fields(), exit_code=int(code))
    else:
        from ackb.cli.pages import show

        show(page, output.out())
    raise typer.Exit(code)
