"""The program's edge: what people read when settings, secrets or the account are wrong."""

import json
from pathlib import Path

import pulumi
import pytest

from ackb.domain.problems import InvalidInput
from ackb.planning import Plan, plan_program
from blueprints import BLUEPRINTS, program
from blueprints.settings.loading import FORMS
from blueprints.settings.stackfile import read

ROOT = Path(__file__).parents[3]
SECRETS = {
    "ackb:databasePassword": "Pa55word_db",
    "ackb:cachePassword": "Pa55word_cache",
    "ackb:sessionKey": "k" * 64,
}


def settings(stack: str = "wordpress-dev", **changes: object) -> dict:
    return {**json.loads(read(ROOT, stack).settings_json), **changes}


def plan(stack: str = "wordpress-dev", secrets: dict | None = None, **changes: object) -> Plan:
    config = {
        "ackb:settings": settings(stack, **changes),
        "pulumi:disable-default-providers": ["*"],
        **(SECRETS if secrets is None else secrets),
    }
    return plan_program(program.main, stack=stack, config=config)


def test_every_missing_secret_is_named_with_a_command_that_asks_for_it() -> None:
    with pytest.raises(program.MissingSecrets) as caught:
        plan(secrets={"ackb:cachePassword": "Pa55word_cache"})
    assert str(caught.value) == (
        "The stack wordpress-dev lacks 2 of its secrets. `ackb up` makes them up; to set them by "
        "hand, run (each asks for the value):\n"
        "  pulumi config set --secret ackb:databasePassword\n"
        "  pulumi config set --secret ackb:sessionKey"
    )
    assert isinstance(caught.value, pulumi.RunError)
    assert caught.value.keys == ("ackb:databasePassword", "ackb:sessionKey")


def test_wrong_settings_are_a_run_error_that_keeps_the_problems() -> None:
    with pytest.raises(pulumi.RunError) as caught:
        plan(maxReplica=3)
    assert "ackb:settings.maxReplica" in str(caught.value)
    assert isinstance(caught.value.__cause__, InvalidInput)


def test_another_account_is_refused_before_anything_but_the_provider(monkeypatch) -> None:
    """The account is asked for first: nothing may be written to somebody else's."""
    monkeypatch.setattr("ackb.planning.run._expected_account", lambda _: "2222222222222222")
    registered: list[str] = []
    record = "ackb.planning.recorder.Recorder.RegisterResource"
    original = __import__("ackb.planning.recorder").planning.recorder.Recorder.RegisterResource
    monkeypatch.setattr(
        record, lambda self, request: (registered.append(request.type), original(self, request))[1]
    )
    with pytest.raises(pulumi.RunError) as caught:
        plan("wordpress-prod")
    assert str(caught.value) == (
        'SET-012 ackb:settings.expected_account_id: "1000000000000001" – the credentials in use '
        "belong to account 2222222222222222. Fix: use credentials of the expected account, or "
        "correct the setting."
    )
    assert set(registered) == {"pulumi:pulumi:Stack", "pulumi:providers:alicloud"}


def test_credentials_that_do_not_work_are_one_message(monkeypatch) -> None:
    def refuse(self, request):
        raise RuntimeError("InvalidAccessKeyId.NotFound: LTAI5tExampleKeyOfNobody is not found")

    monkeypatch.setattr("ackb.planning.recorder.Recorder.Invoke", refuse)
    with pytest.raises(pulumi.RunError) as caught:
        plan("wordpress-prod")
    text = str(caught.value)
    assert text.startswith(
        'SET-012 ackb:settings.expected_account_id: "1000000000000001" – the account of the '
        "credentials could not be asked for: "
    )
    assert "InvalidAccessKeyId.NotFound: LTAI…(hidden) is not found" in text
    assert text.endswith(
        "Fix: check the credentials (profile, environment, role or OIDC) and the way to the API."
    )


def test_the_sandbox_has_any_account(monkeypatch) -> None:
    monkeypatch.setattr("ackb.planning.run._expected_account", lambda _: "2222222222222222")
    assert plan().of("alicloud:log/project:Project")[0].inputs["projectName"].endswith("2222")


def test_a_weak_password_is_a_run_error_that_hides_it() -> None:
    with pytest.raises(pulumi.RunError, match=r"'password' must have 8 to 32") as caught:
        plan(secrets={**SECRETS, "ackb:databasePassword": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_blueprints_are_found_by_the_name_settings_use() -> None:
    assert set(BLUEPRINTS) == set(FORMS)
    assert len(BLUEPRINTS) >= 4
    for name, blueprint in BLUEPRINTS.items():
        assert blueprint.name == name
        assert blueprint.settings.model_fields["blueprint"].annotation.__args__ == (name,)
