"""The RDS service: accounts, databases and privileges on top of instances."""

from __future__ import annotations

from typing import ClassVar

from sandbox.cloud.rds import errors, sold
from sandbox.cloud.rds.instances import ACCOUNT, DATABASE, INSTANCE, Instances
from sandbox.cloud.service import Kind, Response, public, readable_digest, verb
from sandbox.cloud.store import Data

_PRIVILEGES = ("ReadOnly", "ReadWrite", "DDLOnly", "DMLOnly")
"""Of MySQL (reference page of GrantAccountPrivilege)."""


class Rds(Instances):
    """RDS 2014-08-15."""

    taggable: ClassVar = {"INSTANCE": INSTANCE}
    kinds = (
        Kind(INSTANCE, "DBInstanceId", "DBInstanceDescription", "dbinstance", "DBInstanceStatus"),
        Kind(ACCOUNT, "AccountName", "AccountName", None, "AccountStatus", costs=False),
        Kind(DATABASE, "DBName", "DBName", None, "DBStatus", costs=False),
    )

    @verb()
    def create_account(
        self,
        *,
        db_instance_id: str,
        account_name: str,
        account_password: str,
        account_type: str = "Normal",
        account_description: str = "",
    ) -> Response:
        """CreateAccount: Unavailable and then Available; the password is kept as a digest only."""
        self.running(db_instance_id)
        sold.check_account(account_name, account_password)
        if account_type not in ("Normal", "Super"):
            raise errors.INVALID_ACCOUNT_TYPE()
        accounts = self.find(ACCOUNT, DBInstanceId=db_instance_id)
        if any(one["AccountName"] == account_name for one in accounts):
            raise errors.ACCOUNT_EXISTS()
        if account_type == "Super" and any(one["AccountType"] == "Super" for one in accounts):
            raise errors.ONE_SUPER_ACCOUNT()
        quota = self.cloud.quota("rds.accounts_per_instance")
        if len(accounts) >= quota:
            raise errors.QUOTA_ACCOUNT(quota=quota)
        account: Data = {
            "DBInstanceId": db_instance_id,
            "AccountName": account_name,
            "AccountType": account_type,
            "AccountDescription": account_description,
            "AccountStatus": "Unavailable",
            "password_digest": _digest(db_instance_id, account_password),
            "privileges": {},
        }
        self.later(account, "rds.account.create", AccountStatus="Available")
        self.add(ACCOUNT, f"{db_instance_id}:{account_name}", account)
        return {}

    @verb(reads=True)
    def describe_accounts(
        self, *, db_instance_id: str, account_name: str | None = None
    ) -> Response:
        """DescribeAccounts, one page with all of them."""
        self.instance(db_instance_id)
        found = []
        for account in self.find(ACCOUNT, DBInstanceId=db_instance_id):
            if account_name in (None, account["AccountName"]):
                privileges = [
                    {"DBName": name, "AccountPrivilege": privilege}
                    for name, privilege in account["privileges"].items()
                ]
                shown = public(account)
                found.append({**shown, "DatabasePrivileges": {"DatabasePrivilege": privileges}})
        return {"Accounts": {"DBInstanceAccount": found}, "TotalRecordCount": len(found)}

    @verb()
    def modify_account_description(
        self, *, db_instance_id: str, account_name: str, account_description: str
    ) -> Response:
        """ModifyAccountDescription."""
        account = self._available_account(db_instance_id, account_name)
        account["AccountDescription"] = account_description
        self.save(ACCOUNT, f"{db_instance_id}:{account_name}", account)
        return {}

    @verb()
    def reset_account_password(
        self, *, db_instance_id: str, account_name: str, account_password: str
    ) -> Response:
        """ResetAccountPassword."""
        account = self._available_account(db_instance_id, account_name)
        sold.check_password(account_password)
        account["password_digest"] = _digest(db_instance_id, account_password)
        self.save(ACCOUNT, f"{db_instance_id}:{account_name}", account)
        return {}

    @verb()
    def delete_account(self, *, db_instance_id: str, account_name: str) -> Response:
        """DeleteAccount."""
        self._available_account(db_instance_id, account_name)
        self.remove(ACCOUNT, f"{db_instance_id}:{account_name}")
        return {}

    @verb()
    def create_database(
        self,
        *,
        db_instance_id: str,
        db_name: str,
        character_set_name: str = "utf8",
        db_description: str = "",
    ) -> Response:
        """CreateDatabase: Creating and then Running."""
        instance = self.running(db_instance_id)
        sold.check_database(instance["Engine"], db_name, character_set_name)
        databases = self.find(DATABASE, DBInstanceId=db_instance_id)
        if any(one["DBName"] == db_name for one in databases):
            raise errors.DATABASE_EXISTS()
        database: Data = {
            "DBInstanceId": db_instance_id,
            "DBName": db_name,
            "CharacterSetName": character_set_name,
            "DBDescription": db_description,
            "Engine": instance["Engine"],
            "DBStatus": "Creating",
        }
        self.later(database, "rds.database.create", DBStatus="Running")
        self.add(DATABASE, f"{db_instance_id}:{db_name}", database)
        return {}

    @verb(reads=True)
    def describe_databases(self, *, db_instance_id: str, db_name: str | None = None) -> Response:
        """DescribeDatabases, one page with all of them."""
        self.instance(db_instance_id)
        found = [
            public(one)
            for one in self.find(DATABASE, DBInstanceId=db_instance_id)
            if db_name in (None, one["DBName"])
        ]
        return {"Databases": {"Database": found}}

    @verb()
    def modify_db_description(
        self, *, db_instance_id: str, db_name: str, db_description: str
    ) -> Response:
        """ModifyDBDescription."""
        database = self._running_database(db_instance_id, db_name)
        database["DBDescription"] = db_description
        self.save(DATABASE, f"{db_instance_id}:{db_name}", database)
        return {}

    @verb()
    def delete_database(self, *, db_instance_id: str, db_name: str) -> Response:
        """DeleteDatabase: the privileges on it go too."""
        self._running_database(db_instance_id, db_name)
        for account in self.find(ACCOUNT, DBInstanceId=db_instance_id):
            if account["privileges"].pop(db_name, None):
                self.save(ACCOUNT, f"{db_instance_id}:{account['AccountName']}", account)
        self.remove(DATABASE, f"{db_instance_id}:{db_name}")
        return {}

    @verb()
    def grant_account_privilege(
        self, *, db_instance_id: str, account_name: str, db_name: str, account_privilege: str
    ) -> Response:
        """GrantAccountPrivilege: the same again changes nothing."""
        account = self._available_account(db_instance_id, account_name)
        self._running_database(db_instance_id, db_name)
        if account_privilege not in _PRIVILEGES:
            raise errors.INVALID_PRIVILEGE()
        account["privileges"][db_name] = account_privilege
        self.save(ACCOUNT, f"{db_instance_id}:{account_name}", account)
        return {}

    @verb()
    def revoke_account_privilege(
        self, *, db_instance_id: str, account_name: str, db_name: str
    ) -> Response:
        """RevokeAccountPrivilege."""
        account = self._available_account(db_instance_id, account_name)
        account["privileges"].pop(db_name, None)
        self.save(ACCOUNT, f"{db_instance_id}:{account_name}", account)
        return {}

    def _available_account(self, db_instance_id: str, account_name: str) -> Data:
        self.running(db_instance_id)
        account = self.get(ACCOUNT, f"{db_instance_id}:{account_name}")
        if account is None:
            raise errors.ACCOUNT_NOT_FOUND()
        if account["AccountStatus"] != "Available":
            raise errors.OBJECT_BUSY()
        return account

    def _running_database(self, db_instance_id: str, db_name: str) -> Data:
        self.running(db_instance_id)
        database = self.get(DATABASE, f"{db_instance_id}:{db_name}")
        if database is None:
            raise errors.DATABASE_NOT_FOUND()
        if database["DBStatus"] != "Running":
            raise errors.OBJECT_BUSY()
        return database


def _digest(salt: str, password: str) -> str:
    return readable_digest(f"{salt}/{password}")
