"""The rules that settings must keep, each with an id for life.

A rule that goes away takes its number with it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Code(StrEnum):
    """Id of a rule, as it stands at the beginning of a message."""

    UNKNOWN_KEY = "SET-001"
    MISSING = "SET-002"
    WRONG_TYPE = "SET-003"
    NOT_A_CHOICE = "SET-004"
    OUT_OF_RANGE = "SET-005"
    NOT_READABLE = "SET-006"
    SECRET = "SET-007"
    NAME = "SET-008"
    DUPLICATE = "SET-009"
    TAGS = "SET-010"
    STACK_NAME = "SET-011"
    ACCOUNT = "SET-012"
    FORMAT = "SET-013"
    DEFAULT_PROVIDERS = "SET-014"
    VPC_RANGE = "SET-020"
    RANGE_FORM = "SET-021"
    VSWITCH_RANGE = "SET-022"
    VSWITCH_OVERLAP = "SET-023"
    RANGE_OVERLAP = "SET-024"
    PLACE = "SET-025"
    ZONE_USE = "SET-026"
    POD_RANGE = "SET-027"
    KUBERNETES_VERSION = "SET-030"
    NODE_CIDR_MASK = "SET-031"
    POD_RANGE_SIZE = "SET-032"
    NODE_POOL_SIZE = "SET-033"
    VIRTUAL_NODES = "SET-034"
    EXISTING = "SET-035"
    REGISTERED = "SET-036"
    GPU = "SET-037"
    CLUSTER_FORM = "SET-038"
    QUANTITY = "SET-040"
    RESOURCES = "SET-041"
    HPA_BOUNDS = "SET-042"
    HPA_TARGET = "SET-043"
    IMAGE = "SET-044"
    REGISTRY = "SET-045"
    PORTS = "SET-046"
    PRIVATE_NAME = "SET-047"
    ALLOW_LIST = "SET-050"
    INSTANCE_CLASS = "SET-051"
    DELETION_PROTECTION = "SET-052"
    STORAGE_SIZE = "SET-053"
    SPLIT = "SET-060"
    PLACEMENT = "SET-061"
    ECI_PODS = "SET-062"
    SCHEDULE = "SET-070"
    TIME_ZONE = "SET-071"
    SCALING = "SET-072"
    NODE_SCALING = "SET-073"
    CHART = "SET-074"
    COLOCATION = "SET-080"
    ALARMS = "SET-081"
    ADDON = "SET-090"
    ADDON_REQUIRES = "SET-091"
    ADDON_CONFLICT = "SET-092"


RULES: Final[dict[Code, str]] = {
    Code.UNKNOWN_KEY: "every key is a known one",
    Code.MISSING: "a setting without a default has a value",
    Code.WRONG_TYPE: "a value has the type of its setting",
    Code.NOT_A_CHOICE: "a value is one of the choices",
    Code.OUT_OF_RANGE: "a number or a length lies in its range",
    Code.NOT_READABLE: "the settings can be read at all",
    Code.SECRET: "no secret stands in the settings",
    Code.NAME: "a name is one the cloud and Kubernetes accept",
    Code.DUPLICATE: "a name is given once",
    Code.TAGS: "the required tags are there and keep their limits",
    Code.STACK_NAME: "the name of the stack tells its environment",
    Code.ACCOUNT: "a real target names the account it expects",
    Code.FORMAT: "an id, a path or a host has the form of its kind",
    Code.DEFAULT_PROVIDERS: "no resource can fall back to a default provider",
    Code.VPC_RANGE: "the range of the VPC is one the cloud accepts",
    Code.RANGE_FORM: "an address range has no bits behind its prefix",
    Code.VSWITCH_RANGE: "a vSwitch lies inside the VPC",
    Code.VSWITCH_OVERLAP: "vSwitches do not overlap",
    Code.RANGE_OVERLAP: "pod, Service and VPC ranges do not overlap",
    Code.PLACE: "region and zones exist and sell what is asked of them",
    Code.ZONE_USE: "a zone that is used is one of the network's zones",
    Code.POD_RANGE: "pods have a range where the network plug-in needs one",
    Code.KUBERNETES_VERSION: "the Kubernetes version is one ACK supports",
    Code.NODE_CIDR_MASK: "the pod range of a node fits the pods of a node",
    Code.POD_RANGE_SIZE: "the pod range fits the nodes",
    Code.NODE_POOL_SIZE: "a node pool has min <= nodes <= max",
    Code.VIRTUAL_NODES: "the virtual nodes hold the pods and may manage them",
    Code.EXISTING: "what is said to exist is there, and as it is described",
    Code.REGISTERED: "a cluster elsewhere can be registered, reached and given nodes",
    Code.GPU: "a pool with GPUs has types that carry them, shared in a way the cluster can",
    Code.CLUSTER_FORM: "a cluster of this form can be made, and runs what the stack wants",
    Code.QUANTITY: "an amount is a Kubernetes quantity",
    Code.RESOURCES: "a request is not above its limit",
    Code.HPA_BOUNDS: "an autoscaler has 1 <= min <= max",
    Code.HPA_TARGET: "a CPU target is a whole percentage from 1 to 100",
    Code.IMAGE: "an image is pinned",
    Code.REGISTRY: "an image can be pulled from where the pods run",
    Code.PRIVATE_NAME: "a private name leads into the VPC and hides no name that others need",
    Code.PORTS: "two listeners of a load balancer have two ports",
    Code.ALLOW_LIST: "an allow list lets in what was meant, and not everybody",
    Code.INSTANCE_CLASS: "an instance class is one that is sold",
    Code.DELETION_PROTECTION: "deletion protection fits the way of paying",
    Code.STORAGE_SIZE: "a disk has a size that is sold",
    Code.SPLIT: "pods divide by a number of 0 or more, or by a ratio from 0 to 1",
    Code.PLACEMENT: "a way of placing pods suits the workload and the cluster",
    Code.ECI_PODS: "what pods ask of ECI is something ECI has",
    Code.SCHEDULE: "a schedule is one, and its sizes lie between the bounds",
    Code.TIME_ZONE: "a time zone exists",
    Code.SCALING: "autoscalers fit each other, the workload and the target",
    Code.NODE_SCALING: "the node autoscaler can do what it is told to",
    Code.CHART: "a chart of the marketplace is named with its version",
    Code.COLOCATION: "online work keeps its place beside offline work, which can run",
    Code.ALARMS: "an alarm reaches somebody",
    Code.ADDON: "an add-on is a file of the project that keeps the contract",
    Code.ADDON_REQUIRES: "what an add-on requires is there",
    Code.ADDON_CONFLICT: "no two add-ons conflict",
}
"""Every rule, for the reference page."""
