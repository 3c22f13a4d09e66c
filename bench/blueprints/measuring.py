"""Runs the stacks of one project through check, up, a second up and down."""

from __future__ import annotations

from ackb.cli import kinds, simulated
from ackb.cli.context import Workplace
from ackb.cli.exits import Exit
from ackb.engine import checkpoint
from ackb.engine.engine import PROJECT
from bench import machine, workspace
from bench.blueprints.results import Row, Times
from bench.collecting import by_program
from bench.command import say
from bench.measuring import Sample, memory, timed

_CHECK, _UP, _UNCHANGED, _DOWN = "check", "up", "up again", "down"
_COMMANDS = {_CHECK: "check", _UP: "up", _UNCHANGED: "up", _DOWN: "down"}


def sandbox_stacks() -> list[str]:
    """The stacks of the clone that run in the sandbox."""
    place = Workplace.find(workspace.CLONE)
    return [name for name in place.stack_names() if place.stack(name).simulated]


def measure(stacks: tuple[str, ...], cycles: int) -> Row:
    """Measure a stack, or several together, in a new project for each cycle.

    Raises:
        CommandFailed: one of the commands did not succeed.
    """
    load = machine.load()
    samples: dict[str, list[Sample]] = {name: [] for name in _COMMANDS}
    for number in range(cycles):
        with workspace.folder() as folder:
            workspace.copy_project(folder)
            for file in (folder / "stacks").glob("Pulumi.*.yaml"):
                if file.name.removeprefix("Pulumi.").removesuffix(".yaml") not in stacks:
                    file.unlink()
            place = Workplace(folder, workspace.home_of(folder))
            for name in _COMMANDS:
                if name == _CHECK and len(stacks) > 1:
                    continue
                if name == _CHECK:
                    _run(place, stacks, name)  # once unmeasured, to warm up
                sample = _run(place, stacks, name)
                samples[name].append(sample)
                told = f"{number + 1} of {cycles}: {', '.join(stacks)}: {name}"
                say(f"{told}: {sample.seconds:.1f} s")
                if name == _UP:
                    at_rest = memory(str(place.home.root))
                    resources, clusters = _size(place, stacks)
            left = _left(place)
    return Row(
        stacks=stacks,
        resources=resources,
        clusters=clusters,
        check=_times(samples[_CHECK]) if samples[_CHECK] else None,
        up=_times(samples[_UP]),
        unchanged=_times(samples[_UNCHANGED]),
        down=_times(samples[_DOWN]),
        at_rest=by_program(at_rest),
        load=round(load, 2),
        left=left,
    )


def _run(place: Workplace, stacks: tuple[str, ...], name: str) -> Sample:
    which = stacks[0] if len(stacks) == 1 else "--all"
    command = ["ackb", _COMMANDS[name], which]
    # A check of a design with advisory findings ends with 1.
    good = (Exit.CLEAN, Exit.FINDINGS) if name == _CHECK else (Exit.CLEAN,)
    return timed(command, place.project, workspace.environment(place.project), good)


def _times(samples: list[Sample]) -> Times:
    return Times(
        seconds=tuple(round(one.seconds, 2) for one in samples),
        peak_mib=round(max(one.peak_mib for one in samples), 1),
    )


def _size(place: Workplace, stacks: tuple[str, ...]) -> tuple[int, int]:
    resources = [
        one
        for stack in stacks
        for one in checkpoint.deployment(place.home.state, PROJECT, stack)["resources"]
    ]
    planes = (place.home.kwok / "clusters").glob("*")
    return sum(kinds.is_real(one["type"]) for one in resources), len(list(planes))


def _left(place: Workplace) -> tuple[str, ...]:
    objects = [f"{one['service']} {one['id']}" for one in simulated.inventory(place.home)]
    return (*objects, *(f"process {name}" for name in memory(str(place.home.root))))
