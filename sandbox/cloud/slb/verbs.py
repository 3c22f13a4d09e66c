"""The SLB service."""

from __future__ import annotations

from typing import ClassVar

from sandbox.cloud.service import Kind, Response, public, verb
from sandbox.cloud.slb import errors
from sandbox.cloud.slb.access_lists import ACCESS_LIST, LISTENER, AccessLists
from sandbox.cloud.store import Data
from sandbox.cloud.vpc.eips import public_address

LOAD_BALANCER = "slb.LoadBalancer"

_PORTS = range(1, 65536)


class Slb(AccessLists):
    """SLB 2014-05-15: Classic Load Balancer."""

    service = "slb"
    taggable: ClassVar = {"instance": LOAD_BALANCER, "acl": ACCESS_LIST}
    kinds = (
        Kind(LOAD_BALANCER, "LoadBalancerId", "LoadBalancerName", "instance"),
        Kind(ACCESS_LIST, "AclId", "AclName", "acl", costs=False),
    )

    @verb()
    def create_load_balancer(
        self,
        *,
        region_id: str,
        load_balancer_name: str = "",
        address_type: str = "internet",
        vswitch_id: str | None = None,
        pay_type: str = "PayOnDemand",
        instance_charge_type: str = "PayByCLCU",
        delete_protection: str = "off",
        resource_group_id: str = "",
        tags: dict[str, str] | None = None,
        client_token: str | None = None,
    ) -> Response:
        """CreateLoadBalancer: active at once; an intranet one takes a vSwitch address."""
        self.cloud.check_region(region_id)
        if address_type not in ("internet", "intranet"):
            raise errors.INVALID_ADDRESS_TYPE()
        quota = self.cloud.quota("slb.load_balancers")
        if self.store.count(LOAD_BALANCER, RegionId=region_id) >= quota:
            raise errors.QUOTA_LOAD_BALANCER(quota=quota)
        balancer_id = self.new_id("lb")
        vpc_id = ""
        if address_type == "intranet":
            if not vswitch_id:
                raise errors.MISSING_VSWITCH()
            vpc_id = self.cloud.vpc.vswitch(vswitch_id)["VpcId"]
            address = self.cloud.vpc.allocate_ip(vswitch_id, balancer_id)
        else:
            address = public_address(self.store)
        balancer: Data = {
            "LoadBalancerId": balancer_id,
            "LoadBalancerName": load_balancer_name or f"auto_named_slb_{balancer_id}",
            "LoadBalancerStatus": "active",
            "Address": address,
            "AddressType": address_type,
            "RegionId": region_id,
            "VpcId": vpc_id,
            "VSwitchId": vswitch_id if address_type == "intranet" else "",
            "PayType": pay_type,
            "InstanceChargeType": instance_charge_type,
            "DeleteProtection": delete_protection,
            "ResourceGroupId": resource_group_id or self.cloud.default_resource_group,
            "CreateTime": self.timestamp(),
            "Status": "active",
            "tags": tags or {},
        }
        self.add(LOAD_BALANCER, balancer_id, balancer)
        return {
            "LoadBalancerId": balancer_id,
            "Address": address,
            "LoadBalancerName": balancer["LoadBalancerName"],
            "VpcId": vpc_id,
            "VSwitchId": balancer["VSwitchId"],
        }

    @verb(reads=True)
    def describe_load_balancers(
        self,
        *,
        region_id: str | None = None,
        load_balancer_id: str | None = None,
        load_balancer_name: str | None = None,
        vswitch_id: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> Response:
        """DescribeLoadBalancers, one page with all of them."""
        found = [
            public(one)
            for one in self.find(
                LOAD_BALANCER,
                tags,
                RegionId=region_id,
                LoadBalancerId=load_balancer_id,
                LoadBalancerName=load_balancer_name,
                VSwitchId=vswitch_id,
            )
        ]
        return {"LoadBalancers": {"LoadBalancer": found}, "TotalCount": len(found)}

    @verb(reads=True)
    def describe_load_balancer_attribute(
        self, *, load_balancer_id: str, region_id: str | None = None
    ) -> Response:
        """DescribeLoadBalancerAttribute: with its listeners."""
        balancer = self.load_balancer(load_balancer_id)
        listeners = [
            {"ListenerPort": one["ListenerPort"], "ListenerProtocol": one["ListenerProtocol"]}
            for one in self.find(LISTENER, LoadBalancerId=load_balancer_id)
        ]
        return {
            **public(balancer),
            "ListenerPortsAndProtocol": {"ListenerPortAndProtocol": listeners},
        }

    @verb()
    def set_load_balancer_delete_protection(
        self, *, load_balancer_id: str, delete_protection: str, region_id: str | None = None
    ) -> Response:
        """SetLoadBalancerDeleteProtection: on or off."""
        balancer = self.load_balancer(load_balancer_id)
        balancer["DeleteProtection"] = delete_protection
        self.save(LOAD_BALANCER, load_balancer_id, balancer)
        return {}

    @verb()
    def delete_load_balancer(
        self, *, load_balancer_id: str, region_id: str | None = None
    ) -> Response:
        """DeleteLoadBalancer: with its listeners; an absent one is success, as really."""
        balancer = self.get(LOAD_BALANCER, load_balancer_id)
        if balancer is None:
            return {}
        if balancer["DeleteProtection"] == "on":
            raise errors.DELETE_PROTECTED()
        if balancer["PayType"] == "PrePay":
            raise errors.LOAD_BALANCER_PREPAID()
        for one in self.find(LISTENER, LoadBalancerId=load_balancer_id):
            self.remove(LISTENER, one["ListenerId"])
        if balancer["VSwitchId"]:
            self.cloud.vpc.release_ip(balancer["VSwitchId"], load_balancer_id)
        self.remove(LOAD_BALANCER, load_balancer_id)
        return {}

    @verb()
    def create_load_balancer_tcp_listener(
        self,
        *,
        load_balancer_id: str,
        listener_port: int,
        backend_server_port: int,
        acl_status: str = "off",
        acl_id: str = "",
        acl_type: str = "white",
        region_id: str | None = None,
    ) -> Response:
        """CreateLoadBalancerTCPListener."""
        access = self._access(acl_status, acl_id, acl_type)
        return self._add_listener(
            load_balancer_id, "tcp", listener_port, backend_server_port, access
        )

    @verb()
    def create_load_balancer_udp_listener(
        self,
        *,
        load_balancer_id: str,
        listener_port: int,
        backend_server_port: int,
        acl_status: str = "off",
        acl_id: str = "",
        acl_type: str = "white",
        region_id: str | None = None,
    ) -> Response:
        """CreateLoadBalancerUDPListener."""
        access = self._access(acl_status, acl_id, acl_type)
        return self._add_listener(
            load_balancer_id, "udp", listener_port, backend_server_port, access
        )

    @verb()
    def create_load_balancer_http_listener(
        self,
        *,
        load_balancer_id: str,
        listener_port: int,
        backend_server_port: int | None = None,
        listener_forward: str = "off",
        forward_port: int | None = None,
        acl_status: str = "off",
        acl_id: str = "",
        acl_type: str = "white",
        region_id: str | None = None,
    ) -> Response:
        """CreateLoadBalancerHTTPListener; with `listener_forward` it redirects to an HTTPS port."""
        more = {
            "ListenerForward": listener_forward,
            "ForwardPort": forward_port,
            **self._access(acl_status, acl_id, acl_type),
        }
        port = backend_server_port or 0
        return self._add_listener(load_balancer_id, "http", listener_port, port, more)

    @verb()
    def create_load_balancer_https_listener(
        self,
        *,
        load_balancer_id: str,
        listener_port: int,
        backend_server_port: int,
        server_certificate_id: str,
        acl_status: str = "off",
        acl_id: str = "",
        acl_type: str = "white",
        region_id: str | None = None,
    ) -> Response:
        """CreateLoadBalancerHTTPSListener."""
        more = {
            "ServerCertificateId": server_certificate_id,
            **self._access(acl_status, acl_id, acl_type),
        }
        return self._add_listener(
            load_balancer_id, "https", listener_port, backend_server_port, more
        )

    @verb(reads=True)
    def describe_load_balancer_listeners(
        self, *, load_balancer_id: list[str], region_id: str | None = None
    ) -> Response:
        """DescribeLoadBalancerListeners."""
        found = [
            public(one)
            for balancer_id in load_balancer_id
            for one in self.find(LISTENER, LoadBalancerId=balancer_id)
        ]
        return {"Listeners": found, "TotalCount": len(found)}

    @verb()
    def delete_load_balancer_listener(
        self, *, load_balancer_id: str, listener_port: int, region_id: str | None = None
    ) -> Response:
        """DeleteLoadBalancerListener."""
        self.load_balancer(load_balancer_id)
        found = self.find(LISTENER, LoadBalancerId=load_balancer_id, ListenerPort=listener_port)
        if not found:
            raise errors.LISTENER_NOT_FOUND()
        self.remove(LISTENER, found[0]["ListenerId"])
        return {}

    def load_balancer(self, load_balancer_id: str) -> Data:
        """The load balancer. Raises InvalidLoadBalancerId.NotFound."""
        balancer = self.get(LOAD_BALANCER, load_balancer_id)
        if balancer is None:
            raise errors.LOAD_BALANCER_NOT_FOUND()
        return balancer

    def _access(self, acl_status: str, acl_id: str, acl_type: str) -> Data:
        if acl_status != "on":
            return {"AclStatus": "off", "AclId": "", "AclType": ""}
        if acl_type not in ("white", "black"):
            raise errors.INVALID_ACCESS_TYPE()
        self.access_list(acl_id)
        return {"AclStatus": "on", "AclId": acl_id, "AclType": acl_type}

    def _add_listener(
        self,
        balancer_id: str,
        protocol: str,
        port: int,
        backend_port: int,
        more: Data | None = None,
    ) -> Response:
        self.load_balancer(balancer_id)
        if port not in _PORTS:
            raise errors.INVALID_PORT()
        listeners = self.find(LISTENER, LoadBalancerId=balancer_id)
        if any(one["ListenerPort"] == port for one in listeners):
            raise errors.LISTENER_EXISTS()
        quota = self.cloud.quota("slb.listeners_per_load_balancer")
        if len(listeners) >= quota:
            raise errors.QUOTA_LISTENER(quota=quota)
        listener_id = f"{balancer_id}:{protocol}:{port}"
        listener = {
            "ListenerId": listener_id,
            "LoadBalancerId": balancer_id,
            "ListenerProtocol": protocol,
            "ListenerPort": port,
            "BackendServerPort": backend_port,
            "Status": "running",
            **(more or {}),
        }
        self.add(LISTENER, listener_id, listener)
        return {}
