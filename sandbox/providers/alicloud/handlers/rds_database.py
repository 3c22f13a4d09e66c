"""alicloud:rds/database:Database."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from sandbox.providers.alicloud.call import Answer, Call
from sandbox.providers.alicloud.handler import Handler, first, parts
from sandbox.providers.alicloud.values import Values


class Database(Handler):
    """A database of an RDS instance; its id is `instance:database`."""

    token = "alicloud:rds/database:Database"
    label = "RDS database"
    arguments: ClassVar = {
        "instanceId": "db_instance_id",
        "dataBaseName": "db_name",
        "characterSet": "character_set_name",
        "description": "db_description",
    }
    outputs: ClassVar = {
        "instanceId": "DBInstanceId",
        "dataBaseName": "DBName",
        "characterSet": "CharacterSetName",
        "description": "DBDescription",
        "status": "DBStatus",
    }
    status = "DBStatus"
    ready_state = "Running"

    def create(self, call: Call, inputs: Values) -> str:
        """CreateDatabase."""
        call.retried(lambda: call.cloud.rds.create_database(**self.given(inputs)))
        return f"{inputs['instanceId']}:{inputs['dataBaseName']}"

    def describe(self, call: Call, id: str) -> Answer:
        """DescribeDatabases."""
        instance, name = parts(id)
        answer = call.cloud.rds.describe_databases(db_instance_id=instance, db_name=name)
        return first(answer["Databases"]["Database"])

    def update(
        self, call: Call, id: str, old: Values, new: Values, changed: Collection[str]
    ) -> None:
        """ModifyDBDescription."""
        instance, name = parts(id)
        if "description" in changed:
            text = new.get("description", "")
            call.retried(
                lambda: call.cloud.rds.modify_db_description(
                    db_instance_id=instance, db_name=name, db_description=text
                )
            )

    def remove(self, call: Call, id: str, state: Values) -> Any:
        """DeleteDatabase."""
        instance, name = parts(id)
        return call.cloud.rds.delete_database(db_instance_id=instance, db_name=name)
