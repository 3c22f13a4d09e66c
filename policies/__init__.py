"""Rules that stop a bad design before it costs money, and the reports about them.

The same rule objects run in three places: `evaluate` (in process, used by `ackb check` and the
tests), and the policy pack in this folder (`pulumi preview --policy-pack policies`). A rule is one
folder with its data, its function and its examples; `docs/policies.md` lists them all.

Importing this package reads no file and imports nothing of Pulumi.
"""

from policies.engine import evaluate
from policies.model import Finding, Level, Report, Resource, Severity, from_plain

__all__ = ["Finding", "Level", "Report", "Resource", "Severity", "evaluate", "from_plain"]
