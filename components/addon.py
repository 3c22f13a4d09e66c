"""An add-on of an ACK cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_alicloud as alicloud


@dataclass(frozen=True, kw_only=True)
class AddonArgs:
    """Arguments of `Addon`."""

    cluster_id: pulumi.Input[str]
    """Cluster to install it in; a change replaces it."""
    addon_name: str
    """Name of the add-on in the catalogue of ACK, such as `ack-kruise`."""
    version: str | None = None
    """Version to install. Default: the one ACK recommends for the cluster."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """Configuration, merged into what ACK has: set a key to "" to take it back. Default: none."""
    cleanup_cloud_resources: bool | None = None
    """Remove what the add-on made in the cloud when it goes; only for ack-virtual-node, which
    cannot be removed without saying so. Default: not said."""


class Addon(pulumi.ComponentResource):
    """An add-on of the ACK catalogue, installed and removed by itself.

    Creates: one add-on. What must be there from the cluster's first moment (the network plug-in)
    belongs to `Cluster` instead.

        Addon(
            "kruise",
            AddonArgs(cluster_id=cluster.cluster_id, addon_name="ack-kruise"),
            pulumi.ResourceOptions(providers=[provider]),
        )
    """

    addon_id: pulumi.Output[str]
    """Id of the add-on, `<cluster id>:<name>`."""

    def __init__(
        self, name: str, args: AddonArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ackb:cluster:Addon", name, None, opts)
        addon = alicloud.cs.KubernetesAddon(
            f"{name}-addon",
            cluster_id=args.cluster_id,
            name=args.addon_name,
            version=args.version,
            # Sorted, so that the order in which a program names the keys is never a difference.
            config=pulumi.Output.json_dumps(args.config, sort_keys=True) if args.config else None,
            cleanup_cloud_resources=args.cleanup_cloud_resources,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.addon_id = addon.id
        self.register_outputs({"addon_id": self.addon_id})
