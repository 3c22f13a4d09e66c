"""The value of something that only the deployment will tell."""

from __future__ import annotations

from typing import Any, Final, NoReturn


class Unknown:
    """A value that is not known before deployment, such as the id of a VPC that is still planned.

    There is one instance, `UNKNOWN`; compare with `is`. Using it as a truth value raises
    `TypeError`: "unknown" is neither yes nor no, and a check that forgets this would pass or fail
    by accident.
    """

    _instance: Unknown | None = None

    def __new__(cls) -> Unknown:
        """Return the one instance."""
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> NoReturn:
        raise TypeError("UNKNOWN is neither true nor false; test `value is UNKNOWN` first")

    def __copy__(self) -> Unknown:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Unknown:
        return self

    def __reduce__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
