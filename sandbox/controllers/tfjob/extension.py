"""What the manifests of the legacy training operator bring to a cluster."""

from __future__ import annotations

from pathlib import Path

import yaml

from sandbox.controllers.extensions.extension import Extension
from sandbox.controllers.tfjob.controller import TFJobs
from sandbox.controllers.tfjob.replicas import KIND

_CRD = Path(__file__).parent / "crd.yaml"

EXTENSION = Extension(
    name="training-operator",
    crds=lambda: [yaml.load(_CRD.read_bytes(), Loader=yaml.CSafeLoader)],
    watches=(KIND,),
    controllers=lambda context: [TFJobs(context)],
)
