"""What `ackb check` finds out about a stack, and the screen that tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from ackb import capacity, inventory, placement
from ackb.cli import kinds, output
from ackb.cli.exits import Exit
from ackb.planning import plan_stack
from blueprints.settings.later import compared_later
from policies import Finding, Level, Report, Resource, Severity, evaluate, from_plain
from policies.report import as_json, render

if TYPE_CHECKING:
    from ackb.cli.context import Stack
    from ackb.planning import Plan
    from blueprints.settings import StackSettings

_NEXT: Final = "next_step"
"""Output of a stack: what only a person can do once it is up."""
_LABEL: Final = 13
"""Width of the first column of the screen."""


class DesignRefused(Exception):
    """A mandatory rule or a capacity limit is broken; one line for each finding."""


def refuse_bad_design(stack: Stack) -> Plan:
    """Judge a stack as `ackb check` does, before anything of it is created; returns its plan.

    The engine judges again while it creates, with values known only then; but by then the network
    and the data stores would be there.

    Raises:
        DesignRefused: there are mandatory findings.
        InvalidInput, PlanError: see `Checked.run`.
    """
    checked = Checked.run(stack)
    report = checked.report
    mandatory = [one.message for one in report.findings if one.level is Level.MANDATORY]
    if report.exit_code == Exit.MANDATORY:
        raise DesignRefused("\n".join(mandatory))
    return checked.plan


@dataclass(frozen=True)
class Checked:
    """A stack with everything that was found about it."""

    stack: Stack
    settings: StackSettings
    plan: Plan
    capacity: capacity.Capacity
    report: Report
    """Findings of the policies, of capacity and of placement together."""

    @classmethod
    def run(cls, stack: Stack) -> Checked:
        """Validate the settings, plan the stack, judge the plan.

        Raises:
            InvalidInput: something is wrong with the settings.
            PlanError, pulumi.RunError: the stack cannot be planned.
        """
        settings = stack.settings()
        plan = plan_stack(stack.workplace.project, stack.name)
        resources = from_plain(vars(one) for one in plan.resources)
        read = inventory.read(plan.resources)
        room = capacity.assess(read, settings.region)
        placing = list(placement.judge(read))
        report = evaluate(resources, today=datetime.now(UTC).date())
        found = _with_more(report, [*room.shortages, *placing], resources)
        return cls(stack, settings, plan, room, found)

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings, 2 mandatory findings, 3 a rule could not run."""
        return self.report.exit_code

    def report_as(self, form: str) -> str:
        """The findings as `sarif` or `junit`."""
        return render(self.report, form, source=self.stack.source)

    def fields(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "stack": self.stack.name,
            "blueprint": self.settings.blueprint,
            "target": self.settings.target,
            "simulated": self.stack.simulated,
            "region": self.settings.region,
            "resources": dict(sorted(Counter(self._types()).items())),
            "capacity": [{**vars(one), "fits": one.fits} for one in self.capacity.facts],
            "compared_at_run_time": [vars(one) for one in compared_later(self.settings)],
            "next_step": self.plan.stack_outputs.get(_NEXT),
            **as_json.document(self.report, source=self.stack.source),
        }

    def screen(self, seconds: float) -> str:
        """One screen of text: what will exist, what room there is, what was found."""
        settings = self.settings
        where = "sandbox (simulated cloud)" if self.stack.simulated else settings.target
        types = self._types()
        lines = [
            f"{self.stack.name}: blueprint {settings.blueprint}, {settings.region}, {where}",
            "",
            f"What will exist ({len(types)} resources)",
            *(
                f"  {family:<{_LABEL}}{', '.join(counts)}"
                for family, counts in kinds.by_family(types)
            ),
            "",
            "Room for growth",
            *(f"  {line}" for line in self._room()),
            "",
            *self._later(),
            "Findings",
            *(f"  {line}" for line in self._findings()),
            "",
            *self._next(),
            f"{_verdict(self.report)} in {output.duration(seconds)}.",
        ]
        return "\n".join(lines) + "\n"

    def _next(self) -> list[str]:
        """What a person has to do when this design is up, where there is something."""
        step = self.plan.stack_outputs.get(_NEXT)
        return ["After `up`", f"  {step}", ""] if step else []

    def _types(self) -> list[str]:
        """Types of all resources that will exist outside the program."""
        return [one.type for one in self.plan.resources if kinds.is_real(one.type)]

    def _room(self) -> list[str]:
        if not self.capacity.facts:
            return ["nothing that takes addresses"]
        return [
            f"{'ok' if one.fits else 'too small':<{_LABEL}}{one.needed:,} of {one.limit:,} "
            f"{one.unit}: {one.subject} ({one.because})"
            for one in self.capacity.facts
        ]

    def _later(self) -> list[str]:
        """What exists already: `up` compares it before it makes anything."""
        lines = [
            f"  {one.path.rpartition('.')[0].partition('.')[2]:<{_LABEL}}{one.value}: {one.what}"
            for one in compared_later(self.settings)
        ]
        head = "Compared with the cloud by `up`, before anything is made"
        return [head, *lines, ""] if lines else []

    def _findings(self) -> list[str]:
        text = render(self.report, "text", source=self.stack.source).strip("\n")
        return text.splitlines()


def _with_more(
    report: Report,
    more: Sequence[capacity.Shortage | placement.Finding],
    resources: list[Resource],
) -> Report:
    """The report with more findings, so every format tells all of it."""
    by_name = {one.name: one for one in resources}
    found = [
        Finding(
            rule=one.problem.code,
            severity=Severity.HIGH if one.stops else Severity.LOW,
            level=Level.MANDATORY if one.stops else Level.ADVISORY,
            resource=by_name[one.resource],
            problem=one.problem,
            certain=True,
        )
        for one in more
    ]
    judged = [(one.rule, one.resource) for one in found]
    return replace(
        report,
        findings=(*report.findings, *found),
        checked=(*report.checked, *judged),
    )


def _verdict(report: Report) -> str:
    words = {0: "Clean", 1: "Findings, none of them mandatory", 2: "Mandatory findings"}
    return words.get(report.exit_code, "Some rules could not run")
