"""The real autoscaler on the load model."""

from __future__ import annotations

import pytest

from sandbox.metrics.load import Demand, set_demands
from tests.sandbox.kube.conftest import Lab


@pytest.mark.timeout(300)
def test_demand_makes_more_pods(lab: Lab) -> None:
    """S2-45, S2-46: 3 cores of work on pods of 500m, at a target of 60 %."""
    namespace = lab.namespace()
    lab.deploy(namespace, 2)
    lab.ready(namespace, 2)
    lab.autoscale(namespace, 2, 20)
    set_demands(lab.cloud, lab.cluster_id, [Demand(namespace, {"app": "web"}, 3.0)])
    # 2 pods at their limit -> 4 -> 7 -> 12, where 3 cores and the idle share make 62 %: tolerated.
    lab.ready(namespace, 12, 150)
