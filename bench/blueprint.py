"""The runs of a real stack, in the order of a user's day: up, again, one change, down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from ackb.engine import checkpoint
from ackb.engine.engine import PROJECT
from bench import operations, workspace
from bench.measuring import Sample, memory, timed
from bench.operations import Operation

STACK = "wordpress-dev"

Runs = Iterator[tuple[Operation, Sample]]


class Blueprint:
    """The stack in a new project of its own, of which nothing exists yet."""

    def __init__(self, project: Path) -> None:
        workspace.copy_project(project)
        self._project = project
        self._home = workspace.home_of(project)
        self._environment = workspace.environment(project)
        #: Objects in the stack's state once it is up, and the size of that state in bytes.
        self.resources = 0
        self.state_bytes = 0
        #: MiB by program while the stack is up and no command runs.
        self.at_rest: dict[str, float] = {}

    def checks(self, times: int) -> Runs:
        """Judge the stack: with everything forgotten, and again."""
        for _ in range(times):
            workspace.make_cold()
            yield operations.CHECK_COLD, self._ackb("check")
            yield operations.CHECK, self._ackb("check")

    def cycle(self) -> Runs:
        """Bring the stack up, run the commands that a stack meets, and take it down."""
        yield operations.UP, self._ackb("up")
        self._look()
        yield operations.PREVIEW, self._ackb("preview")
        yield operations.UNCHANGED, self._ackb("up")
        policies = workspace.policies_of(self._project)
        policies.unlink()
        yield operations.PREVIEW_FREE, self._ackb("preview")
        yield operations.UNCHANGED_FREE, self._ackb("up")
        workspace.link_policies(self._project)
        self._change()
        yield operations.CHANGED, self._ackb("up")
        yield operations.DOWN, self._ackb("down")

    def _ackb(self, command: str) -> Sample:
        return timed(["ackb", command, STACK], self._project, self._environment)

    def _look(self) -> None:
        state = self._home.state
        self.state_bytes = checkpoint.path(state, PROJECT, STACK).stat().st_size
        self.resources = len(checkpoint.deployment(state, PROJECT, STACK)["resources"])
        self.at_rest = memory(str(self._home.root))

    def _change(self) -> None:
        """Lower the bound of the autoscaler by one: one object is updated in place."""
        file = self._project / "stacks" / f"Pulumi.{STACK}.yaml"
        yaml = YAML()
        content = yaml.load(file)
        scaling = content["config"]["ackb:settings"].setdefault("scaling", {"type": "hpa"})
        scaling["max"] = scaling.get("max", 100) - 1
        yaml.dump(content, file)
