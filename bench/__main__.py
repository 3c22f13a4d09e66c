"""Measures what a user waits for, and prints it with the machine it was measured on.

Absolute seconds depend on the machine; the column that compares with a trivial provider on the same
engine, same count of resources, in the same run, says what this project adds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from ruamel.yaml import YAML

from ackb import toolchain
from ackb.domain.home import Home
from ackb.engine import daemon, environment
from bench import machine, workspace
from bench.measuring import Figure, timed

_STACK = "wordpress-dev"

#: Bytes of inputs of a resource of the trivial program; the blueprint's checkpoint divided by its
#: resources is of this order.
_PAYLOAD = 2000


def main() -> None:
    """Measure the blueprint and the trivial program, print one table, write one JSON file."""
    conditions = machine.describe()
    with workspace.copy_of_project() as project:
        figures, resources = _blueprint(project)
    trivial = _trivial(resources)
    _report(conditions, figures, trivial, resources)


def _blueprint(project: Path) -> tuple[list[Figure], int]:
    variables = workspace.environment()
    home = project / ".ackb"

    def measure(what: str, *command: str) -> Figure:
        return timed(what, command, project, variables, home)

    figures = [measure("check, first", "ackb", "check", _STACK)]
    figures.append(measure("check, again", "ackb", "check", _STACK))
    figures.append(measure("up, nothing running", "ackb", "up", _STACK, "--yes"))
    resources = _count(project, home)
    figures.append(measure("up, no change", "ackb", "up", _STACK, "--yes"))
    _raise_hpa_maximum(project / "stacks" / f"Pulumi.{_STACK}.yaml")
    figures.append(measure("up, one change", "ackb", "up", _STACK, "--yes"))
    figures.append(measure("down", "ackb", "down", _STACK, "--yes"))
    return figures, resources


def _count(project: Path, home: Path) -> int:
    state = home / "state" / ".pulumi" / "stacks" / "ackb" / f"{_STACK}.json"
    return len(json.loads(state.read_text())["checkpoint"]["latest"]["resources"])


def _raise_hpa_maximum(stack_file: Path) -> None:
    yaml = YAML()
    content = yaml.load(stack_file)
    scaling = content["config"]["ackb:settings"].setdefault("scaling", {"type": "hpa"})
    scaling["max"] = scaling.get("max", 100) - 1
    yaml.dump(content, stack_file)


def _trivial(resources: int) -> list[Figure]:
    with workspace.copy_of_project() as folder:
        home = Home(folder / ".ackb").ensure()
        program = workspace.CLONE / "bench" / "trivial"
        server = subprocess.Popen(
            [sys.executable, "-m", "bench.trivial.provider"],
            cwd=workspace.CLONE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None  # noqa: S101 - opened as a pipe above
            port = int(server.stdout.readline())
            return _trivial_runs(folder, home, program, port, resources)
        finally:
            server.kill()


def _trivial_runs(
    folder: Path, home: Home, program: Path, port: int, resources: int
) -> list[Figure]:
    pulumi = toolchain.find("pulumi").path
    attached = daemon.DaemonRecord(pid=0, started=0, ports={"alicloud": port}, code="")
    variables = {**workspace.environment(), **environment.for_sandbox(home, attached, pulumi)}
    for file in ("Pulumi.yaml", "__main__.py"):
        (folder / file).write_bytes((program / file).read_bytes())
    stack = ["--stack", "trivial"]

    def run(what: str, *arguments: str) -> Figure:
        return timed(what, ["pulumi", *arguments, *stack], folder, variables, home.root)

    def set_size(size: int) -> None:
        for key, value in (("count", resources), ("size", size)):
            run("config", "config", "set", key, str(value))

    run("init", "stack", "select", "--create")
    set_size(_PAYLOAD)
    update: Callable[[str], Figure] = lambda what: run(what, "up", "--yes", "--skip-preview")  # noqa: E731
    figures = [update("up, nothing running"), update("up, no change")]
    set_size(_PAYLOAD + 1)
    figures.append(update("up, one change"))
    figures.append(run("down", "destroy", "--yes", "--skip-preview"))
    return figures


def _report(
    conditions: dict[str, str], figures: list[Figure], trivial: list[Figure], resources: int
) -> None:
    beside = {figure.what: figure for figure in trivial}
    print("\n".join(f"{key}: {value}" for key, value in conditions.items()))
    print(f"resources of {_STACK}: {resources}; trivial program: the same number\n")
    print(f"{'':24}{'seconds':>9}{'peak MiB':>10}{'trivial s':>11}{'ratio':>7}")
    for figure in figures:
        other = beside.get(figure.what)
        compared = f"{other.seconds:>11.1f}{figure.seconds / other.seconds:>7.1f}" if other else ""
        print(f"{figure.what:24}{figure.seconds:>9.1f}{figure.peak_mib:>10.0f}{compared}")


if __name__ == "__main__":
    main()
