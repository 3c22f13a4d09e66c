"""`ackb agent`: what connects the cluster of a data centre to its registration."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ackb.cli.arguments import StackName, project_of

if TYPE_CHECKING:
    from ackb.cli.context import Stack
    from ackb.domain.problems import InvalidInput
    from blueprints.settings import RegisteredGpuSettings


def agent(
    context: typer.Context,
    stack: StackName,
    to: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write it to this file, for you alone to read."
        ),
    ] = None,
) -> None:
    """Print the agent of a registered cluster, for `kubectl apply -f -` in the data centre.

    The manifest holds credentials: it goes into a pipe or a file, never to a
    terminal, and is stored nowhere else.
    """
    from ackb.cli import output
    from ackb.cli.context import Workplace
    from ackb.domain.files import write_atomically

    chosen = Workplace.find(project_of(context)).stack(stack)
    settings = _settings(chosen)
    if to is None and sys.stdout.isatty():
        raise _refused(
            "standard output",
            "a terminal",
            "must be a pipe or a file: the manifest holds credentials",
            f"write ackb agent {stack} | kubectl apply -f -, or give --output",
        )
    manifest = _manifest(chosen, settings)
    if to is None:
        print(manifest.rstrip("\n"))
        return
    write_atomically(to, manifest, mode=0o600)
    output.note(f"wrote {to}; remove it once it is applied")


def _settings(stack: Stack) -> RegisteredGpuSettings:
    from blueprints.settings import RegisteredGpuSettings

    settings = stack.settings()
    if not isinstance(settings, RegisteredGpuSettings):
        raise _refused(
            "STACK",
            stack.name,
            f"must have a registered cluster (its blueprint is {settings.blueprint})",
            "name a stack of the blueprint registered-gpu",
        )
    return settings


def _manifest(stack: Stack, settings: RegisteredGpuSettings) -> str:
    cluster_id = stack.outputs().get("cluster_id")
    if not isinstance(cluster_id, str):
        raise _refused(
            "STACK",
            stack.name,
            "must be up, so that its cluster is registered",
            f"run `ackb up {stack.name}`",
        )
    private = settings.cluster.access == "private"
    if stack.simulated:
        return _from_sandbox(stack, cluster_id, private=private)
    from ackb.alibaba import Account

    return Account(settings.region).agent_manifest(cluster_id, private=private)


def _from_sandbox(stack: Stack, cluster_id: str, *, private: bool) -> str:
    from sandbox.cloud.cloud import Cloud
    from sandbox.cloud.errors import CloudError

    cloud = Cloud.open(stack.workplace.home.cloud_db)
    try:
        answer = cloud.cs.describe_external_agent(
            cluster_id=cluster_id, private_ip_address=str(private).lower()
        )
    except CloudError as error:
        raise _refused(
            "STACK",
            stack.name,
            f"has no agent in the simulated cloud ({error.code}: {error.message})",
            f"run `ackb up {stack.name}` again",
        ) from None
    return str(answer["config"])


def _refused(path: str, value: str, why: str, fix: str) -> InvalidInput:
    from ackb.domain.problems import InvalidInput, Problem

    return InvalidInput([Problem("CLI-09", path, value, why, fix)])
