"""Takes out of a sandbox stack's file what `up` put in, once nothing is left to use it.

A clone whose sandbox came up and went away is as it was: nothing to commit, nothing to restore.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from ackb.cli.context import PROJECT
from ackb.domain.files import write_atomically

if TYPE_CHECKING:
    from ackb.cli.context import Stack


def forget(stack: Stack) -> list[str]:
    """Remove the encrypted secrets that blueprints ask for from a stack's file; returns their keys.

    The settings need not be right: `down` works on any stack.
    """
    from blueprints import BLUEPRINTS

    asked = (one.key for blueprint in BLUEPRINTS.values() for one in blueprint.secrets)
    held = sorted({f"{PROJECT}:{key}" for key in asked} & set(stack.file.secrets))
    text = stack.file.path.read_text("utf-8")
    kept = without(text, held)
    if kept != text:
        write_atomically(stack.file.path, kept)
    return held


def without(text: str, keys: Collection[str]) -> str:
    """The text of a stack file without these secrets, and without the salt if no other is left."""
    for key in keys:
        # Everything below the key: YAML tools break long values into several lines.
        text = re.sub(rf"(?m)^([ \t]+){re.escape(key)}:\n(?:\1[ \t]+\S.*\n)+", "", text)
    if "secure:" not in text:
        text = re.sub(r"(?m)^encryptionsalt:.*\n(?:[ \t]+\S.*\n)*", "", text)
    return text
