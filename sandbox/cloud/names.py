"""The naming rule that most VPC, ECS and SLB objects share."""

import re

_NAME = re.compile(r"^(?!https?://).{2,128}$", re.DOTALL)


def valid(name: str) -> bool:
    """Whether a name is empty or has 2 to 128 characters and does not begin with http:// or https://.

    Source: parameter VpcName of https://help.aliyun.com/document_detail/35737.html (CreateVpc: 1 to 128
    characters today; 2 to 128 for vSwitches), read 2026-11-22.
    """
    return name == "" or bool(_NAME.match(name))
