"""`make tools` with a Go of our own: what is built, what a kill leaves, what two runs do."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ackb.toolchain import Progress, ToolMissing, find
from ackb.toolchain.report import Report
from tests.unit.toolchain.conftest import PutOnPath

CLONE = Path(__file__).resolve().parents[3]

# Writes an executable as `go build -o FILE PACKAGE` would. For a package with a file `hold-<name>`
# it waits until that file is gone; one with a file `fail-<name>` ends with its text.
FAKE_GO = """
if [ "$1" = env ]; then echo "${FAKE_GO_VERSION-go1.26.8}"; exit; fi
if [ "$1" = list ]; then echo "$FAKE_GO/module"; exit; fi
echo "$GOFLAGS|$GOWORK|$GOTOOLCHAIN|$CGO_ENABLED|$GOPROXY" > "$FAKE_GO/environment"
while [ $# -gt 1 ]; do if [ "$1" = -o ]; then out=$2; fi; shift; done
tool=${out##*/.building-}
echo $$ > "$FAKE_GO/pid"
echo "$tool" >> "$FAKE_GO/builds"
if [ -e "$out" ]; then echo "build output $out already exists" >&2; exit 1; fi
echo half of it > "$out"
echo "go: downloading example.com/library v1.2.3" >&2
echo "example.com/library" >&2
while [ -e "$FAKE_GO/hold-$tool" ]; do sleep 0.05; done
if read -r text < "$FAKE_GO/fail-$tool"; then echo "$text" >&2; exit 1; fi
echo "#!/bin/sh" > "$out"
chmod +x "$out"
"""


@pytest.fixture
def go(put_on_path: PutOnPath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the fake Go has done and is told to do."""
    put_on_path("go", FAKE_GO)
    folder = tmp_path / "fake-go"
    folder.mkdir()
    monkeypatch.setenv("FAKE_GO", str(folder))
    return folder


def _start(*names: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ackb.toolchain", *names],
        cwd=CLONE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _run(*names: str) -> tuple[int, str, str]:
    process = _start(*names)
    output, errors = process.communicate()
    return process.returncode, output, errors


def _builds(go: Path) -> list[str]:
    file = go / "builds"
    return file.read_text().split() if file.exists() else []


def _wait_for_build(go: Path, tool: str) -> int:
    """Wait until the fake Go builds `tool`; returns its process id."""
    deadline = time.monotonic() + 60
    while _builds(go)[-1:] != [tool]:
        assert time.monotonic() < deadline, f"{tool} is not being built: {_builds(go)}"
        time.sleep(0.02)
    return int((go / "pid").read_text())


def test_only_what_is_missing_is_built_and_a_second_run_builds_nothing(
    go: Path, put_on_path: PutOnPath, built_folder: Path
) -> None:
    put_on_path("helm", "echo v3.22.7")
    code, output, errors = _run("etcd", "kwok", "helm")
    assert code == 0, errors
    assert output.startswith("native tools ready: 2 in ")
    assert f"2 in {built_folder}, 1 in PATH" in output
    assert _builds(go) == ["etcd", "kwok"]
    assert "[1/2] etcd 3.6.5: built in " in errors
    assert "[2/2] kwok 0.8.0: built in " in errors
    assert _run("etcd", "kwok", "helm")[0] == 0
    assert _builds(go) == ["etcd", "kwok"]


def _module(go: Path) -> None:
    """The source that the fake Go says the module has."""
    crds = go / "module" / "config" / "crd" / "bases"
    crds.mkdir(parents=True)
    (crds / "one.yaml").write_text("kind: One\n")
    (crds / "one.yaml").chmod(0o444)
    crds.chmod(0o555)
    webhooks = go / "module" / "config" / "webhook"
    webhooks.mkdir()
    for name in ("manifests.yaml", "patch_manifests.yaml"):
        (webhooks / name).write_text(name)


def test_an_optional_tool_is_built_only_when_named_and_keeps_files_of_its_module(
    go: Path, put_on_path: PutOnPath, built_folder: Path
) -> None:
    _module(go)
    # Without the files a binary is of no use, whatever its version.
    put_on_path("kruise-manager", "echo 1.8.0")
    with pytest.raises(ToolMissing) as missing:
        find("kruise-manager")
    assert str(missing.value) == (
        'kruise-manager 1.8.0: not built; run `make tools TOOLS="kruise-manager"` in the clone.'
    )
    code, _, errors = _run("kruise-manager")
    assert code == 0, errors
    assert _builds(go) == ["kruise-manager"]
    files = find("kruise-manager").files
    assert files == built_folder / ".files" / "kruise-manager"
    assert (files / "crds" / "one.yaml").read_text() == "kind: One\n"
    assert (files / "webhooks.patch.yaml").read_text() == "patch_manifests.yaml"
    assert _run("kruise-manager")[0] == 0
    assert _builds(go) == ["kruise-manager"], "it is current"
    (files / "webhooks.yaml").unlink()
    assert _run("kruise-manager")[0] == 0
    assert _builds(go) == ["kruise-manager", "kruise-manager"], "a lost file is brought back"


def test_an_ignored_binary_is_told_before_the_build(go: Path, put_on_path: PutOnPath) -> None:
    old = put_on_path("etcd", "echo etcd Version: 3.5.9")
    errors = _run("etcd")[2]
    assert errors.splitlines()[0] == f"ignored {old}: version 3.5.9, needed 3.6.x"


def test_the_users_go_settings_do_not_change_the_build_but_the_proxy_is_theirs(
    go: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOFLAGS", "-mod=mod")
    monkeypatch.setenv("GOWORK", "/elsewhere/go.work")
    monkeypatch.setenv("CGO_ENABLED", "1")
    monkeypatch.setenv("GOPROXY", "http://proxy.test")
    assert _run("etcd")[0] == 0
    assert (go / "environment").read_text() == "-buildvcs=false|off|local|0|http://proxy.test\n"


def test_without_go_one_sentence_says_what_to_install(put_on_path: PutOnPath) -> None:
    code, output, errors = _run("etcd", "kwok")
    assert (code, output) == (3, "")
    assert errors == (
        "make tools: Go 1.26 or later is needed to build etcd, kwok, but there is no `go` on "
        "PATH; install it from https://go.dev/dl/ and run `make tools` again.\n"
    )


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("go1.25.9", "is 1.25.9"),
        ("go1.4", "is 1.4.0"),
        ("", "does not tell its version"),
    ],
)
def test_a_go_that_will_not_do_is_named(
    go: Path, monkeypatch: pytest.MonkeyPatch, answer: str, fault: str
) -> None:
    monkeypatch.setenv("FAKE_GO_VERSION", answer)
    path = go.parent / "path" / "go"
    code, _, errors = _run("etcd")
    assert code == 3
    assert errors == (
        f"make tools: Go 1.26 or later is needed to build etcd, but {path} {fault}; install it "
        "from https://go.dev/dl/ and run `make tools` again.\n"
    )
    assert _builds(go) == []


def test_the_oldest_allowed_go_builds(go: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_GO_VERSION", "go1.26.0")
    assert _run("etcd")[0] == 0


def test_a_failed_build_says_why_keeps_the_others_and_is_resumed(
    go: Path, built_folder: Path
) -> None:
    (go / "fail-kwok").write_text("example.com/library: dial tcp 192.0.2.1:443: i/o timeout\n")
    code, _, errors = _run("etcd", "kwok")
    assert code == 1
    assert errors.endswith(
        "make tools: building kwok 0.8.0 failed (go build ended with 1):\n"
        "  example.com/library: dial tcp 192.0.2.1:443: i/o timeout\n"
        "Fix: check the network, or set GOPROXY to a Go module proxy that can be reached from "
        "here, then run `make tools` again; what is built is kept.\n"
    )
    (go / "fail-kwok").unlink()
    assert _run("etcd", "kwok")[0] == 0
    assert _builds(go) == ["etcd", "kwok", "kwok"]


def test_an_unknown_tool_is_refused(go: Path) -> None:
    code, _, errors = _run("terraform")
    assert code == 2
    assert "no such tool: terraform (there are pulumi, kube-apiserver" in errors


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_stopped_build_leaves_no_process_and_no_half_tool(
    go: Path, built_folder: Path, number: signal.Signals, code: int
) -> None:
    (go / "hold-kwok").touch()
    process = _start("etcd", "kwok")
    child = _wait_for_build(go, "kwok")
    process.send_signal(number)
    _, errors = process.communicate()
    assert process.returncode == code, errors
    assert "Traceback" not in errors
    assert not psutil.pid_exists(child)
    assert sorted(path.name for path in built_folder.iterdir()) == [".lock", ".stamps", "etcd"]
    (go / "hold-kwok").unlink()
    assert _run("etcd", "kwok")[0] == 0
    assert _builds(go) == ["etcd", "kwok", "kwok"]


def test_a_killed_build_is_waited_for_and_resumed(go: Path, built_folder: Path) -> None:
    """After `kill -9` the compiler still runs; it is not joined by a second one."""
    (go / "hold-kwok").touch()
    first = _start("etcd", "kwok", "helm")
    compiler = _wait_for_build(go, "kwok")
    first.kill()
    first.communicate()
    second = _start("etcd", "kwok", "helm")
    assert second.stderr is not None
    assert second.stderr.readline() == (
        f"waiting for another build of the tools (process {compiler})\n"
    )
    assert _builds(go) == ["etcd", "kwok"]
    (go / "hold-kwok").unlink()
    _, errors = second.communicate()
    assert second.returncode == 0, errors
    assert _builds(go) == ["etcd", "kwok", "kwok", "helm"]
    assert not list(built_folder.glob(".building-*"))


def test_two_builds_at_once_share_the_work(go: Path) -> None:
    (go / "hold-etcd").touch()
    first = _start("etcd", "kwok")
    _wait_for_build(go, "etcd")
    second = _start("etcd", "kwok")
    assert second.stderr is not None
    assert second.stderr.readline().startswith("waiting for another build of the tools")
    (go / "hold-etcd").unlink()
    results = [process.communicate() for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], results
    assert _builds(go) == ["etcd", "kwok"]


def test_a_folder_that_cannot_be_made_is_one_sentence(
    go: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ACKB_TOOLS", str(tmp_path / "file" / "bin"))
    code, _, errors = _run("etcd")
    assert (code, len(errors.splitlines())) == (1, 1)
    assert str(tmp_path / "file") in errors


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _step(seconds: float, detail: str = "") -> Progress:
    return Progress("building", "etcd", "3.6.5", 2, 9, seconds, detail)


def test_a_terminal_sees_one_live_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", iter([0.0, 0.1, 0.3]).__next__)
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((40, 24)))
    monkeypatch.delenv("COLUMNS", raising=False)
    stream = _Terminal()
    report = Report(stream)
    for progress in (_step(0), _step(0.1, "too soon to show"), _step(0.3, "compiling a/very/long")):
        report(progress)
    report(Progress("built", "etcd", "3.6.5", 2, 9, 48.4))
    assert stream.getvalue() == (
        "\r\x1b[K[2/9] etcd 3.6.5: 0 s  building"
        "\r\x1b[K[2/9] etcd 3.6.5: 0 s  compiling a/very"
        "\r\x1b[K[2/9] etcd 3.6.5: built in 48 s\n"
    )


def test_a_log_gets_a_line_every_half_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", iter([0.0, 29.9, 30.0]).__next__)
    stream = io.StringIO()
    report = Report(stream)
    for seconds in (0, 29.9, 30.0):
        report(_step(seconds, "linking"))
    assert stream.getvalue() == (
        "[2/9] etcd 3.6.5: 0 s  linking\n[2/9] etcd 3.6.5: 30 s  linking\n"
    )
