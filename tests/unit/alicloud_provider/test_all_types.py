"""What holds for every resource type."""

import pytest

from ackb.domain.provider_types import provider_type, tokens
from ackb.domain.unknown import UNKNOWN
from sandbox.providers.alicloud import data
from sandbox.providers.alicloud.functions import FUNCTIONS
from sandbox.providers.alicloud.handlers import HANDLERS
from tests.unit.alicloud_provider.cases import AUTOSCALING, CASES, RDS, Case
from tests.unit.alicloud_provider.conftest import Engine, Place

EVERY = pytest.mark.parametrize("case", CASES, ids=str)


def test_every_type_the_project_uses_is_simulated_and_has_a_case():
    used = {token for token in tokens() if not token.startswith("pulumi:providers:")}
    assert used == set(HANDLERS) | set(FUNCTIONS)
    assert [case.token for case in CASES] == [*dict.fromkeys(case.token for case in CASES)]
    assert {case.token for case in CASES} == set(HANDLERS)


@pytest.mark.parametrize("token", HANDLERS)
def test_tables_name_only_what_the_type_has(token: str):
    handler, known = HANDLERS[token](), provider_type(token)
    plan, rules = data.replacement(token), data.rules(token)
    data.retries(token)
    current = {name for name, one in known.inputs.items() if one.deprecated is None}
    named = [*rules.required, *(name for group in rules.one_of for name in group)]
    named += [path.split(".")[0] for path in (*rules.values, *rules.ranges)]
    assert set(named) <= current
    assert set(handler.arguments) <= current
    assert set(handler.unsimulated) <= current
    assert set(handler.output_names()) <= set(known.outputs)
    for names in (plan.replace, plan.computed, plan.sets, plan.json, plan.write_only):
        assert names <= set(known.inputs)
    assert not plan.replace & plan.write_only
    assert not plan.replace & set(handler.unsimulated)


@EVERY
def test_its_example_passes_the_check(engine: Engine, place: Place, case: Case):
    assert engine.check(case.token, case.inputs(engine, place)) == []


@EVERY
def test_a_preview_makes_nothing_and_tells_what_is_known(engine: Engine, place: Place, case: Case):
    inputs = case.inputs(engine, place)
    before = engine.cloud.inventory()
    id, planned = engine.create(case.token, inputs, preview=True)
    assert id == ""
    assert engine.cloud.inventory() == before
    assert planned.items() >= inputs.items()
    only_known_later = set(HANDLERS[case.token]().output_names()) - set(inputs)
    assert {name for name, value in planned.items() if value is UNKNOWN} == only_known_later


@EVERY
def test_what_was_just_made_is_no_difference(engine: Engine, place: Place, case: Case):
    inputs = case.inputs(engine, place)
    id, state = engine.create(case.token, inputs)
    assert id
    assert not engine.diff(case.token, state, inputs, inputs).changes
    found, live, live_inputs = engine.read(case.token, id, state, inputs)
    assert (found, live, live_inputs) == (id, state, inputs)
    assert set(state) <= set(provider_type(case.token).outputs)


@EVERY
def test_it_is_imported_by_its_id(engine: Engine, place: Place, case: Case):
    inputs = case.inputs(engine, place)
    id, state = engine.create(case.token, inputs)
    found, live, imported = engine.read(case.token, id, {}, {})
    assert found == id
    assert live.items() <= state.items()
    required = {name for name, one in provider_type(case.token).inputs.items() if one.required}
    assert set(imported) >= required - set(data.replacement(case.token).write_only)
    assert engine.check(case.token, {**inputs, **imported}) == []
    # The run after an import changes nothing but what the cloud does not tell.
    plan = engine.diff(case.token, live, inputs, imported)
    assert plan.replaces == []
    assert set(plan.diffs) <= set(inputs) - set(HANDLERS[case.token]().output_names())


@EVERY
def test_changes_are_made_in_place(engine: Engine, place: Place, case: Case):
    inputs = case.inputs(engine, place)
    id, state = engine.create(case.token, inputs)
    for change in case.changes:
        wanted = {**inputs, **change}
        plan = engine.diff(case.token, state, wanted, inputs)
        assert (plan.changes, plan.diffs, plan.replaces) == (True, list(change), []), change
        state = engine.update(case.token, id, state, wanted, inputs)
        again = engine.diff(case.token, state, wanted, wanted)
        assert not again.changes, (change, again.diffs)
        _, live, _ = engine.read(case.token, id, state, wanted)
        assert live == state, change
        inputs = wanted


@EVERY
def test_one_change_makes_a_new_object(engine: Engine, place: Place, case: Case):
    inputs = case.inputs(engine, place)
    _, state = engine.create(case.token, inputs)
    plan = engine.diff(case.token, state, {**inputs, **case.replace}, inputs)
    assert plan.replaces == list(case.replace)
    assert plan.delete_before_replace == data.replacement(case.token).delete_before_replace


@EVERY
def test_it_goes_and_going_twice_is_fine(engine: Engine, place: Place, case: Case):
    inputs = case.inputs(engine, place)
    before = engine.cloud.inventory()
    id, state = engine.create(case.token, inputs)
    engine.delete(case.token, id, state)
    assert engine.cloud.inventory() == before
    engine.delete(case.token, id, state)
    # No action takes back the autoscaling of a cluster: the official provider only forgets it.
    if case.token != AUTOSCALING:
        assert engine.read(case.token, id, state, inputs) == ("", {}, {})


@EVERY
def test_an_id_of_another_form_is_a_missing_object(engine: Engine, case: Case):
    assert engine.read(case.token, "nonsense", {}, {}) == ("", {}, {})
    engine.delete(case.token, "nonsense")


@EVERY
def test_secrets_stay_secret_and_out_of_the_cloud(engine: Engine, place: Place, case: Case):
    inputs = case.inputs(engine, place)
    engine.create(case.token, inputs, secrets=case.secrets)
    assert engine.secrets >= set(case.secrets)
    stored = engine.cloud.store.path.read_bytes()
    for name in case.secrets:
        assert inputs[name].encode() not in stored


@pytest.mark.parametrize("case", [case for case in CASES if case.token != RDS], ids=str)
def test_throttling_is_waited_out(engine: Engine, place: Place, case: Case):
    """An RDS instance is not tried again: test_hazards."""
    inputs = case.inputs(engine, place)
    engine.plan_faults({"verb": "*", "calls": "writes", "times": 2, "action": "throttle"})
    id, _ = engine.create(case.token, inputs)
    assert id
