"""A NAS file system inside a cluster: the volume and the claim that pods name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import naming, quantity
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse

_DRIVER: Final = "nasplugin.csi.alibabacloud.com"
_MOUNT_OPTIONS: Final = ("nolock,tcp,noresvport", "vers=3")
"""NFSv3 as Alibaba Cloud advises for NAS on ACK: a new connection takes a new port, no locks."""


@dataclass(frozen=True, kw_only=True)
class SharedVolumeArgs:
    """Arguments of `SharedVolume`."""

    namespace: pulumi.Input[str]
    """Namespace of the claim."""
    claim_name: str
    """Beginning of the name that claim and volume share; a hash follows."""
    server: pulumi.Input[str]
    """Host name of the NAS mount target."""
    path: str = "/"
    """Folder of the file system to mount; it must exist. Default: the root."""
    capacity: str = "100Gi"
    """Size that volume and claim show; NAS grows with its files and knows no size. Default:
    100Gi."""
    mode: str = "0777"
    """Permissions of the mounted folder, for containers that do not run as root. Default: 0777."""


class SharedVolume(pulumi.ComponentResource):
    """A volume that many pods on many nodes read and write at once.

    Creates: one PersistentVolume (CSI driver of NAS, files kept when it goes) and one claim bound
    to it. Neither can be changed or removed while pods use it. So both have names that change with
    what they are made of: new ones come first, the pods move, then the old ones go.

        volume = SharedVolume(
            "site-files",
            SharedVolumeArgs(namespace="wordpress", claim_name="files", server=files.address),
            pulumi.ResourceOptions(providers=[cluster.provider], depends_on=[files]),
        )
    """

    claim_name: pulumi.Output[str]
    """Name of the claim, known once it exists: the name given and a hash."""

    def __init__(
        self, name: str, args: SharedVolumeArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("SharedVolume", name, _problems(args))
        super().__init__("ackb:workload:SharedVolume", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        size = {"storage": args.capacity}
        volume_name = _volume_name(args)
        volume = kubernetes.core.v1.PersistentVolume(
            f"{name}-volume",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(name=volume_name),
            spec=kubernetes.core.v1.PersistentVolumeSpecArgs(
                capacity=size,
                access_modes=["ReadWriteMany"],
                persistent_volume_reclaim_policy="Retain",
                storage_class_name="",
                mount_options=list(_MOUNT_OPTIONS),
                csi=kubernetes.core.v1.CSIPersistentVolumeSourceArgs(
                    driver=_DRIVER,
                    volume_handle=volume_name,
                    volume_attributes={
                        "server": args.server,
                        "path": args.path,
                        "mode": args.mode,
                    },
                ),
            ),
            opts=child,
        )
        claim = kubernetes.core.v1.PersistentVolumeClaim(
            f"{name}-claim",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(name=volume_name, namespace=args.namespace),
            spec=kubernetes.core.v1.PersistentVolumeClaimSpecArgs(
                access_modes=["ReadWriteMany"],
                # An empty class is not the default class: nothing else may bind this claim.
                storage_class_name="",
                volume_name=volume.metadata.apply(lambda metadata: str(metadata.name)),
                resources=kubernetes.core.v1.VolumeResourceRequirementsArgs(requests=size),
            ),
            opts=child,
        )
        self.claim_name = claim.metadata.apply(lambda metadata: str(metadata.name))
        self.register_outputs({"claim_name": self.claim_name})


def _volume_name(args: SharedVolumeArgs) -> pulumi.Output[str]:
    made_of = [args.namespace, args.server, args.path, args.mode, args.capacity]

    def named(values: Sequence[str]) -> str:
        return f"{args.claim_name}-{hashlib.sha256(' '.join(values).encode()).hexdigest()[:6]}"

    return pulumi.Output.all(*made_of).apply(named)


def _problems(args: SharedVolumeArgs) -> Iterator[ArgumentProblem]:
    yield from problem("claim_name", args.claim_name, naming.check("dns_label", args.claim_name))
    yield from problem("capacity", args.capacity, quantity.check_memory(args.capacity))
    if not args.path.startswith("/"):
        yield ArgumentProblem("path", "start with /", args.path, f"write '/{args.path}'")
