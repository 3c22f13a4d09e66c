"""What a person does next with a cluster that only they can connect."""

from __future__ import annotations

import pulumi

from blueprints.settings import RegisteredGpuSettings


def next_step(settings: RegisteredGpuSettings) -> str | None:
    """Return what to run to connect the cluster; None once it is connected."""
    if settings.cluster.connected:
        return None
    stack = pulumi.get_stack()
    return (
        f"connect the cluster: `ackb agent {stack} | kubectl apply -f -`, with kubectl talking to "
        "the cluster of the data centre; when its pods in kube-system run, write "
        f"cluster.connected: true and run `ackb up {stack}` again"
    )
