"""Whose stack it is, what it is for, and which account it may touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ackb.domain import tags
from ackb.domain.problems import MISSING, Problem, nearest
from ackb.domain.tiers import Environment, Tier
from blueprints.settings.codes import Code
from blueprints.settings.structure import ROOT

_ENVIRONMENTS = ", ".join(Environment)


def check_tags(given: Mapping[str, str], stack: str) -> Iterator[Problem]:
    """Yield what is wrong with the tags: missing ones, limits, and values of the vocabulary."""
    for key, broken in tags.check(given):
        path = f"{ROOT}.tags.{key}" if key else f"{ROOT}.tags"
        yield Problem.of(Code.TAGS, path, given.get(key, MISSING) if key else given, broken)
    tier, env = given.get(tags.Tag.TIER), given.get(tags.Tag.ENV)
    if tier and tier not in set(Tier):
        near = nearest(tier, Tier)
        yield Problem(
            Code.TAGS,
            f"{ROOT}.tags.{tags.Tag.TIER}",
            tier,
            f"must be one of {', '.join(Tier)}",
            f"write {near}" if near else "choose one of them",
        )
    meant = environment_of(stack)
    if env and meant and env != meant:
        yield Problem(
            Code.TAGS,
            f"{ROOT}.tags.{tags.Tag.ENV}",
            env,
            f"must be {meant}, as the name of the stack '{stack}' says",
            f"write {meant}, or rename the stack",
        )


def check_stack_name(stack: str) -> Iterator[Problem]:
    """Yield a problem when the name of the stack does not end in its environment."""
    if environment_of(stack) is None:
        yield Problem(
            Code.STACK_NAME,
            "stack",
            stack,
            f"must end in its environment, one of {_ENVIRONMENTS}",
            f"name it such as '{stack.rsplit('/', 1)[-1]}-{Environment.DEV}'",
        )


def environment_of(stack: str) -> Environment | None:
    """Return the environment a stack's name ends in: `wordpress-dev` is `dev`."""
    last = stack.rsplit("/", 1)[-1].rsplit("-", 1)[-1]
    return Environment(last) if last in set(Environment) else None


def check_account(target: str, expected_account_id: str | None) -> Iterator[Problem]:
    """Yield a problem when a stack of the real cloud does not name its account."""
    if target == "alibaba-cloud" and expected_account_id is None:
        yield Problem(
            Code.ACCOUNT,
            f"{ROOT}.expected_account_id",
            MISSING,
            "must be given for the target alibaba-cloud, so that no other account is written to",
            "add the 16 digits of the account id, in quotes (aliyun sts GetCallerIdentity shows "
            "them)",
        )
