"""Failures as people see them: clear lines, an exit code, no traceback, no secret."""

from __future__ import annotations

import json
import stat
import subprocess
import sys

import pytest
import typer

from ackb.cli import failures
from ackb.cli.commands import check as check_command
from ackb.cli.exits import Exit
from ackb.cli.main import main
from ackb.domain.problems import InvalidInput, Problem
from ackb.engine.errors import Interrupted, PolicyViolated, StackBusy, UpdateFailed
from ackb.planning import PlanError
from ackb.toolchain import ToolMissing

PROBLEM = Problem("ENG-05", "stack dev", "pid 7", "another run works on this stack", "wait")


@pytest.fixture
def failing(project, monkeypatch):
    """Make `ackb check` raise an error."""

    def arrange(error: BaseException) -> None:
        def raising(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(check_command, "project_of", raising)

    return arrange


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StackBusy(PROBLEM), 3),
        (UpdateFailed(PROBLEM), 1),
        (PolicyViolated(PROBLEM), 2),
        (Interrupted(PROBLEM), 130),
        (InvalidInput([PROBLEM]), 3),
    ],
)
def test_typed_errors_are_one_line_with_their_exit_code(ackb, failing, error, code):
    failing(error)
    ran = ackb("check", "wordpress-dev")
    assert (ran.code, ran.out) == (code, "")
    assert ran.err == ('ENG-05 stack dev: "pid 7" – another run works on this stack. Fix: wait.\n')


def test_every_problem_has_its_line(ackb, failing):
    other = Problem("SET-001", "ackb:settings.x", 1, "must be known", "remove it")
    failing(InvalidInput([PROBLEM, other]))
    assert len(ackb("check", "wordpress-dev").err.splitlines()) == 2


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ToolMissing("pulumi 3.256: neither on PATH nor built; run `make tools`."), "make tools"),
        (PlanError(["vpc net: 'cidrBlock' is missing"]), "'cidrBlock' is missing"),
        (PermissionError(13, "Permission denied", "/home/x"), "/home/x: Permission denied"),
    ],
)
def test_other_known_errors_speak_for_themselves(ackb, failing, error, text):
    failing(error)
    ran = ackb("check", "wordpress-dev")
    assert ran.code == Exit.COULD_NOT_RUN
    assert text in ran.err
    assert "Traceback" not in ran.err


def test_an_unexpected_error_is_one_line_that_names_its_log(ackb, failing, project):
    failing(RuntimeError("it broke with LTAI5tAbCdEfGhIjKlMn\nsecond line"))
    ran = ackb("check", "wordpress-dev")
    [log] = project.home.logs.glob("crash-*.log")
    assert ran.code == Exit.COULD_NOT_RUN
    assert ran.err == (
        f"Unexpected RuntimeError: it broke with LTAI…(hidden); the details are in {log}.\n"
    )
    assert "Traceback" in log.read_text()
    assert "LTAI5t" not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_log_that_cannot_be_written_is_no_second_failure(project, monkeypatch):
    (project.folder / "home").write_text("a file where the home should be")
    failure = failures.explain(RuntimeError("it broke"), project.home.logs)
    assert failure.lines == [
        "Unexpected RuntimeError: it broke; run again with ACKB_DEBUG=1 to see the details."
    ]


def test_debugging_lets_the_exception_through(failing, monkeypatch):
    monkeypatch.setenv("ACKB_DEBUG", "1")
    failing(RuntimeError("it broke"))
    with pytest.raises(RuntimeError, match="it broke"):
        main(["check", "wordpress-dev"])


def test_interrupting_ends_with_130(ackb, failing):
    failing(KeyboardInterrupt())
    ran = ackb("check", "wordpress-dev")
    assert (ran.code, ran.err) == (Exit.INTERRUPTED, "Interrupted.\n")


def test_interrupting_a_plan_leaves_one_line(project):
    """The SDK's tasks are cut off then: neither they nor the end of the process say so."""
    program = project.folder / "__main__.py"
    interrupt = "__import__('os').kill(__import__('os').getpid(), 2)"
    late = f"__import__('pulumi').Output.from_input(1).apply(lambda _: {interrupt})"
    program.write_text(f"{program.read_text()}\n{late}\n")
    command = [sys.executable, "-m", "ackb", "check", "wordpress-dev"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Interrupted.\n")


def test_with_json_a_failure_is_a_document_too(ackb, failing):
    failing(StackBusy(PROBLEM))
    ran = ackb("check", "wordpress-dev", "--json")
    assert json.loads(ran.out) == {
        "schema": 1,
        "command": "check",
        "exit_code": 3,
        "problems": [PROBLEM.render()],
    }
    assert PROBLEM.render() in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "ackb: No such command 'chek'. Did you mean 'check'? See `ackb --help`."),
        (["check"], "ackb check: Missing argument 'STACK'. See `ackb check --help`."),
        (["up", "x", "--yse"], "ackb up: No such option: --yse"),
        (["check", "x", "--format", "xml"], "ackb check: Invalid value for '--format': 'xml' is"),
        (
            ["check", "x", "--json", "--format", "sarif"],
            "ackb check: Invalid value for '--json': not together with --format sarif. See",
        ),
    ],
)
def test_wrong_usage_is_one_line_and_could_not_run(ackb, arguments, message):
    """Exit code 2 means a mandatory finding, so a typing error must not give it."""
    ran = ackb(*arguments)
    assert ran.code == Exit.COULD_NOT_RUN
    assert ran.err.startswith(message)
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["sandbox"]])
def test_without_a_command_the_help_is_all_there_is(ackb, arguments):
    ran = ackb(*arguments)
    assert (ran.code, ran.err) == (Exit.COULD_NOT_RUN, "")
    assert "Usage: ackb" in ran.out


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["sandbox", "status", "--jsn", "--json"], "sandbox status"),
        (["--project", "elsewhere", "check", "x", "--json"], "check"),
        (["chek", "--json"], ""),
    ],
)
def test_the_document_of_a_failure_names_the_command(ackb, arguments, command):
    assert json.loads(ackb(*arguments).out)["command"] == command


def test_declining_a_question_changes_nothing(project):
    failure = failures.explain(typer.Abort(), project.home.logs)
    assert failure.lines == ["Nothing was changed."]


def test_a_folder_that_is_no_project_is_named(ackb, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    ran = ackb("--project", str(empty), "check", "wordpress-dev")
    assert ran.code == Exit.COULD_NOT_RUN
    assert ran.err.startswith(f'CLI-01 --project: "{empty}" – must be a folder with a Pulumi.yaml')


def test_another_project_can_be_named_from_anywhere(ackb, project, monkeypatch):
    monkeypatch.chdir("/")
    assert ackb("--project", str(project.folder), "check", "wordpress-dev").code == Exit.CLEAN
