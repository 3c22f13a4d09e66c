"""A served provider under the real engine: what is recorded, and what a person reads."""

from __future__ import annotations

from tests.unit.serving.project import Project
from tests.unit.serving.shelf import Shelf


def test_a_half_made_thing_is_recorded_and_finished_by_the_next_update(
    project: Project, shelf: Shelf
) -> None:
    """F21, HZ8: the id of what exists is kept, so nothing is made twice."""
    project.want({"a": {"value": "1"}})
    shelf.faults["a"] = "partial"
    output = project.up(code=1)
    assert "a is not ready" in output
    recorded = project.resources()["a"]
    assert recorded["id"] == "thing-1"
    assert recorded["initErrors"] == ["a is not ready"]
    assert recorded["outputs"]["ready"] is False
    project.up()
    assert [call[0] for call in shelf.calls("create")] == ["a"]
    assert [call[:2] for call in shelf.calls("update")] == [("a", "thing-1")]
    recorded = project.resources()["a"]
    assert "initErrors" not in recorded
    assert recorded["outputs"]["ready"] is True
    assert list(shelf.things) == ["thing-1"]


def test_a_refusal_is_told_in_the_providers_words_only(project: Project, shelf: Shelf) -> None:
    project.want({"a": {"value": "1"}})
    shelf.faults["a"] = "refuse"
    output = project.up(code=1)
    assert "error: creating a: NoSpace (request id 4F). Next: tidy up\n" in output
    assert "Traceback" not in output
    assert "File " not in output
    assert "a" not in project.resources()


def test_a_defect_of_the_provider_is_one_line_and_in_the_log(
    project: Project, shelf: Shelf, caplog
) -> None:
    project.want({"a": {"value": "1"}})
    shelf.faults["a"] = "crash"
    output = project.up(code=1)
    told = (
        "error: the sandbox failed in Create: KeyError: 'left over' (details in the daemon's log)"
    )
    assert told in output
    assert "Traceback" not in output
    assert any(record.exc_info and "Create failed" in record.message for record in caplog.records)


def test_a_refused_configuration_is_told_and_nothing_is_made(
    project: Project, shelf: Shelf
) -> None:
    project.want({"a": {"value": "1"}}, provider={"region": "here", "broken": True})
    output = project.up(code=1)
    assert "the shelf is not for this stack. Next: set broken to false" in output
    assert shelf.things == {}


def test_types_and_recorded_inputs_reach_the_provider_through_a_life(
    project: Project, shelf: Shelf
) -> None:
    """The SDK gives the types of all parents, and outputs in place of the recorded inputs."""
    project.want({"a": {"value": "1", "boxed": True}})
    project.up()
    assert shelf.calls("create") == [("a", "shelf:index:Thing", "here")]
    project.want({"a": {"value": "2", "boxed": True}})
    project.up()
    [(name, inputs, outputs)] = shelf.calls("diff")
    assert (name, inputs) == ("a", {"value": "1"})
    assert outputs == {"value": "1", "ready": True}
    assert shelf.calls("update") == [("a", "thing-1", {"value": "1"})]
    project.want({})
    project.up()
    assert shelf.calls("delete") == [("a", "thing-1", {"value": "2"})]


def test_a_changed_configuration_is_compared_and_only_a_new_region_replaces(
    project: Project, shelf: Shelf
) -> None:
    """The SDK's own DiffConfig fails on every difference."""
    project.want({"a": {"value": "1"}})
    project.up()
    project.want({"a": {"value": "1"}}, provider={"region": "here", "comment": "new"})
    project.up()
    assert list(shelf.things) == ["thing-1"]
    project.want({"a": {"value": "1"}}, provider={"region": "there", "comment": "new"})
    project.up()
    assert shelf.calls("create")[-1] == ("a", "shelf:index:Thing", "there")
    assert [call[1] for call in shelf.calls("delete")] == ["thing-1"]


def test_messages_may_be_larger_than_grpc_allows_by_default(project: Project, shelf: Shelf) -> None:
    """A Deployment of a thousand pods and its managed fields exceed 4 MiB."""
    project.want({"a": {"value": "x" * 5_000_000}})
    project.up()
    assert len(shelf.things["thing-1"]["value"]) == 5_000_000
