"""Every command of README and docs is run by a test, or is one of a real account."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.meta.command_lines import refuse_unknown
from tests.meta.test_docs import NAMES, PAGES
from tests.meta.test_mission import functions_in
from tests.sandbox.pages import ELSEWHERE, REAL_CLOUD, ROOT, commands

TESTS = ROOT / "tests" / "sandbox"
WITH_COMMANDS = [name for name in NAMES if commands(name)]
ORIGINALS = [name for name in WITH_COMMANDS if not name.startswith("docs/zh/")]
REAL = [
    (name, command)
    for name in NAMES
    if not name.startswith("docs/zh/")
    for command in commands(name, REAL_CLOUD)
]


@cache
def read_by_tests() -> set[str]:
    """Pages whose literal names are in tests that call ``reading``."""
    found = set()
    for file in TESTS.glob("test_*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        if any(isinstance(called, ast.Name) and called.id == "reading" for called in calls):
            found |= {str(one.value) for one in ast.walk(tree) if isinstance(one, ast.Constant)}
    return found


@pytest.mark.parametrize("page", ORIGINALS)
def test_every_command_of_a_page_is_run(page: str) -> None:
    left = [command for command in commands(page) if command not in ELSEWHERE]
    assert not left or page in read_by_tests(), f"no test in tests/sandbox reads {page}: {left}"


@pytest.mark.parametrize("page", [name for name in NAMES if name.startswith("docs/zh/")])
def test_a_translation_has_the_commands_of_its_original(page: str) -> None:
    original = page.replace("docs/zh/", "docs/")
    for kind in ("sh", REAL_CLOUD):
        assert commands(page, kind) == commands(original, kind)


@pytest.mark.parametrize(("command", "test"), ELSEWHERE.items(), ids=list(ELSEWHERE))
def test_a_command_that_takes_long_is_run_by_a_test(command: str, test: str) -> None:
    assert command in {one for name in ORIGINALS for one in commands(name)}, "no page has it"
    path, _, function = test.partition("::")
    assert function in functions_in(path)
    program, *words = command.split()
    verbs = [word for word in words[:2] if re.fullmatch("[a-z-]+(?<!-dev)", word)]
    source = (ROOT / path).read_text("utf-8")
    assert all(word in source for word in (verbs or [program])), f"{path} runs no {verbs}"


@pytest.mark.parametrize(
    ("page", "command"), REAL, ids=[f"{page}: {command}" for page, command in REAL]
)
def test_a_command_for_a_real_account_is_one_that_its_program_takes(
    page: str, command: str
) -> None:
    refuse_unknown(command)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("ackb check", "Missing parameter: stack"),
        ("ackb upp wordpress-prod", "no command 'upp'"),
        ("ackb up wordpress-prod --now", "No such option"),
        ("ackb report eci-age wordpress-prod --days many", "should be a valid number"),
        ("ackb report wordpress-prod", "no command 'wordpress-prod'"),
        ("pulumi stack start x", "pulumi stack: there is no command 'start'"),
        ("pulumi up -s x --policy-packs y", "pulumi up: there is no option --policy-packs"),
        ("pulumi stack output x | kubectl apply -k -", ""),
        ("pulumi stack output x | kubectl applie -f -", "kubectl: there is no command 'applie'"),
        ('export A="$(pulumi stack out x)"', "pulumi stack: there is no command 'out'"),
        ("kubectl -n vk get pods --wider", "kubectl get: there is no option --wider"),
        ("kubectl rollout undo deployment/a --to-revision=2 > file", ""),
        ("A=b frobnicate", "frobnicate: how to look at its options is not known"),
    ],
)
def test_what_a_program_does_not_take_is_found(line: str, why: str) -> None:
    if not why:
        refuse_unknown(line)
        return
    with pytest.raises(Exception, match=re.escape(why)):
        refuse_unknown(line)


def test_commands_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    run = [one for name in ORIGINALS for one in commands(name) if one not in ELSEWHERE]
    elsewhere = [one for name in ORIGINALS for one in commands(name) if one in ELSEWHERE]
    with capsys.disabled():
        print(
            f"\ncommands of the pages: {len(run)} run as they stand, {len(elsewhere)} by a test of "
            f"their own, {len(REAL)} for a real account parsed and not run"
        )
    assert len(run) > 25
    assert REAL


def test_comments_and_continued_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block = "# only this\nackb check a \\\n  --json   # why\necho '# no comment' \"a #b\" c#d\n\n"
    (tmp_path / "page.md").write_text(f"```sh\n{block}```\n\n```sh real-cloud\nx\n```\n")
    monkeypatch.setattr("tests.sandbox.pages.ROOT", tmp_path)
    assert commands("page.md") == ["ackb check a --json", "echo '# no comment' \"a #b\" c#d"]
    assert commands("page.md", REAL_CLOUD) == ["x"]


def test_every_page_can_be_reached_from_the_readme() -> None:
    found, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page.is_dir():
            ahead += [one for one in page.glob("*.md") if one not in found]
        if page.suffix != ".md" or page in found or not page.exists():
            continue
        found.add(page)
        links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        ahead += [(page.parent / link).resolve() for link in links if "://" not in link]
    assert sorted(str(page.relative_to(ROOT)) for page in set(PAGES) - found) == []
