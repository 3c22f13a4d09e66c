"""Which account a stack goes to, asked before anything is written to it."""

from __future__ import annotations

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain.problems import InvalidInput, Problem
from blueprints.settings import StackSettings
from blueprints.settings.codes import Code


def account_id(provider: alicloud.Provider, settings: StackSettings) -> str:
    """Return the id of the account that the credentials belong to.

    Raises:
        InvalidInput: the target is the real cloud, and it is not the account the stack expects.
    """
    found = alicloud.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider)).account_id
    expected = settings.expected_account_id
    if settings.target == "alibaba-cloud" and found != expected:
        raise InvalidInput(
            [
                Problem(
                    Code.ACCOUNT,
                    "ackb:settings.expected_account_id",
                    expected,
                    f"the credentials in use belong to account {found}",
                    "use credentials of the expected account, or correct the setting",
                )
            ]
        )
    return found
