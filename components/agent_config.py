"""Settings of the agent that runs in a registered cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain.problems import ArgumentProblem
from components.checks import refuse

_NAMESPACE: Final = "kube-system"
_CONFIG_MAP: Final = "ack-agent-config"
_SCRIPT: Final = "addNodeScriptPath"


@dataclass(frozen=True, kw_only=True)
class AgentConfigArgs:
    """Arguments of `AgentConfig`."""

    node_script_url: str
    """Where new nodes fetch the script that makes them join the cluster (http or https), such as an
    OSS object that the VPC reaches."""


class AgentConfig(pulumi.ComponentResource):
    """How cloud nodes join a cluster that kubeadm did not make.

    Creates: a server-side patch of one key of the ConfigMap `kube-system/ack-agent-config`,
    `addNodeScriptPath`. The ConfigMap belongs to the agent, which keeps all other keys; removing
    the component gives the one key back. Node pools must wait for it: a node that finds no script
    fails.

        AgentConfig(
            "idc-agent",
            AgentConfigArgs(node_script_url="https://scripts.example.com/join-ecs-node.sh"),
            pulumi.ResourceOptions(providers=[cluster.provider]),
        )

    What the script must do, and how a cluster of kubeadm needs none:
    https://www.alibabacloud.com/help/en/ack/create-a-script-to-add-cluster-nodes
    """

    config_map: pulumi.Output[str]
    """Namespace and name of the ConfigMap, known once the script is in force."""

    def __init__(
        self, name: str, args: AgentConfigArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("AgentConfig", name, _problems(args))
        super().__init__("ackb:cluster:AgentConfig", name, None, opts)
        patch = kubernetes.core.v1.ConfigMapPatch(
            f"{name}-patch",
            metadata=kubernetes.meta.v1.ObjectMetaPatchArgs(
                name=_CONFIG_MAP,
                namespace=_NAMESPACE,
                # The agent writes an empty path there when it is installed.
                annotations={"pulumi.com/patchForce": "true"},
            ),
            data={_SCRIPT: args.node_script_url},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.config_map = patch.id.apply(lambda _: f"{_NAMESPACE}/{_CONFIG_MAP}")
        self.register_outputs({"config_map": self.config_map})


def _problems(args: AgentConfigArgs) -> Iterator[ArgumentProblem]:
    address = urlsplit(args.node_script_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        yield ArgumentProblem(
            "node_script_url",
            "be an address that begins with https:// or http://",
            args.node_script_url,
            "upload the script where the VPC reaches it, such as OSS, and give its address",
        )
