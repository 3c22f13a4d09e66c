import json

from ruamel.yaml import YAML

from ackb.domain import kubeconfig


def test_a_kubeconfig_holds_no_credential_and_asks_for_one_when_used():
    """S3-17: kubectl from anywhere with the file that is handed out."""
    text = kubeconfig.render(
        "https://127.0.0.1:6443", "Q0E=", "c123", "sandbox", "cn-hangzhou", command="ackb"
    )
    document = json.loads(text)
    assert document["clusters"] == [
        {
            "name": "c123",
            "cluster": {"server": "https://127.0.0.1:6443", "certificate-authority-data": "Q0E="},
        }
    ]
    assert document["current-context"] == "c123"
    assert document["contexts"] == [
        {"name": "c123", "context": {"cluster": "c123", "user": "c123"}}
    ]
    (user,) = document["users"]
    assert set(user["user"]) == {"exec"}
    assert user["user"]["exec"] == {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "ackb",
        "args": ["credential", "c123", "--target", "sandbox", "--region", "cn-hangzhou"],
        "interactiveMode": "Never",
        "provideClusterInfo": False,
        "installHint": "'ackb' was not found on PATH. Install this project into the active Python "
        "environment (pip install -e .), or activate it.",
    }


def test_the_same_input_gives_the_same_text():
    arguments = ("https://h", "Q0E=", "c1", "alibaba-cloud", "cn-beijing")
    assert kubeconfig.render(*arguments) == kubeconfig.render(*arguments)


def test_it_is_yaml_too():
    text = kubeconfig.render("https://h", "Q0E=", "c1", "sandbox", "cn-beijing")
    assert YAML(typ="safe", pure=True).load(text) == json.loads(text)
