"""One control plane for the suite, a namespace for each test."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID

from ackb import toolchain
from sandbox.kube.ports import free_ports
from sandbox.providers.kubernetes.access import read_kubeconfig
from sandbox.providers.kubernetes.cluster import Cluster
from sandbox.providers.kubernetes.rest import Rest

from .driver import Driver

_BINARIES = {
    "etcdBinary": "etcd",
    "kubeApiserverBinary": "kube-apiserver",
    "kubeControllerManagerBinary": "kube-controller-manager",
    "kubeSchedulerBinary": "kube-scheduler",
    "kwokControllerBinary": "kwok",
    "kubectlBinary": "kubectl",
}

_PORTS = (
    "etcdPort",
    "etcdPeerPort",
    "kubeApiserverPort",
    "kubeControllerManagerPort",
    "kubeSchedulerPort",
    "kwokControllerPort",
)


@dataclass(frozen=True)
class ControlPlane:
    """A running cluster: its server, its authority, and an administrator's kubeconfig."""

    server: str
    pki: Path
    admin: str

    @property
    def objects(self) -> Cluster:
        """Direct access for tests, as another user of the cluster."""
        return Cluster(Rest(read_kubeconfig(self.admin)))

    @property
    def rest(self) -> Rest:
        return Rest(read_kubeconfig(self.admin))

    def kubeconfig(self, user: dict) -> str:
        """A kubeconfig for the cluster with this user entry."""
        authority = base64.b64encode((self.pki / "ca.crt").read_bytes()).decode()
        document = {
            "current-context": "c",
            "clusters": [
                {
                    "name": "c",
                    "cluster": {"server": self.server, "certificate-authority-data": authority},
                }
            ],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "users": [{"name": "u", "user": user}],
        }
        return json.dumps(document)

    def certificate(self, lifetime: timedelta, *, trusted: bool = True) -> tuple[str, str]:
        """An administrator's certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        with warnings.catch_warnings():
            # kwokctl gives its authority the serial number 0.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            authority = x509.load_pem_x509_certificate((self.pki / "ca.crt").read_bytes())
        signer = serialization.load_pem_private_key((self.pki / "ca.key").read_bytes(), None)
        built = (
            x509.CertificateBuilder()
            .subject_name(
                x509.Name(
                    [
                        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "system:masters"),
                        x509.NameAttribute(NameOID.COMMON_NAME, "test"),
                    ]
                )
            )
            .issuer_name(authority.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
            .not_valid_after(datetime.now(UTC) + lifetime)
            .add_extension(
                x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
            )
            .sign(signer if trusted else ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
        )
        pem = built.public_bytes(serialization.Encoding.PEM).decode()
        key_pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        return pem, key_pem


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    tools = toolchain.find_all([*_BINARIES.values(), "kwokctl"])
    folder = tmp_path_factory.mktemp("kwok")
    name = f"provider-{secrets.token_hex(4)}"
    options: dict[str, object] = {key: str(tools[tool].path) for key, tool in _BINARIES.items()}
    options |= {"runtime": "binary", "bindAddress": "127.0.0.1"}
    # kwokctl counts down from 32767: two at a time would take the same ones.
    options |= dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    configuration = {
        "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
        "kind": "KwokctlConfiguration",
        "options": options,
    }
    (folder / "kwok.yaml").write_text(yaml.safe_dump(configuration))
    kubeconfig = folder / "kubeconfig"
    environment = os.environ | {"KWOK_WORKDIR": str(folder)}
    kwokctl = [str(tools["kwokctl"].path), "--name", name]
    create = ["create", "cluster", "--config", str(folder / "kwok.yaml"), "--wait", "120s"]
    try:
        subprocess.run(
            [*kwokctl, *create, "--kubeconfig", str(kubeconfig)],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        admin = kubeconfig.read_text()
        server = read_kubeconfig(admin).server
        started = ControlPlane(server, folder / "clusters" / name / "pki", admin)
        started.objects.create(_node("node-1"), manager="test")
        yield started
    finally:
        delete = [*kwokctl, "delete", "cluster", "--kubeconfig", str(kubeconfig)]
        subprocess.run(delete, env=environment, check=True, capture_output=True)


def _node(name: str) -> dict:
    amounts = {"cpu": "32", "memory": "256Gi", "pods": "110"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "annotations": {"kwok.x-k8s.io/node": "fake"}},
        "status": {"allocatable": amounts, "capacity": amounts},
    }


@pytest.fixture
def connect(control_plane: ControlPlane) -> Iterator:
    """Make a configured provider; inputs may be given."""
    made: list[Driver] = []

    def run(**inputs: object) -> Driver:
        made.append(Driver(**({"kubeconfig": control_plane.admin} | inputs)))
        return made[-1]

    yield run
    for one in made:
        one.close()


@pytest.fixture
def driver(connect) -> Driver:
    return connect()


@pytest.fixture
def objects(control_plane: ControlPlane) -> Cluster:
    return control_plane.objects


@pytest.fixture
def namespace(control_plane: ControlPlane) -> str:
    """A namespace of the test's own; the control plane ends with the suite, and so does it."""
    name = f"test-{secrets.token_hex(4)}"
    declared = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    control_plane.objects.create(declared, manager="test")
    return name
