import base64
import json

import pytest

from sandbox.providers.kubernetes.access import InvalidKubeconfig, read_kubeconfig

CA = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def kubeconfig(**changes):
    user = {"exec": {"command": "ackb", "args": ["credential", "c1"], "installHint": "install it"}}
    cluster = {
        "server": "https://127.0.0.1:6443/",
        "certificate-authority-data": base64.b64encode(CA.encode()).decode(),
    }
    document = {
        "current-context": "main",
        "contexts": [
            {"name": "main", "context": {"cluster": "one", "user": "me"}},
            {"name": "other", "context": {"cluster": "two", "user": "me", "namespace": "blue"}},
        ],
        "clusters": [
            {"name": "one", "cluster": cluster},
            {"name": "two", "cluster": {"server": "https://203.0.113.7:6443"}},
        ],
        "users": [{"name": "me", "user": user}],
    }
    return document | changes


def test_server_authority_program_and_namespace_are_read_from_the_current_context():
    access = read_kubeconfig(json.dumps(kubeconfig()))
    assert access.server == "https://127.0.0.1:6443"
    assert access.authority == CA
    assert access.namespace == "default"
    assert access.user.plugin is not None
    assert access.user.plugin.command == "ackb"
    assert access.user.plugin.arguments == ("credential", "c1")
    assert access.user.plugin.api_version == "client.authentication.k8s.io/v1"


def test_context_and_cluster_can_be_chosen():
    text = json.dumps(kubeconfig())
    assert read_kubeconfig(text, context="other").namespace == "blue"
    assert read_kubeconfig(text, context="other").server == "https://203.0.113.7:6443"
    assert read_kubeconfig(text, context="other", cluster="one").server == "https://127.0.0.1:6443"


def test_a_path_and_files_named_in_it_are_read(tmp_path):
    (tmp_path / "ca.crt").write_text(CA)
    (tmp_path / "me.crt").write_text("certificate")
    (tmp_path / "me.key").write_text("key")
    document = kubeconfig(
        clusters=[
            {
                "name": "one",
                "cluster": {
                    "server": "https://localhost:1",
                    "certificate-authority": str(tmp_path / "ca.crt"),
                },
            }
        ],
        users=[
            {
                "name": "me",
                "user": {
                    "client-certificate": str(tmp_path / "me.crt"),
                    "client-key": str(tmp_path / "me.key"),
                },
            }
        ],
    )
    path = tmp_path / "config"
    path.write_text(json.dumps(document))
    access = read_kubeconfig(str(path))
    assert (access.authority, access.user.certificate, access.user.key) == (
        CA,
        "certificate",
        "key",
    )


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("https://127.0.0.1:6443", True),
        ("https://127.8.9.1:6443", True),
        ("https://[::1]:6443", True),
        ("https://localhost:6443", True),
        ("https://10.0.0.1:6443", False),
        ("https://127.0.0.1.example.com", False),
        ("https://localhost.example.com", False),
        ("https://user@203.0.113.7", False),
    ],
)
def test_only_this_machine_is_the_loopback(server, expected):
    clusters = [{"name": "one", "cluster": {"server": server}}]
    assert read_kubeconfig(json.dumps(kubeconfig(clusters=clusters))).on_loopback is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no such file", "the kubeconfig is neither YAML or JSON nor an existing file"),
        ("a: [\nb", "the kubeconfig is not valid YAML or JSON (line 2)"),
        ("- a\n- b\n", "the kubeconfig is not a mapping"),
        ("{}", "the kubeconfig has no current-context"),
        (json.dumps(kubeconfig(contexts=[])), 'the kubeconfig has no context "main"'),
        (json.dumps(kubeconfig(clusters=[])), 'the kubeconfig has no cluster "one"'),
        (json.dumps(kubeconfig(users=[])), 'the kubeconfig has no user "me"'),
        (
            json.dumps(kubeconfig(clusters=[{"name": "one", "cluster": {}}])),
            'cluster "one" of the kubeconfig has no server address',
        ),
        (
            json.dumps(kubeconfig(users=[{"name": "me", "user": {"exec": {}}}])),
            "the exec entry of the kubeconfig has no command",
        ),
        (
            json.dumps(
                kubeconfig(users=[{"name": "me", "user": {"client-key-data": "s3cret key"}}])
            ),
            "client-key-data of the kubeconfig is not base64 of PEM",
        ),
    ],
)
def test_what_is_wrong_is_said_without_quoting_the_file(text, message):
    with pytest.raises(InvalidKubeconfig) as caught:
        read_kubeconfig(text)
    assert str(caught.value) == message


def test_secrets_are_neither_shown_nor_part_of_the_digest():
    users = [{"name": "me", "user": {"token": "hush-hush"}}]
    access = read_kubeconfig(json.dumps(kubeconfig(users=users)))
    assert access.user.token == "hush-hush"
    assert "hush" not in repr(access)
    assert "hush" not in access.digest
    other = read_kubeconfig(json.dumps(kubeconfig()))
    assert access.digest != other.digest
    assert other.digest == read_kubeconfig(json.dumps(kubeconfig())).digest
