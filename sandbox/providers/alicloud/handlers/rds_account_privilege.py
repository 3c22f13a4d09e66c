"""alicloud:rds/accountPrivilege:AccountPrivilege."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import GoneError, Handler, dug, first, parts
from sandbox.providers.alicloud.values import Values

_DEFAULT_PRIVILEGE = "ReadOnly"


class AccountPrivilege(Handler):
    """What an account may do with databases; its id is `instance:account:privilege`."""

    token = "alicloud:rds/accountPrivilege:AccountPrivilege"
    label = "RDS account privilege"
    outputs: ClassVar = {"instanceId": "DBInstanceId", "accountName": "AccountName"}
    more_outputs = ("privilege", "dbNames")

    def create(self, call: Call, inputs: Values) -> str:
        """GrantAccountPrivilege for each database; the same grant again changes nothing."""
        privilege = inputs.get("privilege", _DEFAULT_PRIVILEGE)
        id = f"{inputs['instanceId']}:{inputs['accountName']}:{privilege}"
        self._grant(call, id, inputs["dbNames"])
        return id

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeAccounts: gone when the account has this privilege on no database."""
        instance, name, privilege = parts(id, 3)
        answer = call.cloud.rds.describe_accounts(db_instance_id=instance, account_name=name)
        account = first(answer["Accounts"]["DBInstanceAccount"])
        granted = [
            row["DBName"]
            for row in dug(account, "DatabasePrivileges.DatabasePrivilege")
            if row["AccountPrivilege"] == privilege
        ]
        if not granted:
            raise GoneError
        return {**account, "Granted": granted, "Privilege": privilege}

    def output_values(self, answer: Answer) -> Values:
        """With the databases of this privilege."""
        return {
            **super().output_values(answer),
            "privilege": answer["Privilege"],
            "dbNames": answer["Granted"],
        }

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """Revoke what is not wanted any more, then grant what is new."""
        before, after = set(old["dbNames"]), set(new["dbNames"])
        self._revoke(call, id, sorted(before - after))
        self._grant(call, id, sorted(after - before))

    def delete(self, call: Call, id: str, state: Values) -> None:
        """Revoke the privilege on every database."""
        answer = self.read(call, id)
        if answer is not None:
            self._revoke(call, id, answer["Granted"])

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """RevokeAccountPrivilege on one database."""
        instance, name, _ = parts(id, 3)
        return call.cloud.rds.revoke_account_privilege(
            db_instance_id=instance, account_name=name, db_name=state["dbNames"][0]
        )

    def _grant(self, call: Call, id: str, databases: Iterable[str]) -> None:
        instance, name, privilege = parts(id, 3)
        for database in databases:
            grant = partial(
                call.cloud.rds.grant_account_privilege,
                db_instance_id=instance,
                account_name=name,
                db_name=database,
                account_privilege=privilege,
            )
            call.retried(grant)

    def _revoke(self, call: Call, id: str, databases: Iterable[str]) -> None:
        for database in databases:
            self.deleted(call, partial(self.remove, call, id, {"dbNames": [database]}))
