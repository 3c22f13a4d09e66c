"""The managed virtual node, which runs pods as ECI instances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi

from ackb.domain.problems import ArgumentProblem
from components.addon import Addon, AddonArgs
from components.checks import refuse


@dataclass(frozen=True, kw_only=True)
class VirtualNodesArgs:
    """Arguments of `VirtualNodes`."""

    cluster_id: pulumi.Input[str]
    """Cluster to extend; a change replaces the add-on."""
    vswitch_ids: Sequence[pulumi.Input[str]]
    """vSwitches of ECI pods; several give them several zones and more addresses."""
    security_group_id: pulumi.Input[str]
    """Security group of ECI pods; each of them is one member."""
    cluster_ip: bool = True
    """Let ECI pods reach ClusterIP Services; each then keeps a connection to the API server.
    Default: true."""
    private_zone: bool = False
    """Resolve Service names through PrivateZone. Default: false."""


class VirtualNodes(pulumi.ComponentResource):
    """Capacity without nodes: pods that come here run as ECI instances, one for each pod.

    Creates: the managed add-on ack-virtual-node, which removes what it made in the cloud when it is
    removed. Pods come here by a ResourcePolicy, a label, an affinity or an eci-profile.

        virtual_nodes = VirtualNodes(
            "eci",
            VirtualNodesArgs(
                cluster_id=cluster.cluster_id,
                vswitch_ids=list(network.pod_vswitch_ids.values()),
                security_group_id=group.security_group_id,
            ),
            pulumi.ResourceOptions(providers=[provider]),
        )

    Workloads depend on it: ECI pods must be gone before it is, or nobody manages them any more.
    """

    addon_id: pulumi.Output[str]
    """Id of the add-on."""

    def __init__(
        self, name: str, args: VirtualNodesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("VirtualNodes", name, _problems(args))
        super().__init__("ackb:cluster:VirtualNodes", name, None, opts)
        addon = Addon(
            f"{name}-virtual-node",
            AddonArgs(
                cluster_id=args.cluster_id,
                addon_name="ack-virtual-node",
                # The keys are those of the ConfigMap kube-system/eci-profile.
                config={
                    "vSwitchIds": pulumi.Output.all(*args.vswitch_ids).apply(
                        lambda known: ",".join(str(one) for one in known)
                    ),
                    "securityGroupId": args.security_group_id,
                    "enableClusterIp": str(args.cluster_ip).lower(),
                    "enablePrivateZone": str(args.private_zone).lower(),
                },
                cleanup_cloud_resources=True,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.addon_id = addon.addon_id
        self.register_outputs({"addon_id": self.addon_id})


def _problems(args: VirtualNodesArgs) -> Iterator[ArgumentProblem]:
    if not args.vswitch_ids:
        yield ArgumentProblem(
            "vswitch_ids", "hold at least one vSwitch", [], "add the pod vSwitch of each zone"
        )
