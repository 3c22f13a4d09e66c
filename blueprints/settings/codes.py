"""The rules that settings must keep, each with an id for life.

A rule that goes away takes its number with it. `bad_inputs` are numbers of the list of bad inputs
that the tests go through (tests/unit/settings/test_bad_inputs.py).
"""

from __future__ import annotations

from dataclasses import dataclass
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
    QUANTITY = "SET-040"
    RESOURCES = "SET-041"
    HPA_BOUNDS = "SET-042"
    HPA_TARGET = "SET-043"
    IMAGE = "SET-044"
    REGISTRY = "SET-045"
    PORTS = "SET-046"
    ALLOW_LIST = "SET-050"
    INSTANCE_CLASS = "SET-051"
    DELETION_PROTECTION = "SET-052"
    STORAGE_SIZE = "SET-053"


@dataclass(frozen=True)
class Rule:
    """What a rule asks for, and the bad inputs it answers."""

    title: str
    bad_inputs: tuple[int, ...] = ()


RULES: Final[dict[Code, Rule]] = {
    Code.UNKNOWN_KEY: Rule("every key is a known one", (46,)),
    Code.MISSING: Rule("a setting without a default has a value"),
    Code.WRONG_TYPE: Rule("a value has the type of its setting", (14, 25)),
    Code.NOT_A_CHOICE: Rule("a value is one of the choices"),
    Code.OUT_OF_RANGE: Rule("a number or a length lies in its range", (14,)),
    Code.NOT_READABLE: Rule("the settings can be read at all"),
    Code.SECRET: Rule("no secret stands in the settings", (46,)),
    Code.NAME: Rule("a name is one the cloud and Kubernetes accept", (46,)),
    Code.DUPLICATE: Rule("a name is given once", (46,)),
    Code.TAGS: Rule("the required tags are there and keep their limits", (46,)),
    Code.STACK_NAME: Rule("the name of the stack tells its environment", (46,)),
    Code.ACCOUNT: Rule("a real target names the account it expects"),
    Code.FORMAT: Rule("an id, a path or a host has the form of its kind"),
    Code.DEFAULT_PROVIDERS: Rule("no resource can fall back to a default provider"),
    Code.VPC_RANGE: Rule("the range of the VPC is one the cloud accepts", (1,)),
    Code.RANGE_FORM: Rule("an address range has no bits behind its prefix", (2,)),
    Code.VSWITCH_RANGE: Rule("a vSwitch lies inside the VPC", (3,)),
    Code.VSWITCH_OVERLAP: Rule("vSwitches do not overlap", (4,)),
    Code.RANGE_OVERLAP: Rule("pod, Service and VPC ranges do not overlap", (5,)),
    Code.PLACE: Rule("region and zones exist and sell what is asked of them", (7,)),
    Code.ZONE_USE: Rule("a zone that is used is one of the network's zones"),
    Code.POD_RANGE: Rule("pods have a range where the network plug-in needs one"),
    Code.KUBERNETES_VERSION: Rule("the Kubernetes version is one ACK supports", (16,)),
    Code.NODE_CIDR_MASK: Rule("the pod range of a node fits the pods of a node", (15,)),
    Code.POD_RANGE_SIZE: Rule("the pod range fits the nodes", (15,)),
    Code.NODE_POOL_SIZE: Rule("a node pool has min <= nodes <= max", (13,)),
    Code.QUANTITY: Rule("an amount is a Kubernetes quantity"),
    Code.RESOURCES: Rule("a request is not above its limit"),
    Code.HPA_BOUNDS: Rule("an autoscaler has 1 <= min <= max", (18,)),
    Code.HPA_TARGET: Rule("a CPU target is a whole percentage from 1 to 100", (25,)),
    Code.IMAGE: Rule("an image is pinned"),
    Code.REGISTRY: Rule("an image can be pulled from where the pods run"),
    Code.PORTS: Rule("two listeners of a load balancer have two ports"),
    Code.ALLOW_LIST: Rule("an allow list lets in what was meant, and not everybody", (40,)),
    Code.INSTANCE_CLASS: Rule("an instance class is one that is sold", (41,)),
    Code.DELETION_PROTECTION: Rule("deletion protection fits the way of paying", (42,)),
    Code.STORAGE_SIZE: Rule("a disk has a size that is sold", (43,)),
}
"""Every rule, for the reference page."""
