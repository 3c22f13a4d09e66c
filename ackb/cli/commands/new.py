"""`ackb new`: the file of a new stack, from a preset (S2-19)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ackb.cli.arguments import Json, project_of

if TYPE_CHECKING:
    from ackb.cli.creating import Created, Wanted


def _blueprints(incomplete: str) -> list[str]:
    """Names of the blueprints, for the completion of a shell."""
    from blueprints import BLUEPRINTS

    return [name for name in BLUEPRINTS if name.startswith(incomplete)]


def _presets(incomplete: str) -> list[str]:
    """Names of all presets: a shell asks before it knows which blueprint was typed."""
    from blueprints import BLUEPRINTS
    from blueprints.presets import presets_of

    known = {preset for name in BLUEPRINTS for preset in presets_of(name).presets}
    return sorted(preset for preset in known if preset.startswith(incomplete))


def new(
    context: typer.Context,
    blueprint: Annotated[
        str | None,
        typer.Argument(
            metavar="BLUEPRINT",
            help="Architecture, such as wordpress.",
            autocompletion=_blueprints,
        ),
    ] = None,
    stack: Annotated[
        str | None,
        typer.Argument(
            metavar="STACK", help="Name that ends in its environment, such as shop-dev."
        ),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="What to begin with. Default: the one --list marks.",
            autocompletion=_presets,
        ),
    ] = None,
    target: Annotated[
        str, typer.Option(metavar="TARGET", help="sandbox or alibaba-cloud.")
    ] = "sandbox",
    region: Annotated[str, typer.Option(metavar="REGION", help="Region id.")] = "cn-hangzhou",
    listed: Annotated[
        bool, typer.Option("--list", help="Show blueprints and presets; write nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Write stacks/Pulumi.STACK.yaml: valid settings, each with its description.

    An existing file is never touched. With the target alibaba-cloud, values that only you know are
    marked with `replace:`.
    """
    from ackb.cli.context import Workplace
    from ackb.cli.creating import Wanted, catalogue, create

    if listed:
        _show(catalogue(blueprint), json)
        return
    wanted = Wanted(blueprint=blueprint, stack=stack, preset=preset, target=target, region=region)
    _tell(wanted, create(Workplace.find(project_of(context)).project, wanted), json)


def _show(blueprints: Sequence[Mapping[str, Any]], json: bool) -> None:
    from ackb.cli import output

    if json:
        output.document("new", blueprints=blueprints, exit_code=0)
        return
    for one in blueprints:
        print(f"{one['blueprint']}: {one['summary']}")
        for preset in one["presets"]:
            mark = " (default)" if preset["default"] else ""
            print(f"  {preset['preset']:<15}{preset['description']}{mark}")


def _tell(wanted: Wanted, created: Created, json: bool) -> None:
    from ackb.cli import output
    from ackb.cli.context import SANDBOX

    if json:
        output.document(
            "new",
            stack=wanted.stack,
            blueprint=wanted.blueprint,
            preset=created.preset,
            target=wanted.target,
            simulated=wanted.target == SANDBOX,
            region=wanted.region,
            path=created.path,
            replace=[{"path": path, "what": what} for path, what in created.replace.items()],
            exit_code=0,
        )
        return
    print(created.path)
    if created.replace:
        output.note("Before the first run replace:")
        for path, what in created.replace.items():
            output.note(f"  {path}: {what}")
    output.note(f"Next: ackb check {wanted.stack}")
