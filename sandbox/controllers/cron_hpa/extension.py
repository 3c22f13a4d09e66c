"""What the add-on ack-kubernetes-cronhpa-controller brings to a cluster."""

from __future__ import annotations

from pathlib import Path

import yaml

from sandbox.controllers.cron_hpa.controller import ADDON, CronHpas
from sandbox.controllers.cron_hpa.job import KIND
from sandbox.controllers.extensions.extension import Extension

_CRD = Path(__file__).parent / "crd.yaml"

EXTENSION = Extension(
    name=ADDON,
    crds=lambda: [yaml.load(_CRD.read_bytes(), Loader=yaml.CSafeLoader)],
    watches=(KIND,),
    controllers=lambda context: [CronHpas(context)],
)
