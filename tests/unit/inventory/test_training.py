"""Pods of training that operators make: their number, for addresses, and what they are like."""

from typing import Any

import pytest

from ackb.inventory.workloads import workloads
from ackb.planning import Plan
from components.training import DistributedTraining, DistributedTrainingArgs


def plan(deploy: Any, form: str, **changes: Any) -> Plan:
    arguments = DistributedTrainingArgs(
        **{
            "namespace": "offline",
            "job_name": "mnist",
            "image": "train:1.0",
            "command": ["train"],
            "user_id": 1000,
            "form": form,
            **changes,
        }
    )
    made: Plan = deploy(lambda opts: DistributedTraining("training", arguments, opts))
    return made


@pytest.mark.parametrize("form", ["Job", "TrainJob", "TFJob"])
@pytest.mark.parametrize(("servers", "workers"), [(2, 4), (0, 1), (1, 8)])
def test_all_forms_have_the_same_pods(deploy, form: str, servers: int, workers: int) -> None:
    """S3-23: parameter servers and workers take an address each."""
    made = plan(deploy, form, parameter_servers=servers, workers=workers)
    (found,) = workloads(made.resources)
    assert (found.kind, found.name, found.namespace) == (form, "mnist", "offline")
    assert found.lowest == found.highest == servers + workers
    assert found.pod["containers"][0]["image"] == "train:1.0"
