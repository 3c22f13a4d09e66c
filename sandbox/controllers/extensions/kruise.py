"""The add-on ack-kruise: OpenKruise's own controllers and webhooks (docs/simulated/openkruise.md).

How it is installed follows `config/default` of the project itself, which kustomize would render.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from sandbox.controllers.extensions.extension import Extension, Place, Process, files_of
from sandbox.kube.client import ApiError, Object

_TOOL: Final = "kruise-manager"
_WEBHOOKS: Final = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
_CONVERTED: Final = "statefulsets.apps.kruise.io"
_SERVICE: Final = {
    "namespace": "kruise-system",
    "name": "kruise-webhook-service",
    "path": "/convert",
}
#: Its own default of 30 requests a second would hold up thousands of pods.
_QPS: Final = 1000

_PROBE: Final = {
    "apiVersion": "apps.kruise.io/v1alpha1",
    "kind": "WorkloadSpread",
    "metadata": {"name": "ackb-probe", "namespace": "default"},
    "spec": {
        "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "ackb-probe"},
        "subsets": [{"name": "all"}],
    },
}


def _crds() -> Sequence[Object]:
    return _read_crds(files_of(_TOOL))


def _objects() -> Sequence[Object]:
    # Its namespace would stay empty, and take long to go: nothing of it runs in the cluster.
    return _read_webhooks(files_of(_TOOL))


@cache
def _read_crds(files: Path) -> Sequence[Object]:
    found = [
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        for path in sorted((files / "crds").glob("*.yaml"))
    ]
    for definition in found:
        definition.pop("status", None)
        # The patch of its kustomization; the manager puts its own address there.
        if definition["metadata"]["name"] == _CONVERTED:
            definition["spec"]["conversion"] = {
                "strategy": "Webhook",
                "webhook": {
                    "clientConfig": {"service": _SERVICE},
                    "conversionReviewVersions": ["v1", "v1beta1"],
                },
            }
    return found


@cache
def _read_webhooks(files: Path) -> Sequence[Object]:
    """The webhooks with the patches of the kustomization; the manager sets where they are."""
    plain, patches = (
        {one["kind"]: one for one in yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader)}
        for path in (files / "webhooks.yaml", files / "webhooks.patch.yaml")
    )
    found = []
    for kind in _WEBHOOKS:
        configuration = plain[kind]
        changes = {one["name"]: one for one in patches[kind]["webhooks"]}
        metadata = {"name": f"kruise-{configuration['metadata']['name']}"}
        webhooks = [{**one, **changes.get(one["name"], {})} for one in configuration["webhooks"]]
        found.append({**configuration, "metadata": metadata, "webhooks": webhooks})
    return found


def _arguments(place: Place) -> Sequence[str]:
    return (
        f"--kubeconfig={place.kubeconfig}",
        # One replica: an election only costs seconds at the start.
        "--enable-leader-election=false",
        "--enable-pprof=false",
        "--metrics-addr=0",
        f"--health-probe-addr=127.0.0.1:{place.ports[1]}",
        f"--rest-config-qps={_QPS}",
        f"--rest-config-burst={_QPS}",
        # There are no nodes for kruise-daemon to run on.
        "--feature-gates=KruiseDaemon=false",
    )


def _environment(place: Place) -> dict[str, str]:
    # With a host, the webhooks are called by URL, and the manager signs a certificate for it.
    return {
        "WEBHOOK_HOST": "localhost",
        "WEBHOOK_PORT": str(place.ports[0]),
        "WEBHOOK_CERT_DIR": str(place.folder / "certificates"),
    }


def _is_ready(place: Place) -> bool:
    """Whether the API server reaches the webhooks: it learns of their address a little late."""
    path = "/apis/apps.kruise.io/v1alpha1/namespaces/default/workloadspreads"
    try:
        place.client.call("POST", path, query={"dryRun": "All"}, body=_PROBE)
    except ApiError:
        return False
    return True


EXTENSION: Final = Extension(
    name="ack-kruise",
    crds=_crds,
    objects=_objects,
    process=Process(
        tool=_TOOL, arguments=_arguments, environment=_environment, is_ready=_is_ready, ports=2
    ),
)
