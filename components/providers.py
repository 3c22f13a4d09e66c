"""The explicit provider for Alibaba Cloud."""

from __future__ import annotations

from typing import Final, Literal

import pulumi_alicloud as alicloud

Target = Literal["sandbox", "alibaba-cloud"]

SOURCES: Final[dict[Target, str]] = {"sandbox": "ackb-sandbox", "alibaba-cloud": "ackb"}
"""Provider input `configuration_source`, which also goes into the user agent of every request.

The providers of the sandbox refuse to run without theirs, so a stack for the real cloud can never
be driven by simulated providers.
"""


def alicloud_provider(name: str, *, region: str, target: Target) -> alicloud.Provider:
    """Return the provider that every Alibaba Cloud resource of a stack uses.

    Credentials are no argument: the provider takes them from a profile, from the environment, from
    an assumed role or from OIDC.
    """
    return alicloud.Provider(name, region=region, configuration_source=SOURCES[target])
