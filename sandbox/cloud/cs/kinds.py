"""Kinds of objects as they stand in the store."""

CLUSTER = "cs.Cluster"
NODE_POOL = "cs.NodePool"
NODE = "cs.Node"
"""Membership of an ECS instance in a node pool; the instance itself is an object of ECS."""
ADDON = "cs.Addon"
TASK = "cs.Task"
PKI = "cs.Pki"
"""Certificate authority of a cluster."""

CLUSTER_TAG = "ack.aliyun.com"
"""Tag that ACK puts on everything it makes for a cluster; its value is the cluster's id."""

VIRTUAL_NODE_TAG = "virtual-node"
"""Tag on an ECI instance with the name of the virtual node that made it."""

REGISTERED = "ExternalKubernetes"
"""`cluster_type` of a registered cluster (ACK One)."""
