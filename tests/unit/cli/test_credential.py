"""`ackb credential`: the ExecCredential that kubectl and the Kubernetes provider ask for."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest
import yaml

from ackb.cli.commands.credential import exec_credential
from ackb.cli.exits import Exit
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudError

EXPIRES = "2026-11-22T08:15:00Z"
KUBECONFIG = {
    "users": [
        {
            "name": "1",
            "user": {
                "client-certificate-data": b64encode(b"the certificate").decode(),
                "client-key-data": b64encode(b"the key").decode(),
            },
        }
    ]
}
EXPECTED = {
    "apiVersion": "client.authentication.k8s.io/v1",
    "kind": "ExecCredential",
    "status": {
        "expirationTimestamp": EXPIRES,
        "clientCertificateData": "the certificate",
        "clientKeyData": "the key",
    },
}
SANDBOX = ("--target", "sandbox", "--region", "cn-hangzhou")


class FakeCloud:
    """A simulated cloud with one cluster."""

    def __init__(self):
        self.cs = self
        self.asked = []

    def describe_cluster_user_kubeconfig(self, *, cluster_id, temporary_duration_minutes):
        self.asked.append((cluster_id, temporary_duration_minutes))
        if cluster_id != "c1":
            raise CloudError("ErrorClusterNotFound", f"cluster {cluster_id} not found", 404)
        return {"config": json.dumps(KUBECONFIG), "expiration": EXPIRES}


@pytest.fixture
def cloud(project, monkeypatch):
    project.home.ensure()
    project.home.cloud_db.touch()
    fake, opened = FakeCloud(), []
    monkeypatch.setattr(Cloud, "open", lambda path: opened.append(path) or fake)
    fake.opened = opened
    return fake


@pytest.mark.parametrize("written", [json.dumps, yaml.safe_dump])
def test_json_and_yaml_kubeconfigs_give_the_same_credential(written):
    answer = {"config": written(KUBECONFIG), "expiration": EXPIRES}
    assert exec_credential(answer) == EXPECTED


def test_the_sandbox_gives_a_certificate_of_fifteen_minutes(ackb, cloud):
    ran = ackb("credential", "c1", *SANDBOX)
    assert (ran.code, ran.err, json.loads(ran.out)) == (0, "", EXPECTED)
    assert cloud.asked == [("c1", 15)]


def test_the_home_can_be_named_since_kubectl_runs_anywhere(ackb, cloud, project, monkeypatch):
    monkeypatch.chdir("/")
    monkeypatch.delenv("ACKB_HOME")
    ran = ackb("credential", "c1", *SANDBOX, "--home", str(project.home.root))
    assert ran.code == Exit.CLEAN
    assert cloud.opened == [project.home.cloud_db]


def test_without_a_simulated_cloud_the_message_says_where_it_looked(ackb, project, tmp_path):
    ran = ackb("credential", "c1", *SANDBOX, "--home", str(tmp_path / "nowhere"))
    assert (ran.code, ran.out) == (Exit.COULD_NOT_RUN, "")
    assert ran.err == (
        f'CLI-04 home: "{tmp_path / "nowhere"}" – holds no simulated cloud. Fix: give --home, set '
        "ACKB_HOME, or run it inside the project.\n"
    )


def test_a_cluster_that_is_gone_is_one_line(ackb, cloud):
    ran = ackb("credential", "c2", *SANDBOX)
    assert ran.code == Exit.COULD_NOT_RUN
    assert "ErrorClusterNotFound: cluster c2 not found" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_the_target_is_one_of_two(ackb, project):
    ran = ackb("credential", "c1", "--target", "real", "--region", "cn-hangzhou")
    assert ran.err.startswith('CLI-03 --target: "real" – must be sandbox or alibaba-cloud.')


def test_the_real_cloud_is_asked_in_its_region(ackb, project, monkeypatch):
    from ackb.alibaba import Account

    asked = []

    def answer(self, cluster_id, *, minutes):
        asked.append((self.region, cluster_id, minutes))
        return {"config": yaml.safe_dump(KUBECONFIG), "expiration": EXPIRES}

    monkeypatch.setattr(Account, "user_kubeconfig", answer)
    ran = ackb("credential", "c1", "--target", "alibaba-cloud", "--region", "cn-beijing")
    assert json.loads(ran.out) == EXPECTED
    assert asked == [("cn-beijing", "c1", 15)]


def test_a_refusal_of_the_real_cloud_is_one_line(ackb, project, monkeypatch):
    from ackb.alibaba import Account, CallFailed

    def refuse(*_, **__):
        raise CallFailed("Alibaba Cloud refused DescribeX: Forbidden: no. Request id: 1")

    monkeypatch.setattr(Account, "user_kubeconfig", refuse)
    ran = ackb("credential", "c1", "--target", "alibaba-cloud", "--region", "cn-beijing")
    assert ran.code == Exit.COULD_NOT_RUN
    assert ran.err == "Alibaba Cloud refused DescribeX: Forbidden: no. Request id: 1\n"
