"""Writes what the commands really print into the pages, between their `output:` markers.

Runs `wordpress-dev` in a copy of the project with an empty home, so it takes half a minute and
touches no stack of yours. Paths of the copy are shown as the user's own clone.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ackb.domain.home import Home
from bench import workspace

CLONE = Path(__file__).parents[1]
STACK = "wordpress-dev"
PAGES = ("README.md", "docs/blueprints/wordpress.md", "docs/zh/blueprints/wordpress.md")

#: Longest list of lines of one kind; the rest is counted.
_MANY = 6


def main() -> None:
    """Run the commands and rewrite the pages."""
    with workspace.folder() as project:
        workspace.copy_project(project)
        recorded = _record(project)
    for page in PAGES:
        path = CLONE / page
        text = path.read_text("utf-8")
        for name, output in recorded.items():
            start, end = f"<!-- output:{name} -->\n", "<!-- end of output -->"
            block = f"{start}```text\n{output.strip()}\n```\n{end}"
            between = re.escape(start) + r".*?" + re.escape(end)
            text = re.sub(between, partial(_as_is, block), text, flags=re.DOTALL)
        path.write_text(text, "utf-8")
        print(f"wrote {page}")


def _as_is(block: str, _: re.Match[str]) -> str:
    """The block itself; as a pattern its backslashes would mean something."""
    return block


def _record(project: Path) -> dict[str, str]:
    variables = {**workspace.environment(project), "COLUMNS": "118"}

    def run(*command: str) -> str:
        done = subprocess.run(
            command,
            cwd=project,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=True,
        )
        return done.stdout.replace(str(project), "~/ackb")

    try:
        up = run("ackb", "up", STACK)
        config = str(project / ".ackb" / "kubeconfig" / f"{STACK}.yaml")
        kubectl = ["kubectl", "--kubeconfig", config]
        _wait_for_metrics(run, kubectl)
        listing = run(*kubectl, "get", "nodes,pods,hpa", "-A")
        check = run("ackb", "check", STACK)
        drawn = Home(project / ".ackb").pictures / f"{STACK}.png"
        shutil.copy(drawn, CLONE / "docs" / "images" / drawn.name)
    finally:
        run("ackb", "down", STACK)
    return {
        "up": _shortened(up, "created  ", "more resources"),
        "wordpress-up": up,
        "wordpress-check": check,
        "wordpress-kubectl": "$ kubectl get nodes,pods,hpa -A\n"
        + _shortened(listing, "pod/", "more pods, all Running"),
    }


def _wait_for_metrics(run: Callable[..., str], kubectl: list[str]) -> None:
    """Two rounds of the autoscaler (15 s each) pass before it shows a figure."""
    for _ in range(60):
        if "unknown" not in run(*kubectl, "get", "hpa", "-A"):
            return
        time.sleep(1)
    raise SystemExit("the autoscaler still shows no figure: nothing was recorded")


def _shortened(text: str, mark: str, rest: str) -> str:
    """The text with the first lines of those that hold the mark, and how many more there were."""
    lines, seen = [], 0
    for line in text.splitlines():
        seen += mark in line
        if mark not in line or seen <= _MANY:
            lines.append(line)
        elif seen == _MANY + 1:
            lines.append(f"... {text.count(mark) - _MANY} {rest}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
