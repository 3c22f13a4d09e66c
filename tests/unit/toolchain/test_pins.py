"""The table of tools agrees with the Go modules, and says which versions will do."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import pytest

from ackb import toolchain
from ackb.toolchain.pins import MODULES, PINS, Pin, Version

FOLDERS = sorted(path.parent.name for path in MODULES.glob("*/go.mod"))


def _copied(name: str, folder: Path) -> Pin:
    """The pin `name` with its Go module in `folder`, free to be changed."""
    shutil.copytree(PINS[name].directory, folder, dirs_exist_ok=True)
    return dataclasses.replace(PINS[name], folder=str(folder))


def test_the_tools_are_those_the_project_runs() -> None:
    assert toolchain.NAMES == (
        "pulumi",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kubectl",
        "etcd",
        "kwok",
        "kwokctl",
        "helm",
    )
    assert toolchain.OPTIONAL == ("kruise-manager", "vpa-recommender")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_tool_line_of_a_go_module_is_a_tool_and_no_other(folder: str) -> None:
    text = (MODULES / folder / "go.mod").read_text()
    block = re.search(r"^tool \((.*?)^\)", text, re.MULTILINE | re.DOTALL)
    declared = block.group(1).split() if block else re.findall(r"^tool (\S+)$", text, re.MULTILINE)
    assert declared == [pin.package for pin in PINS.values() if pin.folder == folder]


@pytest.mark.parametrize("pin", PINS.values(), ids=lambda pin: pin.name)
def test_a_pin_is_backed_by_checksums(pin: Pin) -> None:
    assert pin.package.startswith(pin.module)
    checksums = (pin.directory / "go.sum").read_text()
    assert f"{pin.module} v{pin.version} h1:" in checksums


@pytest.mark.parametrize("pin", PINS.values(), ids=lambda pin: pin.name)
def test_the_linker_stamps_the_pinned_version(pin: Pin) -> None:
    flags = pin.build_arguments()[-1]
    stamped = re.findall(r"-X \S+[vV]ersion=v?(\S+)", flags)
    # These have their version in their source, or do not tell it at all.
    unstamped = ("etcd", "kwok", "kruise", "vpa")
    assert stamped == ([] if pin.folder in unstamped else [str(pin.version)])


def test_a_new_pin_is_the_version_everywhere(tmp_path: Path) -> None:
    pin = _copied("kubectl", tmp_path)
    go_mod = tmp_path / "go.mod"
    go_mod.write_text(
        go_mod.read_text().replace("k8s.io/kubernetes v1.36.3", "k8s.io/kubernetes v1.37.1")
    )
    assert str(pin.version) == "1.37.1"
    assert pin.wanted() == "1.37.x"
    assert "-X k8s.io/component-base/version.gitMinor=37" in pin.build_arguments()[-1]


def test_a_go_module_without_the_tool_is_named(tmp_path: Path) -> None:
    pin = _copied("etcd", tmp_path)
    (tmp_path / "go.mod").write_text("module tools/etcd\n\ngo 1.26\n")
    with pytest.raises(ValueError, match=re.escape(f"{tmp_path}/go.mod has no line")):
        _ = pin.version


@pytest.mark.parametrize(
    ("output", "version"),
    [
        ("3.256.0\n", "3.256.0"),
        ("v3.257.1-alpha.x1\n", "3.257.1-alpha.x1"),
        ("Kubernetes v1.36.3\n", "1.36.3"),
        ("Client Version: v1.36.3\nKustomize Version: v5.8.1\n", "1.36.3"),
        ('Client Version: version.Info{Major:"1", Minor:"27", GitVersion:"v1.27.3"}', "1.27.3"),
        ("Client Version: v1.36.5-eks-113cf36\n", "1.36.5"),
        ("etcd Version: 3.6.5\nGit SHA: abc\nGo Version: go1.26.8\n", "3.6.5"),
        ("kwok version v0.8.0 go1.26.8 (linux/amd64)\n", "0.8.0"),
        ("v3.22\n", "3.22.0"),
        ("v3.22.0+g1234567\n", "3.22.0"),
        ("no version here\n", "None"),
        ("", "None"),
    ],
)
def test_versions_are_read_as_the_tools_print_them(output: str, version: str) -> None:
    assert str(Version.find_in(output)) == version


@pytest.mark.parametrize(
    ("name", "found", "suits"),
    [
        ("kubectl", "1.36.0", True),
        ("kubectl", "1.36.99", True),
        ("kubectl", "1.35.9", False),
        ("kubectl", "1.37.0", False),
        ("kubectl", "2.36.3", False),
        ("kubectl", "1.36.0-rc.1", False),
        ("etcd", "3.6.0", True),
        ("etcd", "3.5.21", False),
        ("kwokctl", "0.9.0", False),
        ("helm", "3.22.4", True),
        ("helm", "4.22.0", False),
        ("pulumi", "3.255.9", False),
        ("pulumi", "3.256.0", True),
        ("pulumi", "3.999.0", True),
        ("pulumi", "3.300.0-alpha.1", False),
        ("pulumi", "4.0.0", False),
    ],
)
def test_which_versions_will_do(name: str, found: str, suits: bool) -> None:
    version = Version.find_in(found)
    assert version is not None
    assert PINS[name].suits(version) is suits
