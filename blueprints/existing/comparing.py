"""How a thing that is there is compared with what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ackb.domain.problems import InvalidInput, Problem
from blueprints.settings.codes import Code
from blueprints.settings.structure import ROOT


class Judge:
    """Collects what is wrong with the things of one part of the settings."""

    def __init__(self, part: str, problems: list[Problem]) -> None:
        self.root = f"{ROOT}.{part}"
        self._problems = problems

    def path(self, key: str) -> str:
        """The path of a key of this part."""
        return f"{self.root}.{key}"

    def refuse(self, key: str, value: object, why: str, fix: str) -> None:
        """Note a problem with the value at this key."""
        self._problems.append(Problem(Code.EXISTING, self.path(key), value, why, fix))

    def one(
        self, key: str, id: str, ask: Callable[[str], Sequence[Any] | None], what: str
    ) -> Any | None:
        """Return the thing of this id; None where it is missing (noted), or nobody can say."""
        try:
            answer = ask(self.path(key))
        except InvalidInput as error:
            self._problems.extend(error.problems)
            return None
        if answer is None:
            return None
        found = [one for one in answer if one.id == id]
        if not found:
            self.refuse(
                key,
                id,
                f"must be the id of {what} in the region of the stack; there is none",
                "copy the id from the console; region and account must be those of the stack",
            )
            return None
        return found[0]

    def same(self, key: str, said: object, there: object, what: str) -> None:
        """Note a problem where the cloud says something else than the settings."""
        if said != there:
            shown = str(there).lower() if isinstance(there, bool) else there
            self.refuse(key, said, f"must be {what}, which is {shown}", f"write {shown}")

    def status(self, key: str, id: str, status: str, good: str, what: str) -> None:
        """Note a problem where a thing cannot be used now."""
        if status.lower() != good.lower():
            self.refuse(
                key,
                id,
                f"must be {good} (the {what} is {status})",
                "wait until it is, or repair it in the console",
            )

    def in_vpc(self, key: str, id: str, vpc_id: str, said: str | None, what: str) -> None:
        """Note a problem where a thing is in another VPC; `said` is None for a new network."""
        if vpc_id == said:
            return
        of_stack = f"{said}, the VPC of the stack" if said else "the VPC of the stack, which is new"
        self.refuse(
            key,
            id,
            f"must be in {of_stack} (the {what} is in {vpc_id or 'none'})",
            f"write another id, or network.vpc_id: {vpc_id}" if vpc_id else "write another id",
        )

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Note a question that could not be asked, and go on."""
        try:
            yield
        except InvalidInput as error:
            self._problems.extend(error.problems)
