"""Calls a provider as the engine does, without an engine.

Every value goes through the wire format and back, so that nothing passes here that an engine could
not have sent or read.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.property_value import PropertyValue

from sandbox.providers.kubernetes.cluster import Clusters
from sandbox.providers.kubernetes.provider import KubernetesProvider
from sandbox.providers.kubernetes.values import plain_map, properties
from sandbox.providers.serving import PartialFailure

TYPES = {
    "ConfigMap": "kubernetes:core/v1:ConfigMap",
    "ConfigMapPatch": "kubernetes:core/v1:ConfigMapPatch",
    "CronTab": "kubernetes:example.com/v1:CronTab",
    "CustomResourceDefinition": "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
    "DaemonSet": "kubernetes:apps/v1:DaemonSet",
    "Deployment": "kubernetes:apps/v1:Deployment",
    "HorizontalPodAutoscaler": "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    "Job": "kubernetes:batch/v1:Job",
    "Namespace": "kubernetes:core/v1:Namespace",
    "PersistentVolume": "kubernetes:core/v1:PersistentVolume",
    "PersistentVolumeClaim": "kubernetes:core/v1:PersistentVolumeClaim",
    "PodDisruptionBudget": "kubernetes:policy/v1:PodDisruptionBudget",
    "Release": "kubernetes:helm.sh/v3:Release",
    "Secret": "kubernetes:core/v1:Secret",
    "Service": "kubernetes:core/v1:Service",
    "StatefulSet": "kubernetes:apps/v1:StatefulSet",
}


def wire(values):
    return PropertyValue.unmarshal_map(PropertyValue.marshal_map(dict(values)))


def secret(value):
    """Mark a string in inputs as secret."""
    return PropertyValue(value, is_secret=True)


def props(obj) -> dict[str, PropertyValue]:
    """Return plain inputs as properties; property values inside stay as they are."""

    def convert(value: Any) -> PropertyValue:
        if isinstance(value, PropertyValue):
            return value
        if isinstance(value, dict):
            return PropertyValue({k: convert(v) for k, v in value.items()})
        if isinstance(value, list):
            return PropertyValue([convert(one) for one in value])
        return properties({"value": value}, {})["value"]

    return wire({key: convert(value) for key, value in obj.items()})


@dataclass
class Resource:
    """What an engine records of a resource."""

    type: str
    urn: str
    id: str = ""
    inputs: dict[str, PropertyValue] = field(default_factory=dict)
    state: dict[str, PropertyValue] = field(default_factory=dict)
    unready: list[str] = field(default_factory=list)

    @property
    def live(self):
        return plain_map(self.state)


class Driver:
    """One provider on one connection."""

    def __init__(self, **inputs: Any) -> None:
        self.provider = KubernetesProvider(Clusters())
        self.runner = asyncio.Runner()
        self.run(
            self.provider.configure(sdk.ConfigureRequest({}, props(inputs), True, True)),
        )

    def run(self, coroutine):
        return self.runner.run(coroutine)

    def close(self):
        self.runner.close()

    # One step at a time

    def check(self, kind, name, inputs, old=None):
        urn = f"urn:pulumi:dev::ackb::{TYPES[kind]}::{name}"
        request = sdk.CheckRequest(urn, old.inputs if old else {}, props(inputs), name.encode())
        answer = self.run(self.provider.check(request))
        assert not answer.failures, [(one.property, one.reason) for one in answer.failures]
        return Resource(TYPES[kind], urn, inputs=wire(answer.inputs))

    def diff(self, old, new, ignored=()):
        request = sdk.DiffRequest(old.urn, old.id, old.state, new.inputs, list(ignored))
        return self.run(self.provider.diff(request))

    def preview(self, kind, name, inputs, old=None):
        """Return the outputs a preview shows."""
        new = self.check(kind, name, inputs, old)
        if old is None:
            request = sdk.CreateRequest(new.urn, new.inputs, 0, True)
            return plain_map(wire(self.run(self.provider.create(request)).properties))
        update = sdk.UpdateRequest(old.urn, old.id, old.state, new.inputs, 0, [], True)
        return plain_map(wire(self.run(self.provider.update(update)).properties))

    async def creating(self, new, timeout=0.0):
        try:
            answer = await self.provider.create(
                sdk.CreateRequest(new.urn, new.inputs, timeout, False)
            )
            new.id, new.state = answer.resource_id, wire(answer.properties)
        except PartialFailure as failure:
            new.id, new.state = failure.resource_id, wire(failure.properties)
            new.unready = failure.reasons
        return new

    # What an update does to one resource

    def create(self, kind, name, inputs, *, timeout=0.0):
        return self.run(self.creating(self.check(kind, name, inputs), timeout))

    def update(self, old, kind, name, inputs, *, timeout=0.0, ignored=()):
        """Bring a resource up to date in place, whether or not anything changed."""
        new = self.check(kind, name, inputs, old)
        new.id = old.id
        request = sdk.UpdateRequest(
            old.urn, old.id, old.state, new.inputs, timeout, list(ignored), False
        )
        try:
            new.state = wire(self.run(self.provider.update(request)).properties)
        except PartialFailure as failure:
            assert failure.resource_id == old.id
            new.state, new.unready = wire(failure.properties), failure.reasons
        return new

    def read(self, resource):
        """Refresh a resource; None when it is gone."""
        request = sdk.ReadRequest(resource.urn, resource.id, resource.state, resource.inputs)
        try:
            answer = self.run(self.provider.read(request))
        except PartialFailure as failure:
            state = wire(failure.properties)
            return Resource(
                resource.type, resource.urn, failure.resource_id, {}, state, failure.reasons
            )
        if not answer.resource_id:
            return None
        return Resource(
            resource.type,
            resource.urn,
            answer.resource_id,
            wire(answer.inputs),
            wire(answer.properties),
        )

    def find(self, kind, resource_id):
        """Read by id alone, as an import does."""
        urn = f"urn:pulumi:dev::ackb::{TYPES[kind]}::imported"
        return self.read(Resource(TYPES[kind], urn, resource_id))

    def delete(self, resource, *, timeout=0.0):
        self.run(
            self.provider.delete(
                sdk.DeleteRequest(resource.urn, resource.id, resource.state, timeout)
            )
        )
