"""Protected resources: a stack that has them is not taken down, not even in part."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ackb.domain.problems import Problem
from ackb.domain.urns import name_of
from ackb.engine.errors import Protected, UpdateFailed

_FIX: Final = "set its deletion_protection to false in the stack file, run `ackb up {}`, then {}"

_REFUSAL: Final = re.compile(
    r'resource "(urn:pulumi:[^"]+)".*(?:is protected|marked for protection)', re.DOTALL
)
"""What the engine says when it should delete or replace a protected resource (3.256)."""


def refuse_deletion(stack: str, deployment: Mapping[str, Any]) -> None:
    """Refuse to take the stack down while something in it is protected.

    The engine alone would refuse late: it deletes first whatever depends on a protected resource.

    Raises:
        Protected: names the protected resources; nothing was removed.
    """
    resources = deployment.get("resources") or []
    names = [name_of(one["urn"]) for one in resources if one.get("protect")]
    if names:
        again = f"`ackb down {stack}` again"
        why = "is protected against deletion; nothing was removed"
        fix = _FIX.format(stack, again)
        raise Protected(Problem("ENG-13", f"stack {stack}", ", ".join(sorted(names)), why, fix))


def refused(stack: str, errors: Sequence[str]) -> UpdateFailed | None:
    """What to tell when the engine refused to replace or delete protected resources."""
    found = [match[1] for error in errors if (match := _REFUSAL.search(error))]
    if not found:
        return None
    names = ", ".join(sorted({name_of(urn) for urn in found}))
    why = "is protected, and the change would replace or delete it with all it holds"
    fix = f"take the change back, or {_FIX.format(stack, 'make the change')}"
    return UpdateFailed(Problem("ENG-13", f"stack {stack}", names, why, fix))
