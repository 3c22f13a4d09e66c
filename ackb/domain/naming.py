"""Names that the cloud and Kubernetes accept, and that stay apart when they must be shortened.

Each kind of resource has a row in `data/name_limits.json`: length, characters, first and last
character, with its source. A name that is too long keeps its beginning and ends in a hash of the
whole name: cutting it off would make two long names equal.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from ackb.domain.data import load
from ackb.domain.problems import Broken

# 40 bits: among 10,000 shortened names of one account a clash has a chance of about 1 in 22,000.
_HASH_DIGITS: Final = 10
_URN_TAG_LENGTH: Final = 128
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_DIGITS: Final = "0123456789"


@dataclass(frozen=True, kw_only=True)
class NameRule:
    """What a physical name of one kind must look like.

    Attributes:
        kind: key of the row, such as `cluster`.
        min: least number of characters.
        max: greatest number of characters.
        extra: characters allowed besides letters and digits.
        lowercase: capital letters are not allowed.
        start: `letter` or `letter_or_digit`.
        end: `any` or `letter_or_digit`.
        source: where the rule is documented.
    """

    kind: str
    min: int
    max: int
    extra: str
    lowercase: bool
    start: str
    end: str
    source: str

    @property
    def allowed(self) -> str:
        """Every character that may stand in the name."""
        letters = _LETTERS if self.lowercase else _LETTERS + _LETTERS.upper()
        return letters + _DIGITS + self.extra

    @property
    def joint(self) -> str:
        """The character that joins the parts of a name."""
        return "-" if "-" in self.extra else "_"

    def describe(self) -> str:
        """Return the rule as the end of the sentence "it must …"."""
        letters = "lower-case letters" if self.lowercase else "letters"
        extra = "".join(f" {character}" for character in self.extra)
        first = "a letter" if self.start == "letter" else "a letter or digit"
        parts = f"have {self.min} to {self.max} characters of {letters}, digits and{extra}"
        last = ", end with a letter or digit" if self.end == "letter_or_digit" else ""
        return f"{parts}, start with {first}{last}"


@cache
def rule(kind: str) -> NameRule:
    """Return the rule for names of `kind`.

    Raises:
        KeyError: the kind has no row in the table.
    """
    row = load("name_limits")["kinds"][kind]
    return NameRule(
        kind=kind,
        min=row["min"],
        max=row["max"],
        extra=row["extra"],
        lowercase=row.get("lowercase", False),
        start=row["start"],
        end=row.get("end", "any"),
        source=row["source"],
    )


def kinds() -> tuple[str, ...]:
    """Return every kind that has a rule."""
    return tuple(load("name_limits")["kinds"])


def check(kind: str, name: str) -> Broken | None:
    """Return what is wrong with `name` as a name of `kind`, or None."""
    limits = rule(kind)
    if _fits(limits, name):
        return None
    near = _readable(limits, name)[: limits.max].rstrip(limits.extra)
    fix = f"write '{near}', for example" if _fits(limits, near) else "choose another name"
    return Broken(limits.describe(), fix)


def physical(kind: str, *parts: str) -> str:
    """Return one valid name of `kind`, made of the parts joined by a hyphen (or `_`).

    Characters that are not allowed become the joining character. Whenever the result is not simply
    the joined parts (something was replaced, or it was too long), it ends in a hash of them, so
    that different joined parts never give the same name.

    Raises:
        ValueError: no part holds anything.
    """
    if not any(part.strip() for part in parts):
        raise ValueError("a physical name needs at least one part that is not empty")
    limits = rule(kind)
    plain = limits.joint.join(parts)
    return plain if _fits(limits, plain) else _with_hash(limits, plain)


def urn_tag(urn: str) -> str:
    """Return the value of the tag `ackb:urn` for a Pulumi URN: at most 128 characters.

    A long URN keeps its end, which names the resource, after a hash of the whole.
    """
    if len(urn) <= _URN_TAG_LENGTH:
        return urn
    start = f"{_hash(urn)}~"
    return start + urn[-(_URN_TAG_LENGTH - len(start)) :]


def _with_hash(limits: NameRule, plain: str) -> str:
    ending = _hash(plain)
    readable = _readable(limits, plain) or "x"
    if limits.start == "letter" and not readable[0].isalpha():
        readable = f"x{limits.joint}{readable}"
    room = limits.max - len(limits.joint) - len(ending)
    return f"{readable[:room].rstrip(limits.extra)}{limits.joint}{ending}"


def _readable(limits: NameRule, text: str) -> str:
    """Return what of `text` a name of this kind can hold; what it cannot hold becomes a joint."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    if limits.lowercase:
        ascii_only = ascii_only.lower()
    joint = limits.joint
    readable = "".join(one if one in limits.allowed else joint for one in ascii_only)
    return re.sub(f"[{re.escape(joint)}]+", joint, readable).strip(limits.extra)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]


def _fits(limits: NameRule, name: str) -> bool:
    if not limits.min <= len(name) <= limits.max or set(name) - set(limits.allowed):
        return False
    if limits.start == "letter" and name[0] not in _LETTERS + _LETTERS.upper():
        return False
    if limits.start == "letter_or_digit" and not name[0].isalnum():
        return False
    return limits.end == "any" or name[-1].isalnum()
