"""Which account a stack goes to, asked before anything is written to it."""

from __future__ import annotations

import pulumi
import pulumi_alicloud as alicloud
from pulumi.runtime.settings import SETTINGS

from ackb.domain.problems import InvalidInput, Problem
from blueprints.settings import StackSettings
from blueprints.settings.codes import Code


def account_id(provider: alicloud.Provider, settings: StackSettings) -> str:
    """Return the id of the account that the credentials belong to.

    Raises:
        InvalidInput: the account cannot be asked for; or the target is the real cloud, and it is
            not the account the stack expects.
    """
    expected = settings.expected_account_id
    try:
        answer = alicloud.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider))
    except Exception as error:  # the SDK has no narrower type for a provider's refusal
        # It also keeps the error, to end the program with it and its traceback whatever we do.
        SETTINGS.rpc_manager.clear()
        raise _problem(
            expected,
            f"the account of the credentials could not be asked for: {error}",
            "check the credentials (profile, environment, role or OIDC) and the way to the API",
        ) from error
    if settings.target == "alibaba-cloud" and answer.account_id != expected:
        raise _problem(
            expected,
            f"the credentials in use belong to account {answer.account_id}",
            "use credentials of the expected account, or correct the setting",
        )
    return answer.account_id


def _problem(expected: str | None, why: str, fix: str) -> InvalidInput:
    path = "ackb:settings.expected_account_id"
    return InvalidInput([Problem(Code.ACCOUNT, path, expected, why, fix)])
