"""Credentials that come and go, clusters that do not answer, many requests at once."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from pulumi.provider.experimental import provider as sdk

from sandbox.providers.kubernetes.kinds import Kind
from sandbox.providers.kubernetes.provider import KubernetesProvider
from sandbox.providers.kubernetes.values import plain_map
from sandbox.providers.serving import ProviderError

from .declarations import config_map
from .driver import Driver, props


class Program:
    """The credential program of a kubeconfig: prints what the test has issued, each once.

    The last credential is printed again and again.
    """

    def __init__(self, folder, control_plane):
        self.folder = folder
        self.control_plane = control_plane
        self.command = folder / "credential"
        self.issued = 0
        self.command.write_text(
            "#!/bin/sh\n"
            f"cd {folder}\n"
            "echo run >> runs\n"
            "run=$(wc -l < runs)\n"
            "cat $run.json 2>/dev/null || cat last.json\n"
        )
        self.command.chmod(0o755)

    def issues(self, lifetime=timedelta(minutes=15), *, trusted=True, told=None):
        """Issue a certificate; `told` is how long the program says that it lives."""
        certificate, key = self.control_plane.certificate(lifetime, trusted=trusted)
        status = {"clientCertificateData": certificate, "clientKeyData": key}
        if told is not None:
            status["expirationTimestamp"] = (datetime.now(UTC) + told).isoformat()
        text = json.dumps({"kind": "ExecCredential", "status": status})
        self.issued += 1
        for name in (self.issued, "last"):
            (self.folder / f"{name}.json").write_text(text)

    def fails(self):
        (self.folder / "last.json").unlink()
        (self.folder / "1.json").unlink()

    @property
    def runs(self):
        path = self.folder / "runs"
        return len(path.read_text().splitlines()) if path.exists() else 0

    @property
    def kubeconfig(self):
        plugin = {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": str(self.command),
            "args": ["credential", "c1"],
            "interactiveMode": "Never",
        }
        return self.control_plane.kubeconfig({"exec": plugin})


@pytest.fixture
def program(tmp_path, control_plane):
    return Program(tmp_path, control_plane)


def test_one_credential_serves_an_update_of_many_objects(program, connect, namespace):
    program.issues()
    driver = connect(kubeconfig=program.kubeconfig)
    many = [
        driver.check("ConfigMap", f"settings-{n}", config_map(namespace, f"settings-{n}"))
        for n in range(24)
    ]

    async def all_at_once():
        return await asyncio.gather(*(driver.creating(one) for one in many))

    made = driver.run(all_at_once())
    assert {one.id for one in made} == {f"{namespace}/settings-{n}" for n in range(24)}
    assert program.runs == 1


def test_a_credential_is_renewed_before_it_ends(program, connect, namespace):
    program.issues(told=timedelta(seconds=1))
    program.issues(told=timedelta(hours=1))
    driver = connect(kubeconfig=program.kubeconfig)
    made = driver.create("ConfigMap", "settings", config_map(namespace))
    while program.runs < 2:
        assert driver.read(made) is not None
    assert driver.read(made) is not None
    assert program.runs == 2


def test_an_object_is_deleted_although_the_credential_has_ended(program, connect, namespace):
    """Nobody said when it ends, so only the server can tell that it is of no use."""
    program.issues(timedelta(minutes=-1))
    program.issues()
    made = connect().create("ConfigMap", "settings", config_map(namespace))
    driver = connect(kubeconfig=program.kubeconfig)
    driver.delete(made)
    assert driver.read(made) is None
    assert program.runs == 2


def test_a_credential_that_stays_refused_is_one_clear_message(program, connect, namespace):
    program.issues(trusted=False)
    driver = connect(kubeconfig=program.kubeconfig)
    new = driver.check("ConfigMap", "settings", config_map(namespace))
    with pytest.raises(ProviderError) as caught:
        driver.run(driver.creating(new))
    server = program.control_plane.server
    assert str(caught.value) == (f"the API server {server} refused the credential, also a new one")
    assert program.runs == 2
    program.issues()
    assert driver.run(driver.creating(new)).id == f"{namespace}/settings"


def test_no_credential_is_one_clear_message(program, connect, namespace):
    program.issues()
    driver = connect(kubeconfig=program.kubeconfig)
    program.fails()
    with pytest.raises(ProviderError) as caught:
        driver.create("ConfigMap", "settings", config_map(namespace))
    assert str(caught.value) == (
        f"the credential program '{program.command}' failed: "
        "cat: last.json: No such file or directory; "
        f"run it by hand to see more: {program.command} credential c1"
    )


@pytest.fixture
def made(connect, namespace):
    """An object whose cluster has gone since."""
    return connect().create("ConfigMap", "settings", config_map(namespace))


def gone(control_plane):
    """The kubeconfig of a cluster that does not answer."""
    port = control_plane.server.rpartition(":")[2]
    return control_plane.admin.replace(f":{port}", ":1")


def test_an_unreachable_cluster_is_told_with_the_way_out(made, connect, control_plane):
    driver = connect(kubeconfig=gone(control_plane))
    refused = "the API server https://127.0.0.1:1 does not answer: [Errno 111] Connection refused"
    way_out = (
        "If the cluster was deleted, drop its objects from the state: set deleteUnreachable on the "
        "provider, or run the program with PULUMI_K8S_DELETE_UNREACHABLE=true in its environment"
    )
    with pytest.raises(ProviderError) as caught:
        driver.delete(made)
    assert str(caught.value) == f"{made.id} was not deleted: {refused}. {way_out}"
    with pytest.raises(ProviderError) as caught:
        driver.read(made)
    assert str(caught.value) == f"{made.id} was not read: {refused}. {way_out}"
    with pytest.raises(ProviderError) as caught:
        driver.update(made, "ConfigMap", "settings", plain_map(made.inputs))
    assert str(caught.value) == refused


def test_an_unreachable_cluster_can_still_be_previewed(made, connect, control_plane):
    driver = connect(kubeconfig=gone(control_plane))
    inputs = plain_map(made.inputs)
    assert driver.preview("ConfigMap", "settings", inputs)["data"] == {"mode": "fast"}
    assert not driver.diff(made, driver.check("ConfigMap", "settings", inputs, made)).changes


@pytest.mark.parametrize("by_environment", [True, False])
def test_its_objects_are_dropped_where_the_provider_is_told_to(
    made, connect, control_plane, monkeypatch, by_environment
):
    if by_environment:
        monkeypatch.setenv("PULUMI_K8S_DELETE_UNREACHABLE", "true")
    inputs = {} if by_environment else {"deleteUnreachable": "true"}
    driver = connect(kubeconfig=gone(control_plane), **inputs)
    assert driver.read(made) is None
    driver.delete(made)


def test_its_objects_are_left_alone_where_the_provider_is_told_to(made, connect, control_plane):
    driver = connect(kubeconfig=gone(control_plane), skipUpdateUnreachable="true")
    wanted = plain_map(made.inputs) | {"data": {"mode": "slow"}}
    new = driver.check("ConfigMap", "settings", wanted, made)
    assert plain_map(new.inputs) == plain_map(made.inputs)
    assert plain_map(driver.read(made).state) == plain_map(made.state)


def test_a_real_cluster_is_refused_before_anything_else():
    with pytest.raises(ProviderError, match="the sandbox never drives a real cluster"):
        Driver(
            kubeconfig=json.dumps(
                {
                    "current-context": "c",
                    "contexts": [{"name": "c", "context": {"cluster": "c"}}],
                    "clusters": [{"name": "c", "cluster": {"server": "https://203.0.113.7"}}],
                }
            )
        )


def test_provider_inputs_are_checked_and_compared(control_plane):
    provider = KubernetesProvider()
    urn = "urn:pulumi:dev::ackb::pulumi:providers:kubernetes::cluster"

    def check(**inputs):
        request = sdk.CheckRequest(urn, {}, props(inputs), b"")
        return asyncio.run(provider.check_config(request)).failures

    def diff(old, new):
        request = sdk.DiffRequest(urn, "id", props(old), props(new), [])
        return asyncio.run(provider.diff_config(request))

    assert check(kubeconfig=control_plane.admin) == []
    (failure,) = check(kubeconfig="current-context: x\n")
    assert failure.property == "kubeconfig"
    assert failure.reason == 'the kubeconfig cannot be used: the kubeconfig has no context "x"'
    here = {"kubeconfig": control_plane.admin, "clusterIdentifier": "c1"}
    moved = here | {"kubeconfig": gone(control_plane)}
    assert diff(here, here).changes is False
    changed = diff(here, moved)
    assert (changed.changes, changed.diffs, changed.replaces) == (True, ["kubeconfig"], [])
    assert diff(here, here | {"clusterIdentifier": "c2"}).replaces == ["clusterIdentifier"]


def test_the_table_of_cluster_wide_kinds_agrees_with_the_server(control_plane):
    """The table lets checks run without a cluster; it must say what the server says."""
    rest = control_plane.rest
    groups = [
        version["groupVersion"]
        for group in rest.call("GET", "/apis")["groups"]
        for version in group["versions"]
    ]
    compared = 0
    for path, prefix in [("/api/v1", ""), *((f"/apis/{one}", one) for one in groups)]:
        group, _, version = prefix.rpartition("/")
        for found in rest.call("GET", path)["resources"]:
            kind = Kind(group, version or "v1", found["kind"])
            if "/" in found["name"] or not kind.is_built_in:
                continue
            assert kind.is_cluster_wide is not found["namespaced"], kind
            compared += 1
    assert compared > 60
