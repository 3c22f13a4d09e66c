"""Errors of the SLB API.

Codes: the official provider and the cloud controller manager handle them
(terraform-provider-alicloud, resource_alicloud_slb_*.go; cloud-provider-alibaba-cloud), read
2026-11-22. Texts: the reference pages of CreateLoadBalancer, DeleteLoadBalancer and
CreateLoadBalancerTCPListener; "code only" marks those that are ours.
"""

from sandbox.cloud.errors import ErrorSpec

LOAD_BALANCER_NOT_FOUND = ErrorSpec(
    "InvalidLoadBalancerId.NotFound", "The specified LoadBalancerId does not exist.", 404
)
INVALID_ADDRESS_TYPE = ErrorSpec(
    "InvalidParameter", "The specified AddressType is not valid: internet or intranet."
)
MISSING_VSWITCH = ErrorSpec(  # code only
    "MissingParameter", "An intranet load balancer in a VPC needs a VSwitchId."
)
QUOTA_LOAD_BALANCER = ErrorSpec(  # code only
    "QuotaExceeded.LoadBalancer", "The quota of load balancers ({quota}) is used up."
)
QUOTA_LISTENER = ErrorSpec(  # code only
    "QuotaExceeded.Listener", "The quota of listeners of a load balancer ({quota}) is used up."
)
QUOTA_ACCESS_LIST = ErrorSpec(  # code only
    "QuotaExceeded.AclNumber", "The quota of access control lists ({quota}) is used up."
)
QUOTA_ACCESS_LIST_ENTRY = ErrorSpec(  # code only
    "QuotaExceeded.AclEntryNumber", "The quota of entries of a list ({quota}) is used up."
)
ACCESS_LIST_NOT_FOUND = ErrorSpec("AclNotExist", "The specified acl does not exist.", 404)
ACCESS_LIST_ENTRY_EXISTS = ErrorSpec("AclEntryExist", "The specified entry is in the acl already.")
ACCESS_LIST_IN_USE = ErrorSpec("AclInUsed", "The specified acl is used by a listener.")
INVALID_ACCESS_TYPE = ErrorSpec(
    "InvalidParameter", "The specified AclType is not valid: white or black."
)
LISTENER_EXISTS = ErrorSpec("ListenerAlreadyExists", "There is already a listener on the port.")
LISTENER_NOT_FOUND = ErrorSpec(
    "ResourceNotFound.Listener", "The specified listener does not exist.", 404
)
INVALID_PORT = ErrorSpec("InvalidParameter", "The specified ListenerPort is not valid.")
DELETE_PROTECTED = ErrorSpec(
    "OperationDenied.DeletionProtectionIsOn", "The load balancer is protected from deletion.", 403
)
LOAD_BALANCER_PREPAID = ErrorSpec(  # code only
    "OperationDenied.PrePaidInstance", "A subscription load balancer cannot be deleted.", 403
)
