"""All questions about what is there, with one message for everything that is wrong."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi_alicloud as alicloud

from ackb.domain.problems import InvalidInput, Problem
from blueprints.existing import clusters, namespaces, networks, stores
from blueprints.existing.asking import Cloud
from blueprints.existing.found import Found
from blueprints.settings.existing import AnyNetwork, ExistingCluster
from blueprints.settings.platform import PlatformSettings
from blueprints.settings.structure import ROOT


def look_at_network(network: AnyNetwork, provider: alicloud.Provider) -> None:
    """Compare a network that the settings say exists with the cloud.

    Raises:
        InvalidInput: it is not there, or not as the settings say; a line for each thing.
    """
    problems: list[Problem] = []
    networks.compare(network, Cloud(provider), problems)
    if problems:
        raise InvalidInput(problems)


def look(settings: PlatformSettings, provider: alicloud.Provider, names: Sequence[str]) -> Found:
    """Return what the cloud says of the things that the settings say exist.

    Args:
        settings: of the stack.
        provider: of the cloud.
        names: namespaces that the stack will make; in an existing cluster nobody else may have
            them, and they are marked as the stack's.

    Raises:
        InvalidInput: some are not there, cannot be asked for, or are not as the settings say; the
            message has a line for each of them.
    """
    cloud = Cloud(provider)
    problems: list[Problem] = []
    networks.compare(settings.network, cloud, problems)
    found = Found(
        cluster=clusters.find(settings, cloud, problems),
        database_address=stores.find_database(settings, cloud, problems),
        cache_address=stores.find_cache(settings, cloud, problems),
    )
    stores.compare_file_storage(settings, cloud, problems)
    if problems:
        raise InvalidInput(problems)
    said = settings.cluster
    if isinstance(said, ExistingCluster) and found.cluster is not None:
        if found.cluster.known:
            credential = cloud.credential(f"{ROOT}.cluster.cluster_id", said.cluster_id)
            namespaces.refuse_taken(
                {name: namespaces.path_of(settings, name) for name in names},
                found.cluster.server,
                credential,
            )
        namespaces.mark_namespaces()
    return found
