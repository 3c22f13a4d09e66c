"""Errors of the PrivateZone API.

Codes and texts of zones: error table of the API's own description (pvtz 2018-01-01,
DescribeZoneInfo), read 2026-11-22. Further codes: the official provider handles them
(terraform-provider-alicloud, resource_alicloud_pvtz_*.go); "code only" marks texts that are ours,
"ours" marks both.
"""

from sandbox.cloud.errors import ErrorSpec

ZONE_NOT_FOUND = ErrorSpec("Zone.NotExists", "Zone is not exists")
ZONE_HAS_VPC = ErrorSpec("Zone.VpcExists", "Zone have vpc bound.")
INVALID_ZONE_NAME = ErrorSpec("Zone.Invalid.Name", "Zone name is invalid.")
INVALID_PARAMETER = ErrorSpec(
    "InvalidParameter", "The specified value parameter is not valid. ({name}: {value})"
)
VPC_NOT_FOUND = ErrorSpec(  # code only
    "ZoneVpc.NotExists.VpcId", "The VPC {vpc_id} does not exist."
)
RECORD_CONFLICT = ErrorSpec(  # code only
    "Record.Invalid.Conflict", "The record {rr} {type} conflicts with one that is there."
)
RECORD_NOT_FOUND = ErrorSpec("Record.NotExists", "The record does not exist.")  # ours
QUOTA_ZONE = ErrorSpec("Zone.QuotaExceeded", "An account has up to {quota} zones.")  # ours
QUOTA_VPC = ErrorSpec("ZoneVpc.QuotaExceeded", "A zone serves up to {quota} VPCs.")  # ours
QUOTA_RECORD = ErrorSpec("Record.QuotaExceeded", "A zone has up to {quota} records.")  # ours
