"""A NAS file system that many pods mount at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain.problems import ArgumentProblem
from components.checks import parsed_range, refuse
from components.naming import physical

_ENCRYPTION: Final = {False: 0, True: 1}
"""Values of `encrypt_type`: not encrypted, key managed by NAS (pulumi-alicloud 4.0.0)."""


@dataclass(frozen=True, kw_only=True)
class FileStorageArgs:
    """Arguments of `FileStorage`."""

    vpc_id: pulumi.Input[str]
    """VPC of the mount target; a change replaces it."""
    vswitch_id: pulumi.Input[str]
    """vSwitch of the mount target; a change replaces it."""
    allowed_cidr: str
    """Range that may mount it, such as that of the VPC."""
    storage_type: Literal["Capacity", "Performance", "Premium"] = "Performance"
    """Kind of General-purpose NAS; a change replaces it, with its files. Default: Performance."""
    encrypted: bool = True
    """Encrypt with a key that NAS manages; a change replaces it. Default: true."""
    deletion_protection: bool = True
    """Refuse to delete or replace the file system, in the engine: NAS has no such protection of its
    own. Default: true."""


class FileStorage(pulumi.ComponentResource):
    """A General-purpose NAS file system (NFS) with a mount target in a vSwitch.

    Creates: file system, permission group with one rule, mount target.

        files = FileStorage(
            "nas",
            FileStorageArgs(
                vpc_id=network.vpc_id,
                vswitch_id=network.node_vswitch_ids["cn-hangzhou-j"],
                allowed_cidr="10.0.0.0/8",
            ),
            pulumi.ResourceOptions(providers=[provider]),
        )

    What mounts it depends on the whole component: a mount target that goes while it is mounted
    hangs the machine that mounts it.
    """

    file_system_id: pulumi.Output[str]
    """Id of the file system."""
    address: pulumi.Output[str]
    """Host name of the mount target."""

    def __init__(
        self, name: str, args: FileStorageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("FileStorage", name, _problems(args))
        super().__init__("ackb:data:FileStorage", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        file_system = alicloud.nas.FileSystem(
            f"{name}-file-system",
            description=physical("nas_file_system", name),
            file_system_type="standard",
            protocol_type="NFS",
            storage_type=args.storage_type,
            encrypt_type=_ENCRYPTION[args.encrypted],
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        group = alicloud.nas.AccessGroup(
            f"{name}-access-group",
            access_group_name=physical("nas_access_group", name),
            access_group_type="Vpc",
            file_system_type="standard",
            # Its name is its id in the region: a second one cannot be made beside it.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        rule = alicloud.nas.AccessRule(
            f"{name}-access-rule",
            access_group_name=group.access_group_name,
            file_system_type="standard",
            source_cidr_ip=args.allowed_cidr,
            rw_access_type="RDWR",
            user_access_type="no_squash",
            priority=1,
            opts=child,
        )
        target = alicloud.nas.MountTarget(
            f"{name}-mount-target",
            file_system_id=file_system.id,
            access_group_name=group.access_group_name,
            network_type="Vpc",
            vpc_id=args.vpc_id,
            vswitch_id=args.vswitch_id,
            # Without its rule the group lets nobody in, and what mounts first would fail.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[rule]),
        )
        self.file_system_id = file_system.id
        self.address = target.mount_target_domain
        self.register_outputs({"file_system_id": self.file_system_id, "address": self.address})


def _problems(args: FileStorageArgs) -> Iterator[ArgumentProblem]:
    _, found = parsed_range("allowed_cidr", args.allowed_cidr)
    yield from found
