"""Which pool gets how many nodes: the scale-out decision, without any cluster."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sandbox.controllers.node_autoscaler.fitting import CPU, GPU, MEMORY, Bin, Resources, requests
from sandbox.kube.client import Object

LEAST_WASTE, RANDOM, PRIORITY = "least-waste", "random", "priority"

_FULL = "max node group size reached"
_BACKING_OFF = "in backoff after failed scale-up"


@dataclass(frozen=True, kw_only=True)
class Group:
    """A node pool as an abstract node."""

    id: str
    scaling_group_id: str
    size: int
    """Nodes it has, with those on order."""
    most: int
    labels: Mapping[str, str]
    taints: Sequence[Mapping[str, str]]
    capacity: Resources
    """What pods can have of a new node: the least of its instance types, less what each DaemonSet
    takes."""
    backs_off: bool = False
    """Its last scale-out failed a short while ago."""

    def new_node(self) -> Bin:
        """A node that it would make."""
        return Bin(self.id, self.labels, self.taints, dict(self.capacity))

    @property
    def has_gpus(self) -> bool:
        """Whether its nodes have GPUs."""
        return self.capacity.get(GPU, 0) > 0


@dataclass(frozen=True, kw_only=True)
class Option:
    """What a scale-out of one group would bring."""

    group: Group
    count: int
    pods: tuple[Object, ...]
    """The pods that would fit the new nodes."""
    waste: Fraction
    """Share of the new nodes' CPU and memory that these pods leave unused."""


@dataclass(frozen=True)
class Decision:
    """What to do for pods that fit nowhere."""

    chosen: Option | None
    refusals: dict[str, Counter[str]] = field(default_factory=dict)
    """For pods that no group would help, by uid: why, and how many groups say so."""


def decide(
    pods: Sequence[Object],
    groups: Sequence[Group],
    expander: str,
    priorities: Mapping[str, str],
    dice: random.Random,
) -> Decision:
    """Choose one group and a number of nodes.

    Groups without GPUs come first, whatever the expander says: a pod that fits one never makes a
    GPU node. `priorities` are those of the API: scaling group ids, by commas, under each priority.
    """
    refusals: dict[str, Counter[str]] = {}
    options = []
    for group in groups:
        fitting = []
        for pod in pods:
            why = _refusal(group, pod)
            if why:
                refusals.setdefault(pod["metadata"]["uid"], Counter())[why] += 1
            else:
                fitting.append(pod)
        if fitting:
            options.append(_option(group, fitting))
    helped = {pod["metadata"]["uid"] for option in options for pod in option.pods}
    unhelped = {uid: why for uid, why in refusals.items() if uid not in helped}
    without_gpus = [option for option in options if not option.group.has_gpus]
    return Decision(_expand(without_gpus or options, expander, priorities, dice), unhelped)


def _refusal(group: Group, pod: Object) -> str:
    why = group.new_node().refusal(pod, requests(pod))
    if why:
        return why
    if group.size >= group.most:
        return _FULL
    return _BACKING_OFF if group.backs_off else ""


def _option(group: Group, pods: list[Object]) -> Option:
    """Fill new nodes, largest pods first, each into the first that has room."""
    nodes: list[Bin] = []
    taken = []
    # The same request never fits again where it did not fit once.
    begin: dict[tuple[tuple[str, Fraction], ...], int] = {}
    sized = [(pod, requests(pod)) for pod in pods]
    for pod, asked in sorted(sized, key=lambda one: _weight(one[1], group), reverse=True):
        size = tuple(sorted(asked.items()))
        at = begin.get(size, 0)
        while at < len(nodes) and nodes[at].refusal(pod, asked):
            at += 1
        begin[size] = at
        if at == len(nodes):
            if group.size + len(nodes) >= group.most:
                continue
            nodes.append(group.new_node())
        nodes[at].take(asked)
        taken.append(pod)
    return Option(group=group, count=len(nodes), pods=tuple(taken), waste=_waste(group, nodes))


def _weight(asked: Resources, group: Group) -> Fraction:
    shares = [
        asked.get(name, Fraction(0)) / group.capacity[name]
        for name in (CPU, MEMORY)
        if group.capacity.get(name)
    ]
    return sum(shares, Fraction(0))


def _waste(group: Group, nodes: list[Bin]) -> Fraction:
    shares = [
        sum((node.free[name] for node in nodes), Fraction(0)) / (group.capacity[name] * len(nodes))
        for name in (CPU, MEMORY)
        if group.capacity.get(name)
    ]
    return sum(shares, Fraction(0)) / len(shares)


def _expand(
    options: Sequence[Option], expander: str, priorities: Mapping[str, str], dice: random.Random
) -> Option | None:
    if not options:
        return None
    if expander == RANDOM:
        return dice.choice(options)
    if expander == PRIORITY:
        ranks = {
            group.strip(): int(rank)
            for rank, listed in priorities.items()
            for group in listed.split(",")
        }
        best = max(ranks.get(one.group.scaling_group_id, 0) for one in options)
        options = [one for one in options if ranks.get(one.group.scaling_group_id, 0) == best]
        # As in the upstream expander: among equals, chance decides.
        return dice.choice(options)
    return min(options, key=lambda one: (one.waste, one.count, one.group.id))
