"""Errors of the VPC API.

Codes and texts: the error tables of the actions' reference pages, read 2026-11-22 in the form
https://help.aliyun.com/zh/ecs/developer-reference/api-ecs-2014-05-26-<action> (createvswitch,
deletevpc, deletevswitch, createnatgateway, deletenatgateway, releaseeipaddress,
unassociateeipaddress) and https://help.aliyun.com/zh/vpc/developer-reference. Where a comment says
"code only", the official provider's source names the code and the text is ours.
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
INCORRECT_VSWITCH_STATUS = ErrorSpec("IncorrectVSwitchStatus", "vpc subnet status not working.")
TASK_CONFLICT = ErrorSpec("TaskConflict", "The operation is too frequent, TaskConflict.")

# DeleteVpc
VPC_HAS_VSWITCH = ErrorSpec(
    "DependencyViolation.VSwitch", "Specified object has dependent resources"
)
VPC_HAS_SECURITY_GROUP = ErrorSpec(
    "DependencyViolation.SecurityGroup", "Specified object has dependent resources SecurityGroup."
)
VPC_HAS_NAT_GATEWAY = ErrorSpec(  # code only
    "DependencyViolation.NatGateway", "Specified object has dependent resources"
)

# DeleteVSwitch
VSWITCH_IN_USE = ErrorSpec("DependencyViolation", "Specified object has dependent resources.")
VSWITCH_HAS_NAT_GATEWAY = ErrorSpec(  # code only
    "DependencyViolation.EnhancedNatgw", "Specified object has dependent resources."
)
VSWITCH_HAS_SNAT = ErrorSpec(
    "DependencyViolation.SNAT", "VSwitch cannot be deleted when has snat routeEntry."
)

# Addresses: what ECS, ECI and RDS answer when a vSwitch is full. The text up to "IpAddress" is the
# real one (https://help.aliyun.com/document_detail/171053.html); the numbers are added here.
NO_FREE_ADDRESS = ErrorSpec(
    "InvalidVSwitchId.IpNotEnough",
    'The specified VSwitch "{vswitch}" has not enough IpAddress ({free} free, {needed} needed).',
    403,
)

# NAT gateways
INVALID_NAT_GATEWAY_NAME = ErrorSpec(
    "InvalidNatGatewayName.MalFormed", "NatGateway name is not valid."
)
VSWITCH_NOT_IN_VPC = ErrorSpec(  # code only
    "InvalidVSwitchId.NotFound", "Specified virtual switch is not in the specified VPC.", 404
)
NAT_GATEWAY_NOT_FOUND = ErrorSpec(
    "InvalidNatGatewayId.NotFound",
    "The specified NatGatewayId does not exist in our records.",
    404,
)
NAT_GATEWAY_HAS_EIP = ErrorSpec(
    "DependencyViolation.EIPS",
    "There are Eips on specified NatGateway, please unbind it first.",
)
NAT_GATEWAY_HAS_SNAT = ErrorSpec(  # code only
    "DependencyViolation.SnatEntry", "There are SNAT entries on specified NatGateway."
)
NAT_GATEWAY_PREPAID = ErrorSpec(
    "Forbidden.PrePaidNatGateway", "The specified NatGateway is PrePaid."
)
NAT_GATEWAY_NOT_READY = ErrorSpec(  # code only
    "IncorrectStatus.NATGW", "The status of the NAT gateway does not support this operation."
)

# SNAT entries
SNAT_TABLE_NOT_FOUND = ErrorSpec(
    "InvalidSnatTableId.NotFound", "Specified SNAT table does not exist.", 404
)
SNAT_ENTRY_NOT_FOUND = ErrorSpec(
    "InvalidSnatEntryId.NotFound", "Specified Snat entry ID does not exist", 404
)
SNAT_ENTRY_BUSY = ErrorSpec(
    "IncorretSnatEntryStatus", "Some Snat entry status blocked this operation.."
)
EIP_NOT_IN_GATEWAY = ErrorSpec(  # code only
    "EIP_NOT_IN_GATEWAY", "The EIP is not bound to the NAT gateway."
)
INVALID_SOURCE_CIDR = ErrorSpec(  # code only
    "InvalidSourceCidr.Malformed", "The specified SourceCIDR is not valid."
)
SNAT_SOURCE_VSWITCH_TAKEN = ErrorSpec(  # code only
    "Forbidden.SourceVSwitchId.Duplicated", "Specified SourceVSwitchId already exists."
)
SNAT_SOURCE_CIDR_TAKEN = ErrorSpec(  # code only
    "InvalidSourceCidr.Duplicated", "Specified SourceCIDR already exists."
)

# EIPs
QUOTA_EIP = ErrorSpec("QuotaExceeded.Eip", "Elastic IP address quota exceeded.")
INVALID_EIP_NAME = ErrorSpec("InvalidName.Malformed", "The specified Name is not valid.")
EIP_NOT_FOUND = ErrorSpec(
    "InvalidAllocationId.NotFound", "Specified allocation ID is not found", 404
)
INCORRECT_EIP_STATUS = ErrorSpec(
    "IncorrectEipStatus", "Current elastic IP status does not support this operation."
)
EIP_PREPAID = ErrorSpec("Forbidden.ChargeTypeIsPrepaid", "It's forbidden to release a prepaid EIP")
DELETION_PROTECTED = ErrorSpec(
    "InvalidOperation.DeletionProtection",
    "The instance cannnot delete because of deletion protecion.",
)
EIP_USED_BY_SNAT = ErrorSpec(  # code only
    "InvalidIpStatus.HasBeenUsedBySnatTable", "The specified EIP is used by a SNAT entry."
)
INCORRECT_INSTANCE_STATUS = ErrorSpec(
    "IncorrectInstanceStatus", "The current status of instance does not support this operation."
)
INVALID_INSTANCE_TYPE = ErrorSpec(
    "InvalidInstanceType.ValueNotSupported",
    "The specified value of InstanceType is not supported.",
)
INVALID_PROTECTION_TYPE = ErrorSpec(  # code only
    "InvalidParameter.Type", "The specified Type is not valid."
)
