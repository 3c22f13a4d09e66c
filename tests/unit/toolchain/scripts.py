"""The scripts in `tools/`, which are no package, as modules."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

CLONE = Path(__file__).resolve().parents[3]


def load(name: str) -> ModuleType:
    """Import `tools/<name>.py` anew, so that a test may change its constants."""
    spec = importlib.util.spec_from_file_location(f"tools_{name}", CLONE / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
