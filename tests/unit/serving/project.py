"""A project of things on a shelf, run by the real engine."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from ackb import toolchain
from ackb.domain.home import Home
from ackb.engine import environment
from sandbox.daemon.record import DaemonRecord

_PROGRAM = """
import json
import pulumi

class Thing(pulumi.CustomResource):
    def __init__(self, name, inputs, opts):
        super().__init__("shelf:index:Thing", name, {**inputs, "ready": None}, opts)

class Box(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("shelf:index:Box", name, None, opts)

class Shelf(pulumi.ProviderResource):
    def __init__(self, name, inputs):
        super().__init__("shelf", name, inputs)

wanted = json.loads(open("wanted.json").read())
provider = Shelf("main", wanted["provider"])
box = Box("box", pulumi.ResourceOptions(provider=provider))
for name, inputs in wanted["things"].items():
    place = {"parent": box} if inputs.pop("boxed", False) else {}
    place["protect"] = inputs.pop("protected", False)
    thing = Thing(name, inputs, pulumi.ResourceOptions(provider=provider, **place))
    pulumi.export(name, thing.id)
"""


class Project:
    """A folder with the program; ``want`` says what it declares."""

    def __init__(self, root: Path, port: int) -> None:
        self.folder = root / "project"
        self.folder.mkdir()
        (self.folder / "Pulumi.yaml").write_text("name: ackb\nruntime: python\n")
        (self.folder / "__main__.py").write_text(_PROGRAM)
        self.home = Home(root / "home").ensure()
        self.record = DaemonRecord(pid=os.getpid(), started=0.0, ports={"shelf": port}, code="")
        self.pulumi = toolchain.find("pulumi").path
        self.variables = environment.for_sandbox(self.home, self.record, self.pulumi)
        self.want({})

    def want(
        self, things: dict[str, dict[str, Any]], provider: dict[str, Any] | None = None
    ) -> None:
        """Declare these things (name -> inputs)."""
        wanted = {"things": things, "provider": provider or {"region": "here"}}
        (self.folder / "wanted.json").write_text(json.dumps(wanted))

    def run(self, *command: str, code: int = 0) -> str:
        """Run pulumi; it must end with this code. Returns what it printed."""
        done = subprocess.run(
            [str(self.pulumi), *command, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env={**os.environ, **self.variables},
            capture_output=True,
            text=True,
            check=False,
        )
        output = done.stdout + done.stderr
        assert done.returncode == code, output
        return output

    def up(self, code: int = 0) -> str:
        """Bring the stack `dev` to what is wanted."""
        if not (self.home.state / ".pulumi/stacks/ackb/dev.json").exists():
            self.run("stack", "init", "dev")
        return self.run("up", "--yes", "--skip-preview", "--stack", "dev", code=code)

    def resources(self) -> dict[str, dict[str, Any]]:
        """The recorded resources by name."""
        file = self.home.state / ".pulumi/stacks/ackb/dev.json"
        latest = json.loads(file.read_text())["checkpoint"]["latest"]
        return {one["urn"].rsplit("::", 1)[-1]: one for one in latest["resources"]}
