"""alicloud:rds/getAccounts:getAccounts."""

from __future__ import annotations

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.functions.listing import listed
from sandbox.providers.alicloud.values import Values

TOKEN = "alicloud:rds/getAccounts:getAccounts"

_SHOWN = {
    "accountDescription": "AccountDescription",
    "accountName": "AccountName",
    "accountType": "AccountType",
    "databasePrivileges": "privileges",
    "id": "Id",
    "status": "AccountStatus",
}


def answer(call: Call, arguments: Values) -> Values:
    """The accounts of an RDS instance with their rights."""
    id = arguments["dbInstanceId"]
    found = call.retried(lambda: call.cloud.rds.describe_accounts(db_instance_id=id))
    accounts = [
        {
            **one,
            "Id": f"{id}:{one['AccountName']}",
            "privileges": [
                {"dbName": right["DBName"], "accountPrivilege": right["AccountPrivilege"]}
                for right in one["DatabasePrivileges"]["DatabasePrivilege"]
            ],
        }
        for one in found["Accounts"]["DBInstanceAccount"]
    ]
    return listed(
        arguments,
        accounts,
        into="accounts",
        shown=_SHOWN,
        name="accountName",
        also=("dbInstanceId",),
    )
