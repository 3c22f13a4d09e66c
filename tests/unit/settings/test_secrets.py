"""No secret in the settings, and none in a message."""

import json

import pytest

from ackb.domain.problems import InvalidInput
from blueprints.settings import load
from tests.unit.settings.examples import STACK, changed, refusal

S = "ackb:settings"
ACCESS_KEY = "LTAI" + "5tQnExampleExample12"
IN_CLEAR = (
    "(hidden) – must not stand in the settings, which are not encrypted and go to the plan and the "
    "logs. Fix: remove it, change it wherever it is valid, and give it as a stack secret of its "
    "own (pulumi config set --secret ackb:databasePassword); credentials of Alibaba Cloud come "
    "from a profile or the environment."
)
ENCRYPTED = (
    "(hidden) – must not be or hold a 'secure:' value: settings are plain, secrets stand beside "
    "them. Fix: remove it, and set a stack secret of its own (pulumi config set --secret "
    "ackb:databasePassword)."
)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"database.password": "hunter2"}, "database.password"),
        ({"databasePassword": "hunter2"}, "databasePassword"),
        ({"accessKeySecret": "hunter2"}, "accessKeySecret"),
        ({"image": ACCESS_KEY}, "image"),
        ({"tags.note": f"key {ACCESS_KEY}"}, "tags.note"),
        ({"node_pools.0.labels": {"x": ACCESS_KEY}}, "node_pools[0].labels.x"),
        ({"notes": [ACCESS_KEY]}, "notes[0]"),
        (
            {"registry": {"type": "mirror", "prefix": "https://me:hunter2@m.example.com"}},
            "registry.prefix",
        ),
    ],
)
def test_a_secret_in_clear_is_refused_and_never_shown(changes, path):
    """Bad input 46."""
    message = refusal(changes)
    assert f"SET-007 {S}.{path}: {IN_CLEAR}" in message.splitlines()
    assert "hunter2" not in message
    assert ACCESS_KEY not in message


def test_an_encrypted_value_in_the_settings_is_refused():
    message = refusal({"database.account": {"secure": "v1:abc"}})
    assert message == f"SET-007 {S}.database.account: {ENCRYPTED}"


def test_settings_that_the_engine_calls_secret_are_refused_unread():
    """The engine hands out the value in clear; not even the structure is judged."""
    raw = json.dumps(changed({"database.account": "hunter2"}))
    with pytest.raises(InvalidInput) as error:
        load(raw, stack=STACK, encrypted=True)
    assert str(error.value) == f"SET-007 {S}: {ENCRYPTED}"


def test_other_mistakes_are_told_beside_a_secret():
    message = refusal({"database.password": "hunter2", "region": "cn-hangzou"})
    assert {line.split(" ", 1)[0] for line in message.splitlines()} == {"SET-007", "SET-025"}
