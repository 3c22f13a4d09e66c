"""`ackb doctor`: what is there, what is missing, what may surprise."""

from __future__ import annotations

import json
import shutil
import socket

import pytest

from ackb import toolchain
from ackb.cli.exits import Exit
from ackb.engine import daemon
from sandbox.daemon.record import DaemonRecord, code_fingerprint


@pytest.fixture(autouse=True)
def tools(monkeypatch, project):
    """Every tool is there."""

    def find(name):
        return toolchain.Tool(name, project.folder / name, "1.2.3", "built")

    monkeypatch.setattr(toolchain, "find", find)
    for name in ("PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)


def findings(ran):
    return {one["subject"]: one for one in json.loads(ran.out)["findings"]}


def test_a_machine_that_has_everything(ackb, project):
    ran = ackb("doctor", "--json")
    found = findings(ran)
    assert ran.code == Exit.CLEAN
    assert {one["state"] for one in found.values()} <= {"ok", "note"}
    assert found["pulumi"]["what"] == f"1.2.3 (built: {project.folder / 'pulumi'})"
    assert found["Python"]["state"] == "ok"
    assert found["Package pulumi"]["state"] == "ok"


def test_a_missing_tool_is_named_with_what_to_do(ackb, monkeypatch):
    def missing(name):
        raise toolchain.ToolMissing(f"{name}: neither on PATH nor built; run `make tools`.")

    monkeypatch.setattr(toolchain, "find", missing)
    ran = ackb("doctor")
    assert ran.code == Exit.FINDINGS
    assert "missing etcd                      neither on PATH nor built" in ran.out
    assert "run `make tools`" in ran.out
    assert "note    kruise-manager            not built; done by `ackb up` for a stack" in ran.out


def test_a_tool_that_was_passed_over_is_a_note(ackb, monkeypatch, project):
    line = "pulumi 2.0.0 in /usr/bin is not used: needed 3.256 or later"
    tool = toolchain.Tool("pulumi", project.folder, "3.256.0", "built", (line,))
    monkeypatch.setattr(toolchain, "find", lambda name: tool)
    ran = ackb("doctor")
    assert (ran.code, line in ran.out) == (Exit.CLEAN, True)


def test_a_package_of_another_version_is_missing(ackb, project):
    (project.folder / "requirements.in").write_text("pulumi==0.0.1  # the SDK\n")
    found = findings(ackb("doctor", "--json"))["Package pulumi"]
    assert found["state"] == "missing"
    assert found["what"].endswith(", needed 0.0.1")


def test_attached_providers_are_told_before_they_surprise(ackb, monkeypatch):
    monkeypatch.setenv("PULUMI_DEBUG_PROVIDERS", "alicloud:5001")
    ran = ackb("doctor")
    assert ran.code == Exit.CLEAN
    assert "refuses real stacks" in ran.out
    assert "unset PULUMI_DEBUG_PROVIDERS" in ran.out


def test_variables_are_shown_without_secrets(ackb, monkeypatch):
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://state")
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "pul-0123456789")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "open sesame")
    ran = ackb("doctor")
    assert "s3://state" in ran.out
    assert "pul-0123456789" not in ran.out
    assert "open sesame" not in ran.out
    assert ran.out.count("(set, hidden)") == 2


def test_a_home_that_others_can_read_is_a_note(ackb, project):
    project.home.ensure()
    project.home.root.chmod(0o755)
    found = findings(ackb("doctor", "--json"))["Home"]
    assert (found["state"], "can be read by others (755)" in found["what"]) == ("note", True)


def test_a_passphrase_that_others_can_read_is_a_fault(ackb, project):
    project.home.ensure()
    project.home.passphrase.write_text("x")
    project.home.passphrase.chmod(0o644)
    ran = ackb("doctor", "--json")
    assert findings(ran)["Passphrase"]["state"] == "missing"
    assert ran.code == Exit.FINDINGS


def test_a_machine_that_opens_no_port(ackb, monkeypatch):
    def refuse(*_):
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)
    found = findings(ackb("doctor", "--json"))["Loopback ports"]
    assert found["state"] == "missing"
    assert "Permission denied" in found["what"]


def test_a_daemon_of_older_code_is_a_note(ackb, monkeypatch):
    for code, state in ((code_fingerprint(), "ok"), ("older", "note")):
        record = DaemonRecord(pid=7, started=0.0, ports={"alicloud": 5001}, code=code)
        monkeypatch.setattr(daemon, "status", lambda _, record=record: record)
        assert findings(ackb("doctor", "--json"))["Simulated cloud"]["state"] == state


@pytest.mark.parametrize(("free", "state"), [(8 * 2**30, "ok"), (8 * 2**30 - 1, "note")])
def test_little_disk_is_a_note(ackb, monkeypatch, free, state):
    usage = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert findings(ackb("doctor", "--json"))["Disk"]["state"] == state


def test_looking_changes_nothing(ackb, project):
    ackb("doctor")
    assert not project.home.root.exists()
