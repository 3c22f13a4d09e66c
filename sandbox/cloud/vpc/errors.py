"""Errors of the VPC API.

Codes and texts: the error tables of the actions' reference pages, for example
https://help.aliyun.com/zh/ecs/developer-reference/api-ecs-2014-05-26-createvswitch and
https://help.aliyun.com/zh/ecs/developer-reference/api-ecs-2014-05-26-deletevpc, read 2026-11-22.
"""

from sandbox.cloud.errors import ErrorSpec

# CreateVpc, CreateVSwitch
INVALID_CIDR_IN_VPC = ErrorSpec("InvalidParameter", "Specified CIDR block is not valid in VPC.")
INVALID_VPC_CIDR = ErrorSpec("InvalidParameter", "Specified CIDR block is not valid.")
CIDR_OVERLAPPED = ErrorSpec(
    "InvalidCidrBlock.Overlapped", "Specified CIDR block overlapped with other subnets."
)
ZONE_NOT_AVAILABLE = ErrorSpec(
    "ResourceNotAvailable", "Resource you requested is not available in this region or zone."
)
INVALID_VPC_NAME = ErrorSpec("InvalidVpcName.Malformed", "Specified VPC name is not valid.")
INVALID_VSWITCH_NAME = ErrorSpec(
    "InvalidVSwitchName.Malformed", "Specified virtual switch name is not valid."
)
QUOTA_VPC = ErrorSpec("QuotaExceeded.Vpc", "VPC quota exceeded.")
QUOTA_VSWITCH = ErrorSpec("QuotaExceeded.VSwitch", "Virtual switch quota exceeded.")

# States
VPC_NOT_FOUND = ErrorSpec("InvalidVpcID.NotFound", "Specified VPC does not exist.", 404)
INCORRECT_VPC_STATUS = ErrorSpec(
    "IncorrectVpcStatus", "Current VPC status does not support this operation."
)
VSWITCH_NOT_FOUND = ErrorSpec(
    "InvalidVSwitchId.NotFound", "Specified virtual switch does not exist.", 404
)
INCORRECT_VSWITCH_STATUS = ErrorSpec(
    "IncorrectVSwitchStatus", "Current VSwitch status does not support this operation."
)
TASK_CONFLICT = ErrorSpec("TaskConflict", "The operation is conflict with others.", 409)

# DeleteVpc
VPC_HAS_VSWITCH = ErrorSpec(
    "DependencyViolation.VSwitch", "Specified object has dependent resources"
)
VPC_HAS_SECURITY_GROUP = ErrorSpec(
    "DependencyViolation.SecurityGroup", "Specified object has dependent resources SecurityGroup."
)
VPC_HAS_NAT_GATEWAY = ErrorSpec(
    "DependencyViolation.NatGateway", "Specified object has dependent resources"
)
VPC_HAS_INSTANCE = ErrorSpec(
    "DependencyViolation.Instance", "Specified object has dependent resources"
)

# DeleteVSwitch
VSWITCH_IN_USE = ErrorSpec("DependencyViolation", "Specified object has dependent resources.")
VSWITCH_HAS_NAT_GATEWAY = ErrorSpec(
    "DependencyViolation.EnhancedNatgw", "Specified object has dependent resources."
)
VSWITCH_HAS_SNAT = ErrorSpec(
    "DependencyViolation.SNAT", "Specified object has dependent resources."
)

# Addresses (the code that ECS, ECI and RDS answer when a vSwitch is full)
NO_FREE_ADDRESS = ErrorSpec(
    "InvalidVSwitchId.IpNotEnough",
    'The specified VSwitch "{vswitch}" has not enough IpAddress: {free} free, {needed} needed.',
    403,
)
