"""Requests to the API server of one control plane, as its administrator.

Objects are plain JSON: the controllers copy and compare them, and a thousand pods cost little.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import urllib3
from urllib3.exceptions import HTTPError

Object = dict[str, Any]
"""A Kubernetes object as JSON."""

MERGE_PATCH = "application/merge-patch+json"
_APPLY_PATCH = "application/apply-patch+yaml"

_TIMEOUT = urllib3.Timeout(connect=5.0, read=30.0)
#: Five watches, the controllers, and what they start at the same time.
_CONNECTIONS = 16

#: Base path, plural and scope of the kinds the sandbox handles. A fixed table: discovery would cost
#: a second at the start of a cluster.
_RESOURCES: dict[str, tuple[str, str, bool]] = {
    "Namespace": ("/api/v1", "namespaces", False),
    "Node": ("/api/v1", "nodes", False),
    "Pod": ("/api/v1", "pods", True),
    "Service": ("/api/v1", "services", True),
    "ConfigMap": ("/api/v1", "configmaps", True),
    "Event": ("/api/v1", "events", True),
    "PersistentVolume": ("/api/v1", "persistentvolumes", False),
    "PersistentVolumeClaim": ("/api/v1", "persistentvolumeclaims", True),
    "Secret": ("/api/v1", "secrets", True),
    "ServiceAccount": ("/api/v1", "serviceaccounts", True),
    "APIService": ("/apis/apiregistration.k8s.io/v1", "apiservices", False),
    "StorageClass": ("/apis/storage.k8s.io/v1", "storageclasses", False),
    "CSIDriver": ("/apis/storage.k8s.io/v1", "csidrivers", False),
    "ClusterRoleBinding": (
        "/apis/rbac.authorization.k8s.io/v1",
        "clusterrolebindings",
        False,
    ),
    "CustomResourceDefinition": (
        "/apis/apiextensions.k8s.io/v1",
        "customresourcedefinitions",
        False,
    ),
    "MutatingAdmissionPolicy": (
        "/apis/admissionregistration.k8s.io/v1",
        "mutatingadmissionpolicies",
        False,
    ),
    "MutatingAdmissionPolicyBinding": (
        "/apis/admissionregistration.k8s.io/v1",
        "mutatingadmissionpolicybindings",
        False,
    ),
    "MutatingWebhookConfiguration": (
        "/apis/admissionregistration.k8s.io/v1",
        "mutatingwebhookconfigurations",
        False,
    ),
    "ValidatingWebhookConfiguration": (
        "/apis/admissionregistration.k8s.io/v1",
        "validatingwebhookconfigurations",
        False,
    ),
    "Deployment": ("/apis/apps/v1", "deployments", True),
    "DaemonSet": ("/apis/apps/v1", "daemonsets", True),
    "HorizontalPodAutoscaler": ("/apis/autoscaling/v2", "horizontalpodautoscalers", True),
    "PodDisruptionBudget": ("/apis/policy/v1", "poddisruptionbudgets", True),
    "ElasticWorkload": (
        "/apis/autoscaling.alibabacloud.com/v1beta1",
        "elasticworkloads",
        True,
    ),
    "CronHorizontalPodAutoscaler": (
        "/apis/autoscaling.alibabacloud.com/v1beta1",
        "cronhorizontalpodautoscalers",
        True,
    ),
    "Job": ("/apis/batch/v1", "jobs", True),
    "TFJob": ("/apis/kubeflow.org/v1", "tfjobs", True),
    "TrainJob": ("/apis/trainer.kubeflow.org/v1alpha1", "trainjobs", True),
    "TrainingRuntime": ("/apis/trainer.kubeflow.org/v1alpha1", "trainingruntimes", True),
    "ClusterTrainingRuntime": (
        "/apis/trainer.kubeflow.org/v1alpha1",
        "clustertrainingruntimes",
        False,
    ),
    "ResourcePolicy": ("/apis/scheduling.alibabacloud.com/v1alpha1", "resourcepolicies", True),
}


class ApiError(Exception):
    """What the API server answered instead of doing what was asked."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message


class Unreachable(Exception):
    """The API server does not answer."""


def path_of(kind: str, name: str = "", namespace: str = "") -> str:
    """The path of a collection (all namespaces when none is given) or of one object.

    Raises:
        KeyError: a kind the sandbox does not handle.
    """
    base, plural, namespaced = _RESOURCES[kind]
    if namespaced and namespace:
        base = f"{base}/namespaces/{quote(namespace, safe='')}"
    return f"{base}/{plural}" + (f"/{quote(name, safe='')}" if name else "")


