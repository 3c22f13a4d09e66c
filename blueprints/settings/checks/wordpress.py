"""All checks of the blueprint `wordpress`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ackb.domain.problems import Problem
from blueprints.settings.checks import data_stores, placement, platform, scaling, workload
from blueprints.settings.wordpress import WordpressSettings


def checks(s: WordpressSettings, stack: str) -> Iterator[Callable[[], Iterable[Problem]]]:
    """Yield every check, ready to run."""
    yield from platform.checks(s, stack)
    yield lambda: data_stores.check_database_storage(s.database)
    yield lambda: data_stores.check_database_protection(s.database)
    yield lambda: data_stores.check_database_zones(s.database, s.network)
    yield lambda: data_stores.check_cache_zones(s.cache, s.network)
    yield lambda: data_stores.check_file_storage_zone(s.file_storage, s.network)
    yield lambda: workload.check_image_reachable(s.image, s.target, s.region, s.registry)
    yield lambda: workload.check_resources(s.resources)
    yield lambda: scaling.check_scaling(s.scaling, s.target)
    yield lambda: scaling.check_right_sizing(s.right_sizing, s.scaling, s.target)
    yield lambda: placement.check_placement(s.placement, s.workload, s.cluster)
    yield lambda: placement.check_subsets(s.placement, s.resources, s.region)
    yield lambda: placement.check_eci_pods(s.eci_pods, s.resources, s.region)
    yield lambda: workload.check_ports(s.service, s.https)
