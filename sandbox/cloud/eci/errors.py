"""Errors of the ECI API.

Codes: error tables of the reference pages of CreateContainerGroup and DeleteContainerGroup
(https://help.aliyun.com/zh/eci/developer-reference), read 2026-11-22. "code only" marks texts that
are ours.
"""

from sandbox.cloud.errors import ErrorSpec

CONTAINER_GROUP_NOT_FOUND = ErrorSpec(
    "NoSuchResource", "The specified container group does not exist.", 404
)
NO_SUCH_SIZE = ErrorSpec(  # code only
    "InvalidParameter.CPU.Memory", "{cpu} vCPU with {memory} GiB is not supported: {why}."
)
TOO_MANY_CONTAINERS = ErrorSpec(  # code only
    "ExceedParamError", "The container group has {containers} containers, the limit is {limit}."
)
NO_CONTAINER = ErrorSpec("MissingParameter", "The container group has no container.")
NO_STOCK = ErrorSpec(
    "OperationDenied.NoStock",
    "The requested resource is sold out in the specified zone; try other types of resources or"
    " other regions and zones.",
    403,
)
QUOTA_VCPU = ErrorSpec(  # code only
    "QuotaExceeded",
    "The vCPU quota of ECI in the region is {quota}: {used} used, {needed} needed.",
    403,
)
SPOT_STRATEGY = ErrorSpec(  # code only
    "InvalidParameter.SpotStrategy", "The spot strategy {strategy} is not known."
)
SPOT_SIZE = ErrorSpec(  # code only
    "InvalidParameter.CPU.Memory",
    "A spot instance asked for by vCPU and memory has at least {least} vCPU, not {vcpu}.",
)
