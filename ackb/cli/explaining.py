"""What `ackb placement explain` finds out, and the screen that tells it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from ackb import capacity, inventory, placement
from ackb.cli.exits import Exit
from ackb.domain import eci_sizes, quantity
from ackb.domain.placement import Choice, Needs, StrategyFacts, choose_placement, facts, strategies
from ackb.domain.placement.strategies import VIRTUAL_NODE_ADD_ON
from ackb.domain.problems import InvalidInput, Problem, Refused

if TYPE_CHECKING:
    from ackb.cli.context import Stack
    from ackb.inventory import Inventory, Workload

_LABEL: Final = 16
"""Width of the first column of the screen."""


@dataclass(frozen=True)
class Placed:
    """One workload, or some needs without one."""

    workload: str | None
    """Kind, namespace and name."""
    needs: Needs
    choice: Choice
    at_work: Sequence[tuple[StrategyFacts, str]]
    """Ways at work on it, each with what it is called there."""
    conflicts: Sequence[str]
    remarks: Sequence[str]
    """Legacy ways and rounded sizes."""
    size: str | None
    """What ECI makes of a pod's size."""

    def fields(self) -> dict[str, Any]:
        """Everything as plain data."""
        chosen = self.choice.strategy
        return {
            "workload": self.workload,
            "needs": _plain(self.needs),
            "at_work": [
                {"strategy": known.name, "where": where, "legacy": known.legacy}
                for known, where in self.at_work
            ],
            "choice": chosen,
            "reason": self.choice.reason,
            "rule_of_2021": self.choice.rule_of_2021,
            "strategies": [
                {
                    "strategy": known.name,
                    "mechanism": known.mechanism,
                    "effect": known.effect,
                    "changes": _changes(known),
                    "creates": [f"{one.kind}, {one.when} the workload" for one in known.objects],
                    "requires": list(_requirements(known)),
                    "standing": known.standing,
                    "standing_reason": known.standing_reason,
                    "legacy": known.legacy,
                    "why_not": list(self.choice.rejected.get(known.name, ())),
                    "source": known.source,
                    "as_of": known.as_of.isoformat(),
                }
                for known in strategies().values()
            ],
            "conflicts": list(self.conflicts),
            "remarks": list(self.remarks),
            "eci_size": self.size,
        }

    def lines(self) -> Iterator[str]:
        """Yield one screen of text."""
        needs = self.needs
        edition = "ACK Pro" if needs.pro else "ACK Basic"
        what = self.workload or f"a {needs.kind}"
        yield f"{what} on Kubernetes {needs.kubernetes}, {edition}"
        yield ""
        for known, where in self.at_work:
            mark = ", LEGACY" if known.legacy else ""
            yield _row("at work", f"{known.name}{mark}: {where}")
        if self.workload is not None and not self.at_work:
            yield _row(
                "at work", "nothing: pods run on ECS nodes only, as virtual nodes repel them"
            )
        yield _row("asked for", ", ".join(_asked(needs)) or "nothing special")
        yield from self._chosen()
        if self.choice.rule_of_2021 is not None:
            yield _row("rule of 2021", f"{self.choice.rule_of_2021} (S4-31: by kind and version)")
        if self.size is not None:
            yield _row("on ECI", self.size)
        yield ""
        yield "Every other way"
        for name, reasons in self.choice.rejected.items():
            known = facts(name)
            mark = " LEGACY" if known.legacy else ""
            yield f"  {name}{mark}: {known.effect}"
            yield f"    not here: {'; '.join(reasons)}"
        for title, found in (("Conflicts", self.conflicts), ("Remarks", self.remarks)):
            if found:
                yield ""
                yield title
                yield from (f"  {one}" for one in found)

    def _chosen(self) -> Iterator[str]:
        chosen = self.choice.strategy
        yield _row("best today", f"{chosen or 'nothing'}")
        if chosen is None:
            yield _row("", self.choice.reason)
            return
        known = facts(chosen)
        yield _row("what it is", known.mechanism)
        yield _row("because", self.choice.reason)
        yield _row("it changes", _changes(known))
        created = [f"{one.kind} ({one.when} the workload)" for one in known.objects]
        yield _row("it creates", ", ".join(created) or "nothing")
        yield _row("it needs", ", ".join(_requirements(known)))


