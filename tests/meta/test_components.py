"""What every component has in common, read from the sources; each rule says how many it saw."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from ackb.domain.provider_types import provider_type, tokens

ROOT = Path(__file__).parents[2]
COMPONENTS = ROOT / "components"
SOURCES = sorted([*COMPONENTS.rglob("*.py"), *(ROOT / "blueprints").rglob("*.py")])
NUMBER_OF_COMPONENTS = 45


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def component_classes() -> list[tuple[Path, ast.ClassDef]]:
    return [
        (path, node)
        for path in sorted(COMPONENTS.rglob("*.py"))
        for node in tree(path).body
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base) == "pulumi.ComponentResource" for base in node.bases)
    ]


CLASSES = component_classes()
NAMES = [node.name for _, node in CLASSES]


def constructor(node: ast.ClassDef) -> ast.FunctionDef:
    return next(
        one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"
    )


def calls(node: ast.AST, name: str) -> list[ast.Call]:
    return [
        one
        for one in ast.walk(node)
        if isinstance(one, ast.Call) and ast.unparse(one.func).endswith(name)
    ]


def test_the_number_of_components_is_known() -> None:
    assert len(CLASSES) == NUMBER_OF_COMPONENTS
    assert len(set(NAMES)) == NUMBER_OF_COMPONENTS


@pytest.mark.parametrize("node", [node for _, node in CLASSES], ids=NAMES)
def test_outputs_are_registered_once_and_last(node: ast.ClassDef) -> None:
    assert len(calls(node, ".register_outputs")) == 1
    last = constructor(node).body[-1]
    assert isinstance(last, ast.Expr)
    assert ast.unparse(last).startswith("self.register_outputs(")


@pytest.mark.parametrize("node", [node for _, node in CLASSES], ids=NAMES)
def test_every_declared_output_is_documented_and_registered(node: ast.ClassDef) -> None:
    declared = [one.target.id for one in node.body if isinstance(one, ast.AnnAssign)]  # type: ignore
    (call,) = calls(node, ".register_outputs")
    registered = {ast.literal_eval(key) for key in call.args[0].keys}  # type: ignore[attr-defined]
    # A provider is an object of the program, no value that a state could hold.
    assert set(declared) - {"provider"} == registered
    for index, one in enumerate(node.body):
        if isinstance(one, ast.AnnAssign):
            text = node.body[index + 1]
            assert isinstance(text, ast.Expr), f"{ast.unparse(one)} has no docstring"


@pytest.mark.parametrize("node", [node for _, node in CLASSES], ids=NAMES)
def test_the_docstring_says_what_is_created_and_shows_a_program(node: ast.ClassDef) -> None:
    text = ast.get_docstring(node) or ""
    assert "\nCreates: " in text
    assert f"\n    {node.name}(" in text or f"= {node.name}(\n" in text


@pytest.mark.parametrize("node", [node for _, node in CLASSES], ids=NAMES)
def test_arguments_are_judged_before_anything_is_registered(node: ast.ClassDef) -> None:
    body = [ast.unparse(one) for one in constructor(node).body]
    if body[0].startswith("super()"):
        assert node.name == "Addon", "only an add-on takes whatever the catalogue has"
        return
    assert body[0].startswith(f"refuse('{node.name}', name, ")
    assert body[1].startswith("super().__init__('ackb:")


@pytest.mark.parametrize("node", [node for _, node in CLASSES], ids=NAMES)
def test_children_are_named_after_their_component(node: ast.ClassDef) -> None:
    """The engine finds a renamed component's children only when their names start with its own."""
    path = next(path for path, one in CLASSES if one is node)
    made = [
        one
        for one in ast.walk(tree(path))
        if isinstance(one, ast.Call)
        and ast.unparse(one.func).startswith(("alicloud.", "kubernetes.", "v2."))
        and one.args
        and not ast.unparse(one.func).endswith(("_output", "Args"))
    ]
    others = {"GpuPool", "SelfManagedVirtualNodes", "VirtualNodes"}
    assert made or node.name in others or node.name.startswith("Existing")
    for call in made:
        name = ast.unparse(call.args[0])
        assert name.startswith("f'{name}-") or name == "logical", ast.unparse(call)


def dataclasses_of_arguments() -> Iterator[ast.ClassDef]:
    for path in sorted(COMPONENTS.rglob("*.py")):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and node.decorator_list:
                yield node


def test_arguments_are_frozen_keyword_only_and_documented() -> None:
    found = list(dataclasses_of_arguments())
    assert len(found) > NUMBER_OF_COMPONENTS
    for node in found:
        assert [ast.unparse(one) for one in node.decorator_list] == [
            "dataclass(frozen=True, kw_only=True)"
        ], node.name
        for index, one in enumerate(node.body):
            if isinstance(one, ast.AnnAssign):
                text = node.body[index + 1] if index + 1 < len(node.body) else None
                documented = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
                assert documented, f"{node.name}.{ast.unparse(one.target)} has no docstring"


def test_no_option_is_inherited_by_hand() -> None:
    """`.merge(` hands a caller's parent and aliases on to children; parenting gives providers."""
    assert len(SOURCES) > 40
    merged = [path for path in SOURCES if any(calls(tree(path), "ResourceOptions.merge"))]
    merged += [path for path in SOURCES if ".merge(" in path.read_text("utf-8")]
    assert merged == []


def test_no_resource_is_made_inside_an_apply() -> None:
    """In a preview with unknown values it would not be there, and at `up` it would."""
    looked_at = 0
    for path in SOURCES:
        for call in calls(tree(path), ".apply"):
            looked_at += 1
            inside = [ast.unparse(one.func) for one in ast.walk(call) if isinstance(one, ast.Call)]
            assert not [one for one in inside if one in NAMES], path
            assert not [one for one in inside if one.startswith(("alicloud.", "kubernetes."))], path
    assert looked_at >= 15


def test_mocks_are_set_by_the_planner_alone() -> None:
    users = [
        path.relative_to(ROOT)
        for folder in ("ackb", "blueprints", "components", "policies", "sandbox", "tests", "tools")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "set_mocks" in path.read_text("utf-8") and path != Path(__file__)
    ]
    assert users == [Path("ackb/planning/run.py")]


def test_no_deprecated_property_is_used() -> None:
    """The planner refuses them in every plan; this also sees code that no stack runs."""
    deprecated = {
        (_sdk_class(token), re.sub(r"([A-Z])", r"_\1", name).lower())
        for token in tokens()
        for name, field in provider_type(token).inputs.items()
        if field.deprecated
    }
    assert ("alicloud.vpc.Network", "name") in deprecated
    used = {
        (ast.unparse(call.func), keyword.arg)
        for path in SOURCES
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call)
        for keyword in call.keywords
    }
    assert ("alicloud.vpc.Network", "vpc_name") in used
    assert used & deprecated == set()


def _sdk_class(token: str) -> str:
    """`alicloud.vpc.Network` for `alicloud:vpc/network:Network`."""
    package, module, name = token.split(":")
    return f"{package}.{module.split('/')[0]}.{name}"


@pytest.mark.parametrize("name", NAMES)
def test_every_component_has_unit_tests_and_a_page(name: str) -> None:
    tests = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "tests/unit/components").glob("test_*.py")
    )
    assert f"{name}(" in tests
    reference = (ROOT / "docs/reference/components.md").read_text("utf-8")
    assert f"## {name}\n" in reference
