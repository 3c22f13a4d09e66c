"""The Jobs of a TrainJob, and what is told of it (S3-22)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.controllers.trainer.jobs import jobs, service
from sandbox.controllers.trainer.status import is_over, left_active, updated

NOW = "2026-11-22T12:00:00Z"
STEP = "trainer.kubeflow.org/trainjob-ancestor-step"


def runtime(**policy: Any) -> dict[str, Any]:
    """Two parameter servers, and the nodes that the job asks for."""
    pod = {"spec": {"containers": [{"name": "node", "image": "a:1", "env": [{"name": "A"}]}]}}
    plain = {"spec": {"containers": [{"name": "ps", "image": "a:1"}]}}
    template = {
        "replicatedJobs": [
            {"name": "ps", "template": {"spec": {"parallelism": 2, "template": plain}}},
            {
                "name": "node",
                "template": {
                    "metadata": {"labels": {STEP: "trainer"}},
                    "spec": {"backoffLimit": 0, "template": pod},
                },
            },
        ]
    }
    if policy:
        template["successPolicy"] = policy
    return {"spec": {"mlPolicy": {"numNodes": 3}, "template": {"spec": template}}}


def train_job(**trainer: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "mnist", "namespace": "offline", "uid": "u"},
        "spec": {"runtimeRef": {"name": "r", "kind": "TrainingRuntime"}, "trainer": trainer},
    }


def ended(name: str, *types: str) -> dict[str, Any]:
    return {
        "metadata": {
            "name": f"mnist-{name}-0",
            "labels": {"jobset.sigs.k8s.io/replicatedjob-name": name},
        },
        "spec": {"parallelism": 2, "completions": 2},
        "status": {"conditions": [{"type": one, "status": "True"} for one in types]},
    }


def kinds(status: dict[str, Any]) -> list[str]:
    return [one["type"] for one in status.get("conditions", []) if one["status"] == "True"]


def test_the_numbers_of_the_job_go_to_what_trains():
    servers, nodes = jobs(train_job(numNodes=4, image="b:2"), runtime())
    assert (servers["metadata"]["name"], nodes["metadata"]["name"]) == (
        "mnist-ps-0",
        "mnist-node-0",
    )
    assert (servers["spec"]["parallelism"], servers["spec"]["completions"]) == (2, 2)
    assert (nodes["spec"]["parallelism"], nodes["spec"]["completions"]) == (4, 4)
    assert nodes["spec"]["completionMode"] == "Indexed"
    assert nodes["spec"]["backoffLimit"] == 0
    [container] = nodes["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "b:2"
    [other] = servers["spec"]["template"]["spec"]["containers"]
    assert other["image"] == "a:1"


def test_the_runtime_says_how_many_where_the_job_does_not():
    assert jobs(train_job(), runtime())[1]["spec"]["parallelism"] == 3


def test_variables_of_the_job_come_over_those_of_the_runtime():
    given = train_job(env=[{"name": "A", "value": "1"}, {"name": "B", "value": "2"}])
    [container] = jobs(given, runtime())[1]["spec"]["template"]["spec"]["containers"]
    assert container["env"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]


def test_pods_have_host_names_and_the_labels_of_their_job_set():
    made = jobs(train_job(), runtime())[1]["spec"]["template"]
    assert made["spec"]["subdomain"] == service(train_job(), runtime())["metadata"]["name"]
    labels = made["metadata"]["labels"]
    assert labels["jobset.sigs.k8s.io/jobset-name"] == "mnist"
    assert labels["jobset.sigs.k8s.io/replicatedjob-name"] == "node"


@pytest.mark.parametrize(
    ("policy", "done", "complete"),
    [
        ({}, ["node"], False),
        ({}, ["node", "ps"], True),
        ({"operator": "Any"}, ["ps"], True),
        ({"operator": "All", "targetReplicatedJobs": ["node"]}, ["ps"], False),
        ({"operator": "All", "targetReplicatedJobs": ["node"]}, ["node"], True),
    ],
)
def test_the_success_policy_says_when_it_is_complete(policy, done, complete):
    there = [ended(name, *(["Complete"] if name in done else [])) for name in ("ps", "node")]
    status = updated(train_job(), runtime(**policy), there, NOW)
    assert (kinds(status) == ["Complete"]) is complete
    assert is_over(status) is complete


def test_a_failed_job_fails_all_and_the_rest_is_removed():
    there = [ended("ps"), ended("node", "Failed")]
    status = updated(train_job(), runtime(), there, NOW)
    assert kinds(status) == ["Failed"]
    assert status["conditions"][0]["message"] == (
        "jobset failed due to one or more job failures (first failed job: mnist-node-0)"
    )
    assert [one["metadata"]["name"] for one in left_active(there)] == ["mnist-ps-0"]


def test_jobs_are_counted_not_pods():
    there = [ended("ps"), ended("node", "Complete")]
    there[0]["status"] |= {"active": 2, "ready": 2}
    status = updated(train_job(), runtime(), there, NOW)
    assert status["jobsStatus"] == [
        {"name": "ps", "ready": 1, "succeeded": 0, "failed": 0, "active": 1, "suspended": 0},
        {"name": "node", "ready": 0, "succeeded": 1, "failed": 0, "active": 0, "suspended": 0},
    ]


def test_a_suspended_job_says_so_until_it_goes_on():
    one = train_job()
    one["spec"]["suspend"] = True
    assert jobs(one, runtime())[0]["spec"]["suspend"] is True
    one["status"] = updated(one, runtime(), [], NOW)
    assert kinds(one["status"]) == ["Suspended"]
    one["spec"]["suspend"] = False
    status = updated(one, runtime(), [], NOW)
    assert [(c["type"], c["status"], c["reason"]) for c in status["conditions"]] == [
        ("Suspended", "False", "Resumed")
    ]
