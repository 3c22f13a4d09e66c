"""What a rule looks at and what it answers: resources, outcomes, findings, the report.

Resources are known by their Pulumi type token and their wire-form properties (`spec.template`,
`vswitchId`), exactly as the engine shows them to a policy pack.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from ackb.domain.problems import Problem
from ackb.domain.unknown import UNKNOWN

EXIT_CLEAN: Final = 0
EXIT_FINDINGS: Final = 1
EXIT_MANDATORY: Final = 2
EXIT_COULD_NOT_RUN: Final = 3


class Level(StrEnum):
    """What a finding does: mandatory ones stop a deployment, advisory ones are shown."""

    MANDATORY = "mandatory"
    ADVISORY = "advisory"


class Severity(StrEnum):
    """How bad it is to live with the finding; the four grades of Pulumi policies."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Scope(StrEnum):
    """How much of a stack a rule has to see."""

    RESOURCE = "resource"
    STACK = "stack"


@dataclass(frozen=True)
class Resource:
    """One resource as a policy sees it.

    Attributes:
        type: Pulumi type token, such as `kubernetes:apps/v1:Deployment`.
        name: logical name in the program.
        urn: its URN; names the stack, which decides the level of findings.
        props: inputs in wire form; `UNKNOWN` stands for what is not known before deployment.
    """

    type: str
    name: str
    urn: str
    props: Mapping[str, Any]

    def read(self, *path: str) -> Any:
        """Return the property at `path`: `None` where absent, `UNKNOWN` below anything unknown."""
        return read(self.props, *path)

    @property
    def stack(self) -> str:
        """Name of the stack, from the URN; empty if the URN has none."""
        parts = self.urn.split("::", 1)[0].split(":", 2)
        return parts[2] if len(parts) == 3 and parts[:2] == ["urn", "pulumi"] else ""


def read(value: Any, *path: str) -> Any:
    """Return what lies at `path` below `value`: `None` where absent, `UNKNOWN` below an unknown."""
    for key in path:
        if value is UNKNOWN:
            return UNKNOWN
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


@dataclass(frozen=True)
class Stack:
    """The resources that a rule may look up beside the one it judges.

    Attributes:
        resources: in the order in which they were declared.
        complete: False while the engine shows one resource at a time. A rule must then answer only
            what holds whatever the rest of the stack looks like.
    """

    resources: Sequence[Resource]
    complete: bool = True

    @cached_property
    def _by_type(self) -> Mapping[str, Sequence[Resource]]:
        index: dict[str, list[Resource]] = {}
        for resource in self.resources:
            index.setdefault(resource.type, []).append(resource)
        return index

    def of(self, type_token: str) -> Sequence[Resource]:
        """Return the resources of this type."""
        return self._by_type.get(type_token, ())


@dataclass(frozen=True)
class Outcome:
    """What a rule says about one property of one resource.

    Attributes:
        path: where the value stands, such as `spec.template.spec.containers[web]`.
        value: what was found there; `ackb.domain.problems.MISSING` where nothing was.
        why: the rule that is broken, or why it cannot be decided; no full stop at the end.
        fix: what to do, an imperative; no full stop at the end.
        certain: False if the rule cannot be decided with what is known.
    """

    path: str
    value: object
    why: str
    fix: str
    certain: bool = True


@dataclass(frozen=True)
class Finding:
    """An outcome with the rule, the resource and the level it has in this stack."""

    rule: str
    severity: Severity
    level: Level
    resource: Resource
    problem: Problem
    certain: bool

    @property
    def message(self) -> str:
        """One line: code, path, value, why and fix."""
        return self.problem.render()


@dataclass(frozen=True)
class Suppressed:
    """A finding that a skip on the resource silences, with the reason given and the last day."""

    finding: Finding
    reason: str
    expires: date


@dataclass(frozen=True)
class Crash:
    """A rule that failed on a resource: a defect of the rule, never of the design."""

    rule: str
    resource: Resource
    error: str


@dataclass(frozen=True)
class Report:
    """Everything that one evaluation has to say, in the order of the resources.

    Attributes:
        findings: broken rules.
        undecided: rules that cannot be decided before deployment; never a failure.
        suppressed: findings silenced by a skip that is still valid.
        checked: each (rule id, resource) that was judged.
        crashes: rules that failed; the report is then not complete.
    """

    findings: Sequence[Finding] = ()
    undecided: Sequence[Finding] = ()
    suppressed: Sequence[Suppressed] = ()
    checked: Sequence[tuple[str, Resource]] = field(default=(), repr=False)
    crashes: Sequence[Crash] = ()

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings, 2 mandatory findings, 3 could not run."""
        if self.crashes:
            return EXIT_COULD_NOT_RUN
        if any(finding.level is Level.MANDATORY for finding in self.findings):
            return EXIT_MANDATORY
        return EXIT_FINDINGS if self.findings else EXIT_CLEAN


_PLAIN: Final = (str, int, float, bool, type(None))


def from_plain(rows: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """Return resources made from plain dictionaries, such as the rows of a plan.

    Args:
        rows: each with `type`, `name`, `urn` and `inputs` (wire names). A value that is not plain
            data (a wrapped secret, an asset) becomes `UNKNOWN`: no rule can misread or print it.
    """
    return [Resource(row["type"], row["name"], row["urn"], _plain(row["inputs"])) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value if isinstance(value, _PLAIN) else UNKNOWN
