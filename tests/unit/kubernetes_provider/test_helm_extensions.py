"""A release waits for what the sandbox's controllers bring for its chart."""

import asyncio
from typing import Any

import pytest

from sandbox.providers.kubernetes.helm.extensions import until_there
from sandbox.providers.kubernetes.helm.records import Record

CHART = "ack-vertical-pod-autoscaler"
MANIFEST = f"""
apiVersion: v1
kind: ConfigMap
metadata: {{name: one, namespace: kube-system, labels: {{ackb/sandbox-extension: {CHART}}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: two}}
"""


class Answers:
    """A cluster that answers with one state of the ConfigMap after the other."""

    def __init__(self, *states: str | None) -> None:
        self.states = list(states)
        self.asked: list[tuple[str, str, str]] = []

    def read(self, kind: Any, namespace: str, name: str) -> dict[str, Any] | None:
        self.asked.append((kind.name, namespace, name))
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if state is None:
            return None
        return {"metadata": {"annotations": {"ackb/sandbox-extension-state": state}}}


def wait(answers: Answers, manifest: str, *, limit: float = 60.0, stopped: bool = False) -> str:
    release = {
        "name": "vpa",
        "namespace": "tools",
        "version": 1,
        "info": {"status": "deployed"},
        "chart": {"metadata": {"name": CHART, "version": "1.0.0"}},
        "manifest": manifest,
    }
    cluster: Any = answers

    async def run() -> str:
        cancelled = asyncio.Event()
        if stopped:
            cancelled.set()
        return await until_there(cluster, Record({}, release), limit=limit, cancelled=cancelled)

    return asyncio.run(run())


def test_until_the_controllers_say_so() -> None:
    answers = Answers(None, "", "active")
    assert wait(answers, MANIFEST) == ""
    assert answers.asked == [("ConfigMap", "kube-system", "one")] * 3


def test_why_it_does_not_work() -> None:
    assert wait(Answers("", "vpa-recommender: not built"), MANIFEST) == "vpa-recommender: not built"


@pytest.mark.parametrize("how", [{"limit": 0.0}, {"stopped": True}])
def test_not_for_ever(how: dict[str, Any]) -> None:
    assert wait(Answers(None), MANIFEST, **how) == f"{CHART} does not get ready"


def test_other_charts_are_not_waited_for() -> None:
    assert wait(Answers(None), MANIFEST.partition("---")[2]) == ""


def test_the_namespace_of_the_release_counts_where_the_chart_gives_none() -> None:
    answers = Answers("active")
    assert wait(answers, MANIFEST.replace("namespace: kube-system, ", "")) == ""
    assert answers.asked == [("ConfigMap", "tools", "one")]
