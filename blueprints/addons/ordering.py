"""In which order add-ons are deployed."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from blueprints.addons.contract import ClusterAddon


class Circle(Exception):
    """Add-ons require each other; `names` is the way round, its first name again at the end."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(" -> ".join(names))


def ordered(addons: Mapping[str, type[ClusterAddon[Any]]]) -> list[str]:
    """Return the names of add-ons, each after those that it requires; otherwise by name.

    Raises:
        Circle: there is no such order.
    """
    sorter = TopologicalSorter({name: sorted(addons[name].requires.addons) for name in addons})
    try:
        sorter.prepare()
    except CycleError as error:
        # graphlib tells the way from what is required to what requires it.
        raise Circle(tuple(reversed(error.args[1]))) from None
    result: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        result += [name for name in ready if name in addons]
        sorter.done(*ready)
    return result
