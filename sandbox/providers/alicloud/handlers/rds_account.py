"""alicloud:rds/account:Account."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, first, parts
from sandbox.providers.alicloud.values import Values


class Account(Handler):
    """An account of an RDS instance; its id is `instance:account`."""

    token = "alicloud:rds/account:Account"
    label = "RDS account"
    arguments: ClassVar = {
        "dbInstanceId": "db_instance_id",
        "accountName": "account_name",
        "accountType": "account_type",
        "accountDescription": "account_description",
    }
    outputs: ClassVar = {
        "dbInstanceId": "DBInstanceId",
        "accountName": "AccountName",
        "accountType": "AccountType",
        "accountDescription": "AccountDescription",
        "status": "AccountStatus",
    }
    status = "AccountStatus"
    ready_state = "Available"
    unsimulated = ("kmsEncryptedPassword",)

    def create(self, call: Call, inputs: Values) -> str:
        """CreateAccount."""
        call.retried(
            lambda: call.cloud.rds.create_account(
                **self.given(inputs), account_password=_password(inputs)
            )
        )
        return f"{inputs['dbInstanceId']}:{inputs['accountName']}"

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeAccounts."""
        instance, name = parts(id)
        answer = call.cloud.rds.describe_accounts(db_instance_id=instance, account_name=name)
        return first(answer["Accounts"]["DBInstanceAccount"])

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyAccountDescription and ResetAccountPassword."""
        rds = call.cloud.rds
        instance, name = parts(id)
        account = {"db_instance_id": instance, "account_name": name}
        if "accountDescription" in changed:
            text = new.get("accountDescription", "")
            call.retried(
                lambda: rds.modify_account_description(**account, account_description=text)
            )
        if {"accountPassword", "accountPasswordWoVersion"} & set(changed):
            call.retried(
                lambda: rds.reset_account_password(**account, account_password=_password(new))
            )

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteAccount."""
        instance, name = parts(id)
        return call.cloud.rds.delete_account(db_instance_id=instance, account_name=name)


def _password(inputs: Values) -> str:
    return str(inputs.get("accountPassword") or inputs.get("accountPasswordWo") or "")
