"""Credentials for an API server: fixed ones, and those a program hands out for a short time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from .access import ExecPlugin, User

# A program that has not printed a credential by then hangs; real ones answer in a few seconds.
_PROGRAM_TIMEOUT = 60.0
# A credential is renewed before it ends, so that no request starts with one about to expire.
_LONGEST_MARGIN = timedelta(seconds=60)
_MARGIN_SHARE = 0.2
# Dozens of requests wait for the same program: after it failed they fail together, not one by one.
_FAILURE_HELD = 2.0
_LONGEST_COMPLAINT = 400


class CredentialError(Exception):
    """No credential could be had; the message names the program, what it said and what to do."""


@dataclass(frozen=True)
class Credential:
    """What one request proves itself with."""

    token: str | None = field(default=None, repr=False)
    certificate: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    renew_at: datetime | None = None


class CredentialSource(Protocol):
    """Gives the credential to use now."""

    def current(self, refused: Credential | None = None) -> Credential:
        """Return a valid credential, and not `refused`, which the server has turned down."""


def source_for(user: User) -> CredentialSource:
    """Return the source that the user entry of a kubeconfig describes."""
    if user.plugin is not None:
        return ExecCredentials(user.plugin)
    return FixedCredential(
        Credential(token=user.token, certificate=user.certificate, key=user.key),
    )


class FixedCredential:
    """The credential that stands in the kubeconfig."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential

    def current(self, refused: Credential | None = None) -> Credential:
        """Return it; there is no other, even if the server has refused it."""
        del refused
        return self._credential


class ExecCredentials:
    """Runs a credential program when needed, once for all threads, and keeps what it printed."""

    def __init__(
        self, plugin: ExecPlugin, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._plugin = plugin
        self._now = now
        self._lock = threading.Lock()
        self._kept: Credential | None = None
        self._failure: tuple[float, CredentialError] | None = None

    def current(self, refused: Credential | None = None) -> Credential:
        """Return the kept credential, or a new one near its end or after the server refused it.

        Raises:
            CredentialError: the program is missing, failed, or printed something else.
        """
        with self._lock:
            kept = self._kept
            if kept is not None and kept is not refused and not self._is_over(kept):
                return kept
            if self._failure is not None and time.monotonic() - self._failure[0] < _FAILURE_HELD:
                raise self._failure[1]
            try:
                self._kept = self._fetch()
            except CredentialError as error:
                self._failure = (time.monotonic(), error)
                raise
            self._failure = None
            return self._kept

    def _is_over(self, credential: Credential) -> bool:
        return credential.renew_at is not None and self._now() >= credential.renew_at

    def _fetch(self) -> Credential:
        plugin = self._plugin
        request = {
            "apiVersion": plugin.api_version,
            "kind": "ExecCredential",
            "spec": {"interactive": False},
        }
        environment = dict(os.environ) | dict(plugin.environment)
        environment["KUBERNETES_EXEC_INFO"] = json.dumps(request)
        # The project's own command is found although its virtual environment is not active.
        own = str(Path(sys.executable).parent)
        environment["PATH"] = os.pathsep.join([own, environment.get("PATH", os.defpath)])
        # Without this, the command would be looked up on the PATH of this process.
        program = shutil.which(plugin.command, path=environment["PATH"])
        if program is None:
            hint = plugin.install_hint or f"install '{plugin.command}' or put it on PATH"
            raise CredentialError(
                f"the credential program '{plugin.command}' was not found: {hint}"
            )
        started = self._now()
        try:
            done = subprocess.run(
                [program, *plugin.arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=_PROGRAM_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CredentialError(
                f"the credential program '{plugin.command}' gave no answer within "
                f"{_PROGRAM_TIMEOUT:.0f} s; run it by hand to see why: {_typed(plugin)}"
            ) from None
        if done.returncode != 0:
            said = done.stderr.strip()[-_LONGEST_COMPLAINT:] or f"exit code {done.returncode}"
            raise CredentialError(
                f"the credential program '{plugin.command}' failed: {said}; "
                f"run it by hand to see more: {_typed(plugin)}"
            )
        return self._parsed(done.stdout, started)

    def _parsed(self, printed: str, started: datetime) -> Credential:
        # What was printed is a secret: no message may quote it.
        command = self._plugin.command
        try:
            document = json.loads(printed)
            status = document["status"]
            expires = _moment(status.get("expirationTimestamp"))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CredentialError(
                f"the credential program '{command}' printed no ExecCredential"
            ) from None
        credential = Credential(
            token=status.get("token"),
            certificate=status.get("clientCertificateData"),
            key=status.get("clientKeyData"),
            renew_at=_renewal(started, expires),
        )
        if not credential.token and not (credential.certificate and credential.key):
            raise CredentialError(
                f"the credential program '{command}' printed neither a token nor a certificate"
            )
        if expires is not None and expires <= started:
            raise CredentialError(
                f"the credential program '{command}' printed a credential that ended at "
                f"{expires:%Y-%m-%dT%H:%M:%SZ}; check the clock of this machine and log in again"
            )
        return credential


def _renewal(started: datetime, expires: datetime | None) -> datetime | None:
    if expires is None:
        return None
    return expires - min(_LONGEST_MARGIN, (expires - started) * _MARGIN_SHARE)


def _moment(value: Any) -> datetime | None:
    if not value:
        return None
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _typed(plugin: ExecPlugin) -> str:
    return " ".join([plugin.command, *plugin.arguments])
