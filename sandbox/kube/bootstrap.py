"""What every ACK cluster holds from the start, put into a fresh control plane."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import yaml

from sandbox.kube.client import ApiError, Client, Object, Unreachable, path_of

_MANIFESTS = Path(__file__).parent / "manifests"
_READY_SECONDS = 60.0
_PAUSE_SECONDS = 0.05

#: Kinds before objects of them; a policy can only name a kind that is served.
_DEFINITIONS = ("resource-policy.crd.yaml",)
_OBJECTS = (
    "csi-drivers.yaml",
    "storage-classes.yaml",
    "resource-policy.admission.yaml",
    "eci-label.admission.yaml",
    "legacy-scheduling.admission.yaml",
)

_ABOUT_KINDS = ("resource-policy.admission.yaml",)

_PODS = path_of("Pod", namespace="kube-system")
_TRIAL: Object = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "trial"},
    "spec": {"containers": [{"name": "trial", "image": "trial"}]},
}
_POLICY_NOT_READY = "failed to configure policy"


class BootstrapError(Exception):
    """The API server does not get ready; the text says what it last answered."""


def bootstrap(
    client: Client, user: str, is_alive: Callable[[], bool], *, managed: bool = True
) -> None:
    """Wait for the API server, then apply what belongs to ACK. Applying it again changes nothing.

    `user` is the account whose kubeconfig administers the cluster; `is_alive` tells whether it is
    worth to wait. A cluster that is not managed by ACK gets nothing but the account's rights.

    Raises:
        BootstrapError: it took too long, or a component has ended.
    """

    def patiently(step: Callable[[], object]) -> None:
        _patiently(step, is_alive)

    patiently(client.check_ready)
    if managed:
        for obj in _documents(_DEFINITIONS):
            client.apply(obj)
        patiently(lambda: client.get(path_of("ResourcePolicy")))
    for obj in [_administrator(user), *(_documents(_OBJECTS) if managed else ())]:
        client.apply(obj)
    # Pods need the account that a controller makes in each namespace.
    patiently(lambda: client.get("/api/v1/namespaces/default/serviceaccounts/default"))
    patiently(lambda: _try_a_pod(client))


def before_stop(client: Client) -> None:
    """Take out what would hold up the next start; `bootstrap` puts it back.

    An API server that starts with a policy about a kind of its own may look the kind up before it
    serves it. It then refuses every pod, and looks again only after half a minute.
    """
    for obj in _documents(_ABOUT_KINDS):
        client.delete(obj)


def _try_a_pod(client: Client) -> None:
    """Ask for a pod that nobody keeps; whoever comes next must not be refused by a policy."""
    try:
        client.call("POST", _PODS, query={"dryRun": "All"}, body=_TRIAL)
    except ApiError as error:
        # A webhook whose server comes later may refuse too: that is not waited for.
        if _POLICY_NOT_READY in str(error):
            raise


def eci_label_expression() -> str:
    """Return the CEL expression of the patches that send a pod to the virtual nodes."""
    policy = _documents(("eci-label.admission.yaml",))[0]
    expression: str = policy["spec"]["mutations"][0]["jsonPatch"]["expression"]
    return expression


def _administrator(user: str) -> Object:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        # The name ACK gives it.
        "metadata": {"name": f"{user}-clusteradmin"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "cluster-admin",
        },
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}],
    }


def _documents(names: tuple[str, ...]) -> list[Object]:
    return [
        document
        for name in names
        for document in yaml.load_all((_MANIFESTS / name).read_bytes(), Loader=yaml.CSafeLoader)
    ]


def _patiently(step: Callable[[], object], is_alive: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            step()
        except (ApiError, Unreachable) as error:
            if time.monotonic() > deadline or not is_alive():
                raise BootstrapError(f"the API server is not ready: {error}") from error
            time.sleep(_PAUSE_SECONDS)
        else:
            return
