"""The environment in which the ``pulumi`` command line runs, for each target."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

from ackb.domain.files import write_atomically
from ackb.domain.home import Home
from ackb.domain.problems import Problem
from ackb.engine import passphrase
from ackb.engine.errors import WrongTarget
from sandbox.daemon.record import DaemonRecord

#: Attaches an engine to running providers; set for sandbox runs only.
DEBUG_PROVIDERS = "PULUMI_DEBUG_PROVIDERS"

#: The process that started an engine, so that a later run knows whose it is.
OWNER = "ACKB_ENGINE_OWNER"

#: Variables of the user that would win over what a sandbox run sets: a passphrase over the file of
#: the home, and compression over the one spelling of state files that ``checkpoint`` reads.
NOT_IN_SANDBOX = (
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_DIY_BACKEND_GZIP",
    "PULUMI_DIY_BACKEND_ZSTD",
)


def for_sandbox(home: Home, daemon: DaemonRecord | None, pulumi: Path) -> dict[str, str]:
    """Variables that make a plain ``pulumi`` work on the sandbox; all state lies in the home.

    Without a daemon the engine can only answer questions about the state.

    Raises:
        PassphraseWrong: the home's passphrase is lost.
    """
    common = _common(home, pulumi)
    passphrase.ensure(home)
    attached = {DEBUG_PROVIDERS: daemon.debug_providers} if daemon else {}
    return {
        **common,
        **attached,
        "PULUMI_HOME": str(home.pulumi_home),
        "PULUMI_BACKEND_URL": home.state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(home.passphrase),
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


def for_alibaba_cloud(home: Home, pulumi: Path) -> dict[str, str]:
    """Variables for a real account: the user's own backend, plugins and credentials stay.

    Only what is not set is filled in: the home's file backend and its passphrase.

    Raises:
        WrongTarget: the environment would attach the engine to simulated providers.
        PassphraseWrong: the home's passphrase is needed and lost.
    """
    if os.environ.get(DEBUG_PROVIDERS):
        raise WrongTarget(
            Problem(
                code="ENG-04",
                path=DEBUG_PROVIDERS,
                value=os.environ[DEBUG_PROVIDERS],
                why="the stack's target is alibaba-cloud, but this variable attaches the engine "
                "to the sandbox",
                fix=f"run `unset {DEBUG_PROVIDERS}` or open a new shell",
            )
        )
    added = _common(home, pulumi)
    if "PULUMI_BACKEND_URL" not in os.environ and not _logged_in():
        added["PULUMI_BACKEND_URL"] = home.state.as_uri()
    if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & os.environ.keys():
        passphrase.ensure(home)
        added["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(home.passphrase)
    return added


def as_shell(variables: dict[str, str]) -> str:
    """The variables of the sandbox as lines that a POSIX shell evaluates."""
    removed = [f"unset {key}" for key in NOT_IN_SANDBOX]
    added = [f"export {key}={shlex.quote(variables[key])}" for key in sorted(variables)]
    return "\n".join([*removed, *added])


def _common(home: Home, pulumi: Path) -> dict[str, str]:
    home.ensure()
    # The engine's own folder and the interpreter's come first; the language host of this project
    # comes last, so that an official one on PATH wins.
    folders = [str(pulumi.parent), str(Path(sys.executable).parent)]
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    shims = str(_language_host_folder(home))
    merged = dict.fromkeys([*folders, *(item for item in path if item != shims), shims])
    return {
        "ACKB_HOME": str(home.root),
        "PATH": os.pathsep.join(merged),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def _language_host_folder(home: Home) -> Path:
    folder = home.root / "bin"
    folder.mkdir(mode=0o700, exist_ok=True)
    script = folder / "pulumi-language-python"
    command = f"exec {shlex.quote(sys.executable)} -m ackb.engine.language_host"
    content = f'#!/bin/sh\n{command} "$@"\n'
    if not script.exists() or script.read_text("utf-8") != content:
        write_atomically(script, content, mode=0o700)
    return folder


def _logged_in() -> bool:
    """Whether the user chose a backend: by `pulumi login`, or by a token of Pulumi Cloud."""
    home = Path(os.environ.get("PULUMI_HOME", Path.home() / ".pulumi"))
    try:
        current = json.loads((home / "credentials.json").read_text("utf-8")).get("current")
    except (OSError, ValueError):
        current = None
    return bool(current or os.environ.get("PULUMI_ACCESS_TOKEN"))
