"""The extensions there are."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.controllers.cron_hpa import extension as cron_hpa
from sandbox.controllers.elastic_workload import extension as elastic_workload
from sandbox.controllers.extensions import kruise, vpa
from sandbox.controllers.extensions.extension import Extension
from sandbox.controllers.koordinator import extension as koordinator
from sandbox.controllers.tfjob import extension as tfjob
from sandbox.controllers.trainer import extension as trainer

_ADDONS: tuple[Extension, ...] = (cron_hpa.EXTENSION, koordinator.EXTENSION, kruise.EXTENSION)
_CHARTS: tuple[Extension, ...] = (
    elastic_workload.EXTENSION,
    tfjob.EXTENSION,
    trainer.EXTENSION,
    vpa.EXTENSION,
)

ADDONS: Mapping[str, Extension] = {one.name: one for one in _ADDONS}
"""By name of the add-on; `controlled` in `sandbox/cloud/cs/data/addons.json` lists the same."""

CHARTS: Mapping[str, Extension] = {one.name: one for one in _CHARTS}
"""By name of the marketplace chart, which the label of a ConfigMap of its stand-in names."""
