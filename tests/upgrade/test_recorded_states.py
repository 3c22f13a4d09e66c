"""Recorded states stay as they are, and today's program keeps every resource that is in them."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ackb.domain.urns import STACK_TYPE, child_urn, qualified_type
from ackb.planning import Plan, plan_stack
from bench import workspace
from blueprints import BLUEPRINTS
from tests.upgrade.record import (
    FOLDER,
    SETTINGS,
    STACK,
    STATE,
    SUMS,
    URNS,
    digest,
    importable,
    program,
    public_value,
    urns,
)

RECORDINGS = sorted(path for path in FOLDER.iterdir() if (path / STATE).exists())
NAMES = [path.name for path in RECORDINGS]

#: How the engine marks a value as secret (pulumi sdk/go/common/resource/sig).
_SIGNATURE = "4dabf18193072939515e22adb298388d"


def state_of(recording: Path) -> dict[str, Any]:
    state: dict[str, Any] = json.loads((recording / STATE).read_text("utf-8"))
    return state


def known(plan: Plan) -> set[str]:
    """Every URN under which the engine would find a resource of the plan, old names included."""
    found = set()
    for one in plan.resources:
        found.add(one.urn)
        for alias in one.options.get("aliases", ()):
            is_urn = alias.startswith("urn:")
            found.add(alias if is_urn else one.urn.removesuffix(f"::{one.name}") + f"::{alias}")
    return found


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def secrets_in(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if _SIGNATURE in value:
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from secrets_in(one)


def test_recorded_files_are_those_that_were_recorded() -> None:
    """A recording that changes tests nothing: what users have was made by the version of then."""
    listed = dict(reversed(line.split("  ", 1)) for line in SUMS.read_text("utf-8").splitlines())
    present = {
        str(file.relative_to(FOLDER)): digest(file)
        for recording in RECORDINGS
        for file in recording.iterdir()
    }
    assert present == listed
    assert "2026-11-22" in NAMES


@pytest.mark.parametrize("recording", RECORDINGS, ids=NAMES)
def test_a_recording_is_a_whole_state(recording: Path) -> None:
    state = state_of(recording)
    deployment = state["deployment"]
    assert state["version"] >= 3
    assert "pending_operations" not in deployment
    assert "".join(f"{urn}\n" for urn in urns(state)) == (recording / URNS).read_text("utf-8")
    for resource in deployment["resources"]:
        assert qualified_type(resource["urn"]).rsplit("$", 1)[-1] == resource["type"]
        assert resource.get("id") or not resource["custom"]
    assert {resource["type"] for resource in deployment["resources"]} >= {
        STACK_TYPE,
        "pulumi:providers:alicloud",
        "pulumi:providers:kubernetes",
        "alicloud:vpc/network:Network",
        "alicloud:cs/managedKubernetes:ManagedKubernetes",
        "alicloud:rds/instance:Instance",
        "kubernetes:apps/v1:Deployment",
    }


@pytest.mark.parametrize("recording", RECORDINGS, ids=NAMES)
def test_a_recording_has_no_secret_and_no_path_of_a_machine(recording: Path) -> None:
    keys = [f"-----BEGIN {kind}PRIVATE KEY" for kind in ("", "RSA ", "EC ")]
    forbidden = ["ciphertext", *keys, *(encoded(key)[:24] for key in keys)]
    for file in recording.iterdir():
        text = file.read_text("utf-8")
        assert not re.search(r"/(?:work|tmp|home|root|Users|private)/", text)
        assert [word for word in forbidden if word in text] == []
    values = [public_value(secret.key) for secret in BLUEPRINTS["wordpress"].secrets]
    # Kubernetes keeps the data of its secrets in base64.
    public = [*values, *(encoded(value) for value in values)]
    secrets = list(secrets_in(state_of(recording)["deployment"]["resources"]))
    assert len(secrets) >= len(values)
    for secret in secrets:
        assert any(value in secret["plaintext"] for value in public), secret


@pytest.mark.parametrize("recording", RECORDINGS, ids=NAMES)
def test_the_engine_takes_a_recording(recording: Path) -> None:
    with workspace.folder() as project:
        workspace.copy_project(project)
        pulumi = program(project, "pulumi")
        pulumi("stack", "init", STACK)
        settings = YAML(typ="safe").load(project / "stacks" / SETTINGS)
        state = importable(state_of(recording), settings["encryptionsalt"])
        pulumi("stack", "import", "--stack", STACK, stdin=json.dumps(state))
        imported = json.loads(pulumi("stack", "export", "--stack", STACK))
    assert urns(imported) == urns(state_of(recording))
    text = json.dumps(imported)
    assert "ciphertext" in text
    assert public_value("databasePassword") not in text


@pytest.mark.parametrize("recording", RECORDINGS, ids=NAMES)
def test_todays_program_keeps_every_recorded_resource(recording: Path, tmp_path: Path) -> None:
    """Else an update deletes it and makes another: data would be lost. A rename needs an alias."""
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(workspace.CLONE / name, tmp_path / name)
    (tmp_path / "stacks").mkdir()
    shutil.copy(recording / SETTINGS, tmp_path / "stacks" / SETTINGS)
    plan = plan_stack(tmp_path, STACK)
    root = child_urn(STACK, plan.project, None, STACK_TYPE, f"{plan.project}-{STACK}")
    assert set(urns(state_of(recording))) - known(plan) == {root}


def test_an_alias_keeps_a_resource_whose_name_changed() -> None:
    """The comparison itself: by an old name, by an old URN, and not at all."""
    from pulumi import Alias, ComponentResource, ResourceOptions

    from ackb.planning import plan_program

    other = child_urn("dev", "ackb", None, "ackb:test:Other", "moved")

    def program() -> None:
        ComponentResource("ackb:test:Thing", "new", {}, ResourceOptions(aliases=[Alias("old")]))
        ComponentResource("ackb:test:Thing", "moved", {}, ResourceOptions(aliases=[other]))

    urn = "urn:pulumi:dev::ackb::ackb:test:Thing::"
    assert known(plan_program(program)) == {f"{urn}new", f"{urn}old", f"{urn}moved", other}
