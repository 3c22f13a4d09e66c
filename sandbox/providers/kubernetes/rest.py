"""Requests to one API server.

Written on urllib3 rather than on the generated Kubernetes client: that one wants certificates as
files for as long as it lives and does not renew those of a credential program.
"""

from __future__ import annotations

import json
import os
import ssl
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from .access import ClusterAccess
from .credentials import Credential, CredentialError, CredentialSource, source_for

_TIMEOUT = urllib3.Timeout(connect=10.0, read=60.0)
_CONNECTIONS = 32
# The API server asks to come back later (429) before it has done anything: any verb may be sent
# again. Its answer says when; this is used when it does not.
_TOO_MANY = 429
_BUSY_TRIES = 5
_BUSY_PAUSE = 1.0


class Unreachable(Exception):
    """The API server cannot be talked to: it does not answer, or no credential can be had."""


class ApiError(Exception):
    """What the API server answered instead of doing what was asked."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status = status
        self.reason = str(body.get("reason") or "")
        self.message = str(body.get("message") or f"HTTP status {status}")
        details = body.get("details")
        self.details: Mapping[str, Any] = details if isinstance(details, Mapping) else {}
        super().__init__(self.message)

    @property
    def causes(self) -> list[Mapping[str, Any]]:
        """The single reasons, each with `reason`, `message` and `field`."""
        return [one for one in self.details.get("causes") or () if isinstance(one, Mapping)]


class Rest:
    """Sends requests as one user to one API server; safe for many threads."""

    def __init__(self, access: ClusterAccess, source: CredentialSource | None = None) -> None:
        self._access = access
        self._source = source or source_for(access.user)
        self._lock = threading.Lock()
        self._pool: tuple[Credential, urllib3.PoolManager] | None = None

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        content_type: str = "application/json",
        when_busy: Literal["wait", "fail"] = "wait",
    ) -> Any:
        """Return the JSON that the server answers.

        With `when_busy="fail"` status 429 is an error like any other: for an eviction it means that
        a PodDisruptionBudget holds the pod.

        Raises:
            ApiError: the server refused; `status` and `reason` say how.
            Unreachable: no connection, or no credential.
        """
        url = self._access.server + path + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        headers = {"Accept": "application/json", "Content-Type": content_type}
        refused: Credential | None = None
        for _ in range(_BUSY_TRIES):
            credential = self._credential(refused)
            answer = self._send(method, url, data, headers, credential)
            if answer.status == 401 and refused is None:
                refused = credential
                continue
            if answer.status == _TOO_MANY and when_busy == "wait":
                time.sleep(_pause(answer.headers.get("Retry-After")))
                continue
            break
        if answer.status == 401:
            raise Unreachable(
                f"the API server {self._access.server} refused the credential, also a new one"
            )
        content = _decoded(answer.data)
        if answer.status >= 400:
            raise ApiError(answer.status, content if isinstance(content, Mapping) else {})
        return content

    def _credential(self, refused: Credential | None) -> Credential:
        try:
            return self._source.current(refused)
        except CredentialError as error:
            raise Unreachable(str(error)) from error

    def _send(
        self,
        method: str,
        url: str,
        data: bytes | None,
        headers: dict[str, str],
        credential: Credential,
    ) -> urllib3.BaseHTTPResponse:
        if credential.token:
            headers = headers | {"Authorization": f"Bearer {credential.token}"}
        try:
            return self._pool_for(credential).request(
                method, url, body=data, headers=headers, timeout=_TIMEOUT, retries=False
            )
        except (HTTPError, OSError) as error:
            where = self._access.server
            raise Unreachable(f"the API server {where} does not answer: {_why(error)}") from error

    def _pool_for(self, credential: Credential) -> urllib3.PoolManager:
        with self._lock:
            if self._pool is None or self._pool[0] is not credential:
                context = _tls(self._access.authority, credential)
                pool = urllib3.PoolManager(maxsize=_CONNECTIONS, ssl_context=context)
                self._pool = (credential, pool)
            return self._pool[1]


def _tls(authority: str | None, credential: Credential) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=authority)
    if credential.certificate and credential.key:
        # OpenSSL reads a client certificate from a file only; it is gone before the first request.
        descriptor, path = tempfile.mkstemp(suffix=".pem")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(f"{credential.certificate}\n{credential.key}\n")
            context.load_cert_chain(path)
        except ssl.SSLError as error:
            raise Unreachable(f"the client certificate cannot be used: {error.reason}") from error
        finally:
            Path(path).unlink()
    return context


def _pause(retry_after: str | None) -> float:
    return float(retry_after) if retry_after and retry_after.isdigit() else _BUSY_PAUSE


def _decoded(data: bytes) -> Any:
    try:
        return json.loads(data) if data else {}
    except ValueError:
        return {"message": data.decode(errors="replace").strip()}


def _why(error: Exception) -> str:
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    if isinstance(cause, NewConnectionError):
        return str(cause.__cause__ or "connection refused")
    return str(cause) or type(cause).__name__
