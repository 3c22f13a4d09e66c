"""Errors of the RDS API.

Codes and texts: the error tables of the actions' reference pages (CreateDBInstance,
CreateDdrInstance, ModifyDBInstanceSpec, ModifySecurityIps, CreateAccount, GrantAccountPrivilege;
https://help.aliyun.com/en/rds/developer-reference), read 2026-11-22; "code only" marks texts that
are ours. What {fix} adds in parentheses is ours too: the nearest thing that is sold.
"""

from sandbox.cloud.errors import ErrorSpec

# Instances
INSTANCE_NOT_FOUND = ErrorSpec(
    "InvalidDBInstanceId.NotFound", "The DBInstanceId provided does not exist in records.", 404
)
INCORRECT_STATE = ErrorSpec(
    "IncorrectDBInstanceState", "Current DB instance state does not support this operation.", 403
)
INVALID_ENGINE = ErrorSpec("InvalidEngine.Malformed", "Specified engine is not valid{fix}.")
INVALID_ENGINE_VERSION = ErrorSpec(
    "InvalidEngineVersion.Malformed", "Specified engine version is not valid{fix}."
)
CLASS_NOT_FOUND = ErrorSpec(
    "InvalidDBInstanceClass.NotFound", "Specified DB instance class is not found{fix}.", 404
)
INVALID_STORAGE = ErrorSpec("InvalidStorage.Format", "Specified Storage is not valid{fix}.")
STORAGE_TYPE_NOT_SOLD = ErrorSpec(
    "InvalidInstanceLevel.DiskType",
    "Specified instance level not support request disk type{fix}.",
)
ZONE_NOT_SUPPORTED = ErrorSpec(
    "InvalidZoneId.NotSupported", "The Specified vpc Zone not supported{fix}."
)
NO_RESOURCE = ErrorSpec(
    "OperationDenied.Resource",
    "Specified DB instance class or storage is not available in all Availability Zones.",
    403,
)
INVALID_VSWITCH = ErrorSpec("InvalidVswitchId", "Specified conn vswitch id is not valid.", 403)
QUOTA_INSTANCE = ErrorSpec(  # code only
    "QuotaExceeded.DBInstance", "The quota of RDS instances ({quota}) is used up.", 403
)
DELETION_PROTECTED = ErrorSpec(  # code only
    "OperationDenied.DeletionProtection",
    "The instance {instance} is protected from deletion. Disable deletion protection first.",
    403,
)
PROTECTION_NEEDS_POSTPAID = ErrorSpec(  # code only
    "OperationDenied.PayType", "Deletion protection is for pay-as-you-go instances only.", 403
)
INSTANCE_PREPAID = ErrorSpec(  # code only
    "OperationDenied.PrepaidInstance",
    "The subscription instance {instance} cannot be released.",
    403,
)
INVALID_DESCRIPTION = ErrorSpec(
    "InvalidDBInstanceDescription.Format", "Specified DB instance description is not valid."
)
STORAGE_CANNOT_SHRINK = ErrorSpec(
    "InvalidReduceDiskSize",
    "The storage capacity after the scale-down must be larger than the used amount.",
    403,
)

# Whitelists
INVALID_IP_LIST = ErrorSpec(
    "InvalidSecurityIPList.Format", "Specified security IP list format is not valid."
)
DUPLICATE_IP = ErrorSpec(
    "InvalidSecurityIPList.Duplicate",
    "Specified security IP list is not valid: Duplicate IP address in the list",
)
TOO_MANY_IPS = ErrorSpec(
    "InvalidSecurityIPList.QuotaExceeded",
    "Specified security IP list is not valid: Exceeding the allowed amount of IP address in the"
    " list.",
)
TOO_MANY_SECURITY_GROUPS = ErrorSpec(  # code only
    "InvalidParameters.SecurityGroupIds", "At most {limit} security groups can be bound."
)

# Accounts, databases, privileges
ACCOUNT_NOT_FOUND = ErrorSpec(
    "InvalidAccountName.NotFound", "Specified account name does not exist.", 404
)
ACCOUNT_EXISTS = ErrorSpec(
    "InvalidAccountName.Duplicate", "Specified account name already exists in this instance."
)
INVALID_ACCOUNT_NAME = ErrorSpec(
    "InvalidAccountName.Malformed", "Specified account name is not valid."
)
FORBIDDEN_ACCOUNT_NAME = ErrorSpec(
    "InvalidAccountName.Forbid", "Specified account name is a keyword in RDS."
)
INVALID_PASSWORD = ErrorSpec(
    "InvalidAccountPassword.Format", "Specified account password is not valid."
)
INVALID_ACCOUNT_TYPE = ErrorSpec(
    "InvalidAccountType.Format", "Specified account type is not valid."
)
ONE_SUPER_ACCOUNT = ErrorSpec(  # code only
    "InvalidAccountType.Exist", "The instance has a privileged account already."
)
QUOTA_ACCOUNT = ErrorSpec(  # code only
    "QuotaExceeded.Account", "The quota of accounts of an instance ({quota}) is used up.", 403
)
DATABASE_NOT_FOUND = ErrorSpec(
    "InvalidDBName.NotFound", "Specified one or more DB name does not exist.", 404
)
DATABASE_EXISTS = ErrorSpec(
    "InvalidDBName.Duplicate", "Specified DB name already exists in the Aliyun RDS."
)
INVALID_DATABASE_NAME = ErrorSpec("InvalidDBName.Malformed", "The specified DB name is not valid.")
INVALID_CHARACTER_SET = ErrorSpec(
    "InvalidCharacterSetName.Format", "Specified character set name is not valid{fix}."
)
INVALID_PRIVILEGE = ErrorSpec(
    "InvalidAccountPrivilege.Malformed", "Specified account privilege is not valid."
)
OBJECT_BUSY = ErrorSpec(  # code only
    "OperationDenied.DBStatus", "The status of the database does not support this operation.", 403
)
