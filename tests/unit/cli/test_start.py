"""`ackb --help` is quick: what no help needs is not loaded. Measured by modules, not by time."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys

import pytest
import typer.main

from ackb.cli.main import app

HEAVY = (
    "aiohttp",
    "alibabacloud_tea_openapi",
    "blueprints",
    "components",
    "cryptography",
    "google.protobuf",
    "grpc",
    "kubernetes",
    "matplotlib",
    "numpy",
    "policies",
    "psutil",
    "pulumi",
    "pulumi_alicloud",
    "pydantic",
    "ruamel.yaml",
    "sandbox",
    "yaml",
)
COMMANDS = (
    "check",
    "graph",
    "manifests",
    "preview",
    "up",
    "down",
    "outputs",
    "credential",
    "doctor",
    "sandbox",
)


TYPERS_OWN = {"pydantic"}
"""typer reads the arguments of a command with it."""


def loaded_by(*arguments: str) -> tuple[str, set[str]]:
    """What a command prints, and the heavy modules that it loaded."""
    code = (
        "import json, sys\n"
        "from ackb.cli.main import main\n"
        f"main({list(arguments)!r})\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    text, _, modules = done.stdout.rstrip().rpartition("\n")
    return text, set(json.loads(modules))


def test_help_names_every_command_and_the_exit_codes():
    text, heavy = loaded_by("--help")
    assert heavy == set()
    for command in COMMANDS:
        assert f" {command} " in text
    assert "Exit codes: 0 done or clean" in " ".join(text.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_loads_nothing_that_it_needs_to_run(command):
    text, heavy = loaded_by(command, "--help")
    assert heavy - TYPERS_OWN == set()
    assert "--json" in text or command in {"sandbox", "credential"}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_wrapped_for_80_columns(command):
    """typer joins the lines of a first paragraph only; the others keep theirs."""
    here = typer.main.get_command(app).commands[command]
    for one in (here, *getattr(here, "commands", {}).values()):
        _, *rest = inspect.cleandoc(one.help).split("\n\n")
        assert all(len(line) <= 78 for part in rest for line in part.splitlines()), one.name


def test_a_failure_that_needs_nothing_loads_nothing():
    _, heavy = loaded_by("check")
    assert heavy - TYPERS_OWN == set()


def test_the_module_can_be_run():
    done = subprocess.run(
        [sys.executable, "-m", "ackb", "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stderr == ("ackb check: Missing argument 'STACK'. See `ackb check --help`.\n")
