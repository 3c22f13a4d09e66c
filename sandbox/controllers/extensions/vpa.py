"""The chart ack-vertical-pod-autoscaler: the project's own recommender (docs/simulated/vpa.md)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from sandbox.controllers.extensions.extension import Extension, Place, Process, files_of
from sandbox.kube.client import Object

_TOOL: Final = "vpa-recommender"
#: Its default of a minute is the resolution of a usual metrics-server; the sandbox's is finer.
_INTERVAL_SECONDS: Final = 10
_QPS: Final = 1000


def _crds() -> Sequence[Object]:
    return _read_crds(files_of(_TOOL))


@cache
def _read_crds(files: Path) -> Sequence[Object]:
    text = (files / "crds.yaml").read_bytes()
    return [one for one in yaml.load_all(text, Loader=yaml.CSafeLoader) if one]


def _arguments(place: Place) -> Sequence[str]:
    return (
        f"--kubeconfig={place.kubeconfig}",
        f"--address=127.0.0.1:{place.ports[0]}",
        f"--recommender-interval={_INTERVAL_SECONDS}s",
        f"--kube-api-qps={_QPS}",
        f"--kube-api-burst={_QPS}",
    )


EXTENSION: Final = Extension(
    name="ack-vertical-pod-autoscaler",
    crds=_crds,
    process=Process(
        # Nothing waits for it: a recommendation comes when it comes.
        tool=_TOOL,
        arguments=_arguments,
        is_ready=lambda _place: True,
        ports=1,
    ),
)
