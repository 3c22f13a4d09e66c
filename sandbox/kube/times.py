"""Times as Kubernetes writes them: UTC, to the second."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """The current time."""
    return text(datetime.now(UTC))


def text(moment: datetime) -> str:
    """A moment in UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
