"""Reading a stack file without the engine, so that it can be checked in a second.

A stack file is `stacks/Pulumi.<stack>.yaml`. Its settings are the object `ackb:settings`; secrets
stand beside them, encrypted (`ackb:databasePassword: {secure: v1:…}`), and are never decrypted
here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ackb.domain.problems import MISSING, InvalidInput, Problem, names_a_secret, nearest
from blueprints.settings.codes import Code
from blueprints.settings.structure import ROOT

FOLDER: Final = "stacks"
"""Folder of the stack files in a project (`stackConfigDir` of Pulumi.yaml)."""

_PROJECT: Final = "ackb:"
_SECURE: Final = "secure"
_PROVIDERS_KEY: Final = "pulumi:disable-default-providers"
_ALL_PROVIDERS: Final = ["*"]
_TWICE: Final = re.compile(r'found duplicate key ("[^"]*")')


@dataclass(frozen=True)
class StackFile:
    """What a stack file says.

    Attributes:
        stack: name of the stack.
        path: the file.
        settings_json: value of `ackb:settings` as JSON, for `blueprints.settings.load`.
        secrets: keys of the stack secrets that are set, such as `ackb:databasePassword`.
    """

    stack: str
    path: Path
    settings_json: str
    secrets: frozenset[str]


def read(project: Path, stack: str) -> StackFile:
    """Return what the file of `stack` says.

    Args:
        project: folder of Pulumi.yaml.
        stack: name of the stack, without organisation and project.

    Raises:
        InvalidInput: there is no such file, it is not YAML, or the settings are missing or not an
            object; each problem names the file and, where there is one, the line.
    """
    path = project / FOLDER / f"Pulumi.{stack}.yaml"
    return parse(_text_of(path, known_stacks(project)), stack, path)


def parse(text: str, stack: str, path: Path) -> StackFile:
    """Return what `text` says, which is that of the stack's file, or is to become it.

    Raises:
        InvalidInput: as `read`.
    """
    shown_path = f"{FOLDER}/{path.name}"
    document = _document(text, shown_path)
    config = _config(document, shown_path)
    problems = [*_secrets_in_clear(config, shown_path), *_default_providers(config, shown_path)]
    if problems:
        raise InvalidInput(problems)
    return StackFile(
        stack=stack,
        path=path,
        settings_json=_settings_json(config, shown_path),
        secrets=frozenset(key for key, value in config.items() if _is_secret(value)),
    )


def known_stacks(project: Path) -> list[str]:
    """Names of the stacks that have a file in the project, sorted."""
    files = sorted((project / FOLDER).glob("Pulumi.*.yaml"))
    return [file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files]


def _text_of(path: Path, known: list[str]) -> str:
    shown_path = f"{FOLDER}/{path.name}"
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        near = nearest(path.name.removeprefix("Pulumi.").removesuffix(".yaml"), known)
        choice = f"name one of {', '.join(known)}, or write the file" if known else "write the file"
        if near:
            choice = f"name '{near}', which is there, or write the file"
        raise _unreadable(shown_path, "does not exist", choice, MISSING) from None
    except (OSError, UnicodeDecodeError):
        raise _unreadable(
            shown_path,
            "cannot be read as UTF-8 text",
            "save it as UTF-8 and make it readable",
            None,
        ) from None


def _document(text: str, shown_path: str) -> Any:
    try:
        return YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        why = " ".join((error.problem or "").split())
        fix = "correct this line or the one before it"
        twice = _TWICE.search(why)
        if twice:
            why, fix = f"gives the key {twice[1]} twice", "remove one of them"
        raise _unreadable(f"{shown_path}:{line}", f"is not YAML: {why}", fix, None) from None
    except YAMLError:
        raise _unreadable(shown_path, "is not YAML", "correct it", None) from None


def _config(document: Any, shown_path: str) -> Mapping[str, Any]:
    config = document.get("config") if isinstance(document, dict) else None
    if not isinstance(config, dict):
        raise _unreadable(
            shown_path,
            "must hold an object 'config'",
            f"write 'config:' with '{ROOT}:' below it",
            MISSING if config is None else config,
        )
    return config


def _settings_json(config: Mapping[str, Any], shown_path: str) -> str:
    settings = config.get(ROOT, MISSING)
    if isinstance(settings, str):
        return settings  # `pulumi config set` writes an object as JSON text
    if not isinstance(settings, dict):
        raise _unreadable(
            f"{shown_path}{_line(config, ROOT)}",
            f"must hold the object '{ROOT}'",
            f"write keys and values under 'config:' and '{ROOT}:'",
            settings,
        )
    return json.dumps(settings, default=_text)


def _text(value: object) -> str:
    # YAML has dates and tagged values, JSON has not; as text they reach the check of their field.
    return str(getattr(value, "value", value))


def _is_secret(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {_SECURE}


def _secrets_in_clear(config: Mapping[str, Any], shown_path: str) -> Iterator[Problem]:
    for key, value in config.items():
        if names_a_secret(str(key).removeprefix(_PROJECT)) and not _is_secret(value):
            yield Problem(
                Code.SECRET,
                f"{shown_path}{_line(config, key)} {key}",
                None,
                "must be encrypted",
                f"remove it, change it wherever it is valid, and run: pulumi config set --secret "
                f"{key}",
                secret=True,
            )


def _default_providers(config: Mapping[str, Any], shown_path: str) -> Iterator[Problem]:
    given = config.get(_PROVIDERS_KEY, MISSING)
    if given != _ALL_PROVIDERS:
        yield Problem(
            Code.DEFAULT_PROVIDERS,
            f"{shown_path}{_line(config, _PROVIDERS_KEY)} {_PROVIDERS_KEY}",
            given,
            "must disable every default provider, which would use whatever account is logged in",
            f"""write '{_PROVIDERS_KEY}: ["*"]' under 'config:'""",
        )


def _line(config: Mapping[str, Any], key: str) -> str:
    if isinstance(config, CommentedMap) and key in config:
        return f":{config.lc.key(key)[0] + 1}"
    return ""


def _unreadable(path: str, why: str, fix: str, value: object) -> InvalidInput:
    """Return the error; a value of None stands for text that may hold anything and is hidden."""
    return InvalidInput([Problem(Code.NOT_READABLE, path, value, why, fix, secret=value is None)])
