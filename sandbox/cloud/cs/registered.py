"""The agent by which a cluster of another place joins ACK One."""

from __future__ import annotations

import hashlib
from pathlib import Path
from string import Template

from sandbox.cloud.cs import errors
from sandbox.cloud.cs.clusters import Clusters
from sandbox.cloud.cs.kinds import REGISTERED
from sandbox.cloud.service import Response, verb

_MANIFEST = Path(__file__).parent / "data" / "agent.yaml"
_MODES = ("admin", "restricted")


class Registered(Clusters):
    """DescribeExternalAgent."""

    @verb(reads=True)
    def describe_external_agent(
        self, *, cluster_id: str, private_ip_address: str = "false", agent_mode: str = "admin"
    ) -> Response:
        """DescribeExternalAgent: manifests of the agent, to be applied in the cluster that joins.

        `private_ip_address` "true" lets the agent call the VPC's address instead of the public one.
        """
        cluster = self.cluster(cluster_id)
        if cluster["api"]["cluster_type"] != REGISTERED:
            raise errors.INVALID_PARAMETER(name="ClusterId", why="it is no registered cluster")
        if agent_mode not in _MODES:
            raise errors.INVALID_PARAMETER(name="AgentMode", why=f"must be one of {_MODES}")
        if agent_mode != "admin":
            raise errors.NOT_SIMULATED(what="an agent with few rights", instead="Use mode admin.")
        if cluster["Status"] == "initial":
            raise errors.CLUSTER_STATE(cluster=cluster_id, state=cluster["Status"])
        private = private_ip_address == "true"
        token = hashlib.sha256(f"agent {self.authority(cluster_id).key}".encode()).hexdigest()
        public = f"{cluster_id}.{self.cloud.region}.cs.aliyuncs.com"
        manifest = Template(_MANIFEST.read_text("utf-8")).substitute(
            cluster=cluster_id,
            region=self.cloud.region,
            endpoint=cluster["own"]["balancer_address"] if private else public,
            token=token[:32],
        )
        return {"config": manifest}
