"""The add-on in a file, or why there is none."""

from __future__ import annotations

import hashlib
import inspect
import re
import sys
import traceback
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from ackb.domain import kubernetes_versions
from ackb.domain.problems import Broken, Refused
from blueprints.addons.contract import Capability, ClusterAddon, Requires
from blueprints.settings.base import Settings

FOLDER: Final = "addons"
"""Folder of the add-ons in a project."""
_MINOR: Final = re.compile(r"\d+\.\d+")


def available(project: Path) -> dict[str, Path]:
    """Return the files of a project's add-ons by name; those that begin with `_` are none."""
    files = sorted((project / FOLDER).glob("*.py"))
    return {file.stem: file for file in files if not file.stem.startswith("_")}


def addon_in(path: Path) -> type[ClusterAddon[Any]]:
    """Return the add-on of a file.

    Raises:
        Refused: the file cannot be imported, or holds no add-on that keeps the contract.
    """
    return _addon_in(path.resolve(), path.stat().st_mtime_ns)


@cache
def _addon_in(path: Path, changed: int) -> type[ClusterAddon[Any]]:  # noqa: ARG001 (cache key)
    module = _imported(path)
    found = [
        one
        for one in vars(module).values()
        if inspect.isclass(one)
        and issubclass(one, ClusterAddon)
        and one.__module__ == module.__name__
        and not one.__name__.startswith("_")
    ]
    if len(found) != 1:
        names = ", ".join(one.__name__ for one in found)
        there = f"there are {names}" if found else "there is none"
        fix = "let the names of those that only help begin with _" if found else "write one"
        raise Refused(Broken(f"be a file with one class derived from ClusterAddon ({there})", fix))
    (addon,) = found
    broken = _against_the_contract(addon)
    if broken is not None:
        raise Refused(broken)
    return addon


def _imported(path: Path) -> ModuleType:
    # A name of its own: two projects in one process may have add-ons of the same name.
    digest = hashlib.sha256(bytes(path)).hexdigest()[:8]
    name = f"_ackb_addon_{digest}_{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise AssertionError(f"{path} is a Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module  # pydantic looks up annotations there
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise Refused(
            Broken(
                f"be a file that can be imported ({what})", f"correct line {line_of(error, path)}"
            )
        ) from error
    return module


def line_of(error: Exception, path: Path) -> int:
    """Return the line of a file that an error is about, or came through last."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno or 1
    lines = [
        frame.lineno or 1
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(path)
    ]
    return lines[-1] if lines else 1


def _against_the_contract(addon: type[ClusterAddon[Any]]) -> Broken | None:
    if inspect.isabstract(addon):
        return Broken(
            f"be an add-on that can be deployed ({addon.__name__} has no method deploy)",
            "add deploy(self, context)",
        )
    model = addon.settings
    if not (inspect.isclass(model) and issubclass(model, Settings)):
        return Broken(
            f"be an add-on whose settings are a class derived from Settings (got {model!r})",
            "derive it from blueprints.addons.Settings",
        )
    if not isinstance(addon.requires, Requires):
        return Broken(
            f"be an add-on whose requires is a Requires(…) (got {addon.requires!r})",
            "write requires = Requires(addons=(…,))",
        )
    return _against_the_relations(addon)


def _against_the_relations(addon: type[ClusterAddon[Any]]) -> Broken | None:
    requires = addon.requires
    # A text is a sequence of letters: easily written instead of a tuple of one.
    for field, value in (("conflicts", addon.conflicts), ("requires.addons", requires.addons)):
        if not isinstance(value, tuple):
            return Broken(
                f"be an add-on whose {field} is a tuple of names (got {value!r})",
                "write it as ('name',)",
            )
    known = requires.capabilities
    if not isinstance(known, tuple) or not all(isinstance(one, Capability) for one in known):
        return Broken(
            f"be an add-on whose requires.capabilities is a tuple of Capability (got {known!r})",
            "write it as (Capability.NAT,)",
        )
    oldest = requires.kubernetes
    if oldest is not None and not _MINOR.fullmatch(oldest):
        return Broken(
            f"be an add-on whose requires.kubernetes is a minor version (got {oldest!r})",
            f'write it such as "{kubernetes_versions.DEFAULT}"',
        )
    return None
