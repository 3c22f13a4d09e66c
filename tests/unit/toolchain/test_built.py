"""A built tool is current as long as what it was built from is."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from ackb import toolchain
from ackb.toolchain.built import BuiltTools
from ackb.toolchain.pins import PINS, Pin
from tests.unit.toolchain.conftest import PutOnPath


@pytest.fixture
def pin(tmp_path: Path) -> Pin:
    """etcd, with its Go module free to be changed."""
    module = tmp_path / "module"
    shutil.copytree(PINS["etcd"].directory, module)
    return dataclasses.replace(PINS["etcd"], folder=str(module))


@pytest.fixture
def built(built_folder: Path, pin: Pin) -> BuiltTools:
    """The folder of built tools, with etcd in it."""
    built_folder.mkdir()
    tools = BuiltTools.find()
    binary = tools.unfinished(pin)
    binary.touch(mode=0o755)
    tools.accept(pin, binary)
    return tools


def test_a_built_tool_is_current(built: BuiltTools, pin: Pin) -> None:
    assert built.is_current(pin)
    assert built.path(pin) == built.folder / "etcd"


@pytest.mark.parametrize("name", ["go.mod", "go.sum"])
def test_a_change_of_pins_asks_for_a_new_build(built: BuiltTools, pin: Pin, name: str) -> None:
    file = pin.directory / name
    file.write_text(file.read_text() + "\n")
    assert not built.is_current(pin)


def test_a_change_of_flags_asks_for_a_new_build(built: BuiltTools, pin: Pin) -> None:
    assert not built.is_current(dataclasses.replace(pin, stamps={"main.version": "{version}"}))


def test_a_removed_binary_asks_for_a_new_build(built: BuiltTools, pin: Pin) -> None:
    built.path(pin).unlink()
    assert not built.is_current(pin)


def test_a_binary_without_its_stamp_asks_for_a_new_build(built: BuiltTools, pin: Pin) -> None:
    """A kill between the two writes of `accept`."""
    (built.folder / ".stamps" / "etcd").unlink()
    assert not built.is_current(pin)


def test_what_a_killed_build_left_is_removed(built: BuiltTools, pin: Pin) -> None:
    built.unfinished(pin).write_text("half a binary")
    assert not built.unfinished(pin).exists()


def test_a_built_tool_is_found_where_path_has_none(
    put_on_path: PutOnPath, built_folder: Path
) -> None:
    old = put_on_path("etcd", "echo etcd Version: 3.5.0")
    built_folder.mkdir()
    tools = BuiltTools.find()
    binary = tools.unfinished(PINS["etcd"])
    binary.touch(mode=0o755)
    tools.accept(PINS["etcd"], binary)
    assert toolchain.find("etcd") == toolchain.Tool(
        "etcd",
        built_folder / "etcd",
        str(PINS["etcd"].version),
        "built",
        (f"ignored {old}: version 3.5.0, needed 3.6.x",),
    )
