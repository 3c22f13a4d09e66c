"""The kubeconfig of a cluster, without any credential in it."""

from __future__ import annotations

import json


def render(
    server: str,
    ca_pem_base64: str,
    cluster_id: str,
    target: str,
    region: str,
    command: str = "ackb",
) -> str:
    """Return a kubeconfig (JSON, which is YAML too) that asks for a credential when it is used.

    kubectl, and every client built on client-go, runs `command` and gets a certificate that lives
    for minutes. So the file can be shared, nothing in it expires, and no credential reaches the
    state of a stack.

    Args:
        server: address of the API server, with `https://` and port.
        ca_pem_base64: certificate authority of the cluster, PEM in base64.
        cluster_id: id of the cluster, which is also the name of the context.
        target: `sandbox` or `alibaba-cloud`.
        region: region id of the cluster.
        command: program that prints the `ExecCredential`.
    """
    arguments = ["credential", cluster_id, "--target", target, "--region", region]
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": cluster_id,
        "clusters": [
            {
                "name": cluster_id,
                "cluster": {"server": server, "certificate-authority-data": ca_pem_base64},
            }
        ],
        "contexts": [{"name": cluster_id, "context": {"cluster": cluster_id, "user": cluster_id}}],
        "users": [
            {
                "name": cluster_id,
                "user": {
                    "exec": {
                        "apiVersion": "client.authentication.k8s.io/v1",
                        "command": command,
                        "args": arguments,
                        "interactiveMode": "Never",
                        "provideClusterInfo": False,
                        "installHint": (
                            f"'{command}' was not found on PATH. Install this project into the "
                            "active Python environment (pip install -e .), or activate it."
                        ),
                    }
                },
            }
        ],
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"
