"""How finding and building tools is told to a person."""

from __future__ import annotations

import shutil
import time
from typing import Final, TextIO

from ackb.toolchain.build import Progress

_LIVE_SECONDS: Final = 0.2
_LOG_SECONDS: Final = 30.0
_CLEAR_LINE: Final = "\r\x1b[K"


class Report:
    """Tells a build's progress: one live line on a terminal, a line now and then in a log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._next = 0.0
        self._tool = ""

    def __call__(self, progress: Progress) -> None:
        """Tell one moment, if it is worth it."""
        if progress.state in ("ignored", "waiting"):
            self.say(progress.detail)
            return
        head = f"[{progress.number}/{progress.total}] {progress.tool} {progress.version}"
        if progress.state == "built":
            self.say(f"{head}: built in {progress.seconds:.0f} s")
            return
        now = time.monotonic()
        if progress.tool == self._tool and now < self._next:
            return
        self._tool = progress.tool
        self._next = now + (_LIVE_SECONDS if self._live else _LOG_SECONDS)
        text = f"{head}: {progress.seconds:.0f} s  {progress.detail or 'building'}"
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            print(f"{_CLEAR_LINE}{text[:width]}", end="", file=self._stream, flush=True)
        else:
            print(text, file=self._stream, flush=True)

    def say(self, text: str) -> None:
        """Print a line that stays."""
        print(f"{_CLEAR_LINE if self._live else ''}{text}", file=self._stream, flush=True)
