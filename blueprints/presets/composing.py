"""From a preset, a target and a region to the settings of a stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ackb.domain import regions
from blueprints import BLUEPRINTS
from blueprints.presets.reading import base, presets_of
from blueprints.settings.shape import entry_of, model_of

_EXISTING: Final = "existing"


@dataclass(frozen=True, kw_only=True)
class Composed:
    """Settings to begin with."""

    settings: Mapping[str, Any]
    """The object `ackb:settings`, in the order of its model."""
    replace: Mapping[str, str]
    """What only the user knows, by dotted path: the value is a placeholder."""


def compose(blueprint: str, preset: str, *, target: str, region: str, environment: str) -> Composed:
    """Return the settings of a new stack.

    Args:
        blueprint: name of the blueprint.
        preset: name of one of its presets.
        target: `sandbox` or `alibaba-cloud`.
        region: a known region.
        environment: value of the tag `env`.
    """
    model = BLUEPRINTS[blueprint].settings
    known, real = presets_of(blueprint), target == "alibaba-cloud"
    settings: dict[str, Any] = {}
    replace: dict[str, str] = {}
    for layer in (base(), known, known.presets[preset]):
        parts = [layer.settings]
        if real:
            parts.append(layer.alibaba_cloud)
            if regions.regions()[region].mainland_china:
                parts.append(layer.mainland_china)
        else:
            parts.append(layer.sandbox)
        for part in parts:
            # The base is for all blueprints: some know fewer keys.
            settings = _merged(settings, _known(model, part) if layer is base() else part)
        replace |= layer.replace
    settings = _filled(settings, region)
    settings |= {"blueprint": blueprint, "target": target, "region": region}
    settings["tags"] = {**settings["tags"], "env": environment}
    _place_zones(settings, region)
    return Composed(
        settings={name: settings[name] for name in model.model_fields if name in settings}
        | settings,
        replace={
            path: what
            for path, what in replace.items()
            if _has(settings, path) and (real or _exists(settings, path))
        },
    )


def _merged(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    if "type" in above and above["type"] != below.get("type", _unsaid(above["type"])):
        return above  # another form of the same setting: nothing of the first one fits
    return below | {key: _merged(below.get(key), value) for key, value in above.items()}


def _unsaid(tag: str) -> str:
    """Return the form of what has no `type` beside a part of this form."""
    return "new" if tag == _EXISTING else tag


def _known(annotation: Any, data: Any) -> Any:
    """Return what of `data` the model has keys for."""
    if isinstance(data, list):
        return [_known(entry_of(annotation), one) for one in data]
    model = model_of(annotation, data)
    if model is None or not isinstance(data, dict):
        return data
    fields = model.model_fields
    return {key: _known(fields[key].annotation, data[key]) for key in data if key in fields}


def _filled(data: Any, region: str) -> Any:
    """Return `data` with the region in the texts that hold a place for it."""
    if isinstance(data, dict):
        return {key: _filled(value, region) for key, value in data.items()}
    if isinstance(data, list):
        return [_filled(value, region) for value in data]
    return data.replace("{region}", region) if isinstance(data, str) else data


def _place_zones(settings: dict[str, Any], region: str) -> None:
    """Give each zone of the network its id; a region may have fewer zones than the preset."""
    network = settings.get("network", {})
    if "zones" not in network:
        return
    where = regions.regions()[region]
    preferred = [*where.eci_recommended, *(where.eci_zones or where.zones)]
    chosen = sorted(list(dict.fromkeys(preferred))[: len(network["zones"])])
    placed = [
        {"zone_id": zone_id, **ranges}
        for zone_id, ranges in zip(chosen, network["zones"], strict=False)
    ]
    settings["network"] = {**network, "zones": placed}


def _exists(settings: Mapping[str, Any], path: str) -> bool:
    """Return whether a path names something that is there already: no target can make it up."""
    part = settings[path.split(".")[0]]
    return isinstance(part, dict) and part.get("type") == _EXISTING


def _has(data: Any, path: str) -> bool:
    for key in path.split("."):
        if not isinstance(data, dict) or key not in data:
            return False
        data = data[key]
    return True
