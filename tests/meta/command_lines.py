"""Whether a command line is one that its program takes: known verbs, known options, their values.

Nothing is run. Of ``ackb`` the parser itself is asked, of ``pulumi`` and ``kubectl`` their help.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import typer.main

from ackb import toolchain
from ackb.cli.main import app

_INSIDE = re.compile(r"\$\(([^()]*)\)")
_OPERATORS = frozenset({"|", "||", "&&", ";", "&"})
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_USAGE = re.compile(r"^Usage:\n +((?:[a-z][\w-]*(?: |$))+)", re.MULTILINE)
_HAS_COMMANDS = re.compile(r"^\w[\w ()]* Commands.*:$|^Other Commands:$", re.MULTILINE)
_FLAG = re.compile(r"^ +(?:(-\w), )?(?:--([\w-]+))( \S+(?=  )|=[^:]*:|)", re.MULTILINE)


def refuse_unknown(line: str) -> None:
    """Look at every command of a line of shell.

    Raises:
        ValueError: says what its program does not know.
    """
    for words in simple_commands(line):
        program, *rest = words
        if program == "ackb":
            _ackb(rest)
        elif program in ("pulumi", "kubectl"):
            _cobra(program, rest)
        elif program != "export":
            raise ValueError(f"{program}: how to look at its options is not known here")


def simple_commands(line: str) -> Iterator[list[str]]:
    """The commands of a line: the parts of a pipe, and those within ``$(...)``, as words."""
    for inside in _INSIDE.findall(line):
        yield from simple_commands(inside)
    lexer = shlex.shlex(_INSIDE.sub("value", line), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if word not in _OPERATORS:
            words.append(word)
            continue
        while words and _ASSIGNMENT.match(words[0]):
            words.pop(0)
        if words:
            yield _without_redirections(words)
        words = []


def _without_redirections(words: list[str]) -> list[str]:
    kept: list[str] = []
    ahead = iter(words)
    for word in ahead:
        if set(word) <= set("<>&"):
            next(ahead, None)
        else:
            kept.append(word)
    return kept


def _ackb(words: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    path, context = "ackb", None
    while True:
        context = command.make_context(path, words, parent=context)
        if not hasattr(command, "commands"):
            return
        # What a group does not take itself: its command, and the words for that.
        words = [*context._protected_args, *context.args]
        if words[0] not in command.commands:
            raise ValueError(f"{path}: there is no command {words[0]!r}")
        command, path, words = command.commands[words[0]], f"{path} {words[0]}", words[1:]


@dataclass(frozen=True)
class _Help:
    #: The command that the page is about: of a word that is none, its parent, or no page at all.
    command: tuple[str, ...]
    is_group: bool
    #: Each option, with whether it takes a value.
    options: dict[str, bool]


@cache
def _help(program: str, *verbs: str) -> _Help:
    tool = str(toolchain.find(program).path)
    page = _said(tool, *verbs, "--help")
    shared = _said(tool, "options") if program == "kubectl" else ""
    options = {"--help": False, "-h": False}
    for short, name, value in _FLAG.findall(page + shared):
        takes = bool(value) and value not in ("=false:", "=true:")
        options |= {f"--{name}": takes, **({short: takes} if short else {})}
    usage = _USAGE.search(page)
    command = tuple(usage[1].split()[1:]) if usage else ()
    return _Help(command, bool(_HAS_COMMANDS.search(page)), options)


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _cobra(program: str, words: list[str]) -> None:
    verbs: list[str] = []
    used: list[str] = []
    ahead = iter(words)
    for word in ahead:
        known = _help(program, *verbs)
        if word == "--":
            break
        if word.startswith("-") and word != "-":
            name, has_value = word.partition("=")[::2]
            used.append(name)
            if known.options.get(name) and not has_value:
                next(ahead, None)
        elif known.is_group:
            # By the length: the page of an alias is about its command.
            if len(_help(program, *verbs, word).command) != len(verbs) + 1:
                raise ValueError(f"{' '.join([program, *verbs])}: there is no command {word!r}")
            verbs.append(word)
    unknown = [name for name in used if name not in _help(program, *verbs).options]
    if unknown:
        raise ValueError(f"{' '.join([program, *verbs])}: there is no option {', '.join(unknown)}")
