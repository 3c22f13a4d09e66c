"""An address that nobody has confirmed differs from the program until somebody does (S3-27)."""

from tests.unit.alicloud_provider.cases import CONTACT
from tests.unit.alicloud_provider.conftest import Engine

INPUTS = {"alarmContactName": "anna", "describe": "on call", "channelsMail": "anna@example.com"}


def test_a_mail_address_is_a_difference_until_it_is_confirmed(engine: Engine):
    id, state = engine.create(CONTACT, INPUTS)
    assert engine.diff(CONTACT, state, INPUTS, INPUTS).diffs == ["channelsMail"]
    # Saying it again does not help: it is the owner's turn.
    state = engine.update(CONTACT, id, state, INPUTS, INPUTS)
    assert engine.diff(CONTACT, state, INPUTS, INPUTS).changes
    assert engine.cloud.cms.confirm("anna") == ["Mail"]
    _, state, _ = engine.read(CONTACT, id, state, INPUTS)
    assert not engine.diff(CONTACT, state, INPUTS, INPUTS).changes


def test_a_robot_needs_no_confirmation(engine: Engine):
    inputs = {**INPUTS, "channelsDingWebHook": "https://oapi.dingtalk.com/x"}
    del inputs["channelsMail"]
    _, state = engine.create(CONTACT, inputs)
    assert not engine.diff(CONTACT, state, inputs, inputs).changes
