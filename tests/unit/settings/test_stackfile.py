"""Reading a stack file: one clear message, with the line where there is one."""

import json

import pytest

from ackb.domain.problems import InvalidInput
from blueprints.settings import stackfile

GOOD = """\
# a comment
config:
  pulumi:disable-default-providers: ["*"]
  ackb:settings:
    blueprint: wordpress
    network:
      zones:
        - {zone_id: cn-hangzhou-h}
  ackb:databasePassword:
    secure: v1:abc:def
"""
FILE = "stacks/Pulumi.wordpress-dev.yaml"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "stacks").mkdir()
    return tmp_path


def write(project, text, stack="wordpress-dev"):
    (project / "stacks" / f"Pulumi.{stack}.yaml").write_text(text, encoding="utf-8")


def refusal(project, text=None, stack="wordpress-dev"):
    if text is not None:
        write(project, text)
    with pytest.raises(InvalidInput) as error:
        stackfile.read(project, stack)
    return str(error.value)


def test_a_good_file(project):
    write(project, GOOD)
    file = stackfile.read(project, "wordpress-dev")
    assert json.loads(file.settings_json) == {
        "blueprint": "wordpress",
        "network": {"zones": [{"zone_id": "cn-hangzhou-h"}]},
    }
    assert file.secrets == {"ackb:databasePassword"}
    assert (file.stack, file.path) == ("wordpress-dev", project / FILE)


def test_settings_that_pulumi_wrote_as_text(project):
    text = 'config: {"pulumi:disable-default-providers": ["*"], "ackb:settings": "{\\"a\\": 1}"}'
    write(project, text)
    assert stackfile.read(project, "wordpress-dev").settings_json == '{"a": 1}'


def test_values_json_does_not_have_become_text(project):
    write(project, GOOD.replace("blueprint: wordpress", "a: 2026-11-22\n    b: !x y\n    c: 010"))
    settings = json.loads(stackfile.read(project, "wordpress-dev").settings_json)
    assert (settings["a"], settings["b"]) == ("2026-11-22", "y")


def test_words_that_were_switches_once_stay_text(project):
    """YAML 1.2, as Pulumi reads it: only true and false are switches."""
    write(project, GOOD.replace("blueprint: wordpress", "a: yes\n    b: on\n    c: true"))
    settings = json.loads(stackfile.read(project, "wordpress-dev").settings_json)
    assert (settings["a"], settings["b"], settings["c"]) == ("yes", "on", True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            GOOD.replace("blueprint: wordpress", "a: 1\n    a: 2"),
            f'SET-006 {FILE}:6: (hidden) – is not YAML: gives the key "a" twice. '
            "Fix: remove one of them.",
        ),
        (
            GOOD.replace("blueprint: wordpress", "a: [1"),
            f"SET-006 {FILE}:6: (hidden) – is not YAML: expected ',' or ']', but got ':'. "
            "Fix: correct this line or the one before it.",
        ),
        (
            GOOD.replace("    blueprint", "\tblueprint"),
            f"SET-006 {FILE}:5: (hidden) – is not YAML: found character '\\t' that cannot start "
            "any token. Fix: correct this line or the one before it.",
        ),
        (
            "",
            f"SET-006 {FILE}: (missing) – must hold an object 'config'. "
            "Fix: write 'config:' with 'ackb:settings:' below it.",
        ),
        (
            "config: 5",
            f"SET-006 {FILE}: 5 – must hold an object 'config'. "
            "Fix: write 'config:' with 'ackb:settings:' below it.",
        ),
        (
            'config:\n  pulumi:disable-default-providers: ["*"]\n',
            f"SET-006 {FILE}: (missing) – must hold the object 'ackb:settings'. "
            "Fix: write keys and values under 'config:' and 'ackb:settings:'.",
        ),
        (
            'config:\n  pulumi:disable-default-providers: ["*"]\n  ackb:settings: [1]\n',
            f"SET-006 {FILE}:3: [1] – must hold the object 'ackb:settings'. "
            "Fix: write keys and values under 'config:' and 'ackb:settings:'.",
        ),
        (
            "config:\n  ackb:settings: {}\n",
            f"SET-014 {FILE} pulumi:disable-default-providers: (missing) – must disable every "
            "default provider, which would use whatever account is logged in. "
            "Fix: write 'pulumi:disable-default-providers: [\"*\"]' under 'config:'.",
        ),
        (
            GOOD.replace('["*"]', "[alicloud]"),
            f'SET-014 {FILE}:3 pulumi:disable-default-providers: ["alicloud"] – must disable every '
            "default provider, which would use whatever account is logged in. "
            "Fix: write 'pulumi:disable-default-providers: [\"*\"]' under 'config:'.",
        ),
        (
            GOOD.replace("\n    secure: v1:abc:def", " hunter2"),
            f"SET-007 {FILE}:9 ackb:databasePassword: (hidden) – must be encrypted. Fix: remove "
            "it, change it wherever it is valid, and run: pulumi config set --secret "
            "ackb:databasePassword.",
        ),
    ],
)
def test_the_whole_message(project, text, message):
    assert refusal(project, text) == message


def test_a_file_that_is_not_there_names_those_that_are(project):
    write(project, GOOD)
    write(project, GOOD, stack="wordpress-prod")
    assert refusal(project, stack="wordpres-dev") == (
        "SET-006 stacks/Pulumi.wordpres-dev.yaml: (missing) – does not exist. "
        "Fix: name 'wordpress-dev', which is there, or write the file."
    )
    assert refusal(project, stack="shop") == (
        "SET-006 stacks/Pulumi.shop.yaml: (missing) – does not exist. "
        "Fix: name one of wordpress-dev, wordpress-prod, or write the file."
    )


def test_a_project_without_stacks(tmp_path):
    assert refusal(tmp_path) == (
        f"SET-006 {FILE}: (missing) – does not exist. Fix: write the file."
    )


def test_a_file_that_is_no_text(project):
    (project / FILE).write_bytes(b"\xff\xfe\x00")
    assert refusal(project) == (
        f"SET-006 {FILE}: (hidden) – cannot be read as UTF-8 text. "
        "Fix: save it as UTF-8 and make it readable."
    )


def test_nothing_of_the_file_is_shown_when_it_cannot_be_read(project):
    message = refusal(project, GOOD.replace("v1:abc:def", "hunter2: ["))
    assert "hunter2" not in message
