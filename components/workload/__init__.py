"""A stateless workload: a Deployment with its configuration, its secrets and its budget."""

from components.workload.args import Probe, Resources, WorkloadArgs
from components.workload.component import Workload

__all__ = ["Probe", "Resources", "Workload", "WorkloadArgs"]
