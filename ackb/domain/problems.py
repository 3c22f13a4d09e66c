"""What people read when an input is wrong: one grammar, rendered here and nowhere else.

A rule of the domain reports a `Broken` rule, which does not know where the value came from. The
settings turn it into a `Problem` (a path in a file), a component into an `ArgumentProblem` (a field
of its arguments). All of them name the value, the rule and the fix, and never echo a secret.
"""

from __future__ import annotations

import dataclasses
import difflib
import itertools
import json
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

_LONGEST_SHOWN: Final = 120
_HIDDEN: Final = "(hidden)"

# AccessKey ids start with LTAI (RAM users, accounts) or STS. (temporary); see
# https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair
_ACCESS_KEY: Final = re.compile(r"LTAI[0-9A-Za-z]{8,}|STS\.[0-9A-Za-z]{8,}")
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_URL_PASSWORD: Final = re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")
_SECRET_WORDS: Final = frozenset(
    {
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "secret",
        "token",
        "accesskey",
        "secretkey",
        "privatekey",
        "credential",
        "credentials",
    }
)
_SECRET_PAIRS: Final = frozenset({("access", "key"), ("secret", "key"), ("private", "key")})


class Missing:
    """Stands for the value of a field that is not there; shown as `(missing)`."""

    def __repr__(self) -> str:
        return "(missing)"


MISSING: Final = Missing()


@dataclass(frozen=True)
class Broken:
    """A rule that a value breaks, told without knowing where the value came from.

    Attributes:
        rule: completes the sentence "it must …".
        fix: what to do, an imperative without a full stop at the end.
    """

    rule: str
    fix: str


class Refused(ValueError):
    """A value that a parser of this package cannot accept; `broken` says why and what to do."""

    def __init__(self, broken: Broken) -> None:
        super().__init__(f"must {broken.rule}; {broken.fix}")
        self.broken = broken


@dataclass(frozen=True)
class Problem:
    """One wrong value in something a person wrote: settings, a command line, a policy finding.

    Attributes:
        code: stable id of the rule, such as `SET-003`.
        path: where the value stands, such as `ackb:settings.network.vpc_cidr`.
        value: what was found there; `MISSING` where nothing was.
        why: the rule it breaks, without a full stop at the end.
        fix: what to do, an imperative without a full stop at the end.
        secret: never show the value.
    """

    code: str
    path: str
    value: object
    why: str
    fix: str
    secret: bool = False

    @classmethod
    def of(cls, code: str, path: str, value: object, broken: Broken) -> Problem:
        """Return the problem that `value` at `path` breaks this rule."""
        return cls(code, path, value, f"must {broken.rule}", broken.fix)

    def render(self) -> str:
        """Return `<CODE> <path>: <value> – <why>. Fix: <action>.` on one line."""
        found = shown(self.value, secret=self.secret)
        return f"{self.code} {self.path}: {found} – {hide(self.why)}. Fix: {hide(self.fix)}."


class InvalidInput(Exception):
    """Everything that is wrong in one input, all at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        if not problems:
            raise ValueError("InvalidInput needs at least one problem")
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.render() for problem in self.problems))


@dataclass(frozen=True)
class ArgumentProblem:
    """One wrong argument of a component.

    Attributes:
        field: name of the argument, with a path inside it where needed (`zones[1].node_cidr`).
        rule: completes the sentence "it must …".
        got: the value; `MISSING` where nothing was given.
        fix: what to do, an imperative without a full stop at the end.
        secret: never show the value.
    """

    field: str
    rule: str
    got: object
    fix: str
    secret: bool = False

    @classmethod
    def of(cls, field: str, got: object, broken: Broken) -> ArgumentProblem:
        """Return the problem that the argument `got` breaks this rule."""
        return cls(field, broken.rule, got, broken.fix)

    def render(self, component: str, name: str) -> str:
        """Return `<component> "<name>": '<field>' must <rule> (got <value>); <fix>`."""
        got = shown(self.got, secret=self.secret)
        return (
            f"{component} \"{name}\": '{self.field}' must {hide(self.rule)} (got {got}); "
            f"{hide(self.fix)}"
        )


class InvalidArguments(ValueError):
    """Everything that is wrong in the arguments of one component, all at once."""

    def __init__(self, component: str, name: str, problems: Sequence[ArgumentProblem]) -> None:
        if not problems:
            raise ValueError("InvalidArguments needs at least one problem")
        self.component = component
        self.name = name
        self.problems = tuple(problems)
        super().__init__("\n".join(one.render(component, name) for one in self.problems))


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that `word` most likely means, or None when none is near.

    Spelling, letter case and the style of joining words do not matter: `maxReplica` is near
    `max_replicas`, and near `max` where that is all there is.
    """
    best: tuple[float, str] | None = None
    for candidate in candidates:
        score = _likeness(word, candidate)
        if score >= _NEAR and (best is None or score > best[0]):
            best = (score, candidate)
    return best[1] if best else None


# Tuned on the misspellings in tests/unit/domain/test_problems.py: below it, unrelated words match.
_NEAR: Final = 0.6
# A known key that is one of the words of what was typed is a weaker hint than near-equal spelling.
_WORD_MATCH: Final = 0.65


def _likeness(word: str, candidate: str) -> float:
    typed, known = _words(word), _words(candidate)
    if not typed or not known:
        return 0.0
    spelling = _ratio("".join(typed), "".join(known))
    if all(any(_same_word(a, b) for b in typed) for a in known):
        return max(spelling, _WORD_MATCH)
    return spelling


def _words(text: str) -> list[str]:
    separated = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    return re.findall(r"[a-z0-9]+", separated.lower())


def _same_word(a: str, b: str) -> bool:
    return a == b or (min(len(a), len(b)) > 3 and _ratio(a, b) > 0.85)


def _ratio(a: str, b: str) -> float:
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()


def shown(value: object, secret: bool = False) -> str:
    """Return `value` as a message may show it: JSON form, short, without any secret.

    The JSON form tells `"22"` from `22`. Whatever looks like an AccessKey, a private key or the
    password of a URL is masked, also inside lists and under keys such as `password`.
    """
    if value is MISSING:
        return "(missing)"
    if secret:
        return _HIDDEN
    text = hide(json.dumps(_plain(value), ensure_ascii=False, default=repr))
    if len(text) > _LONGEST_SHOWN:
        return text[: _LONGEST_SHOWN - 1] + "…"
    return text


def hide(text: str) -> str:
    """Return `text` with everything masked that looks like a credential."""
    if _PRIVATE_KEY.search(text):
        return _HIDDEN
    masked = _ACCESS_KEY.sub(lambda found: f"{found.group()[:4]}…{_HIDDEN}", text)
    return _URL_PASSWORD.sub(_HIDDEN, masked)


def looks_like_credential(text: str) -> bool:
    """Tell whether `text` holds an AccessKey id, a private key or a URL with a password."""
    return hide(text) != text


def names_a_secret(key: str) -> bool:
    """Tell whether a key such as `databasePassword` or `access_key_secret` names a secret."""
    words = _words(key)
    pairs = itertools.pairwise(words)
    return bool(_SECRET_WORDS & set(words)) or any(pair in _SECRET_PAIRS for pair in pairs)


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    if isinstance(value, Mapping):
        return {
            str(key): _HIDDEN if names_a_secret(str(key)) and part is not None else _plain(part)
            for key, part in value.items()
        }
    if isinstance(value, Set):
        return sorted((_plain(part) for part in value), key=repr)
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value
