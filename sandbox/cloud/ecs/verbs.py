"""The ECS service."""

from __future__ import annotations

from typing import ClassVar

from sandbox.cloud.ecs.disks import DISK, Disks
from sandbox.cloud.ecs.instances import INSTANCE, Instances
from sandbox.cloud.ecs.security_groups import SECURITY_GROUP
from sandbox.cloud.service import Kind


class Ecs(Instances, Disks):
    """ECS 2014-05-26."""

    taggable: ClassVar = {"securitygroup": SECURITY_GROUP, "instance": INSTANCE, "disk": DISK}
    kinds = (
        Kind(SECURITY_GROUP, "SecurityGroupId", "SecurityGroupName", "securitygroup", costs=False),
        Kind(INSTANCE, "InstanceId", "InstanceName", "instance"),
        Kind(DISK, "DiskId", "DiskName", "disk"),
    )
