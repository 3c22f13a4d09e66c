"""How ConfigMaps and the controllers of the sandbox speak with each other.

The label makes the controllers follow a ConfigMap; they answer with an annotation.
"""

from __future__ import annotations

import hashlib
from typing import Final

EXTENSION_LABEL: Final = "ackb/sandbox-extension"
"""Its value is the name of the marketplace chart."""

STATE_ANNOTATION: Final = "ackb/sandbox-extension-state"
"""`ACTIVE`, or why what the chart stands for does not work; absent while that is not known."""

ACTIVE: Final = "active"

PROFILE_LABEL: Final = "eci-profile"
"""The label's value of the ConfigMap kube-system/eci-profile."""

SELECTORS_ANNOTATION: Final = "ackb/sandbox-selectors"
"""Digest of the profile's selectors that were last dealt with: in force, or refused."""


def digest(selectors: str) -> str:
    """Return what tells selectors from others."""
    return hashlib.sha256(selectors.encode()).hexdigest()[:16]
