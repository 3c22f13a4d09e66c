"""Draws the picture of a stack into files."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ackb.domain.files import write_atomically

if TYPE_CHECKING:
    from ackb.cli.context import Stack


@dataclass(frozen=True)
class PicturePaths:
    """The two files of one picture."""

    svg: Path
    png: Path

    @classmethod
    def of(cls, stack: Stack, folder: Path | None = None) -> Self:
        """The files of a stack in `folder`, by default the home's folder of pictures."""
        target = folder or stack.workplace.home.pictures
        return cls(target / f"{stack.name}.svg", target / f"{stack.name}.png")


class Drawing:
    """The picture that goes with an `up`: drawn once something changes, in a thread beside it.

    Not before: planning and drawing take two seconds of a processor that the engine needs to start.
    A picture that cannot be drawn is no failure: a stack that is up is worth more than its picture.
    """

    def __init__(self, stack: Stack, report: Callable[[str], None]) -> None:
        self._stack = stack
        self._report = report
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="picture")
        self._drawn: Future[PicturePaths] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.shutdown()

    def start(self) -> None:
        """Draw, if that has not begun yet."""
        if self._drawn is None:
            self._drawn = self._worker.submit(draw_stack, self._stack)

    def result(self) -> PicturePaths | None:
        """The picture of the stack as it is now; that of the last change where nothing changed."""
        paths = PicturePaths.of(self._stack)
        if self._drawn is None and paths.svg.exists() and paths.png.exists():
            return paths
        self.start()
        try:
            return self._drawn.result() if self._drawn else None
        except Exception as error:
            self._report(f"The picture could not be drawn: {error}")
            return None


def draw_stack(stack: Stack, folder: Path | None = None) -> PicturePaths:
    """Plan a stack and draw it into `folder`, by default the home's folder of pictures.

    Raises:
        PlanError, pulumi.RunError: the stack cannot be planned.
        OSError: the folder cannot be written.
    """
    home = stack.workplace.home.ensure()
    # matplotlib keeps a cache of fonts, by default in the user's own folders.
    os.environ.setdefault("MPLCONFIGDIR", str(home.root / "matplotlib"))
    from ackb.picture.draw import draw
    from ackb.picture.extract import architecture
    from ackb.picture.layout import arrange
    from ackb.planning import plan_stack

    settings = stack.settings()
    plan = plan_stack(stack.workplace.project, stack.name)
    pictures = draw(arrange(architecture(stack.name, plan.resources, settings)))
    paths = PicturePaths.of(stack, folder)
    paths.svg.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(paths.svg, pictures.svg)
    write_atomically(paths.png, pictures.png)
    return paths
