"""The base of every settings model, and how a rule of the domain guards one field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from ackb.domain.problems import Broken
from blueprints.settings.codes import Code

RULE_ERROR = "ackb_rule"
"""Type of the pydantic errors that carry a code, a rule and a fix of ours."""


class NotKnown(AttributeError):
    """A check read a field whose value was refused; the problem with it is reported elsewhere."""


class Settings(BaseModel):
    """Plain values, read once, never changed: strict types, no unknown keys, frozen.

    An instance made by `blueprints.settings.load` is complete. The checks that compare fields also
    run on drafts, where a refused field is left out; reading it raises `NotKnown`, which ends that
    check and no other.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            """Tell a field left out of a draft from a misspelt attribute."""
            if name in type(self).model_fields:
                raise NotKnown(name)
            return super().__getattr__(name)


def known(settings: Settings, field: str) -> Any:
    """Return the value of a field, or None where it was left out of a draft."""
    try:
        return getattr(settings, field)
    except NotKnown:
        return None


def rule(code: Code, check: Callable[[Any], Broken | None]) -> AfterValidator:
    """Return the annotation that refuses a value for which `check` finds a broken rule."""

    def validate(value: Any) -> Any:
        broken = check(value)
        if broken is not None:
            raise PydanticCustomError(
                RULE_ERROR,
                "must {rule}",
                {"code": code.value, "rule": broken.rule, "fix": broken.fix},
            )
        return value

    return AfterValidator(validate)
