"""The stack file after a sandbox came and went."""

from __future__ import annotations

from ackb.cli.stack_secrets import without

BEFORE = """\
# a comment that must stay
config:
  ackb:settings:
    blueprint: wordpress # and this one
"""
SECRETS = """\
  ackb:databasePassword:
    secure: v1:abc+/=:def==
  ackb:cachePassword:
    secure: v1:ghi:jkl
"""
SALT = "encryptionsalt: v1:o8d3XrF0yek=:v1:I1JWGJ:Ztz\n"
KEYS = ["ackb:databasePassword", "ackb:cachePassword"]


def test_what_up_added_is_gone_to_the_letter() -> None:
    assert without(BEFORE + SECRETS + SALT, KEYS) == BEFORE


def test_another_secret_keeps_the_salt_it_needs() -> None:
    own = "  ackb:own:\n    secure: v1:mno:pqr\n"
    assert without(BEFORE + own + SECRETS + SALT, KEYS) == BEFORE + own + SALT


def test_a_file_without_secrets_is_left_alone() -> None:
    assert without(BEFORE, KEYS) == BEFORE


def test_values_that_a_yaml_tool_broke_into_lines_are_gone_as_well() -> None:
    """Many of them break lines at 80 characters when a person's script saves the file."""
    secrets = """\
  ackb:databasePassword:
    secure:
      v1:abc+/=:def==
  ackb:cachePassword:
    secure: >-
      v1:ghi
      :jkl
"""
    salt = "encryptionsalt:\n  v1:o8d3XrF0yek=:v1:I1JWGJ:Ztz\n"
    assert without(BEFORE + secrets + salt, KEYS) == BEFORE
    after = "  ackb:more: 1\n"
    assert without(BEFORE + secrets + after + salt, KEYS) == BEFORE + after
