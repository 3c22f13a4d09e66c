"""What only another home could decrypt is removed from a sandbox's stack file, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ackb.cli import foreign_secrets
from ackb.cli.context import Stack, Workplace
from ackb.domain.home import Home
from ackb.engine import checkpoint

PASSPHRASE = "x"
SALT = "v1:4mseXoSaR58=:v1:kZzqM8rIWTKV7A4s:1ZTsjmNxYhCiWSXZHIvasT6F3wrneA=="
"""As the engine 3.256.0 writes it for that passphrase."""

CLEAN = """# Our sandbox
config:
  pulumi:disable-default-providers: ["*"]
  ackb:settings:
    target: {target}
    # the ranges of the office
    network: {{vpc_cidr: 10.0.0.0/8}}
"""
SECRETS = """  ackb:databasePassword:
    secure: v1:JzVeGDnisuK1/qN6:xSrw7Xu8tlgWzklI
  ackb:cachePassword: {secure: v1:Igr+p/jW:YXZlJTA2}
"""


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    (tmp_path / "stacks").mkdir()
    return Workplace(tmp_path, Home(tmp_path / ".ackb").ensure())


def stack(place: Workplace, target: str = "sandbox", salt: str = SALT) -> Stack:
    text = f"{CLEAN.format(target=target)}{SECRETS}encryptionsalt: {salt}\n"
    (place.project / "stacks" / "Pulumi.dev.yaml").write_text(text)
    return place.stack("dev")


def text(place: Workplace) -> str:
    return (place.project / "stacks" / "Pulumi.dev.yaml").read_text()


def test_secrets_of_another_home_are_removed_and_told(place: Workplace) -> None:
    """A removed `.ackb`, or the clone of a colleague: `ackb up` generates new ones."""
    place.home.passphrase.write_text("another")
    said: list[str] = []
    cleaned = foreign_secrets.without(stack(place), said.append)
    assert text(place) == CLEAN.format(target="sandbox")
    assert cleaned.file.secrets == frozenset()
    assert said == [
        "removed the secrets of another home from stacks/Pulumi.dev.yaml; new ones are generated"
    ]


def test_a_new_home_has_no_passphrase_that_could_fit(place: Workplace) -> None:
    foreign_secrets.without(stack(place), lambda line: None)
    assert text(place) == CLEAN.format(target="sandbox")


def test_values_that_a_yaml_tool_broke_into_lines_are_removed_too(place: Workplace) -> None:
    broken = """  ackb:databasePassword:
    secure:
      v1:JzVeGDnisuK1/qN6:xSrw7Xu8tlgWzklI
  ackb:cachePassword: {secure: v1:Igr+p/jW:YXZlJTA2}
encryptionsalt:
  """
    before = CLEAN.format(target="sandbox")
    file = place.project / "stacks" / "Pulumi.dev.yaml"
    file.write_text(f"{before}{broken}{SALT}\n")
    foreign_secrets.without(place.stack("dev"), lambda line: None)
    assert text(place) == before


@pytest.mark.parametrize("salt", ["v2:a:b", "garbage", "v1:4mseXoSaR58=:v1:kZ:1Z=="])
def test_a_salt_that_cannot_be_read_fits_nothing(place: Workplace, salt: str) -> None:
    place.home.passphrase.write_text(PASSPHRASE)
    foreign_secrets.without(stack(place, salt=salt), lambda line: None)
    assert "secure" not in text(place)


def kept(place: Workplace, chosen: Stack) -> None:
    before, said = text(place), []
    assert foreign_secrets.without(chosen, said.append) is chosen
    assert text(place) == before
    assert said == []


def test_own_secrets_stay(place: Workplace) -> None:
    """After `ackb sandbox reset`, the passphrase is still there."""
    place.home.passphrase.write_text(f"{PASSPHRASE}\n")
    kept(place, stack(place))


def test_those_of_a_real_stack_stay(place: Workplace) -> None:
    kept(place, stack(place, target="alibaba-cloud"))


def test_those_of_a_stack_that_exists_here_stay(place: Workplace) -> None:
    """Its objects were made with them: a passphrase that does not fit is told by the engine."""
    place.home.passphrase.write_text("another")
    state = checkpoint.path(place.home.state, "ackb", "dev")
    state.parent.mkdir(parents=True)
    state.write_text("{}")
    kept(place, stack(place))


def test_a_file_without_secrets_stays(place: Workplace) -> None:
    (place.project / "stacks" / "Pulumi.dev.yaml").write_text(CLEAN.format(target="sandbox"))
    kept(place, place.stack("dev"))
