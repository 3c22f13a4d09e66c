"""What a stack gives once it is up: addresses, a kubeconfig, links, a picture; what stays after."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ackb.domain.files import write_atomically

if TYPE_CHECKING:
    from rich.console import Console

    from ackb.cli.context import Stack
    from ackb.cli.pictures import PicturePaths

_KUBECONFIG: Final = "kubeconfig"
_LINKS: Final = "console_links"
_LABELS: Final = {
    "site_url": "Site",
    "service_url": "Service",
    "private_name": "Name within the VPC",
    "mysql_address": "Database (MySQL)",
    "database_address": "Database (RDS)",
    "cache_address": "Cache (Redis)",
    "file_storage_address": "File storage (NAS)",
    "egress_address": "Outbound address",
    "cluster_id": "Cluster (ACK)",
    "vpc_id": "VPC",
    "namespace": "Namespace",
    "node_pools": "Node pools",
    "next_step": "Next",
}
"""Outputs that people read first, in this order; others follow under their own names."""
_SHOWN_ELSEWHERE: Final = frozenset(
    {_KUBECONFIG, _LINKS, "target", "region", "site_address", "service_address"}
)
_URLS: Final = ("site_url", "service_url")
_NOTHING_LISTENS: Final = "simulated, nothing listens"
_AUTOSCALER: Final = "(an autoscaler acts every 15 s: its pods and CPU figure take half a minute)"
"""15 s is the controller manager's own period; two of them pass until metrics have an effect."""
_WIDTH: Final = 22


@dataclass(frozen=True)
class Result:
    """The outputs of a stack and the files made from them."""

    stack: Stack
    outputs: dict[str, Any]
    kubeconfig: Path | None
    picture: PicturePaths | None

    def fields(self) -> dict[str, Any]:
        """Everything as plain data; the kubeconfig as the path of its file."""
        plain = {key: value for key, value in self.outputs.items() if key != _KUBECONFIG}
        return {
            "outputs": plain,
            "kubeconfig": self.kubeconfig,
            "picture": vars(self.picture) if self.picture else None,
        }

    def show(self, console: Console) -> None:
        """Print it."""
        for label, value in self._rows():
            console.print(f"{label:<{_WIDTH}}{value}")
        links = self.outputs.get(_LINKS) or {}
        if links:
            where = "Console"
            if self.stack.simulated:
                where += " (pages of the real cloud, where these ids do not exist)"
            console.print(where)
            for product, link in links.items():
                console.print(f"  {product:<{_WIDTH - 2}}{link}")

    def _rows(self) -> Iterator[tuple[str, str]]:
        for key in (*_LABELS, *sorted(self.outputs.keys() - _LABELS.keys() - _SHOWN_ELSEWHERE)):
            if key in self.outputs:
                yield _LABELS.get(key, key), self._worded(key)
        if self.kubeconfig:
            yield "kubeconfig", str(self.kubeconfig)
            kubectl = _command("kubectl")
            yield "Look inside", f"KUBECONFIG={self.kubeconfig} {kubectl} get nodes,pods,hpa -A"
            if self.stack.simulated:
                yield "", _AUTOSCALER
        if self.picture:
            yield "Picture", f"{self.picture.svg} (and .png)"

    def _worded(self, key: str) -> str:
        value = self.outputs[key]
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if key in _URLS and self.stack.simulated:
            return f"{text} ({_NOTHING_LISTENS})"
        return text


def write_kubeconfig(stack: Stack, outputs: dict[str, Any]) -> Path | None:
    """Write the user's kubeconfig of a stack and return its path; None when it has no cluster.

    The stack's own kubeconfig names `ackb` without a path, so that it is the same on all machines.
    kubectl runs anywhere with any PATH: this file names the program, and the home of the sandbox.
    """
    text = outputs.get(_KUBECONFIG)
    if not isinstance(text, str):
        return None
    document = json.loads(text)
    for user in document["users"]:
        run = user["user"]["exec"]
        run["command"], *before = ackb_command()
        home = ["--home", str(stack.workplace.home.root)] if stack.simulated else []
        run["args"] = [*before, *run["args"], *home]
    path = _kubeconfig_path(stack)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(path, json.dumps(document, indent=2, sort_keys=True) + "\n", mode=0o600)
    return path


def remove_kubeconfig(stack: Stack) -> None:
    """Remove the user's kubeconfig of a stack that is gone."""
    _kubeconfig_path(stack).unlink(missing_ok=True)


def leftovers(stack: Stack) -> list[dict[str, Any]] | None:
    """Simulated objects that are left after a stack is gone.

    None where it cannot be told from here: on the real cloud, and while other stacks are up.
    """
    from ackb.cli import simulated

    home = stack.workplace.home
    if not stack.simulated or simulated.sandbox_stacks(home).keys() - {stack.name}:
        return None
    return simulated.inventory(home)


def show_leftovers(console: Console, left: list[dict[str, Any]]) -> None:
    """Print what is left, or that nothing is."""
    from ackb.cli import simulated

    if not left:
        console.print("The simulated cloud is empty.")
        return
    console.print("Left in the simulated cloud:")
    simulated.table(console, left)


def _kubeconfig_path(stack: Stack) -> Path:
    return stack.workplace.home.kubeconfigs / f"{stack.name}.yaml"


def ackb_command() -> list[str]:
    """The command line that runs this program from anywhere."""
    script = Path(sys.executable).parent / "ackb"
    return [str(script)] if script.exists() else [sys.executable, "-m", "ackb"]


def _command(name: str) -> str:
    """A tool as a person can run it: by its name where that works, else by its path."""
    from ackb import toolchain

    if shutil.which(name):
        return name
    try:
        return str(toolchain.find(name).path)
    except toolchain.ToolMissing:
        return name
