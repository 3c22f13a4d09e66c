"""What the pages of all reports have in common."""

from __future__ import annotations

from collections.abc import Sequence

from ackb.html.model import Column, Page, Section
from ackb.reports.live import Live
from ackb.reports.wording import Wording


def framed(live: Live, words: Wording, title: str, sections: Sequence[Section]) -> Page:
    """A page about a stack."""
    return Page(
        title=words(title, stack=live.stack),
        language=words.language,
        made_at=live.read_at,
        sections=sections,
        subtitle=words("subtitle", region=live.region, time=words.moment(live.read_at)),
        simulated=live.simulated,
    )


def columns(words: Wording, *names: str) -> list[Column]:
    """Columns by the names of their titles; a `#` before a name makes it one of numbers."""
    return [Column(words(f"column.{name.lstrip('#')}"), name.startswith("#")) for name in names]


def told(owner: str, contact: str, words: Wording) -> str:
    """Who answers for something, and whom to tell."""
    name = owner or words("nobody")
    return f"{name} ({contact})" if contact else name
