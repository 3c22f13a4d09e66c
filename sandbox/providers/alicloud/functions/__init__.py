"""The data sources, one module each."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.providers.alicloud.call import Call
from sandbox.providers.alicloud.functions import caller_identity, cluster_credential, clusters
from sandbox.providers.alicloud.values import Values

Function = Callable[[Call, Values], Values]

FUNCTIONS: dict[str, Function] = {
    caller_identity.TOKEN: caller_identity.answer,
    cluster_credential.TOKEN: cluster_credential.answer,
    clusters.TOKEN: clusters.answer,
}
"""Functions by token."""

MINUTES = 5.0
"""How long the official provider's read calls are retried."""
