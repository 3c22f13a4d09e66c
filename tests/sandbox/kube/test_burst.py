"""Many pods at once, on the real control plane; a thousand by command: test_virtual_nodes.py."""

from __future__ import annotations

from ackb.burst.access import KubeconfigApi
from ackb.burst.conduct import Burst
from ackb.burst.course import Row
from ackb.burst.pods import Container
from ackb.burst.sandboxed import Sandboxed
from tests.sandbox.kube.conftest import Lab

PODS = 200


def test_many_pods_come_and_go(lab: Lab) -> None:
    """S1-06, S1-17: none is lost, none started twice, and nothing stays."""
    namespace = lab.namespace()
    kubeconfig = lab.home.kwok / "clusters" / lab.plane.name / "kubeconfig.yaml"
    around = Sandboxed(lab.home, lab.cloud, lab.cluster_id, unlimited=True)
    runs = Container(image="nginx:1.29", user_id=101)
    burst = Burst(KubeconfigApi(str(kubeconfig)), namespace, runs, around)
    rows: list[Row] = []
    course = burst.run(PODS, keep=True, on_row=rows.append)
    assert (course.check.pods, course.check.instances) == (PODS, PODS)
    assert course.check.passed
    groups = lab.eci()
    assert len({one["IntranetIp"] for one in groups}) == PODS, "an address each"
    ready = [row.ready for row in rows]
    assert ready == sorted(ready)
    assert rows[-1].processes["kube-apiserver"].cpu_seconds > 0
    assert burst.clear(), "what a burst left is found by the next"
    assert not lab.pods(namespace)
    assert not lab.eci()
