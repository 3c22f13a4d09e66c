"""The STS service."""

from __future__ import annotations

from sandbox.cloud.service import Response, Service, verb

_USER_ID = "200000000000000001"
_USER_NAME = "sandbox"


class Sts(Service):
    """STS 2015-04-01."""

    service = "sts"

    @verb(reads=True)
    def get_caller_identity(self) -> Response:
        """GetCallerIdentity: always the sandbox's own user."""
        return {
            "AccountId": self.cloud.account_id,
            "Arn": f"acs:ram::{self.cloud.account_id}:user/{_USER_NAME}",
            "IdentityType": "RAMUser",
            "PrincipalId": _USER_ID,
            "UserId": _USER_ID,
        }
