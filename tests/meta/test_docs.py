"""README and docs: links resolve, commands exist, nothing of one machine is in them."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
from ruamel.yaml import YAML

from ackb.cli.main import app
from blueprints.settings import load

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

# Hosts of public documentation that pages may point to.
HOSTS = {
    "docs.github.com",
    "docs.oasis-open.org",
    "github.com",
    "help.aliyun.com",
    "kubernetes.io",
    "kwok.sigs.k8s.io",
    "www.alibabacloud.com",
    "www.pulumi.com",
}
# First words of commands that a reader has: ours, and those of the requirements.
PROGRAMS = {"ackb", "eval", "export", "kubectl", "make", "pulumi", "python"}

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<(https?://[^>\s]+)>")
_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OURS = re.compile(r"(?<![\w./-])(ackb|make) +([^;|&)`\"]+)")
_LOCAL = re.compile(r"(?<![\w.])/(?:work|tmp|root|home|farm|Users)/|\.internal\b|localhost:\d")


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def prose(text: str) -> str:
    return _FENCE.sub("", text)


@cache
def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub makes of the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", prose(text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def commands(text: str) -> list[list[str]]:
    """Return each `ackb …` and `make …` in shell blocks and in code spans, split into words."""
    places = [code for kind, code in _FENCE.findall(text) if kind.split(" ")[0] == "sh"]
    places += [span for span in re.findall(r"`([^`\n]+)`", prose(text)) if _OURS.match(span)]
    lines = [line.split("#")[0] for place in places for line in place.splitlines()]
    return [[program, *rest.split()] for line in lines for program, rest in _OURS.findall(line)]


COMMANDS = [
    (name, command)
    for name, page in zip(NAMES, PAGES, strict=True)
    for command in commands(text_of(page))
]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_and_images_resolve(page: Path) -> None:
    broken = []
    for inside, outside in _LINK.findall(prose(text_of(page))):
        target = inside or outside
        if "://" in target:
            if urlsplit(target).hostname not in HOSTS:
                broken.append(f"{target} (a host that is not listed in this test)")
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            broken.append(target)
        elif anchor and anchor not in anchors(file):
            broken.append(f"{target} (no such heading)")
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_nothing_of_one_machine_is_in_a_page(page: Path) -> None:
    assert not _LOCAL.findall(text_of(page))


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_shell_blocks_are_shell(page: Path) -> None:
    for kind, code in _FENCE.findall(text_of(page)):
        if kind.split(" ")[0] != "sh":
            assert kind in ("text", "yaml", "json", "python", "mermaid"), (
                f"a block of kind {kind!r}"
            )
            continue
        assert kind in ("sh", "sh real-cloud")
        done = subprocess.run(["sh", "-n"], input=code, text=True, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        firsts = {
            line.split()[0] for line in code.splitlines() if line and not line.startswith(" ")
        }
        assert firsts <= PROGRAMS


@pytest.mark.parametrize(
    ("name", "command"), COMMANDS, ids=[f"{name}: {' '.join(words)}" for name, words in COMMANDS]
)
def test_a_command_exists_with_its_options(name: str, command: list[str]) -> None:
    program, *words = command
    if program == "make":
        targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
        assert {word for word in words if "=" not in word} <= targets
        return
    here: Any = typer.main.get_command(app)
    while hasattr(here, "commands") and words and not words[0].startswith("-"):
        word = words.pop(0)
        assert word in here.commands, f"{name}: there is no command {word!r}"
        here = here.commands[word]
    options = {flag for one in here.params for flag in (*one.opts, *one.secondary_opts)}
    options |= {"--help", "-h"}
    assert {word.split("=")[0] for word in words if word.startswith("-")} <= options


SETTINGS = [
    (name, code)
    for name, page in zip(NAMES, PAGES, strict=True)
    for kind, code in _FENCE.findall(text_of(page))
    if kind == "yaml" and "ackb:settings:" in code
]


@pytest.mark.parametrize(("name", "code"), SETTINGS, ids=[name for name, _ in SETTINGS])
def test_settings_in_pages_are_valid(name: str, code: str) -> None:
    found = YAML(typ="safe", pure=True).load(code)["config"]["ackb:settings"]
    stack = f"{found['blueprint']}-{found['tags']['env']}"
    assert load(json.dumps(found), stack=stack).blueprint == found["blueprint"]


@pytest.mark.parametrize("folder", ["docs", "docs/zh"])
def test_the_page_of_the_blueprint_shows_what_the_stack_file_says(folder: str) -> None:
    yaml = YAML(typ="safe", pure=True)
    (code,) = (code for name, code in SETTINGS if name == f"{folder}/blueprints/wordpress.md")
    stack = yaml.load((ROOT / "stacks" / "Pulumi.wordpress-dev.yaml").read_text("utf-8"))
    shown = yaml.load(code)["config"]["ackb:settings"]
    assert shown == {key: stack["config"]["ackb:settings"].get(key) for key in shown}


def test_settings_were_found_in_pages() -> None:
    assert {name for name, _ in SETTINGS} >= {"README.md", "docs/blueprints/wordpress.md"}


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", text_of(folder / "README.md")))
    assert listed == {page.name for page in folder.glob("*.md")} - {"README.md"}


def test_enough_commands_were_found() -> None:
    assert len(COMMANDS) > 40


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_places_for_output_are_closed(page: Path) -> None:
    text = text_of(page)
    assert len(re.findall(r"<!-- output:[\w-]+ -->", text)) == text.count("<!-- end of output -->")


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "zh").rglob("*.md")), ids=str)
def test_a_translation_has_the_parts_of_its_original(page: Path) -> None:
    original = ROOT / "docs" / page.relative_to(ROOT / "docs" / "zh")

    def shape(text: str) -> tuple[list[str], list[str], int, list[str]]:
        headings = [line.split()[0] for line in text.splitlines() if re.match(r"#+ ", line)]
        codes = [code for _, code in _FENCE.findall(text)]
        rows = len(re.findall(r"^\|", text, re.MULTILINE))
        ids = sorted(re.findall(r"S\d-\d\d", text))
        return headings, codes, rows, ids

    assert shape(text_of(page)) == shape(text_of(original))
