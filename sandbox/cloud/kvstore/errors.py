"""Errors of the R-KVStore API.

Codes and texts: the error tables of the reference pages of CreateInstance, ModifySecurityIps and
DeleteInstance (https://help.aliyun.com/zh/redis/developer-reference), read 2026-11-22; "code only"
marks texts that are ours. What {fix} adds in parentheses is ours too.
"""

from sandbox.cloud.errors import ErrorSpec

INSTANCE_NOT_FOUND = ErrorSpec(
    "InvalidInstanceId.NotFound", "The InstanceId provided does not exist in our records.", 404
)
INCORRECT_STATUS = ErrorSpec(
    "IncorrectDBInstanceState", "Current DB instance state does not support this operation."
)
CLASS_NOT_FOUND = ErrorSpec(
    "InvalidInstanceClass.NotFound", "The InstanceClass provided does not exist{fix}.", 404
)
INVALID_ENGINE_VERSION = ErrorSpec(
    "InvalidEngineVersion.Malformed", "The Specified EngieVersion is not valid{fix}."
)
INVALID_NAME = ErrorSpec(
    "InvalidInstanceName.Malformed", 'The Specified parameter "InstanceName" is not valid.'
)
INVALID_PASSWORD = ErrorSpec(
    "InvalidPassword.Malformed", 'The Specified parameter "Password" is not valid.'
)
INVALID_VSWITCH = ErrorSpec(
    "InvalidvSwitchId", "The VSwitchId provided is not in the specified zone."
)
ZONE_NOT_FOUND = ErrorSpec("InvalidZoneId.NotFound", "The ZoneId provided does not exist.", 404)
INVALID_IP_LIST = ErrorSpec(
    "InvalidSecurityIps.Malformed", 'The Specified parameter "SecurityIps" is not valid.'
)
QUOTA_INSTANCE = ErrorSpec(
    "QuotaExceed.AfterpayInstance", "Living afterpay instances quota exceeded."
)
RELEASE_PROTECTED = ErrorSpec(
    "OperationDenied.DeletionProtection",
    "The instance {instance} is protected from release. Disable release protection first.",
    403,
)
INSTANCE_PREPAID = ErrorSpec(  # code only
    "OperationDenied.PrepaidInstance",
    "The subscription instance {instance} cannot be released.",
    403,
)
