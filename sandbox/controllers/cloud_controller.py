"""The cloud controller: each Service of type LoadBalancer has a load balancer in the cloud."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sandbox.cloud.cs.kinds import CLUSTER_TAG
from sandbox.controllers import events
from sandbox.controllers.balancer_plan import (
    InvalidService,
    Listener,
    Plan,
    default_name,
    is_wanted,
    plan,
)
from sandbox.controllers.controller import Context, Key
from sandbox.kube.client import Object

FINALIZER = "service.k8s.alibaba/resources"
_BALANCER_LABEL = "service.k8s.alibaba/loadbalancer-id"
_HASH_LABEL = "service.beta.kubernetes.io/hash"
_NAME_TAG = "kubernetes.do.not.delete"
_SOURCE = "service-controller"
_WRONG_SECONDS = 30.0
_OTHER_ADDRESS_TYPE = (
    "alicloud: can not change LoadBalancer AddressType once created. delete and retry"
)
"""Text and behaviour, here and for tags: LoadBalancerManager.Update of
cloud-provider-alibaba-cloud (clbv1, read 2026-11-22)."""


class CloudController:
    """Creates, changes and deletes load balancers and their listeners."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context

    def key(self, kind: str, obj: Object) -> Key | None:
        """The Service, when it has or wants a load balancer."""
        if kind != "Service" or not (is_wanted(obj) or _is_ours(obj)):
            return None
        return (obj["metadata"]["namespace"], obj["metadata"]["name"])

    def keys_at_start(self) -> list[Key]:
        """All Services that have or want a load balancer."""
        keys = [self.key("Service", service) for service in self._context.objects("Service")]
        return [key for key in keys if key is not None]

    def reconcile(self, key: Key) -> float | None:
        """Bring the load balancer of one Service in line."""
        namespace, name = key
        service = self._context.informers["Service"].get(name, namespace)
        if service is None:
            return None
        if not is_wanted(service):
            if _is_ours(service):
                self._remove(service)
            return None
        try:
            self._provide(service, plan(service))
        except InvalidService as error:
            events.warn(
                self._context.client, service, _SOURCE, "SyncLoadBalancerFailed", str(error)
            )
            return _WRONG_SECONDS
        return None

    def _provide(self, service: Object, wanted: Plan) -> None:
        client = self._context.client
        if not _is_ours(service):
            finalizers = [*(service["metadata"].get("finalizers") or []), FINALIZER]
            service = client.patch(service, {"metadata": {"finalizers": finalizers}})
        balancer = self._find(wanted) or self._create(wanted)
        if not wanted.existing_id:
            if balancer["AddressType"] != wanted.address_type:
                raise InvalidService(_OTHER_ADDRESS_TYPE)
            self._sync_tags(balancer, wanted)
        if wanted.manage_listeners:
            self._sync_listeners(balancer["LoadBalancerId"], wanted.listeners)
        labels = {
            _BALANCER_LABEL: balancer["LoadBalancerId"],
            _HASH_LABEL: _hash(service["spec"], service["metadata"].get("annotations")),
        }
        if any(
            (service["metadata"].get("labels") or {}).get(key) != value
            for key, value in labels.items()
        ):
            client.patch(service, {"metadata": {"labels": labels}})
        ingress = (
            [{"hostname": wanted.hostname}]
            if wanted.hostname
            else [{"ip": balancer["Address"], "ipMode": "VIP"}]
        )
        if (service.get("status") or {}).get("loadBalancer", {}).get("ingress") != ingress:
            client.patch(service, {"status": {"loadBalancer": {"ingress": ingress}}}, "status")

    def _remove(self, service: Object) -> None:
        """Delete what the Service had: it is being deleted, or is no load balancer any more."""
        metadata = service["metadata"]
        try:
            had = plan(service)
        except InvalidService:
            had = None
        if had is None or not (had.existing_id or had.keep_on_delete):
            name = had.name if had else default_name(metadata["uid"])
            self._delete_balancers(name)
        elif had.existing_id and had.manage_listeners:
            self._sync_listeners(had.existing_id, ())
        client = self._context.client
        if "deletionTimestamp" not in metadata:
            client.patch(service, {"status": {"loadBalancer": {"ingress": None}}}, "status")
        rest = [one for one in metadata.get("finalizers") or [] if one != FINALIZER]
        labels = {_BALANCER_LABEL: None, _HASH_LABEL: None}
        client.patch(service, {"metadata": {"finalizers": rest, "labels": labels}})

    def _find(self, wanted: Plan) -> dict[str, Any] | None:
        slb = self._context.cloud.slb
        if wanted.existing_id:
            return slb.describe_load_balancer_attribute(load_balancer_id=wanted.existing_id)
        found = self._named(wanted.name)
        return found[0] if found else None

    def _named(self, name: str) -> list[dict[str, Any]]:
        answer = self._context.cloud.slb.describe_load_balancers(tags=self._tags(name))
        found: list[dict[str, Any]] = answer["LoadBalancers"]["LoadBalancer"]
        return found

    def _create(self, wanted: Plan) -> dict[str, Any]:
        cluster = self._context.backend.cluster(self._context.cluster_id)
        vswitch_id = wanted.vswitch_id or (cluster.vswitch_ids[0] if cluster else "")
        slb = self._context.cloud.slb
        created = slb.create_load_balancer(
            region_id=self._context.cloud.region,
            load_balancer_name=wanted.name,
            address_type=wanted.address_type,
            vswitch_id=vswitch_id if wanted.address_type == "intranet" else None,
            delete_protection="on" if wanted.protected else "off",
            tags={**wanted.tags, **self._tags(wanted.name)},
        )
        return slb.describe_load_balancer_attribute(load_balancer_id=created["LoadBalancerId"])

    def _delete_balancers(self, name: str) -> None:
        slb = self._context.cloud.slb
        for balancer in self._named(name):
            balancer_id = balancer["LoadBalancerId"]
            # The protection is against users; the controller lifts it.
            slb.set_load_balancer_delete_protection(
                load_balancer_id=balancer_id, delete_protection="off"
            )
            slb.delete_load_balancer(load_balancer_id=balancer_id)

    def _sync_tags(self, balancer: dict[str, Any], wanted: Plan) -> None:
        """Bring the additional tags in line; the controller's own stay."""
        if not wanted.tags:
            return  # as the real one: an annotation that goes leaves the tags
        slb = self._context.cloud.slb
        target: dict[str, Any] = {
            "resource_type": "instance",
            "resource_ids": [balancer["LoadBalancerId"]],
        }
        own = self._tags(wanted.name)
        present = {tag["Key"]: tag["Value"] for tag in balancer["Tags"]["Tag"]}
        missing = {key: tag for key, tag in wanted.tags.items() if present.get(key) != tag}
        if missing:
            slb.tag_resources(**target, tags=missing)
        if surplus := sorted(set(present) - set(wanted.tags) - set(own)):
            slb.untag_resources(**target, tag_keys=surplus)

    def _sync_listeners(self, balancer_id: str, wanted: tuple[Listener, ...]) -> None:
        slb = self._context.cloud.slb
        answer = slb.describe_load_balancer_listeners(load_balancer_id=[balancer_id])
        present = {_listener_of(one) for one in answer["Listeners"]}
        for old in present - set(wanted):
            slb.delete_load_balancer_listener(load_balancer_id=balancer_id, listener_port=old.port)
        for new in wanted:
            if new not in present:
                self._add_listener(balancer_id, new)

    def _add_listener(self, balancer_id: str, new: Listener) -> None:
        slb = self._context.cloud.slb
        ports: dict[str, Any] = {
            "load_balancer_id": balancer_id,
            "listener_port": new.port,
            "backend_server_port": new.backend_port,
        }
        if new.access is not None:
            acl_id, acl_type = new.access
            ports |= {"acl_status": "on", "acl_id": acl_id, "acl_type": acl_type}
        if new.protocol == "https":
            slb.create_load_balancer_https_listener(
                **ports, server_certificate_id=new.certificate_id
            )
        elif new.protocol == "http":
            slb.create_load_balancer_http_listener(
                **ports,
                listener_forward="on" if new.forward_port else "off",
                forward_port=new.forward_port,
            )
        elif new.protocol == "udp":
            slb.create_load_balancer_udp_listener(**ports)
        else:
            slb.create_load_balancer_tcp_listener(**ports)

    def _tags(self, name: str) -> dict[str, str]:
        return {_NAME_TAG: name, CLUSTER_TAG: self._context.cluster_id}


def _is_ours(service: Object) -> bool:
    return FINALIZER in (service["metadata"].get("finalizers") or [])


def _listener_of(listener: dict[str, Any]) -> Listener:
    return Listener(
        port=listener["ListenerPort"],
        protocol=listener["ListenerProtocol"],
        backend_port=listener["BackendServerPort"],
        certificate_id=listener.get("ServerCertificateId") or "",
        forward_port=listener.get("ForwardPort"),
        access=(listener["AclId"], listener["AclType"]) if listener.get("AclId") else None,
    )


def _hash(spec: Object, annotations: Object | None) -> str:
    text = json.dumps([spec, annotations], sort_keys=True)
    return hashlib.sha224(text.encode()).hexdigest()
