"""Whatever is killed, and whenever: the next `ackb up` goes on, and nothing exists twice.

The points are found by watching the simulated cloud and the state, and by planned faults; never by
waiting for a time.
"""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil
import pytest

from ackb.domain.tags import URN_TAG
from ackb.domain.urns import name_of
from ackb.engine import checkpoint, daemon, lookup, recovery
from sandbox.cloud.cloud import Cloud
from tests.sandbox.conftest import STACK, Sandbox, copy_of_project, end

pytestmark = pytest.mark.timeout(900)

Objects = Counter[tuple[str, str, str]]


@dataclass
class Watched:
    """A sandbox, seen from outside while runs work in it."""

    sandbox: Sandbox

    def inventory(self) -> list[dict]:
        database = self.sandbox.home.cloud_db
        return Cloud.open(database).inventory() if database.exists() else []

    def objects(self) -> Objects:
        """What is in the cloud: service, kind, and who it belongs to or what it is called."""
        return Counter(
            (one["service"], one["kind"], name_of(tag) if tag else _lasting(one["name"]))
            for one in self.inventory()
            for tag in [one["tags"].get(URN_TAG)]
        )

    def kinds(self) -> set[tuple[str, str]]:
        return {(one["kind"], one["status"]) for one in self.inventory()}

    def recorded(self) -> set[str]:
        """Types of the recorded resources."""
        state = checkpoint.deployment(self.sandbox.home.state, "ackb", STACK)
        return {one["type"] for one in state.get("resources") or []}

    def pending(self) -> list[str]:
        """Names of the resources whose creation is recorded as under way."""
        state = checkpoint.deployment(self.sandbox.home.state, "ackb", STACK)
        return [name_of(one["resource"]["urn"]) for one in state.get("pending_operations") or []]

    def engines(self) -> list[psutil.Process]:
        """The engine and its language hosts; not the daemon, nor the control planes."""
        return [
            one
            for one in self.sandbox.processes()
            if one.name().startswith("pulumi") or "ackb.engine.language_host" in one.cmdline()
        ]

    # Points in a run, in their order

    def has_vpc(self) -> bool:
        return any(kind == "Vpc" for kind, _ in self.kinds())

    def makes_cluster(self) -> bool:
        return ("Cluster", "initial") in self.kinds()

    def makes_workload(self) -> bool:
        types = self.recorded()
        return "kubernetes:core/v1:Namespace" in types and (
            "kubernetes:autoscaling/v2:HorizontalPodAutoscaler" not in types
        )


def _lasting(name: str) -> str:
    """A name without the ids in it, which differ from run to run."""
    return name if name.startswith(STACK) else ""


@contextmanager
def up_until(watched: Watched, point: Callable[[], bool]) -> Iterator[subprocess.Popen[str]]:
    """Run `ackb up` until the point is reached, and wait for its end after what is done there."""
    run = watched.sandbox.start("ackb", "up", STACK)
    while not point():
        assert run.poll() is None, f"it ended before {point.__name__}:\n{run.communicate()[0]}"
        time.sleep(0.02)
    yield run
    if run.returncode is None:
        run.wait()


def kill_ackb(watched: Watched, point: Callable[[], bool]) -> str:
    with up_until(watched, point) as run:
        run.kill()
    assert run.returncode == -signal.SIGKILL
    return ""


def kill_engine(watched: Watched, point: Callable[[], bool]) -> str:
    with up_until(watched, point) as run:
        [engine] = [one for one in psutil.Process(run.pid).children() if one.name() == "pulumi"]
        engine.kill()
        output = run.communicate()[0]
    assert run.returncode == 1, output
    assert "the engine was killed; the next run repairs what it left" in output
    return output


def kill_daemon(watched: Watched, point: Callable[[], bool]) -> str:
    with up_until(watched, point) as run:
        record = daemon.status(watched.sandbox.home)
        assert record is not None
        os.kill(record.pid, signal.SIGKILL)
        output = run.communicate()[0]
    assert run.returncode == 3, output
    assert "the sandbox's daemon ended during the run" in output
    return output


