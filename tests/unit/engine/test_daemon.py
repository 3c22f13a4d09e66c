"""One daemon for a home: found, started, renewed, stopped."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import psutil
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from ackb.domain.home import Home
from ackb.engine import daemon
from ackb.engine.errors import DaemonFailed
from sandbox.daemon import record as daemon_record
from sandbox.daemon.record import DaemonRecord, code_fingerprint, read


def daemons(home: Home) -> list[int]:
    """Pids of all daemons of this home."""
    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
        except psutil.Error:
            continue
        if words[1:] == ["-m", "sandbox.daemon", str(home.root)]:
            found.append(process.pid)
    return found


@pytest.fixture(autouse=True)
def ended(home: Home) -> Iterator[None]:
    """No daemon outlives a test."""
    yield
    for pid in daemons(home):
        os.kill(pid, signal.SIGKILL)


_ENSURE = """
import sys
import time
from pathlib import Path
from ackb.domain.home import Home
from ackb.engine.daemon import ensure_running
print(ensure_running(Home(Path(sys.argv[1]))).pid)
"""


def test_two_first_runs_at_once_share_one_daemon(home: Home) -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", _ENSURE, str(home.root)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    pids = {int(run.communicate(timeout=60)[0]) for run in runs}
    assert len(pids) == 1
    assert set(daemons(home)) == pids


def test_a_running_daemon_is_found_and_its_record_is_private(home: Home) -> None:
    record = daemon.ensure_running(home)
    assert daemon.ensure_running(home) == record
    assert daemon.status(home) == record
    assert sorted(record.ports) == ["alicloud", "kubernetes"]
    assert home.daemon_record.stat().st_mode & 0o777 == 0o600


def test_a_daemon_of_other_code_is_renewed(home: Home) -> None:
    """Also when two runs notice at once: the new one must not be ended as if it were the old."""
    old = daemon.ensure_running(home)
    dataclasses.replace(old, code="0123456789abcdef").write(home)
    with ThreadPoolExecutor(2) as runs:
        new = [run.result() for run in [runs.submit(daemon.ensure_running, home) for _ in "ab"]]
    assert new[0] == new[1]
    assert new[0].pid != old.pid
    assert new[0].code == code_fingerprint()
    assert daemons(home) == [new[0].pid]


def test_a_killed_daemon_is_missed_and_replaced(home: Home) -> None:
    old = daemon.ensure_running(home)
    os.kill(old.pid, signal.SIGKILL)
    psutil.Process(old.pid).wait()
    assert home.daemon_record.exists()
    assert daemon.status(home) is None
    assert daemon.ensure_running(home).pid != old.pid


def test_a_daemon_that_cannot_start_says_why(home: Home) -> None:
    home.cloud_db.write_text("no database at all, but long enough to be read as a header" * 10)
    with pytest.raises(DaemonFailed) as failure:
        daemon.ensure_running(home)
    assert str(failure.value) == (
        'ENG-01 sandbox daemon: "exit code 1" – it did not start: sqlite3.DatabaseError: file is '
        f"not a database. Fix: read {home.logs}/daemon.log, then run `ackb sandbox start` again."
    )
    assert "Traceback" in (home.logs / "daemon.log").read_text()
    assert daemons(home) == []


def test_a_daemon_that_hangs_at_its_start_is_ended(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "_START_LIMIT", 0.0)
    with pytest.raises(DaemonFailed, match=r'"no answer in 0 s" – it did not start: it printed'):
        daemon.ensure_running(home)
    assert daemons(home) == []


def test_stopping_ends_the_process_and_says_if_there_was_one(home: Home) -> None:
    record = daemon.ensure_running(home)
    assert daemon.stop(home)
    assert not record.is_alive()
    assert not home.daemon_record.exists()
    assert not daemon.stop(home)


def test_a_daemon_that_is_used_stays(home: Home) -> None:
    record = daemon.ensure_running(home)
    assert not daemon.stop(home, unless=lambda: True)
    assert record.is_alive()
    assert daemon.stop(home, unless=lambda: False)


def test_stopping_in_a_home_that_does_not_exist_creates_nothing(home: Home) -> None:
    missing = Home(home.root / "missing")
    assert not daemon.stop(missing)
    assert not missing.root.exists()


def test_a_daemon_that_does_not_end_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "_STOP_LIMIT", 0.2)
    record = daemon.ensure_running(home)
    os.kill(record.pid, signal.SIGSTOP)
    with pytest.raises(DaemonFailed) as failure:
        daemon.stop(home)
    assert str(failure.value) == (
        f'ENG-02 sandbox daemon: "pid {record.pid}" – it did not end within 0 s. '
        f"Fix: run `kill -9 {record.pid}`; the next `ackb up` repairs what it left."
    )


def test_a_second_daemon_gives_way(home: Home) -> None:
    """Whoever starts it by hand, two never serve one home."""
    record = daemon.ensure_running(home)
    second = subprocess.run(
        [sys.executable, "-m", "sandbox.daemon", str(home.root)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 3
    assert f"another daemon (pid {record.pid}) serves {home.root}" in second.stderr


def test_planned_faults_reach_the_cloud_and_a_waiting_call_does_not_hold_up_the_end(
    home: Home,
) -> None:
    """`faults.json` of the home is how a run is broken on purpose."""
    fault = {"verb": "vpc.create_vpc", "action": "delay", "seconds": 3600}
    (home.root / "faults.json").write_text(json.dumps([fault]))
    record = daemon.ensure_running(home)
    channel = grpc.insecure_channel(f"127.0.0.1:{record.ports['alicloud']}")
    stub = provider_pb2_grpc.ResourceProviderStub(channel)
    stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
    configuration, inputs = struct_pb2.Struct(), struct_pb2.Struct()
    configuration.update({"configurationSource": "ackb-sandbox", "region": "cn-hangzhou"})
    inputs.update({"vpcName": "net", "cidrBlock": "10.0.0.0/8"})
    stub.Configure(provider_pb2.ConfigureRequest(args=configuration))
    urn = "urn:pulumi:dev::ackb::alicloud:vpc/network:Network::net"
    call = stub.Create.future(provider_pb2.CreateRequest(urn=urn, properties=inputs))
    while not _counted(home):
        assert not call.done(), call.exception()
        time.sleep(0.01)
    assert daemon.stop(home)
    assert not record.is_alive()
    assert call.exception().code() in (grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE)


def _counted(home: Home) -> bool:
    """Whether the cloud has counted a call for the fault plan."""
    with sqlite3.connect(home.cloud_db) as store:
        rows = store.execute("SELECT 1 FROM sequences WHERE name LIKE 'faults/%'").fetchall()
    return bool(rows)


def test_a_record_is_of_the_very_process_that_wrote_it(home: Home) -> None:
    """A pid is given again; the start time tells."""
    started = psutil.Process().create_time()
    record = DaemonRecord(pid=os.getpid(), started=started, ports={}, code="")
    record.write(home)
    assert read(home) == record
    dataclasses.replace(record, started=started - 60).write(home)
    assert read(home) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}'])
def test_a_record_that_cannot_be_read_is_none(home: Home, content: str) -> None:
    home.daemon_record.write_text(content)
    assert read(home) is None


def test_the_fingerprint_follows_the_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1")
    monkeypatch.setattr(daemon_record, "_CODE", (tmp_path,))
    first = code_fingerprint()
    assert code_fingerprint() == first
    (tmp_path / "notes.txt").write_text("no code")
    assert code_fingerprint() == first
    (tmp_path / "data.json").write_text("{}")
    second = code_fingerprint()
    assert second != first
    (tmp_path / "a.py").write_text("x = 12")
    assert code_fingerprint() not in (first, second)
