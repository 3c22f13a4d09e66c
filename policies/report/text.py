"""Plain text, without colours: reads well in a terminal and in the log of a CI job."""

from __future__ import annotations

from policies.model import Report, Resource


def render(report: Report, *, source: str) -> str:
    """Return the findings under the resource they belong to, and one line that counts them."""
    lines: list[str] = []
    shown: Resource | None = None
    for resource, label, message in _rows(report):
        if resource is not shown:
            lines.append(f"{resource.type} {resource.name}")
            shown = resource
        lines.append(f"  {label:<9}  {message}")
    if lines:
        lines.append("")
    lines.append(f"{source}: {counted(report)}.")
    return "\n".join(lines) + "\n"


def counted(report: Report) -> str:
    """Return the counts of a report as a phrase."""
    rules = len({rule for rule, _ in report.checked})
    mandatory = sum(finding.level == "mandatory" for finding in report.findings)
    parts = [
        f"{mandatory} mandatory",
        f"{len(report.findings) - mandatory} advisory",
        f"{len(report.undecided)} undecided",
        f"{len(report.suppressed)} skipped",
    ]
    if report.crashes:
        parts.append(f"{len(report.crashes)} could not run")
    checks = f"{len(report.checked)} check{'' if len(report.checked) == 1 else 's'}"
    return f"{', '.join(parts)} ({checks} by {rules} rule{'' if rules == 1 else 's'})"


def _rows(report: Report) -> list[tuple[Resource, str, str]]:
    rows = [(one.resource, str(one.level), one.message) for one in report.findings]
    rows += [(one.resource, "undecided", one.message) for one in report.undecided]
    rows += [
        (
            one.finding.resource,
            "skipped",
            f"{one.finding.rule} {one.finding.problem.path}: {one.reason} (until {one.expires})",
        )
        for one in report.suppressed
    ]
    rows += [
        (one.resource, "failed", f"{one.rule} could not run: {one.error}") for one in report.crashes
    ]
    order: dict[str, int] = {}
    for _, resource in report.checked:
        order.setdefault(resource.urn, len(order))
    return sorted(rows, key=lambda row: order[row[0].urn])