class Client:
    """Verbs on objects; safe for several threads."""

    def __init__(self, server: str, pki: Path) -> None:
        """Reach `server` with the administrator's certificate in the folder `pki`."""
        context = ssl.create_default_context(cafile=str(pki / "ca.crt"))
        context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        self._server = server
        self._pool = urllib3.PoolManager(maxsize=_CONNECTIONS, ssl_context=context)

    def check_ready(self) -> None:
        """Raises ApiError or Unreachable while the API server still starts."""
        response = self._send("GET", "/readyz", {}, None, {}, _TIMEOUT, stream=False)
        if response.status >= 400:
            lines = response.data.decode(errors="replace").splitlines()
            failed = [line[3:].partition(" ")[0] for line in lines if line.startswith("[-]")]
            raise ApiError(response.status, "NotReady", f"waiting for {', '.join(failed)}")

    def get(self, path: str, **query: str) -> Object:
        """Read an object or a list."""
        return self.call("GET", path, query=query)

    def find(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None when absent."""
        try:
            return self.get(path_of(kind, name, namespace))
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def create(self, obj: Object) -> Object:
        """Make an object."""
        path = path_of(obj["kind"], "", obj["metadata"].get("namespace", ""))
        return self.call("POST", path, body=obj)

    def create_for(self, obj: Object, subresource: str, body: Object) -> Object:
        """Post to a subresource of an object, such as `eviction`."""
        return self.call("POST", f"{_own_path(obj)}/{subresource}", body=body)

    def apply(self, obj: Object) -> Object:
        """Make the object be as given, whoever changed it before (server-side apply)."""
        metadata = obj["metadata"]
        path = path_of(obj["kind"], metadata["name"], metadata.get("namespace", ""))
        query = {"fieldManager": "ack-sandbox", "force": "true"}
        return self.call("PATCH", path, query=query, body=obj, content_type=_APPLY_PATCH)

    def patch(self, obj: Object, change: Object, subresource: str = "") -> Object:
        """Merge a change into the object; with its `resourceVersion` inside, only that version."""
        path = _own_path(obj) + (f"/{subresource}" if subresource else "")
        return self.call("PATCH", path, body=change, content_type=MERGE_PATCH)

    def write(self, obj: Object, change: Object, subresource: str = "") -> None:
        """Like `patch`, but without a look at the answer: for thousands of them in a row."""
        path = _own_path(obj) + (f"/{subresource}" if subresource else "")
        body, headers = json.dumps(change).encode(), {"Content-Type": MERGE_PATCH}
        response = self._send("PATCH", path, {}, body, headers, _TIMEOUT, stream=False)
        _raise_for(response.status, response.data)

    def delete(self, obj: Object, *, at_once: bool = False) -> None:
        """Remove the object and what it owns; absent is fine.

        `at_once` leaves a pod no time to end.
        """
        # The API's own default would leave the pods of a Job behind.
        body: Object = {"propagationPolicy": "Background"}
        if at_once:
            body["gracePeriodSeconds"] = 0
        try:
            self.call("DELETE", _own_path(obj), body=body)
        except ApiError as error:
            if error.status != 404:
                raise

    def watch(
        self, path: str, resource_version: str, seconds: int, **query: str
    ) -> Iterator[Object]:
        """Events of a collection since a version, until the server ends the stream.

        Raises:
            ApiError: status 410 when the version is too old.
            Unreachable: the connection broke.
        """
        query = {
            **query,
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": resource_version,
            "timeoutSeconds": str(seconds),
        }
        # The server ends the stream itself; a silent one is dead after twice that time.
        timeout = urllib3.Timeout(connect=5.0, read=2.0 * seconds)
        response = self._send("GET", path, query, None, {}, timeout, stream=True)
        try:
            _raise_for(response.status, b"" if response.status < 400 else response.read())
            yield from _lines(response)
        except (HTTPError, OSError) as error:
            raise Unreachable(f"{self._server}: {error}") from error
        finally:
            response.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Object | None = None,
        content_type: str = "application/json",
    ) -> Object:
        """Send a request and return the JSON of its answer.

        Raises:
            ApiError: the API server refused.
            Unreachable: it does not answer.
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": content_type}
        response = self._send(method, path, query or {}, data, headers, _TIMEOUT, stream=False)
        _raise_for(response.status, response.data)
        content = json.loads(response.data or b"{}")
        return content if isinstance(content, dict) else {}

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        data: bytes | None,
        headers: dict[str, str],
        timeout: urllib3.Timeout,
        *,
        stream: bool,
    ) -> urllib3.BaseHTTPResponse:
        url = self._server + path + (f"?{urlencode(query)}" if query else "")
        try:
            return self._pool.request(
                method,
                url,
                body=data,
                headers={"Accept": "application/json", **headers},
                timeout=timeout,
                retries=False,
                preload_content=not stream,
            )
        except (HTTPError, OSError) as error:
            raise Unreachable(f"{self._server}: {error}") from error


def _own_path(obj: Object) -> str:
    metadata = obj["metadata"]
    return path_of(obj["kind"], metadata["name"], metadata.get("namespace", ""))


def _raise_for(status: int, data: bytes) -> None:
    if status < 400:
        return
    try:
        content = json.loads(data)
    except ValueError:
        content = {"message": data.decode(errors="replace").strip()}
    raise ApiError(status, content.get("reason", ""), content.get("message", ""))


def _lines(response: urllib3.BaseHTTPResponse) -> Iterator[Object]:
    rest = b""
    for chunk in response.stream(amt=None, decode_content=False):
        *complete, rest = (rest + chunk).split(b"\n")
        for line in complete:
            if line:
                yield json.loads(line)
