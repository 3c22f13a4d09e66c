"""Errors of the NAS API.

Codes and texts: the product's error list (https://help.aliyun.com/document_detail/62603.html) and
the error tables of the actions' reference pages, read 2026-11-22; "code only" marks texts that are
ours.
"""

from sandbox.cloud.errors import ErrorSpec

FILE_SYSTEM_NOT_FOUND = ErrorSpec(
    "InvalidFileSystem.NotFound", "The specified FileSystem does not exist.", 404
)
FILE_SYSTEM_HAS_MOUNT_TARGET = ErrorSpec(
    "OperationDenied.MountTargetNotEmpty",
    "There are still MountTarget(s) on the specified FileSystem.",
    403,
)
FILE_SYSTEM_QUOTA = ErrorSpec(
    "OperationDenied.FileSystemCountsExceeded",
    "The amount of FileSystem has reached its limits(maximum {quota}).",
    403,
)
INVALID_STORAGE_TYPE = ErrorSpec(
    "InvalidParameter.StorageType", "The specified StorageType {value} is not valid."
)
INVALID_PROTOCOL_TYPE = ErrorSpec(
    "InvalidParameter.ProtocolType", "The specified ProtocolType {value} is not valid."
)
ZONE_NOT_FOUND = ErrorSpec("InvalidAZone.NotFound", "The specified AZone is not found.", 404)
INVALID_STATE = ErrorSpec(  # code only
    "OperationDenied.InvalidState", "The current state does not support this operation.", 403
)

MOUNT_TARGET_NOT_FOUND = ErrorSpec(
    "InvalidMountTarget.NotFound", "The specified MountTarget does not exist.", 404
)
MOUNT_TARGET_QUOTA = ErrorSpec(
    "OperationDenied.MountTargetCountsExceeded",
    "The amount of MountTarget has reached its limits(maximum {quota} per FileSystem).",
    403,
)
INVALID_VPC = ErrorSpec("InvalidVpc.NotFound", "The specified VPC is not found.", 404)
INVALID_VSWITCH = ErrorSpec("InvalidVip.NotFound", "The specified Vip is not found.", 404)

ACCESS_GROUP_NOT_FOUND = ErrorSpec(
    "InvalidAccessGroup.NotFound", "The specified AccessGroup does not exist.", 404
)
ACCESS_GROUP_EXISTS = ErrorSpec(
    "InvalidAccessGroup.AlreadyExisted", "The specified AccessGroup has been already existed.", 403
)
ACCESS_GROUP_ATTACHED = ErrorSpec(
    "InvalidAccessGroup.AlreadyAttached",
    "The specified AccessGroup is still attached by some MountTarget(s).",
    403,
)
ACCESS_GROUP_QUOTA = ErrorSpec(
    "OperationDenied.AccessGroupCountsExceeded",
    "The amount of AccessGroup has reached its limits.",
    403,
)
DEFAULT_GROUP_CANNOT_DELETE = ErrorSpec(
    "OperationDenied.DefaultAccessGroupCannotDelete",
    "The default AccessGroup can not be deleted.",
    403,
)
DEFAULT_GROUP_CANNOT_MODIFY = ErrorSpec(
    "OperationDenied.DefaultAccessGroupCannotModify",
    "The default AccessGroup can not be modified.",
    403,
)
NETWORK_TYPE_MISMATCH = ErrorSpec(
    "OperationDenied.NetworkTypeNotMatched",
    "The NetworkType of MountTarget is not matched with AccessGroup.",
    403,
)
ACCESS_RULE_NOT_FOUND = ErrorSpec(
    "InvalidAccessRule.NotFound", "The specified AccessRule does not exist.", 404
)
ACCESS_RULE_QUOTA = ErrorSpec(
    "OperationDenied.AccessRuleCountsExceeded",
    "The amount of AccessRule has reached its limits.",
    403,
)
INVALID_SOURCE_CIDR = ErrorSpec(  # code only
    "InvalidParam.SourceCidrIp", "The specified SourceCidrIp {value} is not valid."
)
