"""Label selectors as they stand in requests: `app=web,tier in (a, b),!old`."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TERM = re.compile(
    r"\s*(?:"
    r"(?P<absent>!)\s*(?P<absent_key>[^\s,=!()]+)"
    r"|(?P<set_key>[^\s,=!()]+)\s+(?P<set>in|notin)\s*\((?P<values>[^)]*)\)"
    r"|(?P<key>[^\s,=!()]+)\s*(?P<operator>==|=|!=)\s*(?P<value>[^\s,]*)"
    r"|(?P<present>[^\s,=!()]+)"
    r")\s*(?:,|$)"
)


class InvalidSelector(ValueError):
    """The text is no label selector."""


def matches(selector: str, labels: Mapping[str, str]) -> bool:
    """Whether the labels satisfy the selector; the empty one is always satisfied.

    Raises:
        InvalidSelector: it cannot be read.
    """
    at, met = 0, True
    while at < len(selector):
        term = _TERM.match(selector, at)
        if term is None:
            raise InvalidSelector(f"unable to parse the label selector {selector!r}")
        met = met and _holds(term, labels)
        at = term.end()
    return met


def _holds(term: re.Match[str], labels: Mapping[str, str]) -> bool:
    part = term.groupdict()
    if part["absent"]:
        return part["absent_key"] not in labels
    if part["set"]:
        within = labels.get(part["set_key"]) in [one.strip() for one in part["values"].split(",")]
        return within == (part["set"] == "in")
    if part["operator"]:
        equal = labels.get(part["key"]) == part["value"]
        return equal == (part["operator"] != "!=")
    return part["present"] in labels
