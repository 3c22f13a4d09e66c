"""The plain form: one Job of Kubernetes with a pod for each index, and no operator."""

from __future__ import annotations

import json
from typing import Any, Final

from components.training import pod
from components.training.args import DistributedTrainingArgs

_START: Final = """\
if [ "$JOB_COMPLETION_INDEX" -lt "$PARAMETER_SERVERS" ]; then
  type=ps; index=$JOB_COMPLETION_INDEX
else
  type=worker; index=$((JOB_COMPLETION_INDEX - PARAMETER_SERVERS))
fi
task="{\\"type\\":\\"$type\\",\\"index\\":$index}"
export TF_CONFIG="{\\"cluster\\":$TF_CLUSTER,\\"task\\":$task,\\"environment\\":\\"cloud\\"}"
exec "$@"
"""
"""Tells each pod who it is; the first indexes are the parameter servers. Kubernetes sets
JOB_COMPLETION_INDEX."""


def spec(args: DistributedTrainingArgs) -> dict[str, Any]:
    """Return the specification of the Job.

    It is done when all workers are: parameter servers never end by themselves, and go then. A pod
    that is evicted comes again and spends no retry.
    """
    servers, pods = args.parameter_servers, args.parameter_servers + args.workers
    return {
        "completionMode": "Indexed",
        "completions": pods,
        "parallelism": pods,
        "backoffLimit": args.retries,
        "successPolicy": {"rules": [{"succeededIndexes": _indexes(servers, pods)}]},
        "podFailurePolicy": pod.FAILURE_POLICY,
        "template": {
            "metadata": pod.metadata(args),
            "spec": {
                **pod.pod(
                    args,
                    container="tensorflow",
                    command=["sh", "-ec", _START, "train", *args.command],
                    environment=[
                        {"name": "PARAMETER_SERVERS", "value": str(servers)},
                        {"name": "TF_CLUSTER", "value": json.dumps(_cluster(args))},
                    ],
                ),
                "restartPolicy": "Never",
                # With it each pod has a name in the headless Service.
                "subdomain": args.job_name,
            },
        },
    }


def _cluster(args: DistributedTrainingArgs) -> dict[str, list[str]]:
    # Pods of an indexed Job have the host name <job>-<index>.
    hosts = [
        f"{args.job_name}-{index}.{args.job_name}:{pod.PORT}"
        for index in range(args.parameter_servers + args.workers)
    ]
    servers = args.parameter_servers
    return {"ps": hosts[:servers], "worker": hosts[servers:]}


def _indexes(first: int, end: int) -> str:
    return str(first) if end - first == 1 else f"{first}-{end - 1}"
