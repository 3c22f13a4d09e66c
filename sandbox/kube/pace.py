"""How fast the time of a home runs: 1 is real time, a load test in a scratch home may be faster.

Everything that waits in the sandbox and stands for a wait of the real cloud goes through here, so
that one file in the home divides all of them by the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ackb.domain.files import write_atomically
from ackb.domain.home import Home

SPEEDS: Final = (1, 3, 5, 15)
"""Divisors of the autoscaler's 15 s: its periods and windows stay whole seconds."""

_FILE: Final = "speed"


@dataclass(frozen=True)
class Pace:
    """A speed; the time of the sandbox is the real one times as fast."""

    speed: int = 1

    def __post_init__(self) -> None:
        if self.speed not in SPEEDS:
            allowed = ", ".join(map(str, SPEEDS))
            raise ValueError(f"a speed is one of {allowed} (got {self.speed})")

    @classmethod
    def of(cls, home: Home) -> Pace:
        """The pace of a home: real time unless its file `speed` says otherwise.

        Raises:
            ValueError: the file holds no allowed speed.
        """
        try:
            return cls(int((home.root / _FILE).read_text("utf-8")))
        except FileNotFoundError:
            return cls()

    def set(self, home: Home) -> None:
        """Let the home run at this pace; a daemon and control planes that run keep theirs."""
        write_atomically(home.root / _FILE, f"{self.speed}\n")

    def seconds(self, real: float) -> float:
        """What a time of so many seconds takes."""
        return real / self.speed

    def rate(self, real: float) -> float:
        """How often a second something comes that really comes so often."""
        return real * self.speed
