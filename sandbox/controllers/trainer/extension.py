"""What the chart kubeflow-trainer brings to a cluster."""

from __future__ import annotations

from pathlib import Path

import yaml

from sandbox.controllers.extensions.extension import Extension
from sandbox.controllers.trainer.controller import TrainJobs
from sandbox.controllers.trainer.jobs import KIND, RUNTIME_KINDS
from sandbox.kube.client import Object

_CRDS = Path(__file__).parent / "crds"


def _crds() -> list[Object]:
    return [
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in sorted(_CRDS.iterdir())
    ]


EXTENSION = Extension(
    name="kubeflow-trainer",
    crds=_crds,
    watches=(KIND, *RUNTIME_KINDS, "Job"),
    controllers=lambda context: [TrainJobs(context)],
)
