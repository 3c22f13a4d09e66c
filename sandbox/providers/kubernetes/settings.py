"""The inputs of the provider resource, `kubernetes.Provider`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ackb.domain.unknown import UNKNOWN

from .access import ClusterAccess, InvalidKubeconfig, read_kubeconfig
from .diffing import Mutability
from .values import Properties, plain

_CLUSTER = ("kubeconfig", "context", "cluster")

# What a program may set although it changes nothing here: Helm has settings of its own, no
# deprecation is warned of (the programs use current APIs only), and requests to the loopback are
# not throttled.
_WITHOUT_EFFECT = frozenset(
    {
        "helmReleaseSettings",
        "kubeClientSettings",
        "suppressDeprecationWarnings",
        "suppressHelmHookWarnings",
        "version",
    }
)


@dataclass(frozen=True)
class Problem:
    """A provider input that cannot be accepted."""

    field: str
    reason: str


@dataclass(frozen=True)
class Settings:
    """The inputs with their defaults; see the class `pulumi_kubernetes.Provider` for meanings."""

    kubeconfig: str = ""
    context: str = ""
    cluster: str = ""
    namespace: str = ""
    delete_unreachable: bool = False
    skip_update_unreachable: bool = False
    enable_patch_force: bool = False
    upsert_existing_objects: bool = False
    mutability: Mutability = field(default_factory=Mutability)

    def access(self) -> ClusterAccess:
        """Return the way to the cluster.

        Raises:
            InvalidKubeconfig: there is none, or it leads away from this machine.
        """
        if not self.kubeconfig:
            raise InvalidKubeconfig("it is missing; pass the kubeconfig of the cluster explicitly")
        access = read_kubeconfig(self.kubeconfig, context=self.context, cluster=self.cluster)
        if not access.on_loopback:
            raise InvalidKubeconfig(
                f"its server {access.server} is not on this machine, and the sandbox never drives "
                "a real cluster; unset PULUMI_DEBUG_PROVIDERS to use the official plugin"
            )
        return access


def read_settings(values: Mapping[str, Any]) -> Settings:
    """Return the settings in plain provider inputs; an environment variable stands in for some."""
    return Settings(
        kubeconfig=_text(values, "kubeconfig"),
        context=_text(values, "context"),
        cluster=_text(values, "cluster"),
        namespace=_text(values, "namespace"),
        delete_unreachable=_flag(values, "deleteUnreachable", "DELETE_UNREACHABLE"),
        skip_update_unreachable=_flag(values, "skipUpdateUnreachable", "SKIP_UPDATE_UNREACHABLE"),
        enable_patch_force=_flag(values, "enablePatchForce", "ENABLE_PATCH_FORCE"),
        upsert_existing_objects=_flag(values, "upsertExistingObjects", "UPSERT_EXISTING_OBJECTS"),
        mutability=Mutability(
            config_maps=_flag(values, "enableConfigMapMutable", "ENABLE_CONFIGMAP_MUTABLE"),
            secrets=_flag(values, "enableSecretMutable", "ENABLE_SECRET_MUTABLE"),
        ),
    )


def problems(values: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with plain provider inputs; unknown ones are right until known."""
    found = []
    if str(values.get("enableServerSideApply", "true")).lower() == "false":
        reason = "the sandbox's provider applies on the server's side only; remove this input"
        found.append(Problem("enableServerSideApply", reason))
    for name in ("renderYamlToDirectory", "alwaysRender"):
        if values.get(name) not in (None, "", "false", False):
            reason = "the sandbox's provider renders no manifests; remove this input"
            found.append(Problem(name, reason))
    if not any(values.get(name) is UNKNOWN for name in _CLUSTER):
        try:
            read_settings(values).access()
        except InvalidKubeconfig as error:
            found.append(Problem("kubeconfig", f"the kubeconfig cannot be used: {error}"))
    return found


def plain_inputs(inputs: Properties) -> dict[str, Any]:
    """Return provider inputs as plain values, without those that have no effect here."""
    values = {key: plain(value) for key, value in inputs.items() if key not in _WITHOUT_EFFECT}
    return {key: value for key, value in values.items() if value is not None}


@dataclass(frozen=True)
class ProviderChange:
    """What a change of provider inputs means for the objects made through the provider."""

    changed: list[str]
    replaces: list[str]


def provider_change(old: Mapping[str, Any], new: Mapping[str, Any]) -> ProviderChange:
    """Compare two sets of plain provider inputs.

    With an unchanged `clusterIdentifier` nothing is replaced, with another one everything is.
    Without one, another server or authority is taken for another cluster, and a kubeconfig that is
    not known yet for a possible one.
    """
    changed = sorted(key for key in {*old, *new} if _differs(old.get(key), new.get(key)))
    identifiers = old.get("clusterIdentifier"), new.get("clusterIdentifier")
    if "clusterIdentifier" in changed and all(one is not None for one in identifiers):
        return ProviderChange(changed, ["clusterIdentifier"])
    if "clusterIdentifier" not in changed and identifiers[0] is not None:
        return ProviderChange(changed, [])
    unknown = [key for key in _CLUSTER if new.get(key) is UNKNOWN]
    if unknown:
        return ProviderChange(changed, unknown)
    if _server(old) is None or _server(new) is None or _server(old) == _server(new):
        return ProviderChange(changed, [])
    return ProviderChange(changed, [key for key in _CLUSTER if key in changed])


def _server(values: Mapping[str, Any]) -> tuple[str, str | None] | None:
    try:
        settings = read_settings(values)
        access = read_kubeconfig(
            settings.kubeconfig, context=settings.context, cluster=settings.cluster
        )
    except InvalidKubeconfig:
        return None
    return access.server, access.authority


def _differs(old: Any, new: Any) -> bool:
    return new is UNKNOWN or old != new


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _flag(values: Mapping[str, Any], name: str, variable: str) -> bool:
    value = values.get(name)
    if value is None:
        value = os.environ.get(f"PULUMI_K8S_{variable}", "")
    return str(value).lower() == "true"