def up(watched: Watched) -> str:
    """Bring the stack up; returns what was told about repairs."""
    done = subprocess.run(
        ["ackb", "up", STACK],
        cwd=watched.sandbox.project,
        env=watched.sandbox.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def assert_converged(watched: Watched, reference: Objects) -> None:
    """I1-I4: as after an undisturbed run; no change; and everything goes."""
    assert watched.objects() == reference
    assert watched.pending() == []
    again = watched.sandbox.ackb("up", STACK)
    assert again["counts"].keys() <= {"same"}, again["changes"]
    watched.sandbox.ackb("down", STACK)
    assert watched.inventory() == []
    psutil.wait_procs(watched.sandbox.processes(), timeout=30)
    assert watched.sandbox.processes() == []


@dataclass(frozen=True)
class Undisturbed:
    """What one run makes that nobody disturbs."""

    objects: Objects
    #: Type of a recorded resource -> whether the read APIs find its id; None for unasked ones.
    found: dict[str, set[bool | None]]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    sandbox = copy_of_project(tmp_path_factory.mktemp("undisturbed"))
    watched = Watched(sandbox)
    try:
        sandbox.ackb("up", STACK)
        result = Undisturbed(watched.objects(), _looked_up(sandbox))
        # Gone before the others begin: a control plane costs memory.
        sandbox.ackb("down", STACK)
    finally:
        end(sandbox)
    yield result


def _looked_up(sandbox: Sandbox) -> dict[str, set[bool | None]]:
    api = recovery.read_api(sandbox.home, "sandbox", "cn-hangzhou")
    answers: dict[str, set[bool | None]] = {}
    for one in checkpoint.deployment(sandbox.home.state, "ackb", STACK)["resources"]:
        if one["type"].startswith("alicloud:"):
            identifier = lookup.find(api, one["type"], one["urn"], one["inputs"])
            answer = None if identifier is None else identifier == one["id"]
            answers.setdefault(one["type"], set()).add(answer)
    return answers


@pytest.fixture
def reference(undisturbed: Undisturbed) -> Objects:
    return undisturbed.objects


@pytest.fixture
def watched(sandbox: Sandbox) -> Watched:
    return Watched(sandbox)


def test_every_recorded_id_is_what_the_read_apis_find(undisturbed: Undisturbed) -> None:
    """Recovery asks the cloud these questions; the answer must be the very id that is recorded."""
    repeatable = {
        "alicloud:cs/kubernetesAddon:KubernetesAddon",
        "alicloud:ecs/securityGroupRule:SecurityGroupRule",
        "alicloud:rds/accountPrivilege:AccountPrivilege",
    }
    assert {token for token, answers in undisturbed.found.items() if answers == {True}} == (
        undisturbed.found.keys() - repeatable
    )
    assert all(undisturbed.found[token] == {None} for token in repeatable)


@pytest.mark.parametrize("kill", [kill_ackb, kill_engine, kill_daemon])
def test_a_kill_at_any_point_is_repaired(
    watched: Watched, reference: Objects, kill: Callable[..., str]
) -> None:
    """F08, F09, F12, F14: three points, one after the other on the way to one stack."""
    for point in (watched.has_vpc, watched.makes_cluster, watched.makes_workload):
        kill(watched, point)
    said = up(watched)
    if kill is kill_engine:
        assert re.search(r"removed the lock of a dead run \(pid \d+, since 20[^)]+\)", said), said
    assert_converged(watched, reference)


def test_a_daemon_that_dies_between_deed_and_answer_makes_nothing_twice(
    watched: Watched, reference: Objects
) -> None:
    """F06, HZ1: the object exists, its id was never told, and its creation has no usable token."""
    verbs = {
        "vpc.create_vswitch": ("VSwitch", "net-nodes-i"),
        "vpc.create_nat_gateway": ("NatGateway", "net-nat"),
        "rds.create_db_instance": ("Instance", "db-instance"),
        "cs.create_cluster": ("Cluster", "ack-cluster"),
    }
    plan = [{"verb": verb, "phase": "after", "action": "crash"} for verb in verbs]
    home = watched.sandbox.home.ensure()
    (home.root / "faults.json").write_text(json.dumps(plan))
    told = ""
    for _ in verbs:
        run = watched.sandbox.start("ackb", "up", STACK)
        told += run.communicate()[0]
        assert run.returncode == 3, told
    told += up(watched)
    for kind, name in verbs.values():
        found = [key for key in watched.objects() if key[1:] == (kind, name)]
        assert len(found) == 1, found
    # At least one of the vSwitches, and each of the others, was found again.
    repaired = set(re.findall(r"the creation of (\S+) was not answered: found as", told))
    assert {"net-nat", "db-instance", "ack-cluster"} <= repaired, told
    assert any(name.startswith(("net-nodes-", "net-pods-")) for name in repaired), told
    assert_converged(watched, reference)


def _words(process: psutil.Process) -> list[str]:
    """The command line of a process; empty where it has just ended."""
    with suppress(psutil.Error):
        return process.cmdline()[:2]
    return []


class Terminal:
    """`ackb up` in a terminal of its own, where a person presses keys."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.pid, self._keys = pty.fork()
        if self.pid == 0:
            # A test run in the background ignores it, and so would what it starts.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.chdir(sandbox.project)
            os.execvpe("ackb", ["ackb", "up", STACK], sandbox.environment)
        self._text = b""

    def press_ctrl_c(self) -> None:
        os.write(self._keys, b"\x03")

    def has_engine(self) -> bool:
        """Whether the run has come to the engine, which passes interrupts on."""
        children = psutil.Process(self.pid).children()
        return any("up" in words for words in map(_words, children))

    def poll(self) -> int | None:
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None

    def wait(self) -> int:
        """Read until the end, as a terminal does, so that nobody waits for a full buffer."""
        try:
            while True:
                self._text += os.read(self._keys, 4096)
        except OSError:
            return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    @property
    def text(self) -> str:
        return self._text.decode(errors="replace")


def test_ctrl_c_ends_the_run_and_leaves_no_process_of_it(
    watched: Watched, reference: Objects
) -> None:
    """F11, F13: once is graceful, twice is quick; the next goes on. Nobody gets between."""
    for presses, point in ((1, watched.makes_cluster), (2, watched.makes_workload)):
        terminal = Terminal(watched.sandbox)
        # The point may be reached before: the run must be at work too.
        while not (point() and terminal.has_engine()):
            assert terminal.poll() is None, terminal.text
            time.sleep(0.02)
        if presses == 1:
            _assert_refused(watched, terminal.pid)
        for _ in range(presses):
            terminal.press_ctrl_c()
        assert terminal.wait() == 130, terminal.text
        assert "it was interrupted; what was made until then is recorded" in terminal.text
        assert "Traceback" not in terminal.text
        psutil.wait_procs(watched.engines(), timeout=30)
        assert watched.engines() == []
    up(watched)
    assert_converged(watched, reference)


def _assert_refused(watched: Watched, holder: int) -> None:
    """A second run is told who works on the stack, and does nothing."""
    second = watched.sandbox.start("ackb", "up", STACK)
    message = second.communicate()[0]
    assert second.returncode == 3, message
    assert message == (
        f'ENG-05 stack {STACK}: "pid {holder}" – another run works on this stack. '
        "Fix: wait until it ends; when it hangs, end it with Ctrl-C and run again.\n"
    )
