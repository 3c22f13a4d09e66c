"""What data sources that list things have in common."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sandbox.providers.alicloud.call import Answer, GaveUpError
from sandbox.providers.alicloud.handler import dug, tags_of
from sandbox.providers.alicloud.values import Values

_WITHOUT_EFFECT: Final = {"outputFile", "enableDetails"}
"""Arguments that change nothing here: every answer has the details."""


def listed(
    arguments: Values,
    found: Iterable[Answer],
    *,
    into: str,
    shown: Mapping[str, str],
    name: str,
    also: Collection[str] = (),
) -> Values:
    """Return the answer of a data source: what was found, narrowed by `ids` and `nameRegex`.

    Args:
        arguments: what was asked.
        found: what the cloud answered.
        into: output that takes the things.
        shown: property of each thing, and where the cloud's answer has it; `id` must be among them.
        name: property by which `nameRegex` chooses.
        also: further arguments, which the caller has served already.

    Raises:
        GaveUpError: an argument is not simulated.
    """
    served = {"ids", "nameRegex", *also, *_WITHOUT_EFFECT}
    if others := sorted(set(arguments) - served):
        raise GaveUpError("Sandbox.NotSimulated", f"the sandbox cannot list by {', '.join(others)}")
    wanted, pattern = arguments.get("ids"), arguments.get("nameRegex") or ""
    rows = [_row(one, shown) for one in found]
    rows = [
        row
        for row in rows
        if (wanted is None or row["id"] in wanted) and re.search(pattern, str(row[name]))
    ]
    ids = [row["id"] for row in rows]
    return {
        **arguments,
        "id": "-".join(ids) or "none",
        "ids": ids,
        "names": [row[name] for row in rows],
        into: rows,
    }


def _row(answer: Answer, shown: Mapping[str, str]) -> dict[str, Any]:
    row = {wire: dug(answer, path) for wire, path in shown.items()}
    return row | ({"tags": tags_of(answer)} if "tags" in shown else {})
