"""Errors of the CS API.

The help centre publishes no error table for this API. Codes marked (seen) stand in the official
Terraform provider, which handles them (github.com/aliyun/terraform-provider-alicloud,
service_alicloud_cs.go, read 2026-11-22), or in public reports of real answers. The others, and all
texts, are guessed after them; docs/simulated/node-pools.md says so too.
"""

from sandbox.cloud.errors import ErrorSpec

CLUSTER_NOT_FOUND = ErrorSpec(  # seen
    "ErrorClusterNotFound", "The cluster {cluster} does not exist or has been deleted.", 404
)
CLUSTER_STATE = ErrorSpec(  # seen
    "ErrorClusterState", "The cluster {cluster} is {state}; the operation needs it to be running."
)
CLUSTER_QUOTA = ErrorSpec(  # seen
    "QuotaExceeded.Cluster", "The quota of managed clusters ({quota}) is used up."
)
CLUSTER_PROTECTED = ErrorSpec(
    "ErrorClusterDeletionProtection",
    "Deletion protection is enabled for the cluster {cluster}. Disable it first.",
)
CLUSTER_HAS_NODES = ErrorSpec(  # seen; that it means this is guessed
    "DependencyViolation.Resource",
    "The registered cluster {cluster} still has {count} nodes in its pools. Remove them first.",
)
INVALID_PARAMETER = ErrorSpec("InvalidParameter", "The parameter {name} is invalid: {why}.")  # seen

NODE_POOL_NOT_FOUND = ErrorSpec(  # seen
    "ErrorNodePoolNotFound", "The node pool {node_pool} does not exist or has been deleted.", 404
)
NODE_POOL_QUOTA = ErrorSpec(
    "QuotaExceeded.NodePool", "The quota of node pools in a cluster ({quota}) is used up."
)
NODE_QUOTA = ErrorSpec(  # seen
    "QuotaExceeded.Node", "The quota of nodes in a cluster ({quota}) is used up."
)
NODE_POOL_NOT_EMPTY = ErrorSpec(
    "ErrorNodePoolNotEmpty", "The node pool {node_pool} still has nodes; remove them or use force."
)

ADDON_NOT_FOUND = ErrorSpec(  # seen
    "AddonNotFound", "The add-on {addon} is not available or not installed.", 404
)
ADDON_INSTALLED = ErrorSpec("AddonAlreadyInstalled", "The add-on {addon} is installed already.")
ADDON_REQUIRED = ErrorSpec(
    "AddonOperationNotSupported", "The add-on {addon} is a system component; it cannot be removed."
)
ADDON_NEEDS_CLEANUP = ErrorSpec(
    "InvalidParameter.CleanupCloudResources",
    "To remove {addon}, cleanup_cloud_resources must be true.",
)
TASK_NOT_FOUND = ErrorSpec("TaskNotFound", "The task {task} does not exist.", 404)

NOT_SIMULATED = ErrorSpec("Sandbox.NotSimulated", "The sandbox does not simulate {what}. {instead}")
