"""POL-01: a skip names an existing rule, gives a reason and has not expired."""

from __future__ import annotations

from collections.abc import Iterator

from ackb.domain.problems import nearest
from ackb.domain.unknown import UNKNOWN
from policies import skips
from policies.model import Outcome, Resource
from policies.rules import Context


def applies(resource: Resource) -> bool:
    """Judge whatever carries a skip."""
    return skips.value_on(resource)[1] is not None


def check(resource: Resource, context: Context) -> Iterator[Outcome]:
    """Yield each entry that silences nothing."""
    path, value = skips.value_on(resource)
    if value is UNKNOWN:
        yield Outcome(
            path,
            value,
            "a skip that is not known before deployment silences nothing",
            "write the skip as plain text",
            certain=False,
        )
        return
    for entry in skips.parse(value):
        if isinstance(entry, skips.Malformed):
            fix = f"write '{skips.FORM}'; several entries are separated by '{skips.SEPARATOR}'"
            yield Outcome(path, entry.text, entry.why, fix)
        elif entry.rule not in context.rule_ids:
            near = nearest(entry.rule, sorted(context.rule_ids))
            yield Outcome(
                path,
                entry.rule,
                "must name an existing rule",
                f"did you mean {near}" if near else "see docs/policies.md for the ids",
            )
        elif not entry.holds(context.today):
            yield Outcome(
                path,
                f"{entry.rule}: {entry.reason}",
                f"expired on {entry.expires}, so {entry.rule} is reported again",
                "repair the cause and remove the skip, or renew it with a new reason and day",
            )
