"""alicloud:index/getCallerIdentity:getCallerIdentity."""

from __future__ import annotations

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:index/getCallerIdentity:getCallerIdentity"


def answer(call: Call, _arguments: Values) -> Values:
    """Account and identity of the caller."""
    found = call.retried(lambda: call.cloud.sts.get_caller_identity())
    return {
        "id": found["AccountId"],
        "accountId": found["AccountId"],
        "arn": found["Arn"],
        "identityType": found["IdentityType"],
    }
