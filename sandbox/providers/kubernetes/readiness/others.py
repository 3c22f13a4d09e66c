"""Kinds that need a moment although they run nothing."""

from __future__ import annotations

from sandbox.kube.stand_ins import EXTENSION_LABEL, PROFILE_LABEL, SELECTORS_ANNOTATION, digest

from ..cluster import Cluster
from ..kinds import Object
from .verdict import READY, Verdict, condition, holds, status_of, told, waiting


def config_map(obj: Object, cluster: Cluster) -> Verdict:
    """At once; except the eci-profile, whose selectors need a moment to be in force."""
    del cluster
    metadata = obj["metadata"]
    if (metadata.get("labels") or {}).get(EXTENSION_LABEL) != PROFILE_LABEL:
        return READY
    seen = (metadata.get("annotations") or {}).get(SELECTORS_ANNOTATION)
    wanted = digest((obj.get("data") or {}).get("selectors", ""))
    return waiting("" if seen == wanted else "its selectors are not in force yet")


def custom_resource_definition(obj: Object, cluster: Cluster) -> Verdict:
    """Established: objects of the kind can be made."""
    del cluster
    if holds(obj, "Established"):
        return READY
    return waiting(
        "the kind is not served yet",
        told(condition(obj, "NamesAccepted")),
        told(condition(obj, "Established")),
    )


def namespace(obj: Object, cluster: Cluster) -> Verdict:
    """Active."""
    del cluster
    phase = status_of(obj).get("phase", "Pending")
    return READY if phase == "Active" else waiting(f"the namespace is {phase}")


def resource_quota(obj: Object, cluster: Cluster) -> Verdict:
    """Its limits are in force."""
    del cluster
    in_force = status_of(obj).get("hard") == obj["spec"].get("hard")
    return READY if in_force else waiting("the limits are not in force yet")


def secret(obj: Object, cluster: Cluster) -> Verdict:
    """Filled, when it is the token of a service account."""
    del cluster
    if obj.get("type") == "kubernetes.io/service-account-token" and not obj.get("data"):
        return waiting("no token has been issued yet")
    return READY
