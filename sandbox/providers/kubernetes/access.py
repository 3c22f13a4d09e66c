"""Reads a kubeconfig: which API server, how it is trusted, and how the caller proves itself."""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

DEFAULT_NAMESPACE = "default"


class InvalidKubeconfig(ValueError):
    """A kubeconfig that cannot be used; the message says what is wrong and never shows a secret."""


@dataclass(frozen=True)
class ExecPlugin:
    """The program of a kubeconfig that prints an ExecCredential."""

    command: str
    arguments: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    api_version: str
    install_hint: str


@dataclass(frozen=True)
class User:
    """How requests are authenticated: by a program, a token, or a client certificate."""

    plugin: ExecPlugin | None = None
    token: str | None = field(default=None, repr=False)
    certificate: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ClusterAccess:
    """All that is needed to talk to one cluster as one user."""

    server: str
    authority: str | None
    user: User
    namespace: str

    @property
    def digest(self) -> str:
        """Identity of this access: equal for equal contents, and it tells nothing about them."""
        user = self.user
        parts = (self.server, self.authority, user.plugin, user.token, user.certificate, user.key)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    @property
    def on_loopback(self) -> bool:
        """Whether the API server is on this machine."""
        host = urlsplit(self.server).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def read_kubeconfig(text: str, *, context: str = "", cluster: str = "") -> ClusterAccess:
    """Return the access that `text`, the contents or the path of a kubeconfig, describes.

    Args:
        text: YAML or JSON, or the path of a file with it (as the official plugin accepts both).
        context: use this context instead of the current one.
        cluster: use this cluster instead of the one of the context.

    Raises:
        InvalidKubeconfig: it cannot be parsed, or what it points to is missing in it.
    """
    document = _document(text)
    context_name = context or _text(document.get("current-context"))
    if not context_name:
        raise InvalidKubeconfig("the kubeconfig has no current-context")
    chosen = _named(document, "contexts", "context", context_name)
    cluster_name = cluster or _text(chosen.get("cluster"))
    entry = _named(document, "clusters", "cluster", cluster_name)
    server = _text(entry.get("server"))
    if not server.startswith(("https://", "http://")):
        raise InvalidKubeconfig(f'cluster "{cluster_name}" of the kubeconfig has no server address')
    user_name = _text(chosen.get("user"))
    user = _named(document, "users", "user", user_name) if user_name else {}
    return ClusterAccess(
        server=server.rstrip("/"),
        authority=_pem(entry, "certificate-authority"),
        user=_user(user),
        namespace=_text(chosen.get("namespace")) or DEFAULT_NAMESPACE,
    )


def _document(text: str) -> Mapping[str, Any]:
    contents = text
    if "\n" not in text and not text.lstrip().startswith("{"):
        path = Path(text).expanduser()
        if not path.is_file():
            raise InvalidKubeconfig("the kubeconfig is neither YAML or JSON nor an existing file")
        contents = path.read_text("utf-8")
    try:
        document = yaml.safe_load(contents)
    except yaml.YAMLError as error:
        # The parser's message quotes the file, which may hold a key.
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise InvalidKubeconfig(f"the kubeconfig is not valid YAML or JSON{where}") from None
    if not isinstance(document, Mapping):
        raise InvalidKubeconfig("the kubeconfig is not a mapping")
    return document


def _named(document: Mapping[str, Any], plural: str, singular: str, name: str) -> Mapping[str, Any]:
    for entry in document.get(plural) or ():
        if isinstance(entry, Mapping) and entry.get("name") == name:
            value = entry.get(singular)
            return value if isinstance(value, Mapping) else {}
    raise InvalidKubeconfig(f'the kubeconfig has no {singular} "{name}"')


def _user(entry: Mapping[str, Any]) -> User:
    plugin = entry.get("exec")
    if isinstance(plugin, Mapping):
        return User(plugin=_plugin(plugin))
    return User(
        token=_text(entry.get("token")) or None,
        certificate=_pem(entry, "client-certificate"),
        key=_pem(entry, "client-key"),
    )


def _plugin(entry: Mapping[str, Any]) -> ExecPlugin:
    command = _text(entry.get("command"))
    if not command:
        raise InvalidKubeconfig("the exec entry of the kubeconfig has no command")
    return ExecPlugin(
        command=command,
        arguments=tuple(str(one) for one in entry.get("args") or ()),
        environment=tuple((str(one["name"]), str(one["value"])) for one in entry.get("env") or ()),
        api_version=_text(entry.get("apiVersion")) or "client.authentication.k8s.io/v1",
        install_hint=_text(entry.get("installHint")),
    )


def _pem(entry: Mapping[str, Any], name: str) -> str | None:
    data = entry.get(f"{name}-data")
    if data:
        try:
            return base64.b64decode(str(data), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise InvalidKubeconfig(f"{name}-data of the kubeconfig is not base64 of PEM") from None
    path = entry.get(name)
    if not path:
        return None
    try:
        return Path(str(path)).read_text("utf-8")
    except OSError as error:
        problem = f"{name} of the kubeconfig cannot be read: {error.strerror}"
        raise InvalidKubeconfig(problem) from None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
