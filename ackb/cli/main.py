"""Entry point of `ackb`: registers the commands and turns every failure into clear lines."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ackb.cli.commands import (
    agent,
    burst,
    check,
    credential,
    doctor,
    graph,
    load,
    manifests,
    new,
    outputs,
    placement,
    report,
    sandbox,
    secret,
    update,
    virtual_nodes,
)
from ackb.cli.exits import Exit

_DEBUG = "ACKB_DEBUG"
_COLLECT_AFTER = 1_000_000
"""Allocations between two garbage collections."""

app = typer.Typer(
    name="ackb",
    help="Elastic Kubernetes on Alibaba Cloud: design, check, run and release stacks. Stacks with "
    "the target `sandbox` run on a simulated Alibaba Cloud on this machine.",
    epilog="Exit codes: 0 done or clean, 1 failed or findings, 2 mandatory finding, 3 could not "
    "run, 130 interrupted. Results go to standard output, all else to standard error.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_DESIGN, _RUN, _ACCESS, _MACHINE = "Design", "Run", "Results and access", "This machine"
app.command(rich_help_panel=_DESIGN)(new.new)
app.command(rich_help_panel=_DESIGN)(check.check)
app.command(rich_help_panel=_DESIGN)(graph.graph)
app.command(rich_help_panel=_DESIGN)(manifests.manifests)
app.add_typer(placement.app, name="placement", rich_help_panel=_DESIGN)
app.command(rich_help_panel=_RUN)(update.preview)
app.command(rich_help_panel=_RUN)(update.up)
app.command(rich_help_panel=_RUN)(update.down)
app.command(rich_help_panel=_RUN)(secret.secret)
app.command(rich_help_panel=_RUN)(load.load)
app.command(rich_help_panel=_RUN)(burst.burst)
app.add_typer(virtual_nodes.app, name="virtual-nodes", rich_help_panel=_RUN)
app.command(rich_help_panel=_ACCESS)(outputs.outputs)
app.command(rich_help_panel=_ACCESS)(credential.credential)
app.command(rich_help_panel=_ACCESS)(agent.agent)
app.add_typer(report.app, name="report", rich_help_panel=_ACCESS)
app.command(rich_help_panel=_MACHINE)(doctor.doctor)
app.add_typer(sandbox.app, name="sandbox", rich_help_panel=_MACHINE)


@app.callback()
def root(
    context: typer.Context,
    project: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the project. Default: the one around the current folder.",
            metavar="DIR",
        ),
    ] = None,
) -> None:
    """Options of all commands."""
    context.obj = project


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; failures are shown, not raised.

    With ACKB_DEBUG=1 the exception itself comes through.
    """
    try:
        result = app(list(arguments), prog_name="ackb", standalone_mode=False)
    except BrokenPipeError:
        # The reader of a pipe, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FINDINGS
    except Exception as error:
        if os.environ.get(_DEBUG) == "1":
            raise
        return _show(error, arguments)
    if result == Exit.INTERRUPTED:
        print("Interrupted.", file=sys.stderr)
    return result if isinstance(result, int) else Exit.CLEAN


def _show(error: Exception, arguments: Sequence[str]) -> int:
    from ackb.cli import failures, output
    from ackb.domain.home import Home, find_project

    failure = failures.explain(error, Home.find(find_project(Path.cwd())).logs)
    for line in failure.lines:
        output.err().print(line, style="red")
    if "--json" in arguments:
        output.document(
            _command(arguments), exit_code=failure.exit_code, problems=list(failure.lines)
        )
    return failure.exit_code


def _command(arguments: Sequence[str]) -> str:
    """The command that the arguments name, such as `sandbox status`; empty if they name none."""
    here: Any = typer.main.get_command(app)
    path: list[str] = []
    for word in arguments:
        found = getattr(here, "commands", {}).get(word)
        if found is not None:
            here = found
            path.append(word)
    return " ".join(path)


def run() -> None:
    """The console script `ackb`."""
    # The SDKs make millions of objects that stay: collecting among them is a quarter of a check,
    gc.set_threshold(_COLLECT_AFTER)
    code = main(sys.argv[1:])
    # and a third of it would be to collect them one last time when the process ends anyway.
    gc.freeze()
    if code == Exit.INTERRUPTED:
        # Threads of the SDKs may be anywhere: an ordinary end, which takes things from under them,
        # has been seen to crash.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
