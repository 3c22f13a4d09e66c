"""What makes the GPUs of nodes known to a cluster that ACK does not run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import gpu, images
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse

core = kubernetes.core.v1

_NAMESPACE: Final = "kube-system"
_NAME: Final = "nvidia-device-plugin"
_SOCKETS: Final = "/var/lib/kubelet/device-plugins"
"""Folder in which kubelet and plug-ins find each other (Kubernetes, device plugins)."""


@dataclass(frozen=True, kw_only=True)
class DevicePluginArgs:
    """Arguments of `DevicePlugin`."""

    image: str = "nvcr.io/nvidia/k8s-device-plugin:v0.17.4"
    """Image of the plug-in, pinned to a version or a digest. Default:
    nvcr.io/nvidia/k8s-device-plugin:v0.17.4."""
    pull_secret: str | None = None
    """Secret of kube-system to log in to the registry with. Default: none."""


class DevicePlugin(pulumi.ComponentResource):
    """NVIDIA's device plug-in on every cloud node with a GPU, which then offers `nvidia.com/gpu`.

    Creates: a DaemonSet in kube-system. Managed clusters have the add-on ack-nvidia-device-plugin
    for it and need none of this; in a registered cluster driver and plug-in are the user's (the
    driver comes with the image or the script of the node).

        DevicePlugin(
            "gpus",
            DevicePluginArgs(),
            pulumi.ResourceOptions(providers=[cluster.provider]),
        )

    Only one can run in a cluster.
    """

    daemon_set: pulumi.Output[str]
    """Name of the DaemonSet, known once it runs on the nodes that are there."""

    def __init__(
        self, name: str, args: DevicePluginArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("DevicePlugin", name, _problems(args))
        super().__init__("ackb:cluster:DevicePlugin", name, None, opts)
        labels = {"app": _NAME}
        made = kubernetes.apps.v1.DaemonSet(
            f"{name}-daemon-set",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=_NAME, namespace=_NAMESPACE, labels=labels
            ),
            spec=kubernetes.apps.v1.DaemonSetSpecArgs(
                selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels=labels),
                template=core.PodTemplateSpecArgs(
                    metadata=kubernetes.meta.v1.ObjectMetaArgs(labels=labels),
                    spec=_pod(args),
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.daemon_set = made.metadata.apply(lambda metadata: str(metadata.name))
        self.register_outputs({"daemon_set": self.daemon_set})


def _pod(args: DevicePluginArgs) -> core.PodSpecArgs:
    """Return the pod of NVIDIA's own manifest, on the nodes that say they have a GPU."""
    return core.PodSpecArgs(
        priority_class_name="system-node-critical",
        automount_service_account_token=False,
        affinity=_on_nodes_with_gpus(),
        tolerations=[core.TolerationArgs(key=gpu.RESOURCE, operator="Exists")],
        image_pull_secrets=(
            [core.LocalObjectReferenceArgs(name=args.pull_secret)] if args.pull_secret else None
        ),
        volumes=[
            core.VolumeArgs(name="sockets", host_path=core.HostPathVolumeSourceArgs(path=_SOCKETS))
        ],
        containers=[
            core.ContainerArgs(
                name=_NAME,
                image=args.image,
                env=[
                    # A node whose driver is still being installed is tried again.
                    core.EnvVarArgs(name="FAIL_ON_INIT_ERROR", value="false")
                ],
                resources=core.ResourceRequirementsArgs(
                    requests={"cpu": "10m", "memory": "64Mi"}, limits={"memory": "256Mi"}
                ),
                security_context=core.SecurityContextArgs(
                    allow_privilege_escalation=False,
                    capabilities=core.CapabilitiesArgs(drop=["ALL"]),
                ),
                volume_mounts=[core.VolumeMountArgs(name="sockets", mount_path=_SOCKETS)],
            )
        ],
    )


def _on_nodes_with_gpus() -> core.AffinityArgs:
    has_gpus = core.NodeSelectorRequirementArgs(key=gpu.COUNT_LABEL, operator="Exists")
    return core.AffinityArgs(
        node_affinity=core.NodeAffinityArgs(
            required_during_scheduling_ignored_during_execution=core.NodeSelectorArgs(
                node_selector_terms=[core.NodeSelectorTermArgs(match_expressions=[has_gpus])]
            )
        )
    )


def _problems(args: DevicePluginArgs) -> Iterator[ArgumentProblem]:
    yield from problem("image", args.image, images.check(args.image))
