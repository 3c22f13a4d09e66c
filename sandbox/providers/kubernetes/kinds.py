"""Names of kinds and objects: Pulumi type tokens, groups and versions, ids."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

Object = dict[str, Any]
"""A Kubernetes object as JSON."""

CORE = "core"
_BUILT_IN_SUFFIX = ".k8s.io"
_PATCH = "Patch"


class UnsupportedType(ValueError):
    """A resource type of pulumi-kubernetes that this provider does not serve."""


@dataclass(frozen=True)
class Kind:
    """Group, version and kind; the group of the core API is the empty string."""

    group: str
    version: str
    name: str

    @property
    def api_version(self) -> str:
        """As it stands in `apiVersion`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def is_built_in(self) -> bool:
        """Whether the API server itself defines the kind, rather than a CRD or an aggregated API.

        The groups of Kubernetes either have no dot or end in `.k8s.io`. Community CRDs may use that
        suffix too, with approval: they are not in the table of cluster-wide kinds.
        """
        return "." not in self.group or self.group.endswith(_BUILT_IN_SUFFIX)

    @property
    def is_cluster_wide(self) -> bool:
        """Whether a built-in kind has no namespace."""
        return f"{self.group}/{self.name}" in _cluster_wide()

    def __str__(self) -> str:
        return f"{self.api_version}/{self.name}"


def kind_of_type(token: str) -> Kind:
    """Return the kind behind a Pulumi type token such as `kubernetes:apps/v1:Deployment`.

    A patch (`kubernetes:apps/v1:DeploymentPatch`) is of the kind that it changes.

    Raises:
        UnsupportedType: a list, a chart without a release, or no Kubernetes type at all.
    """
    package, _, rest = token.partition(":")
    module, _, name = rest.partition(":")
    group, _, version = module.partition("/")
    if package != "kubernetes" or not (group and version and name):
        raise UnsupportedType(f"{token} is not a Kubernetes resource type")
    if group == "helm.sh":
        raise UnsupportedType(f"{token}: of Helm, the sandbox serves helm.v3.Release only")
    kind = Kind("" if group == CORE else group, version, name)
    if kind.is_built_in and name.endswith(_PATCH):
        return Kind(kind.group, version, name.removesuffix(_PATCH))
    if kind.is_built_in and name.endswith("List"):
        raise UnsupportedType(f"{token}: a list cannot be created, declare its items")
    return kind


def is_patch(token: str) -> bool:
    """Tell whether a type stands for some fields of an object that is somebody else's."""
    # Kinds of custom resources may be called so.
    return token.endswith(_PATCH) and not kind_of_type(token).name.endswith(_PATCH)


def kind_of_object(obj: Object) -> Kind:
    """Return the kind that an object says it is of."""
    group, _, version = str(obj["apiVersion"]).rpartition("/")
    return Kind("" if group == CORE else group, version, str(obj["kind"]))


def identifier(obj: Object) -> str:
    """Return the id of an object in the state: `namespace/name`, or `name` without a namespace."""
    metadata = obj["metadata"]
    namespace = metadata.get("namespace")
    return f"{namespace}/{metadata['name']}" if namespace else str(metadata["name"])


def parsed_identifier(resource_id: str) -> tuple[str, str]:
    """Return namespace (empty when there is none) and name."""
    namespace, _, name = resource_id.rpartition("/")
    return namespace, name


@cache
def _cluster_wide() -> frozenset[str]:
    text = resources.files(__package__).joinpath("data/cluster_wide.yaml").read_text("utf-8")
    return frozenset(yaml.safe_load(text)["kinds"])
