"""Files and pipes are UTF-8 whatever the locale says, as the engine and Kubernetes write them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for package in ("ackb", "blueprints", "components", "policies", "sandbox", "tools")
    for path in sorted((ROOT / package).rglob("*.py"))
]


def left_to_the_locale(source: str) -> list[str]:
    """Calls that read or write text without saying how it is encoded."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if _leaves_it(call)]


def _leaves_it(call: ast.Call) -> bool:
    name = ast.unparse(call.func).rpartition(".")[2]
    given = {keyword.arg for keyword in call.keywords}
    if "encoding" in given:
        return False
    if name in ("read_text", "write_text"):
        return len(call.args) < (1 if name == "read_text" else 2)
    if name in ("open", "fdopen"):
        modes = [one.value for one in call.args if isinstance(one, ast.Constant)]
        is_file = not call.args or any(re.fullmatch(r"[rwax]\+?", str(one)) for one in modes)
        return is_file and "b" not in "".join(map(str, modes))
    return name in ("run", "Popen") and "text" in given


@pytest.mark.parametrize(
    ("source", "is_left"),
    [
        ("path.read_text()", True),
        ("path.read_text(errors='replace')", True),
        ("path.read_text('utf-8')", False),
        ("path.write_text(text)", True),
        ("path.write_text(text, 'utf-8')", False),
        ("path.open()", True),
        ("path.open('w')", True),
        ("os.fdopen(descriptor, 'w')", True),
        ("path.open('a+', encoding='utf-8')", False),
        ("path.open('rb')", False),
        ("Store.open(path)", False),
        ("subprocess.run(command, text=True)", True),
        ("subprocess.run(command, encoding='utf-8', text=True)", False),
    ],
)
def test_what_is_looked_for_is_found(source: str, is_left: bool) -> None:
    assert bool(left_to_the_locale(source)) is is_left


def test_no_text_is_left_to_the_locale() -> None:
    """In a GBK terminal a Chinese tag in a state would read as a torn file."""
    assert len(SOURCES) > 300
    found = [
        f"{path.relative_to(ROOT)}: {call}"
        for path in SOURCES
        for call in left_to_the_locale(path.read_text("utf-8"))
    ]
    assert found == []
