"""The extensions agree with the add-ons, charts and kinds that the rest of the sandbox knows."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import sandbox
from ackb.toolchain import OPTIONAL
from sandbox.cloud.cs.addon_records import VIRTUAL_NODE
from sandbox.cloud.cs.tasks import load_data
from sandbox.controllers.extensions.extension import Extension
from sandbox.controllers.extensions.table import ADDONS, CHARTS
from sandbox.kube.client import path_of
from sandbox.kube.stand_ins import EXTENSION_LABEL

STAND_INS = Path(sandbox.__file__).parent / "charts"
EVERY = [*ADDONS.values(), *CHARTS.values()]


def test_the_cloud_waits_for_the_addons_with_extensions_and_no_others() -> None:
    addons = load_data("addons")
    assert {*ADDONS, VIRTUAL_NODE} == set(addons["controlled"])
    assert set(ADDONS) <= set(addons["versions"])


def test_each_chart_has_a_stand_in_that_names_it() -> None:
    assert {path.parent.name for path in STAND_INS.glob("*/Chart.yaml")} == set(CHARTS)
    for name in CHARTS:
        chart = yaml.safe_load((STAND_INS / name / "Chart.yaml").read_text())
        assert chart["name"] == name
        template = (STAND_INS / name / "templates" / "extension.yaml").read_text()
        assert f"{EXTENSION_LABEL}: {name}\n" in template


@pytest.mark.parametrize("extension", EVERY, ids=lambda one: one.name)
def test_what_an_extension_names_exists(extension: Extension) -> None:
    assert all(path_of(kind) for kind in extension.watches)
    assert extension.process is None or extension.process.tool in OPTIONAL
