"""`ackb credential`: a short-lived client certificate, for kubectl and everything like it."""

from __future__ import annotations

import json as json_format
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ackb.cli.arguments import project_of

if TYPE_CHECKING:
    from ackb.domain.home import Home

_MINUTES: Final = 15
"""Life of a certificate: the least that DescribeClusterUserKubeconfig gives."""


def credential(
    context: typer.Context,
    cluster_id: Annotated[str, typer.Argument(metavar="CLUSTER_ID", help="Id of the cluster.")],
    target: Annotated[str, typer.Option(help="`sandbox` or `alibaba-cloud`.")],
    region: Annotated[str, typer.Option(help="Region of the cluster.")],
    home: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Home of the sandbox. Default: that of the project."),
    ] = None,
) -> None:
    """Print a credential of a cluster as kubectl wants it (ExecCredential). Run by kubectl.

    The certificate lives for 15 minutes and is stored nowhere.
    """
    from ackb.cli.context import SANDBOX, TARGETS
    from ackb.domain.problems import InvalidInput, Problem

    if target not in TARGETS:
        raise InvalidInput(
            [Problem("CLI-03", "--target", target, f"must be {' or '.join(TARGETS)}", "write one")]
        )
    if target == SANDBOX:
        answer = _from_sandbox(_home(context, home), cluster_id, region)
    else:
        from ackb.alibaba import Account

        answer = Account(region).user_kubeconfig(cluster_id, minutes=_MINUTES)
    print(json_format.dumps(exec_credential(answer)))


def exec_credential(answer: dict[str, Any]) -> dict[str, Any]:
    """The ExecCredential that a kubeconfig with a client certificate stands for.

    https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
    """
    user = _kubeconfig(answer["config"])["users"][0]["user"]
    return {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {
            "expirationTimestamp": answer["expiration"],
            "clientCertificateData": b64decode(user["client-certificate-data"]).decode(),
            "clientKeyData": b64decode(user["client-key-data"]).decode(),
        },
    }


def _kubeconfig(text: str) -> dict[str, Any]:
    # JSON, which the sandbox sends, is read ten times as fast as YAML, which the real cloud sends.
    try:
        found: dict[str, Any] = json_format.loads(text)
    except ValueError:
        import yaml

        found = yaml.safe_load(text)
    return found


def _home(context: typer.Context, given: Path | None) -> Home:
    """The home of the simulated cloud. kubectl runs anywhere, so `--home` comes first."""
    from ackb.cli.context import Workplace
    from ackb.domain.home import Home
    from ackb.domain.problems import InvalidInput, Problem

    home = Home(given.resolve()) if given else Workplace.find(project_of(context)).home
    if not home.cloud_db.exists():
        raise InvalidInput(
            [
                Problem(
                    "CLI-04",
                    "home",
                    str(home.root),
                    "holds no simulated cloud",
                    "give --home, set ACKB_HOME, or run it inside the project",
                )
            ]
        )
    return home


def _from_sandbox(home: Home, cluster_id: str, region: str) -> dict[str, Any]:
    from ackb.domain.problems import InvalidInput, Problem
    from sandbox.cloud.cloud import Cloud
    from sandbox.cloud.errors import CloudError

    del region  # one simulated cloud holds the clusters of all regions
    try:
        answer: dict[str, Any] = Cloud.open(home.cloud_db).cs.describe_cluster_user_kubeconfig(
            cluster_id=cluster_id, temporary_duration_minutes=_MINUTES
        )
    except CloudError as error:
        raise InvalidInput(
            [
                Problem(
                    "CLI-05",
                    "CLUSTER_ID",
                    cluster_id,
                    f"has no credential in the simulated cloud ({error.code}: {error.message})",
                    "run `ackb up` for its stack, or use the kubeconfig of a stack that is up",
                )
            ]
        ) from None
    return answer
