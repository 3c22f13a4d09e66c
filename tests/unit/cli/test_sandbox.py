"""`ackb sandbox`: what the simulated cloud holds, and how it is emptied."""

from __future__ import annotations

import json

import pytest

from ackb.cli.exits import Exit
from ackb.engine import checkpoint, daemon, locks
from ackb.engine import engine as engine_module
from sandbox.cloud.cloud import Cloud
from sandbox.daemon.record import DaemonRecord


@pytest.fixture
def cloud(project):
    """A simulated cloud with one VPC in it."""
    project.home.ensure()
    opened = Cloud.open(project.home.cloud_db)
    opened.vpc.create_vpc(region_id="cn-hangzhou", cidr_block="10.0.0.0/8", vpc_name="the-vpc")
    return opened


@pytest.fixture
def stopped(monkeypatch):
    """Notes that the daemon was asked to stop; no daemon runs."""
    calls = []
    monkeypatch.setattr(daemon, "stop", lambda home: calls.append(home.root) or bool(calls[1:]))
    return calls


def state(home, stack, source="ackb-sandbox"):
    """Write the checkpoint of a stack whose provider is that of `source`."""
    resources = [
        {"type": "pulumi:pulumi:Stack"},
        {"type": "pulumi:providers:alicloud", "inputs": {"configurationSource": source}},
        {"type": "alicloud:vpc/network:Network", "inputs": {}},
    ]
    path = checkpoint.path(home.state, "ackb", stack)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"checkpoint": {"latest": {"resources": resources}}}))
    return path


def test_an_empty_cloud_says_that_it_is_empty(ackb, project):
    ran = ackb("sandbox", "status")
    assert ran.code == Exit.CLEAN
    assert "Daemon: does not run" in ran.out
    assert ran.out.splitlines()[-1] == "The simulated cloud is empty."
    assert not project.home.cloud_db.exists()


def test_status_lists_every_object(ackb, cloud):
    ran = ackb("sandbox", "status")
    assert "the-vpc" in ran.out
    assert ran.out.splitlines()[-1] == "1 object simulated: nothing is billed."


def test_status_as_json(ackb, cloud, project):
    state(project.home, "wordpress-dev")
    found = json.loads(ackb("sandbox", "status", "--json").out)
    assert (found["schema"], found["command"]) == (1, "sandbox status")
    assert (found["simulated"], found["empty"], found["daemon"]) == (True, False, None)
    assert [one["name"] for one in found["objects"]] == ["the-vpc"]
    assert found["stacks"] == {"wordpress-dev": 1}, "components and providers do not count"


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("waiting", "waits for its agent"),
        ("running", "has joined with Kubernetes 1.36.2"),
        ("disconnected", "is disconnected: its agent does not run"),
        ("deleting", "is deleting"),
    ],
)
def test_status_tells_of_data_centres(ackb, cloud, state, told):
    """S0-08, S0-18: the list of registered clusters, beside the stack that made one."""
    name = "ACKOneRegisterCluster1"
    vpc_id = cloud.vpc.describe_vpcs(region_id="cn-hangzhou")["Vpcs"]["Vpc"][0]["VpcId"]
    cloud.clock.sleep(0.1)
    vswitch = cloud.vpc.create_vswitch(
        vpc_id=vpc_id, cidr_block="10.1.0.0/16", zone_id="cn-hangzhou-j"
    )
    id = cloud.cs.create_cluster(
        name=name,
        cluster_type="ExternalKubernetes",
        region_id="cn-hangzhou",
        vswitch_ids=[vswitch["VSwitchId"]],
    )["cluster_id"]
    stored = cloud.store.get("cs.Cluster", id)
    stored.pop("_then")
    stored["api"]["current_version"] = "1.36.2"
    cloud.store.put("cs.Cluster", id, {**stored, "Status": state})
    assert f"Data centre of {name} ({id}): {told}." in ackb("sandbox", "status").out
    found = json.loads(ackb("sandbox", "status", "--json").out)["data_centres"]
    assert found == [{"cluster_id": id, "name": name, "state": state, "version": "1.36.2"}]


