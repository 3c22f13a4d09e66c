"""Facts as data: each number with its source and the date it was read."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> Any:
    """Return the content of `<name>.json` of this folder, read once; treat it as read-only."""
    return json.loads(files(__name__).joinpath(f"{name}.json").read_text("utf-8"))
