"""The variables of an engine: the sandbox's for the sandbox, the user's own for a real account."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ackb.domain.home import Home
from ackb.engine import environment
from ackb.engine.errors import WrongTarget
from sandbox.daemon.record import DaemonRecord

PULUMI = Path("/opt/tools/pulumi")
RECORD = DaemonRecord(pid=1, started=0.0, ports={"kubernetes": 2, "alicloud": 1}, code="")


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user who never ran pulumi."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_of_a_sandbox_run_lies_in_the_home(home: Home) -> None:
    found = environment.for_sandbox(home, RECORD, PULUMI)
    assert found.pop("PATH").split(os.pathsep)[0] == "/opt/tools"
    assert found == {
        "ACKB_HOME": str(home.root),
        "PULUMI_HOME": str(home.root / "pulumi"),
        "PULUMI_BACKEND_URL": f"file://{home.root}/state",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(home.root / "passphrase"),
        "PULUMI_DEBUG_PROVIDERS": "alicloud:1,kubernetes:2",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def test_questions_about_the_state_need_no_daemon(home: Home) -> None:
    assert "PULUMI_DEBUG_PROVIDERS" not in environment.for_sandbox(home, None, PULUMI)


def test_only_the_owner_reads_the_home_the_state_and_the_passphrase(home: Home) -> None:
    environment.for_sandbox(home, RECORD, PULUMI)
    assert mode(home.root) == 0o700
    assert mode(home.state) == 0o700
    assert mode(home.passphrase) == 0o600
    assert mode(home.root / "bin") == 0o700


def test_the_passphrase_is_made_once(home: Home) -> None:
    environment.for_sandbox(home, RECORD, PULUMI)
    first = home.passphrase.read_text()
    assert len(first) >= 43  # 256 bits in base64
    environment.for_sandbox(home, RECORD, PULUMI)
    assert home.passphrase.read_text() == first


def test_an_official_language_host_on_the_path_wins(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    first = environment.for_sandbox(home, RECORD, PULUMI)["PATH"].split(os.pathsep)
    own = str(home.root / "bin")
    assert first == ["/opt/tools", str(Path(sys.executable).parent), "/usr/bin", "/bin", own]
    monkeypatch.setenv("PATH", os.pathsep.join(first))
    assert environment.for_sandbox(home, RECORD, PULUMI)["PATH"].split(os.pathsep) == first


def test_the_language_host_runs_with_this_interpreter_and_is_renewed(home: Home) -> None:
    environment.for_sandbox(home, RECORD, PULUMI)
    script = home.root / "bin" / "pulumi-language-python"
    right = script.read_text()
    assert f"exec {sys.executable} -m ackb.engine.language_host" in right
    assert os.access(script, os.X_OK)
    script.write_text("#!/bin/sh\nexec /gone/python\n")
    environment.for_sandbox(home, RECORD, PULUMI)
    assert script.read_text() == right


def test_a_shell_gets_the_variables_and_loses_those_that_would_win(home: Home) -> None:
    """`PULUMI_CONFIG_PASSPHRASE` wins over the file, even when it is empty."""
    lines = environment.as_shell(
        {**environment.for_sandbox(home, RECORD, PULUMI), "ODD": "a b'c$(touch x)"}
    )
    script = f'{lines}\nprintf "%s|%s|%s" "${{PULUMI_CONFIG_PASSPHRASE-none}}" "$ODD" "$ACKB_HOME"'
    shell = subprocess.run(
        ["sh", "-eu", "-c", script],
        env={
            **os.environ,
            "PULUMI_CONFIG_PASSPHRASE": "mine",
            "PULUMI_DIY_BACKEND_GZIP": "true",
        },
        cwd=home.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shell.stdout == f"none|a b'c$(touch x)|{home.root}"
    assert lines.splitlines()[:3] == [
        "unset PULUMI_CONFIG_PASSPHRASE",
        "unset PULUMI_DIY_BACKEND_GZIP",
        "unset PULUMI_DIY_BACKEND_ZSTD",
    ]


def test_a_real_stack_never_meets_simulated_providers(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_DEBUG_PROVIDERS", "alicloud:40123,kubernetes:40124")
    with pytest.raises(WrongTarget) as failure:
        environment.for_alibaba_cloud(home, PULUMI)
    assert str(failure.value) == (
        'ENG-04 PULUMI_DEBUG_PROVIDERS: "alicloud:40123,kubernetes:40124" – the stack\'s target is '
        "alibaba-cloud, but this variable attaches the engine to the sandbox. "
        "Fix: run `unset PULUMI_DEBUG_PROVIDERS` or open a new shell."
    )
    assert not home.passphrase.exists()


def test_an_empty_variable_attaches_nothing(
    home: Home, user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_DEBUG_PROVIDERS", "")
    environment.for_alibaba_cloud(home, PULUMI)


def test_a_real_stack_of_a_new_user_keeps_its_state_in_the_home(home: Home, user: Path) -> None:
    found = environment.for_alibaba_cloud(home, PULUMI)
    assert found["PULUMI_BACKEND_URL"] == f"file://{home.root}/state"
    assert found["PULUMI_CONFIG_PASSPHRASE_FILE"] == str(home.passphrase)
    assert "PULUMI_HOME" not in found
    assert "PULUMI_DEBUG_PROVIDERS" not in found


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PULUMI_BACKEND_URL", "s3://state?region=cn-hangzhou"),
        ("PULUMI_ACCESS_TOKEN", "pul-1"),
    ],
)
def test_a_chosen_backend_stays(
    home: Home, user: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert "PULUMI_BACKEND_URL" not in environment.for_alibaba_cloud(home, PULUMI)


@pytest.mark.parametrize(
    ("credentials", "stays"),
    [
        ('{"current": "https://api.pulumi.com"}', True),
        ('{"current": ""}', False),
        ("{", False),
    ],
)
def test_a_login_stays_and_a_logout_counts(
    home: Home, user: Path, credentials: str, stays: bool
) -> None:
    (user / ".pulumi").mkdir()
    (user / ".pulumi" / "credentials.json").write_text(credentials)
    assert ("PULUMI_BACKEND_URL" not in environment.for_alibaba_cloud(home, PULUMI)) == stays


@pytest.mark.parametrize("variable", ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])
def test_a_passphrase_of_the_user_stays(
    home: Home, user: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "")
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in environment.for_alibaba_cloud(home, PULUMI)
    assert not home.passphrase.exists()
