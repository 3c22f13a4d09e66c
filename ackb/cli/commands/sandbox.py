"""`ackb sandbox`: the simulated cloud and its daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ackb.cli.arguments import Json, project_of
from ackb.cli.commands.sandbox_pressure import pressure

if TYPE_CHECKING:
    from ackb.domain.home import Home
    from sandbox.cloud.cloud import Cloud

app = typer.Typer(
    help="The simulated Alibaba Cloud on this machine: start, stop, look inside, empty it.",
    no_args_is_help=True,
)


@app.command()
def start(context: typer.Context, json: Json = False) -> None:
    """Start the daemon that simulates the cloud. `ackb up` does it by itself."""
    from ackb.cli import output
    from ackb.engine import daemon

    record = daemon.ensure_running(_home(context))
    if json:
        output.document("sandbox start", pid=record.pid, providers=record.ports, exit_code=0)
        return
    print(f"The simulated cloud runs (pid {record.pid}); providers: {record.debug_providers}.")


@app.command()
def stop(context: typer.Context, json: Json = False) -> None:
    """Stop the daemon and its control planes. What the cloud holds stays for the next start."""
    from ackb.cli import output
    from ackb.engine import daemon

    stopped = daemon.stop(_home(context))
    if json:
        output.document("sandbox stop", stopped=stopped, exit_code=0)
        return
    print("The simulated cloud is stopped." if stopped else "No simulated cloud was running.")


@app.command()
def status(context: typer.Context, json: Json = False) -> None:
    """Show what the simulated cloud holds, its daemon, its clusters, and the stacks in it."""
    from ackb.cli import output
    from ackb.cli.simulated import Inside

    inside = Inside.look(_home(context))
    if json:
        output.document("sandbox status", **inside.fields(), exit_code=0)
        return
    inside.show(output.out())


@app.command()
def reset(
    context: typer.Context,
    force: Annotated[
        bool, typer.Option("--force", help="Also while stacks exist; their state is removed too.")
    ] = False,
    json: Json = False,
) -> None:
    """Empty the simulated cloud. Stacks of the real cloud, settings and secrets stay."""
    from ackb.cli import output
    from ackb.cli.simulated import empty

    removed = empty(_home(context), force=force)
    if json:
        output.document("sandbox reset", removed_stacks=removed, exit_code=0)
        return
    forgotten = f" Forgotten: {', '.join(removed)}." if removed else ""
    print(f"The simulated cloud is empty.{forgotten}")


@app.command()
def env(context: typer.Context, json: Json = False) -> None:
    """Print the variables with which plain `pulumi` works on the sandbox.

    Use it as `eval "$(ackb sandbox env)"`. Starts the daemon if needed.
    """
    from ackb.cli import output
    from ackb.cli.context import SANDBOX, Workplace
    from ackb.engine.engine import Engine
    from ackb.engine.environment import as_shell

    place = Workplace.find(project_of(context))
    variables = Engine(place.project, place.home, SANDBOX, report=output.note).environment()
    if json:
        output.document("sandbox env", variables=variables, exit_code=0)
        return
    print(as_shell(variables))


@app.command()
def stock(
    context: typer.Context,
    zone: Annotated[str, typer.Argument(metavar="ZONE", help="Zone, such as cn-hangzhou-j.")],
    sold_out: Annotated[
        bool, typer.Option("--sold-out", help="From now on there is none. Default: there is.")
    ] = False,
    json: Json = False,
) -> None:
    """Let a zone of the simulated cloud have ECI in stock, or none."""
    from ackb.cli import output
    from ackb.domain.problems import InvalidInput, Problem, nearest
    from ackb.domain.regions import regions

    zones = [one for region in regions().values() for one in region.zones]
    if zone not in zones:
        near = nearest(zone, zones)
        fix = f"did you mean {near}?" if near else "give a zone of the stack's region"
        raise InvalidInput([Problem("SBX-01", "ZONE", zone, "is no zone", fix)])
    _cloud(context).eci.set_stock(zone, in_stock=not sold_out)
    if json:
        output.document("sandbox stock", zone=zone, in_stock=not sold_out, exit_code=0)
        return
    print(f"{zone}: ECI is {'sold out' if sold_out else 'in stock'}.")


@app.command()
def reclaim_spot(
    context: typer.Context,
    zone: Annotated[
        str | None, typer.Option("--zone", metavar="ZONE", help="Only in this zone.")
    ] = None,
    json: Json = False,
) -> None:
    """Let the market take ECI spot instances back.

    Each has a notice of three minutes, which begins when its protection ends.
    """
    from ackb.cli import output

    reclaimed = _cloud(context).eci.reclaim_spot(zone)
    if json:
        output.document("sandbox reclaim-spot", instances=reclaimed, exit_code=0)
        return
    print(f"{len(reclaimed)} spot instances are taken back.")


@app.command()
def confirm_contact(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the alarm contact.")],
    json: Json = False,
) -> None:
    """Follow the links that CloudMonitor sent to an alarm contact, as its owner would."""
    from ackb.cli import output
    from ackb.domain.problems import InvalidInput, Problem
    from sandbox.cloud.errors import CloudError

    try:
        channels = _cloud(context).cms.confirm(name)
    except CloudError:
        why, fix = "is no alarm contact of the simulated cloud", "see `ackb sandbox status`"
        raise InvalidInput([Problem("SBX-06", "NAME", name, why, fix)]) from None
    if json:
        output.document("sandbox confirm-contact", contact=name, confirmed=channels, exit_code=0)
        return
    print(f"{name}: confirmed {', '.join(channels) or 'nothing, all was confirmed already'}.")


app.command()(pressure)


def _cloud(context: typer.Context) -> Cloud:
    from sandbox.cloud.cloud import Cloud

    return Cloud.open(_home(context).ensure().cloud_db)


def _home(context: typer.Context) -> Home:
    from ackb.cli.context import Workplace

    return Workplace.find(project_of(context)).home