def test_status_tells_a_running_daemon(ackb, project, monkeypatch):
    record = DaemonRecord(pid=4711, started=0.0, ports={"alicloud": 5001}, code="x")
    monkeypatch.setattr(daemon, "status", lambda _: record)
    assert "Daemon: runs (pid 4711, alicloud:5001)" in ackb("sandbox", "status").out


def test_reset_refuses_while_stacks_exist_and_names_them(ackb, cloud, project, stopped):
    state(project.home, "wordpress-dev")
    ran = ackb("sandbox", "reset")
    assert ran.code == Exit.COULD_NOT_RUN
    assert '"wordpress-dev"' in ran.err
    assert "ackb down wordpress-dev" in ran.err
    assert (stopped, cloud.is_empty()) == ([], False)


def test_reset_by_force_forgets_the_stacks_too(ackb, cloud, project, stopped):
    path = state(project.home, "wordpress-dev")
    backup = path.with_name(path.name + ".bak")
    backup.write_text("{}")
    ran = ackb("sandbox", "reset", "--force")
    assert ran.out == "The simulated cloud is empty. Forgotten: wordpress-dev.\n"
    assert stopped == [project.home.root]
    assert not path.exists()
    assert not backup.exists()
    assert not project.home.cloud_db.exists()


def test_reset_leaves_a_stack_alone_that_a_run_works_on(ackb, cloud, project, stopped):
    """The run would write back the state of what is gone."""
    path = state(project.home, "wordpress-dev")
    with locks.stack_lock(project.home, "wordpress-dev"):
        ran = ackb("sandbox", "reset", "--force")
    assert ran.code == Exit.COULD_NOT_RUN
    assert ran.err.startswith("ENG-05 stack wordpress-dev: ")
    assert (stopped, cloud.is_empty(), path.exists()) == ([], False, True)


def test_reset_keeps_the_state_of_real_stacks(ackb, cloud, project, stopped):
    """Where no other backend is set, the state of a real stack lies in the same folder."""
    path = state(project.home, "wordpress-prod", source="ackb")
    assert ackb("sandbox", "reset").code == Exit.CLEAN
    assert path.exists()


def test_reset_keeps_the_passphrase(ackb, project, stopped):
    """It opens the secrets in the stack files, which stay."""
    project.home.ensure()
    project.home.passphrase.write_text("secret")
    ackb("sandbox", "reset", "--force")
    assert project.home.passphrase.read_text() == "secret"


def test_stopping_twice_is_fine(ackb, project, stopped):
    assert ackb("sandbox", "stop").out == "No simulated cloud was running.\n"
    assert ackb("sandbox", "stop").out == "The simulated cloud is stopped.\n"


def test_start_names_process_and_providers(ackb, project, monkeypatch):
    record = DaemonRecord(pid=4711, started=0.0, ports={"alicloud": 5001}, code="x")
    monkeypatch.setattr(daemon, "ensure_running", lambda _: record)
    assert ackb("sandbox", "start").out == (
        "The simulated cloud runs (pid 4711); providers: alicloud:5001.\n"
    )
    assert json.loads(ackb("sandbox", "start", "--json").out)["providers"] == {"alicloud": 5001}


def test_env_is_what_a_shell_can_evaluate(ackb, project, monkeypatch):
    class Environment:
        def __init__(self, *_args, **_more):
            pass

        def environment(self):
            return {"PULUMI_HOME": "/a b/c", "PATH": "/bin"}

    monkeypatch.setattr(engine_module, "Engine", Environment)
    lines = ackb("sandbox", "env").out.splitlines()
    assert lines[-2:] == ["export PATH=/bin", "export PULUMI_HOME='/a b/c'"]
    found = json.loads(ackb("sandbox", "env", "--json").out)
    assert found["variables"]["PULUMI_HOME"] == "/a b/c"
