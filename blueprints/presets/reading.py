"""The presets of a blueprint, read from the YAML file of its name beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

_FOLDER: Final = Path(__file__).parent
_BASE: Final = "base"
_ONLY: Final = "default"
"""The one preset of a blueprint that has no file: what is in the base."""


class Layer(BaseModel):
    """Settings, and what is added to them for some targets; a later layer wins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    settings: dict[str, Any] = {}
    sandbox: dict[str, Any] = {}
    alibaba_cloud: dict[str, Any] = {}
    mainland_china: dict[str, Any] = {}
    """For the target alibaba-cloud in regions from which docker.io cannot be reached."""
    replace: dict[str, str] = {}
    """What only the user knows, by dotted path; asked for with the target alibaba-cloud."""


class Preset(Layer):
    """A way to begin."""

    description: str


class Presets(Layer):
    """The presets of a blueprint, and what they have in common."""

    default: str = _ONLY
    presets: dict[str, Preset] = {_ONLY: Preset(description="the defaults of all settings")}


@cache
def base() -> Layer:
    """Return what every blueprint begins with."""
    return Layer.model_validate(_read(_BASE))


@cache
def presets_of(blueprint: str) -> Presets:
    """Return the presets of a blueprint: at least one."""
    known = (_FOLDER / f"{blueprint}.yaml").is_file()
    return Presets.model_validate(_read(blueprint) if known else {})


def _read(name: str) -> Any:
    return YAML(typ="safe", pure=True).load((_FOLDER / f"{name}.yaml").read_text("utf-8"))
