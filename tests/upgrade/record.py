"""Record the state that this version makes of the stack `wordpress-dev`, for tests of upgrades.

Writes `tests/upgrade/DATE/` and adds its hashes to `SHA256SUMS`. What was recorded is never
written again: a second recording on the same day needs another name.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ackb import toolchain
from ackb.engine import environment
from bench import workspace
from blueprints import BLUEPRINTS

FOLDER = Path(__file__).parent
SUMS = FOLDER / "SHA256SUMS"
STACK = "wordpress-dev"
SETTINGS = f"Pulumi.{STACK}.yaml"
STATE = f"{STACK}.json"
URNS = f"{STACK}.urns.txt"

#: What the engine notes of the program's files; their paths are those of one machine.
_OF_THE_MACHINE = ("sourcePosition", "stackTrace")

Run = Callable[..., str]


def public_value(key: str) -> str:
    """The value of a secret in a recording: anyone may read it, since it protects nothing."""
    return f"Public-{key}-1"


def main() -> int:
    """Record; 1 if there is a recording of that name."""
    parser = argparse.ArgumentParser(description=__doc__)
    today = datetime.now(UTC).date().isoformat()
    parser.add_argument("--name", default=today, help="folder of the recording (default: today)")
    target = FOLDER / parser.parse_args().name
    if target.exists():
        print(f"{target} is there already; a recorded state is never rewritten", file=sys.stderr)
        return 1
    with workspace.folder() as project:
        workspace.copy_project(project)
        settings = (project / "stacks" / SETTINGS).read_bytes()
        state = _state(project)
    target.mkdir()
    (target / SETTINGS).write_bytes(settings)
    (target / STATE).write_text(json.dumps(state, indent=1, sort_keys=True) + "\n", "utf-8")
    (target / URNS).write_text("\n".join(urns(state)) + "\n", "utf-8")
    with SUMS.open("a", encoding="utf-8") as sums:
        for file in sorted(target.iterdir()):
            sums.write(f"{digest(file)}  {file.relative_to(FOLDER)}\n")
    return 0


def digest(file: Path) -> str:
    """The hash of a file as `sha256sum` prints it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def urns(state: dict[str, Any]) -> list[str]:
    """The URNs of all resources of an exported state, sorted."""
    return sorted(resource["urn"] for resource in state["deployment"]["resources"])


def importable(state: dict[str, Any], salt: str) -> dict[str, Any]:
    """The state as `pulumi stack import` takes it, for a stack whose file has this encryptionsalt.

    The engine encrypts the secrets with that stack's passphrase.
    """
    own = {"type": "passphrase", "state": {"salt": salt}}
    return {**state, "deployment": {**state["deployment"], "secrets_providers": own}}


def program(project: Path, name: str) -> Run:
    """A command line in a project, with the sandbox's variables; `pulumi` or `ackb`."""
    pulumi = toolchain.find("pulumi").path
    own = environment.for_sandbox(workspace.home_of(project), None, pulumi)
    variables = {**workspace.environment(project), **own}
    command = str(pulumi) if name == "pulumi" else name

    def run(*arguments: str, stdin: str = "") -> str:
        return subprocess.run(
            [command, *arguments],
            cwd=project,
            env=variables,
            input=stdin,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    return run


def _state(project: Path) -> dict[str, Any]:
    """Bring the stack up, export it, and take it down."""
    pulumi, ackb = program(project, "pulumi"), program(project, "ackb")
    pulumi("stack", "init", STACK)
    for secret in BLUEPRINTS["wordpress"].secrets:
        where = ("--secret", "--stack", STACK, f"ackb:{secret.key}")
        pulumi("config", "set", *where, stdin=public_value(secret.key))
    ackb("up", STACK)
    # Values instead of ciphertexts: nobody needs the passphrase of this home again.
    state: dict[str, Any] = json.loads(
        pulumi("stack", "export", "--show-secrets", "--stack", STACK)
    )
    ackb("down", STACK)
    state["deployment"].pop("secrets_providers")
    for resource in state["deployment"]["resources"]:
        for key in _OF_THE_MACHINE:
            resource.pop(key, None)
    return state


if __name__ == "__main__":
    sys.exit(main())
