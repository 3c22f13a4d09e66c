"""What the cloud says of things that are there, beyond what the settings say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FoundCluster:
    """An existing cluster."""

    server: str
    """URL of the API server, by the way that the settings choose."""
    security_group_id: str
    """Security group of its nodes."""
    rrsa_provider_arn: str | None
    """ARN of the OIDC provider that RAM roles trust; None without RRSA."""
    known: bool = True
    """False where nobody could be asked: the other values are words for a plan."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Everything that the settings say exists; None for what the stack creates itself."""

    cluster: FoundCluster | None = None
    database_address: str | None = None
    """Host name of the RDS instance in the VPC."""
    cache_address: str | None = None
    """Host name of the Redis instance in the VPC."""
