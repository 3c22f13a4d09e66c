"""What a killed run left is settled: by a stand-in command line, and by the real engine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from ackb.engine import lookup, recovery
from ackb.engine.errors import EngineError
from ackb.engine.process import PulumiProcess
from tests.unit.engine.test_pending import SWITCH, VPC, deployment, resource
from tests.unit.serving.project import Project
from tests.unit.serving.shelf import Shelf

PROVIDER = "urn:pulumi:dev::ackb::pulumi:providers:alicloud::alicloud"


class Pulumi:
    """The command line: answers with a state and keeps what it is given."""

    def __init__(self, state: dict) -> None:
        self.exported = {"version": 3, "deployment": state}
        self.asked: list[str] = []

    def ask(self, *arguments: str, stdin: str = "") -> str:
        self.asked.append(" ".join(arguments))
        if stdin:
            self.exported = json.loads(stdin)
        return json.dumps(self.exported)


class Run:
    """One recovery, and what it asked for."""

    def __init__(self, pulumi: Pulumi, found: dict[str, list[str]]) -> None:
        self.pulumi = pulumi
        self.regions: list[str] = []
        self.refreshed: list[str] = []
        self.reports: list[str] = []
        self._found = found

    def __call__(self, recorded: dict | None, unanswered: Sequence[dict] = ()) -> None:
        recovery.run(
            "dev", self.pulumi, recorded, unanswered, self._read, self._refresh, self.reports.append
        )

    def _read(self, region: str) -> lookup.ReadApi:
        self.regions.append(region)

        def api(product: str, action: str, **parameters: Any) -> dict[str, Any]:
            assert (product, action) == ("tag", "ListTagResources")
            arns = self._found.get(parameters["tags"]["ackb:urn"], [])
            return {"TagResources": [{"ResourceARN": f"arn:acs:vpc:r:1:{arn}"} for arn in arns]}

        return api

    def _refresh(self, urns: Sequence[str]) -> None:
        self.refreshed += urns
        # The engine forgets what was wrong with an object that it could read, and all of one that
        # does not exist.
        state = self.pulumi.exported["deployment"]
        for one in state["resources"]:
            one.pop("initErrors", None)
        state["resources"] = [one for one in state["resources"] if one.get("id") != "app/gone"]


def provider(region: str) -> dict:
    return resource(PROVIDER, "p-1") | {"inputs": {"region": region}}


def test_without_pending_creations_the_engine_is_not_asked() -> None:
    """It would cost every run the start of an engine."""
    run = Run(Pulumi(deployment()), {})
    run(deployment(resource(VPC, "vpc-1")))
    assert run.pulumi.asked == []
    run(None)
    assert run.pulumi.asked == ["stack export --stack dev"]
    assert run.reports == []


def test_what_exists_is_recorded_and_what_does_not_is_dropped() -> None:
    """F08, F09: the one was killed before, the other after the cloud was asked."""
    made = resource(VPC, provider=f"{PROVIDER}::p-1")
    lost = resource(SWITCH, provider=f"{PROVIDER}::p-1")
    state = deployment(provider("cn-shanghai"), creating=(made, lost))
    run = Run(Pulumi(state), {VPC: ["vpc/vpc-1"]})
    run(state)
    assert run.regions == ["cn-shanghai", "cn-shanghai"]
    assert run.refreshed == [VPC]
    assert run.reports == [
        "net was being created when a run was killed: found as vpc-1",
        "nodes was being created when a run was killed: not found, it will be made again",
    ]
    after = run.pulumi.exported["deployment"]
    assert after["pending_operations"] is None
    assert [(one["urn"], one.get("id")) for one in after["resources"]] == [
        (PROVIDER, "p-1"),
        (VPC, "vpc-1"),
    ]
    assert after["resources"][1]["initErrors"] == [
        "its creation was cut off; this update completes it"
    ]


def test_nothing_found_needs_no_refresh() -> None:
    state = deployment(provider("cn-hangzhou"), creating=(resource(VPC),))
    run = Run(Pulumi(state), {})
    run(state)
    assert run.refreshed == []
    assert run.pulumi.asked == ["stack export --stack dev", "stack import --stack dev"]
    assert run.regions == [""]  # nobody says which provider was at it


def test_an_unanswered_creation_is_looked_for_too() -> None:
    """F06, F12: what the engine took for failed may exist; what does not, needs no word."""
    state = deployment(provider("cn-hangzhou"))
    run = Run(Pulumi(state), {VPC: ["vpc/vpc-1"]})
    suspects = [resource(VPC, provider=f"{PROVIDER}::p-1"), resource(SWITCH)]
    run(state, suspects)
    assert run.reports == ["the creation of net was not answered: found as vpc-1"]
    assert run.refreshed == [VPC]
    ids = [one["id"] for one in run.pulumi.exported["deployment"]["resources"]]
    assert ids == ["p-1", "vpc-1"]
    run.pulumi.asked.clear()
    run(run.pulumi.exported["deployment"], suspects)
    assert run.pulumi.asked == ["stack export --stack dev"], "what is known is not looked at again"


def test_a_kubernetes_object_that_does_not_exist_is_made_again() -> None:
    """Its id is known from its name, so only the refresh tells."""
    urns = [f"urn:pulumi:dev::ackb::kubernetes:core/v1:Secret::{name}" for name in ("a", "b")]
    there, gone = (
        resource(urn) | {"inputs": {"metadata": {"namespace": "app", "name": name}}}
        for urn, name in zip(urns, ("there", "gone"), strict=True)
    )
    state = deployment(creating=(there, gone))
    run = Run(Pulumi(state), {})
    run(state)
    assert run.refreshed == urns
    assert run.reports == [
        "a was being created when a run was killed: found as app/there",
        "b was being created when a run was killed: not found, it will be made again",
    ]
    assert [one["id"] for one in run.pulumi.exported["deployment"]["resources"]] == ["app/there"]


def test_two_objects_for_one_creation_stop_the_run_and_change_nothing() -> None:
    """HZ1 on the real cloud: a retry after a lost answer made a second one."""
    state = deployment(creating=(resource(VPC),))
    run = Run(Pulumi(state), {VPC: ["vpc/vpc-2", "vpc/vpc-1"]})
    with pytest.raises(EngineError) as failure:
        run(state)
    assert str(failure.value) == (
        'ENG-09 stack dev: "vpc-1, vpc-2" – all of these answer to net, whose creation was cut '
        "off. Fix: delete all but one in the console and run again."
    )
    assert run.pulumi.asked == ["stack export --stack dev"]


def test_only_read_actions_reach_the_simulated_cloud(home) -> None:
    api = recovery.read_api(home, "sandbox", "cn-hangzhou")
    assert api("tag", "ListTagResources", tags={"ackb:urn": "u"})["TagResources"] == []
    with pytest.raises(ValueError, match="CreateVpc of vpc is not a read action"):
        api("vpc", "CreateVpc", cidr_block="10.0.0.0/8")


# With the real engine


def cut_off(project: Project, name: str, *, forget: bool) -> None:
    """Make the state what a kill in the middle of this creation leaves."""
    file = project.home.state / ".pulumi/stacks/ackb/dev.json"
    state = json.loads(file.read_text())
    latest = state["checkpoint"]["latest"]
    made = next(one for one in latest["resources"] if one["urn"].endswith(f"::{name}"))
    if forget:
        latest["resources"].remove(made)
    wanted = json.loads((project.folder / "wanted.json").read_text())["things"][name]
    creating = {k: v for k, v in made.items() if k not in ("id", "outputs")} | {"inputs": wanted}
    latest["pending_operations"] = [{"resource": creating, "type": "creating"}]
    file.write_text(json.dumps(state))


def recover(project: Project, monkeypatch: pytest.MonkeyPatch, identifier: str) -> None:
    monkeypatch.setattr(lookup, "find", lambda *_arguments: identifier)
    pulumi = PulumiProcess(project.pulumi, project.folder, project.variables)

    def refresh(urns: Sequence[str]) -> None:
        [urn] = urns
        project.run("refresh", "--yes", "--skip-preview", "--stack", "dev", "--target", urn)

    recovery.run("dev", pulumi, None, [], lambda region: None, refresh, lambda line: None)


def test_the_next_update_completes_what_was_found(
    project: Project, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.want({"a": {"value": "1"}, "b": {"value": "2"}})
    project.up()
    identifier = project.resources()["b"]["id"]
    cut_off(project, "b", forget=True)
    recover(project, monkeypatch, identifier)
    recorded = project.resources()["b"]
    assert recorded["id"] == identifier
    # Read from the provider, which does not wait; the update will.
    assert recorded["outputs"] == {"value": "2", "ready": False}
    shelf.asked.clear()
    output = project.up()
    assert "pending operations" not in output
    assert shelf.calls("create") == []
    assert shelf.calls("update") == [("b", identifier, {"value": "2"})]
    assert project.resources()["b"]["outputs"]["ready"] is True
    assert len(shelf.things) == 2
    assert "5 unchanged" in project.up()


def test_a_replacement_that_was_cut_off_is_completed(
    project: Project, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old and new have one URN; the old one still has to go."""
    project.want({"a": {"value": "1", "place": "left"}})
    project.up()
    project.want({"a": {"value": "1", "place": "right"}})
    shelf.things["thing-2"] = {"value": "1", "place": "right"}
    cut_off(project, "a", forget=False)
    recover(project, monkeypatch, "thing-2")
    project.up()
    assert [call[0] for call in shelf.calls("create")] == ["a"]
    assert [call[1] for call in shelf.calls("delete")] == ["thing-1"]
    assert list(shelf.things) == ["thing-2"]
    assert project.resources()["a"]["id"] == "thing-2"


def test_the_engines_own_import_still_forgets_what_exists(project: Project, shelf: Shelf) -> None:
    """When this fails, `recovery` can leave the work to the engine's option."""
    project.want({"a": {"value": "1"}})
    project.up()
    urn = project.resources()["a"]["urn"]
    cut_off(project, "a", forget=True)
    option = "--import-pending-creates"
    project.run(
        "refresh", "--yes", "--skip-preview", "--stack", "dev", option, urn, option, "thing-1"
    )
    assert "a" not in project.resources()


def test_a_component_that_was_cut_off_is_nothing_to_tell() -> None:
    """Only what can be in the cloud is looked for and spoken of."""
    box = resource("urn:pulumi:dev::ackb::ackb:index:Box::box") | {"custom": False}
    state = deployment(creating=(box,))
    run = Run(Pulumi(state), {})
    run(state)
    assert run.reports == []
    assert run.pulumi.exported["deployment"]["pending_operations"] is None