@dataclass(frozen=True)
class Explained:
    """All that was asked about."""

    stack: str | None
    placed: Sequence[Placed]

    @property
    def exit_code(self) -> Exit:
        """0 one way and nothing to say, 1 nothing suits or remarks, 2 conflicts."""
        if any(one.conflicts for one in self.placed):
            return Exit.MANDATORY
        said = any(one.remarks or one.choice.strategy is None for one in self.placed)
        return Exit.FINDINGS if said else Exit.CLEAN

    def fields(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {"stack": self.stack, "workloads": [one.fields() for one in self.placed]}

    def screen(self) -> str:
        """Everything as text."""
        if not self.placed:
            return f"{self.stack} has no workload.\n"
        return "\n\n".join("\n".join(one.lines()) for one in self.placed) + "\n"


def stack(of: Stack) -> Explained:
    """Explain every workload of a stack, from its plan.

    Raises:
        InvalidInput: something is wrong with its settings.
        PlanError, pulumi.RunError: it cannot be planned.
    """
    from ackb.planning import plan_stack

    settings = of.settings()
    design = inventory.read(plan_stack(of.workplace.project, of.name).resources)
    room = capacity.assess(design, settings.region)
    judged = list(placement.judge(design))
    return Explained(
        of.name,
        [_of_workload(one, design, room, judged) for one in design.workloads],
    )


def needs(wanted: Needs, *, cpu: str | None, memory: str | None, region: str | None) -> Explained:
    """Explain what suits some needs, and what ECI makes of a pod's size.

    Raises:
        InvalidInput: CPU or memory is no amount.
    """
    size, remarks = None, []
    if cpu is not None or memory is not None:
        size, lost = _size_of(cpu or "0", memory or "0", region)
        remarks = [lost] if lost else []
    found = Placed(
        workload=None,
        needs=wanted,
        choice=choose_placement(wanted),
        at_work=(),
        conflicts=(),
        remarks=remarks,
        size=size,
    )
    return Explained(None, [found])


def _of_workload(
    one: Workload,
    design: Inventory,
    room: capacity.Capacity,
    judged: Sequence[placement.Finding],
) -> Placed:
    mine = [finding for finding in judged if finding.resource == one.resource]
    rounded = [
        found.problem.render()
        for found in room.shortages
        if found.resource == one.resource and found.problem.code == capacity.SIZES
    ]
    asked = capacity.asked(one)
    fits = f"{_amounts(*asked)}: a size that ECI sells" if asked and not rounded else None
    return Placed(
        workload=f"{one.kind} {one.namespace}/{one.name}",
        needs=placement.needs_of(one, design),
        choice=placement.choice_of(one, design),
        at_work=[(facts(way.strategy), way.where) for way in one.mechanisms],
        conflicts=[found.problem.render() for found in mine if found.stops],
        remarks=[*(found.problem.render() for found in mine if not found.stops), *rounded],
        size=fits,
    )


def _size_of(cpu: str, memory: str, region: str | None) -> tuple[str, str | None]:
    """What ECI makes of a size, and what is lost by it."""
    try:
        vcpu, gib = quantity.parse(cpu), quantity.gib(memory)
        size = eci_sizes.round_up(vcpu, gib, region)
    except Refused as refused:
        raise InvalidInput(
            [Problem.of("CLI-05", "--cpu, --memory", f"{cpu}, {memory}", refused.broken)]
        ) from None
    waste = eci_sizes.waste(vcpu, gib, size)
    if waste.none:
        return f"{size}: a size that ECI sells", None
    lost = f"{_amounts(waste.vcpu, waste.memory_gib)} more than asked for"
    return f"{_amounts(vcpu, gib)} becomes {size}", f"ECI bills {size}: {lost}"


def _amounts(vcpu: Fraction, gib: Fraction) -> str:
    return f"{float(vcpu):.3g} vCPU, {float(gib):.3g} GiB"


def _changes(known: StrategyFacts) -> str:
    parts = [
        f"{where}: {what}"
        for where, what in (("the pods", known.pod), ("the namespace", known.namespace))
        if what
    ]
    return "; ".join(parts) or "neither pods nor namespace"


def _requirements(known: StrategyFacts) -> Iterator[str]:
    if known.since:
        yield f"Kubernetes {known.since[0]}.{known.since[1]} or later"
    if known.before:
        yield f"Kubernetes before {known.before[0]}.{known.before[1]}"
    if known.pro:
        yield "ACK Pro"
    for name in known.add_ons:
        managed = name == VIRTUAL_NODE_ADD_ON
        yield f"virtual nodes ({name} or self-managed)" if managed else f"add-on {name}"


def _asked(wanted: Needs) -> Iterator[str]:
    for field, words in (
        ("all_on_eci", "all pods on ECI"),
        ("whole_namespace", "the whole namespace"),
        ("workload_unchanged", "the workload unchanged"),
        ("may_change_kind", "another kind if need be"),
        ("strict_order", "ECS first, surely"),
        ("eci_first_out", "ECI pods first out"),
        ("several_subsets", "several subsets"),
    ):
        if getattr(wanted, field):
            yield words
    if wanted.split is not None:
        yield str(wanted.split)
    if wanted.add_ons is not None:
        yield f"with no add-on but {', '.join(sorted(wanted.add_ons))}"


def _plain(wanted: Needs) -> dict[str, Any]:
    found = {one.name: getattr(wanted, one.name) for one in dataclasses.fields(wanted)}
    found["add_ons"] = None if wanted.add_ons is None else sorted(wanted.add_ons)
    found["split"] = None if wanted.split is None else {"ecs": wanted.split.limit}
    return found


def _row(label: str, text: str) -> str:
    return f"  {label:<{_LABEL}}{text}"
