import pytest

from sandbox.providers.kubernetes.readiness.conditions import InvalidCondition, check_conditions

from .fakes import condition, thing

OBJECT = thing(
    "Thing",
    status={
        "phase": "Running",
        "count": 3,
        "items": [{"ip": "10.0.0.1"}],
        "conditions": [condition("Ready"), condition("Stale", "False", "Fresh")],
    },
)


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("condition=Ready", ()),
        ("condition=Ready=true", ()),
        ("condition=Stale=False", ()),
        ("condition=Stale", ("condition Stale is False: [Fresh]",)),
        ("condition=Frozen", ("condition Frozen is not there yet",)),
        ("jsonpath={.status.phase}=Running", ()),
        ("jsonpath={.status.phase}=Pending", (".status.phase is Running, not Pending",)),
        ("jsonpath={.status.phase}", ()),
        ("jsonpath={.status.count}=3", ()),
        ("jsonpath={.status.items[0].ip}=10.0.0.1", ()),
        ("jsonpath={.status.items[1].ip}", (".status.items[1].ip is not there yet",)),
        ('["condition=Ready", "jsonpath={.status.phase}=Running"]', ()),
        ('["condition=Ready", "condition=Frozen"]', ("condition Frozen is not there yet",)),
    ],
)
def test_conditions_are_held_against_the_live_object(text, reasons):
    assert check_conditions(text, OBJECT).reasons == reasons


@pytest.mark.parametrize(
    "text", ["Ready", "condition=", "jsonpath=.status.phase", "jsonpath={..x}", "[]", "[1]", "{}"]
)
def test_other_forms_are_refused(text):
    with pytest.raises(InvalidCondition, match=r"pulumi\.com/waitFor"):
        check_conditions(text, OBJECT)
