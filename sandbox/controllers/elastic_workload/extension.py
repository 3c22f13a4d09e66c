"""What the marketplace chart ack-kubernetes-elastic-workload brings to a cluster."""

from __future__ import annotations

from pathlib import Path

import yaml

from sandbox.controllers.elastic_workload.controller import ElasticWorkloads
from sandbox.controllers.elastic_workload.workload import KIND
from sandbox.controllers.extensions.extension import Extension

CHART = "ack-kubernetes-elastic-workload"

_CRD = Path(__file__).parent / "crd.yaml"

EXTENSION = Extension(
    name=CHART,
    crds=lambda: [yaml.load(_CRD.read_bytes(), Loader=yaml.CSafeLoader)],
    watches=(KIND, "Deployment"),
    controllers=lambda context: [ElasticWorkloads(context)],
)
