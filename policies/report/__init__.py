"""The report of an evaluation, in the forms that people and other tools read."""

from __future__ import annotations

from typing import Final, Protocol

from policies.model import Report
from policies.report import as_json, junit, sarif, text


class Renderer(Protocol):
    """Turns a report into the text of one format."""

    def __call__(self, report: Report, *, source: str) -> str:
        """Return the text; `source` is the file that a person edits to mend the findings."""
        ...


RENDERERS: Final[dict[str, Renderer]] = {
    "text": text.render,
    "json": as_json.render,
    "sarif": sarif.render,
    "junit": junit.render,
}


def render(report: Report, form: str, *, source: str) -> str:
    """Return the report as `text`, `json`, `sarif` or `junit`.

    Args:
        report: the outcome of `policies.evaluate`.
        form: one of `RENDERERS`.
        source: path, relative to the project, of the file that a person edits to mend the
            findings, such as `stacks/Pulumi.wordpress-dev.yaml`. SARIF viewers open it.
    """
    return RENDERERS[form](report, source=source)
