"""The data files beside the services: what the cloud sells, its limits, how long things take."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def load(path: Path) -> dict[str, Any]:
    """A JSON file of the simulated cloud, read once."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def shared(name: str) -> dict[str, Any]:
    """A file of sandbox/cloud/data, named without its extension."""
    return load(Path(__file__).parent / "data" / f"{name}.json")
