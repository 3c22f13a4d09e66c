"""Questions to the cloud about what is there; data sources only, nothing enters the state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pulumi
import pulumi_alicloud as alicloud
from pulumi.runtime.settings import SETTINGS

from ackb.domain.problems import InvalidInput, Problem
from blueprints.settings.codes import Code
from components.cluster_access import CREDENTIAL_MINUTES

T = TypeVar("T")


class Cloud:
    """The cloud of a stack, asked through its provider.

    Each answer is a list, empty where there is no such thing, or None where nobody can say: a stack
    that is planned without a cloud.
    """

    def __init__(self, provider: alicloud.Provider) -> None:
        self._options = pulumi.InvokeOptions(provider=provider)

    def vpcs(self, path: str, vpc_id: str) -> Sequence[Any] | None:
        """The VPC of this id."""
        ask = alicloud.vpc.get_networks
        return self._asked(path, vpc_id, lambda: ask(ids=[vpc_id], opts=self._options).vpcs)

    def vswitches(self, path: str, vswitch_id: str) -> Sequence[Any] | None:
        """The vSwitch of this id."""
        ask = alicloud.vpc.get_switches
        return self._asked(
            path, vswitch_id, lambda: ask(ids=[vswitch_id], opts=self._options).vswitches
        )

    def security_groups(self, path: str, group_id: str) -> Sequence[Any] | None:
        """The security group of this id."""
        ask = alicloud.ecs.get_security_groups
        return self._asked(path, group_id, lambda: ask(ids=[group_id], opts=self._options).groups)

    def clusters(self, path: str, cluster_id: str) -> Sequence[Any] | None:
        """The cluster of this id: version, ranges, state."""
        ask = alicloud.cs.get_clusters
        return self._asked(
            path, cluster_id, lambda: ask(cluster_id=cluster_id, opts=self._options).clusters
        )

    def cluster_access(self, path: str, cluster_id: str) -> Sequence[Any] | None:
        """The cluster of this id: endpoints and RRSA, which `clusters` does not tell.

        The data source is deprecated in favour of that one, and the only one that tells them
        (pulumi-alicloud 4.0.0).
        """
        ask = alicloud.cs.get_managed_kubernetes_clusters
        return self._asked(
            path,
            cluster_id,
            lambda: ask(ids=[cluster_id], enable_details=True, opts=self._options).clusters,
        )

    def credential(self, path: str, cluster_id: str) -> Any:
        """A credential of a cluster for the shortest time there is; kept nowhere."""
        ask = alicloud.cs.get_cluster_credential
        return self._asked(
            path,
            cluster_id,
            lambda: ask(
                cluster_id=cluster_id,
                temporary_duration_minutes=CREDENTIAL_MINUTES,
                opts=self._options,
            ),
        )

    def addons(self, path: str, cluster_id: str) -> Sequence[Any] | None:
        """The add-ons that a cluster knows; one that is installed has a `current_version`."""
        ask = alicloud.cs.get_kubernetes_addons
        return self._asked(
            path, cluster_id, lambda: ask(cluster_id=cluster_id, opts=self._options).addons
        )

    def databases(self, path: str, instance_id: str) -> Sequence[Any] | None:
        """The RDS instance of this id."""
        ask = alicloud.rds.get_instances
        return self._asked(
            path, instance_id, lambda: ask(ids=[instance_id], opts=self._options).instances
        )

    def accounts(self, path: str, instance_id: str) -> Sequence[Any] | None:
        """The accounts of an RDS instance."""
        ask = alicloud.rds.get_accounts
        return self._asked(
            path, instance_id, lambda: ask(db_instance_id=instance_id, opts=self._options).accounts
        )

    def caches(self, path: str, instance_id: str) -> Sequence[Any] | None:
        """The Redis instance of this id."""
        ask = alicloud.kvstore.get_instances
        return self._asked(
            path,
            instance_id,
            lambda: ask(ids=[instance_id], enable_details=True, opts=self._options).instances,
        )

    def file_systems(self, path: str, file_system_id: str) -> Sequence[Any] | None:
        """The NAS file system of this id."""
        ask = alicloud.nas.get_file_systems
        return self._asked(
            path, file_system_id, lambda: ask(ids=[file_system_id], opts=self._options).systems
        )

    def mount_targets(self, path: str, file_system_id: str) -> Sequence[Any] | None:
        """The mount targets of a NAS file system."""
        ask = alicloud.nas.get_mount_targets
        return self._asked(
            path,
            file_system_id,
            lambda: ask(file_system_id=file_system_id, opts=self._options).targets,
        )

    def _asked(self, path: str, value: object, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except Exception as error:  # the SDK has no narrower type for a provider's refusal
            # It also keeps the error, to end the program with it and its traceback whatever we do.
            SETTINGS.rpc_manager.clear()
            raise InvalidInput(
                [
                    Problem(
                        Code.EXISTING,
                        path,
                        value,
                        f"the cloud could not be asked for it: {error}",
                        "check the permissions of the credentials and the way to the API",
                    )
                ]
            ) from error
