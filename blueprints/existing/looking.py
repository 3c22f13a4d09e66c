"""All questions about what is there, with one message for everything that is wrong."""

from __future__ import annotations

import pulumi_alicloud as alicloud

from ackb.domain.problems import InvalidInput, Problem
from blueprints.existing import clusters, networks, stores
from blueprints.existing.asking import Cloud
from blueprints.existing.found import Found
from blueprints.settings.platform import PlatformSettings


def look(settings: PlatformSettings, provider: alicloud.Provider) -> Found:
    """Return what the cloud says of the things that the settings say exist.

    Raises:
        InvalidInput: some are not there, cannot be asked for, or are not as the settings say; the
            message has a line for each of them.
    """
    cloud = Cloud(provider)
    problems: list[Problem] = []
    networks.compare(settings, cloud, problems)
    found = Found(
        cluster=clusters.find(settings, cloud, problems),
        database_address=stores.find_database(settings, cloud, problems),
        cache_address=stores.find_cache(settings, cloud, problems),
    )
    stores.compare_file_storage(settings, cloud, problems)
    if problems:
        raise InvalidInput(problems)
    return found
