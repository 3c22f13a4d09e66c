"""A project of its own for every test, with add-ons that the test writes."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from ackb.domain.problems import InvalidInput
from ackb.planning import Plan, plan_stack
from blueprints.settings import StackSettings, load

CLONE = Path(__file__).resolve().parents[3]

ADDON = """
import pulumi
import pulumi_kubernetes as kubernetes
from pydantic import Field

from blueprints.addons import Capability, ClusterAddon, Requires, Settings


class Own(Settings):
    size: int = Field(default=1, ge=1, description="Size. Default: 1.")


class Example(ClusterAddon[Own]):
    settings = Own
    {more}

    def deploy(self, context):
        return [
            kubernetes.core.v1.ConfigMap(
                f"{{context.name}}-config",
                metadata={{"name": context.name, "namespace": "default"}},
                data={{"size": str(context.settings.size)}},
                opts=context.options(),
            )
        ]
"""


@dataclass
class Project:
    """A project with the stacks of the clone."""

    folder: Path

    def write(self, name: str, more: str = "", text: str | None = None) -> None:
        """Write an add-on; `more` is what its class says besides."""
        content = ADDON.format(more=more) if text is None else textwrap.dedent(text)
        (self.folder / "addons" / f"{name}.py").write_text(content)

    def settings(self, addons: Any, stack: str = "wordpress-dev", **changes: Any) -> dict[str, Any]:
        path = self.folder / "stacks" / f"Pulumi.{stack}.yaml"
        found = yaml.safe_load(path.read_text())["config"]["ackb:settings"]
        return {**found, "addons": addons, **changes}

    def load(self, addons: Any, stack: str = "wordpress-dev", **changes: Any) -> StackSettings:
        raw = json.dumps(self.settings(addons, stack, **changes))
        return load(raw, stack=stack, project=self.folder)

    def refused(self, addons: Any, stack: str = "wordpress-dev", **changes: Any) -> list[str]:
        """The message about these add-ons, line by line."""
        with pytest.raises(InvalidInput) as caught:
            self.load(addons, stack, **changes)
        return str(caught.value).splitlines()

    def plan(self, addons: Any, stack: str = "wordpress-dev") -> Plan:
        path = self.folder / "stacks" / f"Pulumi.{stack}.yaml"
        content = yaml.safe_load(path.read_text())
        content["config"]["ackb:settings"]["addons"] = addons
        path.write_text(yaml.safe_dump(content))
        return plan_stack(self.folder, stack)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(CLONE / name, tmp_path / name)
    shutil.copytree(CLONE / "stacks", tmp_path / "stacks")
    (tmp_path / "addons").mkdir()
    return Project(tmp_path)


@pytest.fixture
def must_outlive() -> Callable[[Plan, str], set[str]]:
    """Everything that is deleted only after a resource: what it and its parents wait for."""

    def find(plan: Plan, name: str) -> set[str]:
        by_name = {one.name: one for one in plan.resources}
        found: set[str] = set()
        queue = [name]
        while queue:
            one = by_name[queue.pop()]
            above = [one.parent] if one.parent else []
            for following in {*one.dependencies, *above} - found:
                found.add(following)
                queue.append(following)
        return found

    return find
