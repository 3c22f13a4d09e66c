"""alicloud:ecs/eipAssociation:EipAssociation."""

from __future__ import annotations

from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import GoneError, Handler, first, parts
from sandbox.providers.alicloud.values import Values


class EipAssociation(Handler):
    """An EIP bound to an instance; its id is `allocation:instance`."""

    token = "alicloud:ecs/eipAssociation:EipAssociation"
    label = "EIP association"
    outputs: ClassVar = {
        "allocationId": "AllocationId",
        "instanceId": "InstanceId",
        "instanceType": "InstanceType",
    }
    ready_state = "InUse"

    def create(self, call: Call, inputs: Values) -> str:
        """AssociateEipAddress: one ClientToken for all tries."""
        token = call.client_token("AssociateEipAddress")
        allocation, instance = inputs["allocationId"], inputs["instanceId"]
        call.retried(
            lambda: call.cloud.vpc.associate_eip_address(
                allocation_id=allocation,
                instance_id=instance,
                instance_type=inputs.get("instanceType") or _type_of(instance),
                client_token=token,
            )
        )
        return f"{allocation}:{instance}"

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeEipAddresses: gone when the address is bound to nothing or something else."""
        allocation, instance = parts(id)
        answer = call.cloud.vpc.describe_eip_addresses(allocation_id=allocation)
        eip = first(answer["EipAddresses"]["EipAddress"])
        if eip["InstanceId"] != instance:
            raise GoneError
        return eip

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """UnassociateEipAddress."""
        allocation, instance = parts(id)
        self.describe(call, id)
        return call.cloud.vpc.unassociate_eip_address(
            allocation_id=allocation, instance_id=instance
        )


def _type_of(instance_id: str) -> str:
    """What the official provider makes of an id when no type is given."""
    kinds = {"ngw-": "Nat", "lb-": "SlbInstance"}
    return next((k for prefix, k in kinds.items() if instance_id.startswith(prefix)), "EcsInstance")
