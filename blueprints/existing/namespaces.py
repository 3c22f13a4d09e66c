"""Namespaces in a cluster that others use too: free, or of this stack already.

The engine would take an object that exists for its own, since it applies objects on the server, and
delete it when the stack is taken down. So a namespace says whose it is, and one that says anything
else is refused before anything is created.
"""

from __future__ import annotations

import base64
import json
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pulumi

from ackb.domain import naming
from ackb.domain.problems import InvalidInput, Problem
from blueprints.settings.base import Settings
from blueprints.settings.codes import Code
from blueprints.settings.structure import ROOT

OWNER_LABEL: Final = "ackb/stack"
"""Label of the namespaces of a stack in a cluster that is not its own."""

_SECONDS: Final = 15
"""How long the API server may take to answer."""

_TYPE: Final = "kubernetes:core/v1:Namespace"


def owner() -> str:
    """Return the value of the label for the stack that is built."""
    return naming.physical("label_value", pulumi.get_stack())


def mark_namespaces() -> None:
    """Put the label on every namespace that the stack declares from now on."""
    mark = {OWNER_LABEL: owner()}

    def transform(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_ != _TYPE:
            return None
        given: Any = args.props.get("metadata")
        metadata = dict(given or {})
        metadata["labels"] = {**(metadata.get("labels") or {}), **mark}
        return pulumi.ResourceTransformResult({**args.props, "metadata": metadata}, args.opts)

    pulumi.runtime.register_resource_transform(transform)


def path_of(settings: Settings, name: str) -> str:
    """Return where the settings name a namespace; a team has its own name where it gives none."""
    # A key `namespace` lies deeper than the name of what it belongs to.
    found = sorted(_paths(settings.model_dump(), name), key=lambda path: -path.count("."))
    return ROOT + (found[0] if found else "")


def _paths(part: Any, name: str) -> Iterator[str]:
    for key, value in part.items() if isinstance(part, dict) else ():
        if (key, value) == ("namespace", name) or (key == name and isinstance(value, dict)):
            yield f".{key}"
        yield from (f".{key}{rest}" for rest in _paths(value, name))


def refuse_taken(names: Mapping[str, str], server: str, credential: Any) -> None:
    """Ask the cluster for namespaces that others have.

    Args:
        names: namespaces of the stack, with the paths of the settings that name them.
        server: URL of the API server.
        credential: an answer of getClusterCredential; it is used once and kept nowhere.

    Raises:
        InvalidInput: a namespace is there and not of this stack, or the cluster cannot be asked.
    """
    problems = []
    with tempfile.TemporaryDirectory(prefix="ackb-") as folder:
        context = _context(Path(folder), credential.certificate_authorities[0])
        for name, path in names.items():
            try:
                found = _namespace(f"{server}/api/v1/namespaces/{name}", context)
            except OSError as error:
                raise InvalidInput([_not_asked(server, error)]) from error
            if found is not None and _labels(found).get(OWNER_LABEL) != owner():
                problems.append(_taken(path, name, _labels(found).get(OWNER_LABEL)))
    if problems:
        raise InvalidInput(problems)


def _context(folder: Path, keys: Any) -> ssl.SSLContext:
    authority = base64.b64decode(keys.cluster_cert).decode()
    context = ssl.create_default_context(cadata=authority)
    # The library reads a client's key from a file only; the folder is its owner's alone.
    pair = folder / "client.pem"
    pair.touch(mode=0o600)
    pair.write_bytes(base64.b64decode(keys.client_cert) + base64.b64decode(keys.client_key))
    context.load_cert_chain(pair)
    return context


def _opener(url: str, context: ssl.SSLContext) -> urllib.request.OpenerDirector:
    handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPSHandler(context=context)]
    if urlsplit(url).hostname == "127.0.0.1":
        # No proxy leads to a cluster on this machine.
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)


def _namespace(url: str, context: ssl.SSLContext) -> Mapping[str, Any] | None:
    try:
        with _opener(url, context).open(url, timeout=_SECONDS) as answer:
            found: Mapping[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def _labels(namespace: Mapping[str, Any]) -> Mapping[str, str]:
    labels: Mapping[str, str] = namespace["metadata"].get("labels") or {}
    return labels


def _not_asked(server: str, error: OSError) -> Problem:
    return Problem(
        Code.EXISTING,
        f"{ROOT}.cluster.api_access",
        server,
        f"must be an API server that this machine reaches and that lets it in ({error})",
        "run it inside the VPC or what is connected to it, or write api_access: public",
    )


def _taken(path: str, name: str, other: str | None) -> Problem:
    whose = f"stack {other}" if other else "somebody else"
    return Problem(
        Code.EXISTING,
        path,
        name,
        f"must be free in the cluster (it is there, and of {whose})",
        "choose another name; a namespace that is left over can be deleted with kubectl",
    )
