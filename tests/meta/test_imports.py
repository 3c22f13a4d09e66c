"""Imports go one way; each package may use only the ones listed for it here."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("ackb", "blueprints", "components", "policies", "sandbox")
PULUMI = ("pulumi", "pulumi_alicloud", "pulumi_kubernetes", "pulumi_policy")

# What a package may import of ours, beside itself. The longest matching prefix counts.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "ackb": (),
    "ackb.domain": (),
    "ackb.domain.files": (),
    "ackb.toolchain": ("ackb.domain.files",),
    "ackb.alibaba": ("ackb.domain",),
    "ackb.inventory": ("ackb.domain",),
    "ackb.capacity": ("ackb.domain", "ackb.inventory"),
    "ackb.placement": ("ackb.domain", "ackb.inventory"),
    "ackb.planning": ("ackb.domain",),
    "ackb.html": (),
    "ackb.reports": ("ackb.domain", "ackb.html"),
    "ackb.picture": ("ackb.domain", "ackb.inventory"),
    "ackb.engine": (
        "ackb.domain",
        "ackb.toolchain",
        "ackb.alibaba",
        "sandbox.cloud",
        "sandbox.daemon.record",
    ),
    "ackb.burst": (
        "ackb.domain",
        "ackb.engine",
        "ackb.html",
        "ackb.inventory",
        "sandbox.cloud",
        "sandbox.kube",
        "sandbox.providers.kubernetes",
    ),
    "ackb.load": (
        "ackb.domain",
        "ackb.engine",
        "ackb.html",
        "sandbox.cloud",
        "sandbox.controllers.node_objects",
        "sandbox.kube",
        "sandbox.metrics",
    ),
    "ackb.cli": ("ackb", "blueprints", "components", "policies", "sandbox"),
    "ackb.virtual_nodes": ("ackb.domain",),
    "components": ("ackb.domain",),
    "blueprints": ("ackb.domain", "components"),
    # The contract of add-ons is a part of the settings: each brings its own model.
    "blueprints.settings": ("ackb.domain", "blueprints.addons"),
    "policies": ("ackb.domain",),
    "sandbox": (),
    "sandbox.cloud": ("ackb.domain", "sandbox.kube.pace"),
    "sandbox.kube.pace": ("ackb.domain",),
    "sandbox.kube": ("ackb.domain", "ackb.toolchain", "sandbox.cloud"),
    "sandbox.metrics": ("ackb.domain", "sandbox.cloud", "sandbox.kube"),
    "sandbox.controllers": (
        "ackb.domain",
        "ackb.toolchain",
        "sandbox.cloud",
        "sandbox.kube",
        "sandbox.metrics",
    ),
    "sandbox.providers": (),
    "sandbox.providers.serving": (),
    "sandbox.providers.alicloud": ("ackb.domain", "sandbox.cloud", "sandbox.providers.serving"),
    # The real provider knows no cloud: what it needs stands in the kubeconfig.
    "sandbox.providers.kubernetes": (
        "ackb.domain",
        "ackb.toolchain",
        "sandbox.kube.stand_ins",
        "sandbox.providers.serving",
    ),
    "sandbox.daemon": (
        "sandbox.kube.ports",
        "ackb.domain",
        "sandbox.cloud",
        "sandbox.controllers",
        "sandbox.providers",
    ),
}
# Packages that must stay usable without Pulumi.
WITHOUT_PULUMI = (
    "ackb.domain",
    "ackb.toolchain",
    "ackb.inventory",
    "ackb.capacity",
    "ackb.html",
    "ackb.reports",
    "ackb.picture",
    "blueprints.settings",
)
# `ackb.toolchain` also runs before there is a virtual environment.
ONLY_STANDARD_LIBRARY = ("ackb.toolchain", "ackb.domain.files")


def modules() -> list[tuple[str, Path]]:
    found = []
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append((name, path))
    return found


MODULES = modules()


def imports(name: str, path: Path) -> set[str]:
    """Return every module that is imported anywhere in the file, at the top or in a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{_absolute(node, name, path)}.{alias.name}" for alias in node.names}
    return found


def _absolute(node: ast.ImportFrom, name: str, path: Path) -> str:
    if not node.level:
        return node.module or ""
    up = node.level - (path.name == "__init__.py")
    above = name.split(".")[: len(name.split(".")) - up]
    return ".".join([*above, *([node.module] if node.module else [])])


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def package_of(module: str) -> str:
    return max((one for one in MAY_IMPORT if within(module, one)), key=len)


def test_every_package_is_looked_at() -> None:
    assert {package_of(name) for name, _ in MODULES} == set(MAY_IMPORT)


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_a_package_imports_only_what_it_may(package: str) -> None:
    wrong = [
        f"{name} imports {module}"
        for name, path in MODULES
        if package_of(name) == package
        for module in sorted(imports(name, path))
        if module.split(".")[0] in OURS
        and not any(within(module, one) for one in (package, *MAY_IMPORT[package]))
    ]
    assert not wrong


@pytest.mark.parametrize("package", WITHOUT_PULUMI)
def test_a_plain_package_does_not_know_pulumi(package: str) -> None:
    wrong = [
        f"{name} imports {module}"
        for name, path in MODULES
        if within(name, package)
        for module in imports(name, path)
        if module.split(".")[0] in PULUMI
    ]
    assert not wrong


@pytest.mark.parametrize("package", ONLY_STANDARD_LIBRARY)
def test_a_package_that_runs_first_needs_nothing_installed(package: str) -> None:
    wrong = [
        f"{name} imports {module}"
        for name, path in MODULES
        if within(name, package)
        for module in imports(name, path)
        if module.split(".")[0] not in sys.stdlib_module_names
        and not any(within(module, one) for one in ONLY_STANDARD_LIBRARY)
    ]
    assert not wrong


def test_policies_and_sandbox_know_types_by_token() -> None:
    """They see `alicloud:cs/nodePool:NodePool`, never the classes of the SDKs."""
    wrong = [
        f"{name} imports {module}"
        for name, path in MODULES
        if within(name, "policies") or within(name, "sandbox")
        for module in imports(name, path)
        if module.split(".")[0] in ("pulumi_alicloud", "pulumi_kubernetes")
    ]
    assert not wrong
