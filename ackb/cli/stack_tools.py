"""Native tools that only some stacks need: built when such a stack is about to be simulated."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ackb import toolchain
from ackb.toolchain.report import Report

if TYPE_CHECKING:
    from ackb.planning import Plan

_ADDON: Final = "alicloud:cs/kubernetesAddon:KubernetesAddon"
_CLUSTER: Final = "alicloud:cs/managedKubernetes:ManagedKubernetes"
_RELEASE: Final = "kubernetes:helm.sh/v3:Release"


def ensure_for(plan: Plan) -> None:
    """Find or build what the sandbox runs for the add-ons and charts of a planned stack.

    Building takes some minutes, and is told on standard error.

    Raises:
        ToolchainError: a tool cannot be built; the message says why.
    """
    wanted = needed_by(plan)
    if wanted:
        toolchain.ensure(wanted, Report(sys.stderr))


def needed_by(plan: Plan) -> list[str]:
    """The optional tools that a stack needs in the sandbox, in the order they are built."""
    from sandbox.controllers.extensions.table import ADDONS, CHARTS

    found = {
        extension.process.tool
        for table, names in ((ADDONS, _addons(plan)), (CHARTS, _charts(plan)))
        for name in names
        if (extension := table.get(name)) is not None and extension.process is not None
    }
    return [name for name in toolchain.OPTIONAL if name in found]


def _addons(plan: Plan) -> Iterator[str]:
    for one in plan.of(_ADDON):
        yield str(one.inputs.get("name"))
    for one in plan.of(_CLUSTER):
        for addon in one.inputs.get("addons") or ():
            yield str(addon.get("name"))


def _charts(plan: Plan) -> Iterator[str]:
    """A chart of a repository may be named with the address of that before its own name."""
    for one in plan.of(_RELEASE):
        yield str(one.inputs.get("chart")).rstrip("/").rpartition("/")[2]
