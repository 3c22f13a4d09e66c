"""Errors of the ECS API.

Codes and texts: error tables of the reference pages of DeleteSecurityGroup, AuthorizeSecurityGroup,
RunInstances and DeleteInstance (https://help.aliyun.com/zh/ecs/developer-reference), read
2026-11-22. Where a comment says "code only", the text is ours.
"""

from sandbox.cloud.errors import ErrorSpec

# Security groups
SECURITY_GROUP_NOT_FOUND = ErrorSpec(
    "InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist.", 404
)
SECURITY_GROUP_HAS_INSTANCES = ErrorSpec(
    "DependencyViolation", "There is still instance(s) in the specified security group.", 403
)
SECURITY_GROUP_REFERENCED = ErrorSpec(
    "DependencyViolation", "The specified security group has been authorized in another one.", 403
)
SECURITY_GROUP_PROTECTED = ErrorSpec(
    "InvalidOperation.DeletionProtection",
    "The specified security group is protected from deletion: it belongs to an ACK cluster.",
    403,
)
SECURITY_GROUP_FULL = ErrorSpec(  # code only
    "SecurityGroupInstanceLimitExceed",
    "The specified security group {group} has {members} members, the limit is {limit}.",
    403,
)
INVALID_SECURITY_GROUP_NAME = ErrorSpec(
    "InvalidSecurityGroupName.Malformed", "The specified SecurityGroupName is not valid."
)
INVALID_SECURITY_GROUP_TYPE = ErrorSpec(
    "InvalidSecurityGroupType", "The specified SecurityGroupType is not valid."
)
INVALID_VPC = ErrorSpec("InvalidVpcId.NotFound", "Specified VPC does not exist.", 404)
QUOTA_SECURITY_GROUP = ErrorSpec(
    "QuotaExceed.SecurityGroup", "The maximum number of security groups is reached.", 403
)

# Rules
RULE_LIMIT = ErrorSpec(
    "AuthorizationLimitExceed",
    "The limit of authorization records in the security group reaches.",
    403,
)
INVALID_PROTOCOL = ErrorSpec(
    "InvalidIpProtocol.ValueNotSupported",
    "The parameter IpProtocol must be specified with case insensitive TCP, UDP, ICMP, ICMPv6, GRE"
    " or All.",
)
INVALID_PORT_RANGE = ErrorSpec(
    "InvalidIpPortRange.Malformed", 'The specified parameter "PortRange" is not valid.'
)
INVALID_SOURCE_CIDR = ErrorSpec(
    "InvalidSourceCidrIp.Malformed", 'The specified parameter "SourceCidrIp" is not valid.'
)
MISSING_SOURCE = ErrorSpec(
    "MissingParameter",
    'The input parameter "SourceGroupId" or "SourceCidrIp" cannot be both blank.',
    403,
)
INVALID_PRIORITY = ErrorSpec(
    "InvalidPriority.ValueNotSupported", "The specified Priority is not valid."
)
INVALID_POLICY = ErrorSpec(
    "InvalidPolicy.Malformed", 'The specified parameter "Policy" is not valid.'
)
SOURCE_GROUP_NOT_FOUND = ErrorSpec(
    "InvalidSourceGroupId.NotFound", "The specified source security group does not exist.", 404
)
SOURCE_GROUP_OF_OTHER_VPC = ErrorSpec(
    "InvalidSourceGroupId.Mismatch",
    "Specified security group and source group are not in the same VPC.",
)
ENTERPRISE_GROUP_SOURCE = ErrorSpec(  # code only
    "InvalidOperation.SecurityGroupTypeNotSupported",
    "A rule of an enterprise security group cannot name a security group.",
    403,
)
RULE_NOT_FOUND = ErrorSpec(
    "InvalidSecurityGroupRule.RuleNotExist", "The specified rule does not exist."
)
ENTERPRISE_POLICY = ErrorSpec(  # code only
    "InvalidOperation.SecurityGroupTypeNotSupported",
    "The inner access policy of an enterprise security group cannot be changed.",
    403,
)

# Instances
INSTANCE_NOT_FOUND = ErrorSpec(
    "InvalidInstanceId.NotFound", "The specified InstanceId does not exist.", 404
)
INSTANCE_TYPE_UNKNOWN = ErrorSpec(
    "InvalidInstanceType.ValueNotSupported",
    "The specified InstanceType does not exist or beyond the permitted range.",
)
NO_STOCK = ErrorSpec(
    "OperationDenied.NoStock",
    "The requested resource is sold out in the specified zone; try other types of resources or"
    " other regions and zones.",
    403,
)
QUOTA_VCPU = ErrorSpec(
    "QuotaExceed.ElasticQuota",
    "The number of vCPUs assigned to the ECS instances has exceeded the quota in the zone.",
    403,
)
INVALID_AMOUNT = ErrorSpec("InvalidAmount.NotSupported", "The specified Amount is not valid.")
INSTANCE_PREPAID = ErrorSpec(
    "ChargeTypeViolation",
    "The specified charge type of the instance does not support this operation.",
    403,
)
INSTANCE_PROTECTED = ErrorSpec(
    "InvalidOperation.DeletionProtection",
    "The operation is not allowed because the instance is protected from deletion.",
    403,
)
INCORRECT_INSTANCE_STATUS = ErrorSpec(
    "IncorrectInstanceStatus",
    "The current status of the resource does not support this operation.",
    403,
)

# Disks

DISK_NOT_FOUND = ErrorSpec("InvalidDiskId.NotFound", "The specified disk does not exist.", 404)
INVALID_DISK_CATEGORY = ErrorSpec(
    "InvalidDiskCategory.NotSupported", "The specified disk category is not supported."
)
INVALID_DISK_SIZE = ErrorSpec(
    "InvalidDiskSize.NotSupported", "The specified disk size is not supported."
)
