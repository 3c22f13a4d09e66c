"""Which chart a release names: a folder of the project, a stand-in, or one of a repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ackb.domain.home import find_project

from ..checking import Unacceptable
from ..kinds import Object

_STAND_INS = Path(__file__).resolve().parents[3] / "charts"
"""Charts of Alibaba Cloud's marketplace that the sandbox installs in another form."""


def arguments(inputs: Object) -> list[str]:
    """Return the chart and its version as arguments of helm.

    Raises:
        Unacceptable: it names a folder that is none.
    """
    chart = str(inputs["chart"])
    if folder := _folder(chart):
        return [str(folder)]
    pinned = ["--version", str(inputs["version"])] if inputs.get("version") else []
    if repository := (inputs.get("repositoryOpts") or {}).get("repo"):
        return [chart, "--repo", str(repository), *pinned]
    if chart.startswith("oci://"):
        return [chart, *pinned]
    raise Unacceptable(
        "chart",
        f"chart {chart} is no folder with a Chart.yaml in {_project()}, the sandbox has nothing in "
        f"its place ({', '.join(stand_ins()) or 'none'}), and no repository is given",
    )


def name_of(inputs: Object) -> str:
    """Return the chart's own name, which its releases record."""
    chart = str(inputs["chart"])
    folder = _folder(chart)
    if folder is None:
        return chart.rstrip("/").rpartition("/")[2]
    description: dict[str, Any] = yaml.safe_load((folder / "Chart.yaml").read_text("utf-8"))
    return str(description["name"])


def stand_ins() -> list[str]:
    """Return the names of the charts that the sandbox has something in place of."""
    return sorted(path.parent.name for path in _STAND_INS.glob("*/Chart.yaml"))


def _folder(chart: str) -> Path | None:
    stand_in = _STAND_INS / chart.rstrip("/").rpartition("/")[2]
    looks_local = chart.startswith((".", "/", "~"))
    candidates = [] if looks_local else [stand_in]
    if "://" not in chart:
        candidates.append(_project() / Path(chart).expanduser())
    return next((one for one in candidates if (one / "Chart.yaml").is_file()), None)


def _project() -> Path:
    # The daemon runs in its home, which lies in the project unless ACKB_HOME says otherwise.
    return find_project(Path.cwd())
