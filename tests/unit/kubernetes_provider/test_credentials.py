"""The credential program of a kubeconfig (S4: no credential at rest)."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.providers.kubernetes import credentials
from sandbox.providers.kubernetes.access import ExecPlugin
from sandbox.providers.kubernetes.credentials import CredentialError, ExecCredentials

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Program:
    """A credential program that counts its runs and prints what it is told."""

    def __init__(self, folder):
        self.folder = folder
        self.command = folder / "credential-program"
        self.prints(token="first")

    def prints(self, *, expires=None, **status):
        if expires is not None:
            status["expirationTimestamp"] = expires.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.writes(json.dumps({"kind": "ExecCredential", "status": status}))

    def writes(self, text, *, error="", code=0):
        (self.folder / "out").write_text(text)
        (self.folder / "err").write_text(error)
        self.command.write_text(
            "#!/bin/sh\n"
            f'echo "$KUBERNETES_EXEC_INFO" > {self.folder}/info\n'
            f'echo "$@ $EXTRA" >> {self.folder}/runs\n'
            f"cat {self.folder}/err >&2\ncat {self.folder}/out\nexit {code}\n"
        )
        self.command.chmod(0o755)

    @property
    def runs(self):
        path = self.folder / "runs"
        return path.read_text().splitlines() if path.exists() else []

    def plugin(self, **changes):
        fields = {
            "command": str(self.command),
            "arguments": ("credential", "c1"),
            "environment": (("EXTRA", "more"),),
            "api_version": "client.authentication.k8s.io/v1",
            "install_hint": "",
        }
        return ExecPlugin(**(fields | changes))


class Clock:
    def __init__(self):
        self.moment = START

    def __call__(self):
        return self.moment


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


@pytest.fixture
def clock():
    return Clock()


def test_the_program_gets_arguments_environment_and_a_request(program):
    assert ExecCredentials(program.plugin()).current().token == "first"
    assert program.runs == ["credential c1 more"]
    assert json.loads((program.folder / "info").read_text()) == {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "spec": {"interactive": False},
    }


def test_it_runs_again_only_shortly_before_the_credential_ends(program, clock):
    program.prints(token="first", expires=START + timedelta(minutes=15))
    source = ExecCredentials(program.plugin(), now=clock)
    first = source.current()
    clock.moment = START + timedelta(minutes=13, seconds=59)
    assert source.current() is first
    program.prints(token="second", expires=START + timedelta(minutes=30))
    clock.moment = START + timedelta(minutes=14)
    assert source.current().token == "second"
    assert len(program.runs) == 2


def test_a_very_short_lived_credential_is_still_used_for_most_of_its_life(program, clock):
    program.prints(token="first", expires=START + timedelta(seconds=10))
    source = ExecCredentials(program.plugin(), now=clock)
    first = source.current()
    clock.moment = START + timedelta(seconds=7)
    assert source.current() is first
    clock.moment = START + timedelta(seconds=8)
    assert source.current() is not first


def test_without_an_end_it_is_kept_until_the_server_refuses_it(program):
    source = ExecCredentials(program.plugin())
    first = source.current()
    assert source.current() is first
    program.prints(token="second")
    second = source.current(refused=first)
    assert second.token == "second"
    # Another thread was refused with the old one at the same time: no third run.
    assert source.current(refused=first) is second
    assert len(program.runs) == 2


def test_many_threads_share_one_run(program):
    source = ExecCredentials(program.plugin())
    barrier = threading.Barrier(12)

    def ask():
        barrier.wait()
        return source.current()

    with ThreadPoolExecutor(12) as pool:
        answers = [one.result() for one in [pool.submit(ask) for _ in range(12)]]
    assert len({id(one) for one in answers}) == 1
    assert len(program.runs) == 1


def test_a_failure_is_told_once_to_all_who_wait_and_tried_again_later(program, monkeypatch):
    program.writes("", error="cluster c1 not found\n", code=3)
    source = ExecCredentials(program.plugin())
    for _ in range(3):
        with pytest.raises(CredentialError) as caught:
            source.current()
    assert str(caught.value) == (
        f"the credential program '{program.command}' failed: cluster c1 not found; "
        f"run it by hand to see more: {program.command} credential c1"
    )
    assert len(program.runs) == 1
    monkeypatch.setattr(credentials, "_FAILURE_HELD", 0.0)
    program.prints(token="back")
    assert source.current().token == "back"


def test_a_missing_program_names_the_hint_of_the_kubeconfig(program):
    plugin = program.plugin(command="no-such-program", install_hint="pip install it")
    with pytest.raises(CredentialError) as caught:
        ExecCredentials(plugin).current()
    assert str(caught.value) == (
        "the credential program 'no-such-program' was not found: pip install it"
    )


def test_a_command_beside_the_interpreter_is_found_without_an_active_environment(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    plugin = ExecPlugin("python", ("-c", "print('no credential')"), (), "v1", "")
    with pytest.raises(CredentialError, match="printed no ExecCredential"):
        ExecCredentials(plugin).current()


def test_a_program_that_hangs_is_given_up(program, monkeypatch):
    program.command.write_text("#!/bin/sh\nsleep 60\n")
    monkeypatch.setattr(credentials, "_PROGRAM_TIMEOUT", 0.2)
    with pytest.raises(CredentialError, match="gave no answer within 0 s; run it by hand"):
        ExecCredentials(program.plugin()).current()


def test_a_credential_that_has_ended_already_is_not_used(program, clock):
    program.prints(token="late", expires=START - timedelta(seconds=1))
    with pytest.raises(CredentialError) as caught:
        ExecCredentials(program.plugin(), now=clock).current()
    assert str(caught.value) == (
        f"the credential program '{program.command}' printed a credential that ended at "
        "2026-11-22T11:59:59Z; check the clock of this machine and log in again"
    )


@pytest.mark.parametrize(
    "printed",
    [
        "s3cret but no JSON",
        '{"status": "s3cret"}',
        '["s3cret"]',
        '{"status": {"token": "s3cret", "expirationTimestamp": "soon"}}',
        '{"status": {"clientKeyData": "s3cret"}}',
    ],
)
def test_what_the_program_printed_is_never_quoted(program, printed):
    program.writes(printed)
    with pytest.raises(CredentialError) as caught:
        ExecCredentials(program.plugin()).current()
    assert "s3cret" not in str(caught.value)
    assert "printed n" in str(caught.value)


def test_a_credential_does_not_show_itself(program):
    program.prints(token="s3cret", clientCertificateData="s3cret", clientKeyData="s3cret")
    assert "s3cret" not in repr(ExecCredentials(program.plugin()).current())
