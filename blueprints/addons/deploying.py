"""Deploying the add-ons of a stack, each after those that it requires."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import pulumi
import pulumi_alicloud as alicloud

from ackb.domain.problems import InvalidArguments, InvalidInput, hide
from blueprints.addons.contract import AddonContext, ClusterAddon
from blueprints.addons.finding import FOLDER, line_of
from blueprints.addons.ordering import ordered
from blueprints.foundation import AnyCluster, AnyNetwork, AnySecurityGroup
from blueprints.settings.registered_gpu import ClusterSettings
from components.registered_cluster import RegisteredCluster


class Ground(Protocol):
    """What add-ons stand on, in the cloud or elsewhere."""

    @property
    def provider(self) -> alicloud.Provider:
        """Provider of the cloud."""
        ...

    @property
    def network(self) -> AnyNetwork:
        """The VPC and its vSwitches."""
        ...

    @property
    def security_group(self) -> AnySecurityGroup:
        """Security group of the nodes."""
        ...

    @property
    def cluster(self) -> AnyCluster | RegisteredCluster:
        """The cluster, which can be reached."""
        ...


class AddonGroup(pulumi.ComponentResource):
    """Everything that belongs to one add-on."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("ackb:addons:Addon", name, None, opts)


def deploy_addons(
    settings: ClusterSettings, base: Ground, after: Sequence[pulumi.Resource]
) -> None:
    """Declare the add-ons that the settings name.

    Args:
        settings: of the stack.
        base: cluster and network.
        after: what must be there before pods are.
    """
    classes = settings.addons.CLASSES
    there: dict[str, list[pulumi.Resource]] = {}
    for name in ordered(classes):
        addon = classes[name]()
        hyphened = name.replace("_", "-")
        required = [one for other in addon.requires.addons for one in there[other]]
        group = AddonGroup(
            f"addon-{hyphened}",
            pulumi.ResourceOptions(
                providers=[base.provider, base.cluster.provider],
                depends_on=[*after, *required],
            ),
        )
        context: AddonContext[Any] = AddonContext(
            name=hyphened,
            settings=getattr(settings.addons, name),
            stack=settings,
            cluster=base.cluster,
            network=base.network,
            security_group=base.security_group,
            group=group,
        )
        there[name] = [group, *_deployed(addon, name, context)]
        group.register_outputs({})


def _deployed(
    addon: ClusterAddon[Any], name: str, context: AddonContext[Any]
) -> list[pulumi.Resource]:
    try:
        return list(addon.deploy(context) or ())
    except (InvalidArguments, InvalidInput, pulumi.RunError):
        raise  # complete already
    except Exception as error:
        file = Path(inspect.getfile(type(addon)))
        where = f"{FOLDER}/{file.name}:{line_of(error, file)}"
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise pulumi.RunError(hide(f"The add-on '{name}' failed at {where}: {what}")) from error
