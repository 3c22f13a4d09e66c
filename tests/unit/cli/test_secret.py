"""`ackb secret`: a password that exists elsewhere goes into the stack file, encrypted."""

from __future__ import annotations

import io

import pytest

from tests.unit.cli.conftest import STACK

KEPT: list[tuple[str, str, str]] = []


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    KEPT.clear()

    class Engine:
        def __init__(self, *arguments: object, **named: object) -> None:
            pass

        def set_secret(self, stack: str, key: str, value: str) -> None:
            KEPT.append((stack, key, value))

    monkeypatch.setattr("ackb.engine.engine.Engine", Engine)


def given(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_the_value_comes_from_standard_input_and_is_not_shown(ackb, monkeypatch):
    given(monkeypatch, "Pa55word_db\n")
    ran = ackb("secret", STACK, "databasePassword")
    assert ran.code == 0
    assert KEPT == [(STACK, "databasePassword", "Pa55word_db")]
    assert ran.err == ("kept ackb:databasePassword encrypted in stacks/Pulumi.wordpress-dev.yaml\n")
    assert "Pa55word" not in ran.out


def test_a_key_that_the_stack_does_not_need_is_refused_with_the_nearest(ackb, monkeypatch):
    given(monkeypatch, "Pa55word_db")
    ran = ackb("secret", STACK, "databasePasword")
    assert ran.code == 3
    assert "CLI-08 KEY: " in ran.err
    assert "Fix: write databasePassword." in ran.err
    ran = ackb("secret", "burst-dev", "databasePassword")
    assert "must be a secret that the stack needs (it needs none)" in ran.err
    assert KEPT == []


def test_an_empty_value_is_refused(ackb, monkeypatch):
    given(monkeypatch, "\n")
    ran = ackb("secret", STACK, "databasePassword")
    assert ran.code == 3
    assert "must not be empty" in ran.err
    assert KEPT == []
