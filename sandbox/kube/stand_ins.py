"""How a stand-in chart and the controllers of the sandbox speak with each other.

The chart makes a ConfigMap with the label; the controllers answer with the annotation.
"""

from __future__ import annotations

from typing import Final

EXTENSION_LABEL: Final = "ackb/sandbox-extension"
"""Its value is the name of the marketplace chart."""

STATE_ANNOTATION: Final = "ackb/sandbox-extension-state"
"""`ACTIVE`, or why what the chart stands for does not work; absent while that is not known."""

ACTIVE: Final = "active"
