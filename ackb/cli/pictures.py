"""Draws the picture of a stack into files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ackb.domain.files import write_atomically

if TYPE_CHECKING:
    from ackb.cli.context import Stack


@dataclass(frozen=True)
class PicturePaths:
    """The two files of one picture."""

    svg: Path
    png: Path


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
    target = folder or home.pictures
    target.mkdir(parents=True, exist_ok=True)
    paths = PicturePaths(target / f"{stack.name}.svg", target / f"{stack.name}.png")
    write_atomically(paths.svg, pictures.svg)
    write_atomically(paths.png, pictures.png)
    return paths
