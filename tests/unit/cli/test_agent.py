"""`ackb agent`: what a data centre applies, which holds credentials."""

from __future__ import annotations

import stat
import sys

import pytest

from ackb.cli.context import Stack
from ackb.cli.exits import Exit
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudError

STACK = "registered-gpu-dev"
MANIFEST = "kind: Secret\nstringData: {token: t0k3n}\n"


class FakeCloud:
    """A simulated cloud with one registered cluster."""

    def __init__(self) -> None:
        self.cs = self
        self.asked: list[tuple[str, str]] = []

    def describe_external_agent(self, *, cluster_id, private_ip_address):
        self.asked.append((cluster_id, private_ip_address))
        if cluster_id != "c1":
            raise CloudError("ErrorClusterNotFound", f"cluster {cluster_id} not found", 404)
        return {"config": MANIFEST}


@pytest.fixture
def cloud(project, monkeypatch) -> FakeCloud:
    fake = FakeCloud()
    monkeypatch.setattr(Cloud, "open", lambda path: fake)
    monkeypatch.setattr(Stack, "outputs", lambda self, **_: {"cluster_id": "c1"})
    return fake


def test_it_goes_into_a_pipe(ackb, cloud) -> None:
    """S0-08."""
    ran = ackb("agent", STACK)
    assert (ran.code, ran.out, ran.err) == (Exit.CLEAN, MANIFEST, "")
    assert cloud.asked == [("c1", "true")]


def test_it_goes_into_a_file_for_one_reader(ackb, cloud, tmp_path) -> None:
    ran = ackb("agent", STACK, "-o", str(tmp_path / "agent.yaml"))
    file = tmp_path / "agent.yaml"
    assert (ran.code, ran.out) == (Exit.CLEAN, "")
    assert file.read_text() == MANIFEST
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "t0k3n" not in ran.err


def test_it_never_goes_to_a_terminal(ackb, cloud, monkeypatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = ackb("agent", STACK)
    assert ran.code == Exit.COULD_NOT_RUN
    assert ran.err == (
        'CLI-09 standard output: "a terminal" – must be a pipe or a file: the manifest holds '
        "credentials. Fix: write ackb agent registered-gpu-dev | kubectl apply -f -, or give "
        "--output.\n"
    )
    assert cloud.asked == []


def test_the_way_of_the_agent_follows_the_settings(ackb, cloud, project) -> None:
    def over_the_internet(settings) -> None:
        settings["cluster"]["access"] = "public"
        settings |= {"node_pools": [], "smoke_test": None}

    project.edit(over_the_internet, STACK)
    assert ackb("agent", STACK).code == Exit.CLEAN
    assert cloud.asked == [("c1", "false")]


def test_a_stack_that_is_not_up_has_none(ackb, cloud, monkeypatch) -> None:
    monkeypatch.setattr(Stack, "outputs", lambda self, **_: {})
    ran = ackb("agent", STACK)
    assert ran.code == Exit.COULD_NOT_RUN
    assert "must be up, so that its cluster is registered. Fix: run `ackb up" in ran.err


def test_other_blueprints_have_none(ackb, cloud) -> None:
    ran = ackb("agent", "wordpress-dev")
    assert "must have a registered cluster (its blueprint is wordpress)" in ran.err


def test_a_registration_that_is_gone_is_one_line(ackb, cloud, monkeypatch) -> None:
    monkeypatch.setattr(Stack, "outputs", lambda self, **_: {"cluster_id": "c2"})
    ran = ackb("agent", STACK)
    assert "ErrorClusterNotFound: cluster c2 not found" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_the_real_cloud_is_asked_in_its_region(ackb, cloud, monkeypatch) -> None:
    from ackb.alibaba import Account

    asked = []

    def answer(self, cluster_id, *, private):
        asked.append((self.region, cluster_id, private))
        return MANIFEST

    monkeypatch.setattr(Account, "agent_manifest", answer)
    assert ackb("agent", "registered-gpu-prod").out == MANIFEST
    assert asked == [("cn-zhangjiakou", "c1", True)]
