"""Errors of the CloudMonitor API.

Codes and texts: the error tables of the actions' reference pages, such as
https://help.aliyun.com/zh/cms/developer-reference/api-cms-2019-01-01-deletecontactgroup, read
2026-11-22, and the codes that the official provider takes for "not there"
(service_alicloud_cms.go); "code only" marks texts that are ours.
"""

from sandbox.cloud.errors import ErrorSpec

ILLEGAL_PARAMETERS = ErrorSpec("InvalidParameterValue", "Illegal parameters. {why}")
CONTACT_NOT_FOUND = ErrorSpec("ContactNotExists", "Contact {name} Not Exists", 404)  # code only
GROUP_NOT_FOUND = ErrorSpec("ContactNotExists", "ContactGroupName Not Exists", 404)
RULE_NOT_FOUND = ErrorSpec(  # code only
    "ResourceNotFound", "The specified resource is not found. {what}", 404
)
