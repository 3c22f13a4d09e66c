"""The naming rule that most VPC, ECS and SLB objects share."""

import re

_NAME = re.compile(r"^(?!https?://).{2,128}$", re.DOTALL)


def valid(name: str) -> bool:
    """Whether a name is empty, or has 2 to 128 characters and begins with no http:// or https://.

    Source: VpcName and VSwitchName on the reference pages of CreateVpc and CreateVSwitch,
    read 2026-11-22 (CreateVpc takes one character too).
    """
    return name == "" or bool(_NAME.match(name))
