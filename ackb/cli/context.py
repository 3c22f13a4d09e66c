"""What every command starts from: the project, its home, and one of its stacks."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ackb.domain.home import Home, find_project
from ackb.domain.problems import InvalidInput, Problem

if TYPE_CHECKING:
    from blueprints import SecretSpec
    from blueprints.settings import StackSettings
    from blueprints.settings.stackfile import StackFile

PROJECT: Final = "ackb"
"""Name of the Pulumi project, and prefix of its configuration keys."""
SANDBOX: Final = "sandbox"
_NEVER_UP: Final = "no stack named"
"""What the engine says about a stack that its backend does not hold."""
TARGETS: Final = (SANDBOX, "alibaba-cloud")


@dataclass(frozen=True)
class Workplace:
    """A project and the home of its runs."""

    project: Path
    home: Home

    @classmethod
    def find(cls, project: Path | None = None) -> Workplace:
        """The given project, or the one the current folder belongs to.

        Raises:
            InvalidInput: the given folder is no Pulumi project.
        """
        if project is None:
            found = find_project(Path.cwd())
        elif (project / "Pulumi.yaml").is_file():
            found = project.resolve()
        else:
            raise InvalidInput(
                [
                    Problem(
                        "CLI-01",
                        "--project",
                        str(project),
                        "must be a folder with a Pulumi.yaml",
                        "give the folder of the project, or run ackb inside it",
                    )
                ]
            )
        return cls(found, Home.find(found))

    def stack_names(self) -> list[str]:
        """Names of the stacks that have a file, sorted."""
        from blueprints.settings import stackfile

        return stackfile.known_stacks(self.project)

    def stack(self, name: str) -> Stack:
        """The stack of this name.

        Raises:
            InvalidInput: it has no file, or the file cannot be read.
        """
        from blueprints.settings import stackfile

        return Stack(self, stackfile.read(self.project, name))


@dataclass(frozen=True)
class Stack:
    """A stack of the project, as its file describes it."""

    workplace: Workplace
    file: StackFile

    @property
    def name(self) -> str:
        """Name of the stack."""
        return self.file.stack

    @property
    def source(self) -> str:
        """The path of the file relative to the project."""
        return os.path.relpath(self.file.path, self.workplace.project)

    @property
    def target(self) -> str:
        """Where the stack goes; needs no other setting to be right, so `down` works on any stack.

        Raises:
            InvalidInput: it is missing or wrong; names whatever else is wrong too.
        """
        try:
            target = json.loads(self.file.settings_json)["target"]
        except (ValueError, KeyError, TypeError):
            target = None
        return str(target) if target in TARGETS else self.settings().target

    @property
    def simulated(self) -> bool:
        """Whether everything of this stack exists in the sandbox only."""
        return self.target == SANDBOX

    def settings(self) -> StackSettings:
        """The validated settings.

        Raises:
            InvalidInput: with everything that is wrong in them.
        """
        from blueprints.settings import load

        return load(self.file.settings_json, stack=self.name, project=self.workplace.project)

    def outputs(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """The outputs of the last `up`; none where the stack was never up.

        Raises:
            EngineError: its state cannot be read.
        """
        from ackb.cli import output
        from ackb.engine.engine import Engine
        from ackb.engine.errors import EngineError

        place = self.workplace
        engine = Engine(place.project, place.home, self.target, report=output.note)
        try:
            return engine.outputs(self.name, show_secrets=show_secrets)
        except EngineError as error:
            if _NEVER_UP not in error.problem.why:
                raise
            return {}

    def missing_secrets(self) -> dict[str, int]:
        """Secrets to make up: the stack needs them, its file lacks them, and none exists yet."""
        held, settings = self.file.secrets, self.settings()
        return {
            one.key: one.length
            for one in self.secrets()
            if f"{PROJECT}:{one.key}" not in held and not one.exists(settings)
        }

    def wanted_secrets(self) -> dict[str, int]:
        """Secrets that the stack needs, with their lengths."""
        return {one.key: one.length for one in self.secrets()}

    def secrets(self) -> list[SecretSpec]:
        """Secrets that the stack needs."""
        from blueprints import BLUEPRINTS

        settings = self.settings()
        return BLUEPRINTS[settings.blueprint].secrets_for(settings)
