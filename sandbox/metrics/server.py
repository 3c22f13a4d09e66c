"""The HTTPS server behind the metrics API of one cluster; only its API server may ask."""

from __future__ import annotations

import json
import logging
import re
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from ackb.domain.files import write_atomically
from sandbox.cloud.cs import pki
from sandbox.kube.client import Client, Object
from sandbox.kube.configuration import ADMINISTRATOR
from sandbox.metrics import answers
from sandbox.metrics.answers import Sample
from sandbox.metrics.selector import InvalidSelector

_log = logging.getLogger(__name__)

_NAMESPACE, _NAME = "kube-system", "metrics-server"
_LIFETIME = timedelta(days=365)
_BASE = f"/apis/{answers.VERSION}"
_PODS = re.compile(rf"{_BASE}/(?:namespaces/(?P<namespace>[^/]+)/)?pods(?:/(?P<name>[^/]+))?")
_NODES = re.compile(rf"{_BASE}/nodes(?:/(?P<name>[^/]+))?")


@dataclass(frozen=True)
class Question:
    """A request for the metrics of pods."""

    agent: str
    """The user agent of who asks."""
    namespace: str
    selector: str


class MetricsServer:
    """Serves samples until it is stopped."""

    def __init__(
        self,
        authority: pki.KeyPair,
        folder: Path,
        sample: Callable[[], Sample],
        asked: Callable[[Question, Sample], None],
    ) -> None:
        """Keep the certificate in `folder`, call `sample` for each question, and tell `asked`."""
        self._authority = authority
        self._server = _Server(_tls(authority, folder), sample, asked)
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="metrics", daemon=True
        )

    def start(self, client: Client) -> None:
        """Begin to serve, and let the API server know where."""
        self._thread.start()
        for obj in _registration(self._authority, self._server.server_address[1]):
            client.apply(obj)

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        context: ssl.SSLContext,
        sample: Callable[[], Sample],
        asked: Callable[[Question, Sample], None],
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._context = context
        self._sample = sample
        self._asked = asked

    def sample_for(self, question: Question | None) -> Sample:
        """The sample of this moment."""
        sample = self._sample()
        if question is not None:
            self._asked(question, sample)
        return sample

    def get_request(self) -> tuple[socket.socket, Any]:
        # Without a handshake here, a silent client holds up its own thread only.
        connection, address = super().get_request()
        secured = self._context.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        )
        return secured, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        _log.debug("connection from %s broke", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 120

    def do_GET(self) -> None:
        """Answer one question."""
        asked = urlsplit(self.path)
        selector = parse_qs(asked.query).get("labelSelector", [""])[0]
        try:
            if _common_name(self.connection) == ADMINISTRATOR:
                answer = self._answer(unquote(asked.path), selector)
            else:
                answer = answers.forbidden()
        except InvalidSelector as error:
            answer = answers.bad_request(str(error))
        self._send(HTTPStatus(answer.get("code", HTTPStatus.OK)), answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Not a line for each question."""

    def _answer(self, path: str, selector: str) -> Object:
        fixed = {
            "/apis": answers.groups,
            f"/apis/{answers.GROUP}": answers.group,
            _BASE: answers.resources,
        }
        if path.rstrip("/") in fixed:
            return fixed[path.rstrip("/")]()
        if found := _PODS.fullmatch(path):
            agent, namespace = self.headers.get("User-Agent", ""), found["namespace"] or ""
            sample = self.server.sample_for(Question(agent, namespace, selector))
            listed = answers.pod_metrics(sample, namespace, selector)
            return listed if found["name"] is None else _one(listed, "pods", found["name"])
        if found := _NODES.fullmatch(path):
            listed = answers.node_metrics(self.server.sample_for(None), selector)
            return listed if found["name"] is None else _one(listed, "nodes", found["name"])
        return answers.not_found("paths", path)

    def _send(self, status: HTTPStatus, answer: Object) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _one(listed: Object, resource: str, name: str) -> Object:
    for item in listed["items"]:
        if item["metadata"]["name"] == name:
            one: Object = item
            return one
    return answers.not_found(resource, name)


def _common_name(connection: Any) -> str:
    certificate = connection.getpeercert() or {}
    names = {key: value for part in certificate.get("subject", ()) for key, value in part}
    return str(names.get("commonName", ""))


def _tls(authority: pki.KeyPair, folder: Path) -> ssl.SSLContext:
    host = f"{_NAME}.{_NAMESPACE}.svc"
    pair = pki.sign(authority, host, lifetime=_LIFETIME, hosts=(host, "localhost"))
    chain = folder / "metrics-server.pem"
    write_atomically(chain, pair.certificate + pair.key, mode=0o600)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    context.load_verify_locations(cadata=authority.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _registration(authority: pki.KeyPair, port: int) -> list[Object]:
    """A Service that leads to this machine, and the API that stands behind it."""
    return [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": _NAME, "namespace": _NAMESPACE},
            "spec": {"type": "ExternalName", "externalName": "localhost"},
        },
        {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": f"v1beta1.{answers.GROUP}"},
            "spec": {
                "group": answers.GROUP,
                "version": "v1beta1",
                "groupPriorityMinimum": 100,
                "versionPriority": 100,
                "caBundle": authority.certificate_base64,
                "service": {"name": _NAME, "namespace": _NAMESPACE, "port": port},
            },
        },
    ]
