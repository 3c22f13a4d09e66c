"""The blackbox exporter of Prometheus: probes sites from inside the cluster (HTTP, TCP, DNS)."""

from __future__ import annotations

from typing import Annotated

import pulumi_kubernetes as kubernetes
from pydantic import Field

from ackb.domain import images
from ackb.domain.tiers import Tier
from blueprints.addons import AddonContext, Capability, ClusterAddon, Requires, Settings
from blueprints.settings.base import rule
from blueprints.settings.codes import Code
from components.workload import Probe, Resources, Workload, WorkloadArgs

_APP = "blackbox-exporter"
_PORT = 9115
"""https://github.com/prometheus/blackbox_exporter#running-this-software"""
_NOBODY = 65534
"""User of the image."""


class BlackboxExporterSettings(Settings):
    """How many exporters run, and of which image."""

    image: Annotated[str, rule(Code.IMAGE, images.check)] = Field(
        default="prom/blackbox-exporter:v0.27.0",
        description="Image, with a tag that is a version. Default: prom/blackbox-exporter:v0.27.0.",
    )
    namespace: str = Field(default="probing", description="Namespace of its own. Default: probing.")
    replicas: int = Field(default=1, ge=1, le=10, description="Number of pods. Default: 1.")


class BlackboxExporter(ClusterAddon[BlackboxExporterSettings]):
    """Probes of sites, for a Prometheus that scrapes annotated Services."""

    settings = BlackboxExporterSettings
    requires = Requires(capabilities=(Capability.NAT,), kubernetes="1.34")

    def deploy(self, context: AddonContext[BlackboxExporterSettings]) -> None:
        """Declare a namespace, a Deployment and a Service."""
        namespace = context.namespace(context.settings.namespace)
        workload = Workload(
            context.name,
            WorkloadArgs(
                namespace=namespace,
                app=_APP,
                image=context.image(context.settings.image),
                port=_PORT,
                resources=Resources(cpu="250m", memory="512Mi"),
                probe=Probe(path="/-/healthy"),
                tier=Tier.SYSTEM,
                user_id=_NOBODY,
                replicas=context.settings.replicas,
            ),
            context.options(),
        )
        kubernetes.core.v1.Service(
            f"{context.name}-service",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=_APP,
                namespace=namespace,
                annotations={"prometheus.io/scrape": "true", "prometheus.io/port": str(_PORT)},
            ),
            spec=kubernetes.core.v1.ServiceSpecArgs(
                selector=workload.labels,
                ports=[kubernetes.core.v1.ServicePortArgs(name="http", port=_PORT)],
            ),
            opts=context.options(),
        )
