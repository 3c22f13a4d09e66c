"""`preview`, `up`, `down`, `outputs`: what people and scripts see around an engine run.

The engine itself is replaced here; tests/sandbox runs the real one.
"""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import ClassVar

import pytest

from ackb.cli import pictures, simulated, stack_tools
from ackb.cli.exits import Exit
from ackb.domain import kubeconfig
from ackb.domain.problems import Problem
from ackb.engine import engine as engine_module
from ackb.engine.errors import EngineError, PolicyViolated, StackBusy, UpdateFailed
from ackb.engine.events import Event
from tests.unit.cli.conftest import STACK

OUTPUTS = {
    "target": "sandbox",
    "region": "cn-hangzhou",
    "namespace": "wordpress",
    "cluster_id": "c0123456789abcdef",
    "kubeconfig": kubeconfig.render(
        "https://127.0.0.1:6443", "Q0E=", "c0123456789abcdef", "sandbox", "cn-hangzhou"
    ),
    "site_address": "47.1.2.3",
    "site_url": "http://47.1.2.3/",
    "database_address": "rm-1.mysql.rds.aliyuncs.com",
    "cache_address": "r-1.redis.rds.aliyuncs.com",
    "file_storage_address": "1-a.cn-hangzhou.nas.aliyuncs.com",
    "console_links": {"cs": "https://cs.console.aliyun.com/#/k8s/cluster/c0123456789abcdef"},
}
VPC = {"type": "alicloud:vpc/network:Network", "name": "net-vpc", "urn": "urn:vpc"}


class FakeEngine:
    """An engine that does what a test says and notes how it was called."""

    calls: ClassVar[list[tuple]]
    failure: Exception | None = None
    op = "create"

    def __init__(self, project, home, target, report=print):
        self.calls.append(("made", project, home.root, target))
        report("a note of the engine")

    def _run(self, verb, stack, on_event, secrets):
        self.calls.append((verb, stack, secrets))
        for kind in ("started", "done"):
            on_event(Event(kind=kind, op=self.op, changed=("tags",), **VPC))
        if self.failure:
            raise self.failure

    def preview(self, stack, on_event, *, secrets_wanted=None):
        self._run("preview", stack, on_event, secrets_wanted)

    def up(self, stack, on_event, *, secrets_wanted=None):
        self._run("up", stack, on_event, secrets_wanted)

    def destroy(self, stack, on_event):
        self._run("destroy", stack, on_event, None)

    def outputs(self, stack, *, show_secrets=False):
        self.calls.append(("outputs", stack, show_secrets))
        return dict(OUTPUTS)


@pytest.fixture
def engine(monkeypatch, project):
    made = type("FakeEngine", (FakeEngine,), {"calls": []})
    monkeypatch.setattr(engine_module, "Engine", made)
    picture = pictures.PicturePaths(Path("/p/x.svg"), Path("/p/x.png"))
    monkeypatch.setattr(pictures, "draw_stack", lambda *_: picture)
    return made


def problem(code="ENG-08"):
    return Problem(code, f"stack {STACK}", "up, exit code 255", "it failed", "run again")


def test_up_shows_changes_addresses_and_where_things_are(ackb, engine, project):
    ran = ackb("up", STACK)
    assert ran.code == Exit.CLEAN
    assert "created         VPC net-vpc" in ran.err
    rows = dict(line.split(maxsplit=1) for line in ran.out.splitlines() if line[:1].isupper())
    assert rows["Site"] == "http://47.1.2.3/ (simulated, nothing listens)"
    assert rows["Database"] == "(RDS)        rm-1.mysql.rds.aliyuncs.com"
    assert rows["Picture"] == "/p/x.svg (and .png)"
    path = project.home.kubeconfigs / f"{STACK}.yaml"
    assert f"KUBECONFIG={path} " in ran.out
    assert "get nodes,pods,hpa -A" in ran.out
    assert "1 created in " in ran.out
    assert "Simulated: the sandbox on this machine." in ran.out
    assert "pages of the real cloud, where these ids do not exist" in ran.out


def test_up_names_the_project_the_target_and_missing_secrets(ackb, engine, project):
    ackb("up", STACK)
    assert engine.calls[0] == ("made", project.folder, project.home.root, "sandbox")
    _, _, secrets = next(call for call in engine.calls if call[0] == "up")
    assert {"databasePassword", "cachePassword"} <= secrets.keys()


def test_a_secret_that_the_stack_holds_is_not_wanted_again(ackb, engine, project):
    path = project.folder / "stacks" / f"Pulumi.{STACK}.yaml"
    path.write_text(path.read_text() + "  ackb:databasePassword:\n    secure: v1:abc\n")
    ackb("up", STACK)
    _, _, secrets = next(call for call in engine.calls if call[0] == "up")
    assert "databasePassword" not in secrets
    assert "cachePassword" in secrets


def test_wrong_settings_stop_up_before_the_engine(ackb, engine, project):
    project.edit(lambda settings: settings.update(regoin="cn-hangzhou"))
    ran = ackb("up", STACK)
    assert ran.code == Exit.COULD_NOT_RUN
    assert "ackb:settings.regoin" in ran.err
    assert engine.calls == []


def test_the_kubeconfig_works_from_any_folder_and_holds_no_credential(ackb, engine, project):
    """S3-17. kubectl's folder and PATH are anybody's guess."""
    ackb("up", STACK)
    path = project.home.kubeconfigs / f"{STACK}.yaml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [user] = json.loads(path.read_text())["users"]
    run = user["user"]["exec"]
    assert Path(run["command"]).is_absolute()
    assert Path(run["command"]).exists()
    assert run["args"][-2:] == ["--home", str(project.home.root)]
    assert run["args"][:2] == ["credential", "c0123456789abcdef"]
    assert user["user"].keys() == {"exec"}


def test_the_kubeconfig_of_a_real_stack_names_no_home(ackb, engine, project):
    ackb("up", "wordpress-prod", "--yes")
    path = project.home.kubeconfigs / "wordpress-prod.yaml"
    assert "--home" not in path.read_text()


def test_up_as_json_is_one_document_and_the_rest_is_elsewhere(ackb, engine, project):
    ran = ackb("up", STACK, "--json")
    found = json.loads(ran.out)
    assert (found["schema"], found["command"], found["stack"]) == (1, "up", STACK)
    assert found["simulated"] is True
    assert found["counts"] == {"create": 1}
    assert found["changes"][0]["urn"] == "urn:vpc"
    assert found["outputs"]["site_url"] == "http://47.1.2.3/"
    assert found["kubeconfig"] == str(project.home.kubeconfigs / f"{STACK}.yaml")
    assert "kubeconfig" not in found["outputs"]
    assert found["picture"] == {"svg": "/p/x.svg", "png": "/p/x.png"}
    assert found["exit_code"] == 0
    assert "a note of the engine" in ran.err


@pytest.mark.parametrize(
    ("failure", "code"),
    [(UpdateFailed(problem()), 1), (PolicyViolated(problem()), 2), (StackBusy(problem()), 3)],
)
@pytest.mark.parametrize("command", ["preview", "up", "down"])
def test_a_failed_run_ends_with_its_problem(ackb, engine, command, failure, code):
    engine.failure = failure
    ran = ackb(command, STACK)
    assert ran.code == code
    assert ran.err.splitlines()[-1] == problem().render()


def test_a_failed_run_leaves_no_kubeconfig(ackb, engine, project):
    engine.failure = UpdateFailed(problem())
    ackb("up", STACK)
    assert not (project.home.kubeconfigs / f"{STACK}.yaml").exists()


def test_without_a_change_the_picture_stays(ackb, engine, project, monkeypatch):
    drawn = []
    monkeypatch.setattr(pictures, "draw_stack", lambda stack: drawn.append(stack.name))
    project.home.ensure()
    for end in ("svg", "png"):
        (project.home.pictures / f"{STACK}.{end}").write_text("the picture of the last change")
    engine.op = "same"
    ran = ackb("up", STACK)
    assert f"{project.home.pictures / STACK}.svg (and .png)" in ran.out
    assert drawn == []
    engine.op = "update"
    ackb("up", STACK)
    assert drawn == [STACK]


def test_a_picture_that_fails_does_not_fail_the_run(ackb, engine, monkeypatch):
    def broken(*_):
        raise OSError("no space left")

    monkeypatch.setattr(pictures, "draw_stack", broken)
    ran = ackb("up", STACK)
    assert ran.code == Exit.CLEAN
    assert "The picture could not be drawn: no space left" in ran.err
    assert "Picture" not in ran.out


@pytest.mark.parametrize("command", ["up", "down"])
def test_the_real_cloud_is_changed_only_after_a_yes(ackb, engine, command, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    ran = ackb(command, "wordpress-prod")
    assert ran.code == Exit.COULD_NOT_RUN
    assert ran.err.startswith("CLI-02 --yes: (missing) – must be given where nobody can be asked")
    assert "real Alibaba Cloud" in ran.err
    assert engine.calls == []


def test_with_yes_the_real_cloud_is_changed_and_called_real(ackb, engine):
    ran = ackb("up", "wordpress-prod", "--yes")
    assert ran.code == Exit.CLEAN
    assert engine.calls[0][3] == "alibaba-cloud"
    assert "Real Alibaba Cloud." in ran.out
    assert "imulated" not in ran.out


def test_preview_lists_what_would_happen(ackb, engine):
    engine.op = "update"
    ran = ackb("preview", STACK)
    assert ran.out.splitlines()[0] == "~ update             VPC net-vpc  [tags]"
    assert f"{STACK}: 1 to update. Simulated: the sandbox on this machine." in ran.out


def test_a_preview_without_changes_says_so(ackb, engine):
    engine.op = "same"
    assert f"{STACK}: no change." in ackb("preview", STACK).out


def test_preview_as_json(ackb, engine):
    found = json.loads(ackb("preview", STACK, "--json").out)
    assert (found["command"], found["counts"]) == ("preview", {"create": 1})


def test_down_says_that_the_simulated_cloud_is_empty(ackb, engine, project):
    ackb("up", STACK)
    engine.op = "delete"
    ran = ackb("down", STACK)
    assert "1 deleted in " in ran.out
    assert "The simulated cloud is empty." in ran.out
    assert not (project.home.kubeconfigs / f"{STACK}.yaml").exists()


def test_down_lists_what_stays(ackb, engine, monkeypatch):
    row = {
        "service": "slb",
        "kind": "LoadBalancer",
        "id": "lb-1",
        "name": "left over",
        "status": "active",
        "tags": {},
    }
    monkeypatch.setattr(simulated, "inventory", lambda _: [row])
    ran = ackb("down", STACK)
    assert "Left in the simulated cloud:" in ran.out
    assert "lb-1" in ran.out
    assert json.loads(ackb("down", STACK, "--json").out)["left"] == [row]


def test_down_does_not_call_another_stacks_objects_left_over(ackb, engine, monkeypatch):
    monkeypatch.setattr(simulated, "sandbox_stacks", lambda _: {"other-dev": 7})
    assert "simulated cloud" not in ackb("down", STACK).out
    assert json.loads(ackb("down", STACK, "--json").out)["left"] is None


def test_down_works_with_settings_that_are_wrong_by_now(ackb, engine, project):
    project.edit(lambda settings: settings.update(maxReplica=7))
    assert ackb("down", STACK).code == Exit.CLEAN


def test_outputs_can_be_read_again(ackb, engine):
    ran = ackb("outputs", STACK)
    assert "http://47.1.2.3/ (simulated, nothing listens)" in ran.out
    assert ("outputs", STACK, False) in engine.calls
    ackb("outputs", STACK, "--show-secrets")
    assert ("outputs", STACK, True) in engine.calls


def test_outputs_of_a_stack_that_is_not_up(ackb, engine, monkeypatch):
    monkeypatch.setattr(engine, "outputs", lambda *_, **__: {})
    ran = ackb("outputs", STACK)
    assert (ran.code, ran.out) == (Exit.CLEAN, "")
    assert "it is not up. Run `ackb up wordpress-dev`." in ran.err


def test_outputs_of_a_stack_that_never_was_up(ackb, engine, monkeypatch):
    def unknown(*_, **__):
        why = "no stack named 'wordpress-dev' found"
        raise EngineError(Problem("ENG-06", "pulumi stack output", "exit code 6", why, "mend it"))

    monkeypatch.setattr(engine, "outputs", unknown)
    ran = ackb("outputs", STACK)
    assert (ran.code, ran.out) == (Exit.CLEAN, "")
    assert "it is not up. Run `ackb up wordpress-dev`." in ran.err


def test_an_output_that_nobody_named_is_shown_under_its_own_name(ackb, engine, monkeypatch):
    monkeypatch.setattr(engine, "outputs", lambda *_, **__: {"queue_depth": 7})
    assert "queue_depth           7" in ackb("outputs", STACK).out


def test_what_only_some_stacks_need_is_built_before_the_engine_runs(
    ackb, engine, project, monkeypatch
):
    def build(plan):
        engine.calls.append(("tools", plan.stack))

    monkeypatch.setattr(stack_tools, "ensure_for", build)
    assert ackb("up", STACK).code == Exit.CLEAN
    assert engine.calls[0] == ("tools", STACK)


def test_nothing_is_built_for_a_real_stack(ackb, engine, project, monkeypatch):
    monkeypatch.setattr(stack_tools, "ensure_for", lambda plan: engine.calls.append(plan))
    ackb("up", "wordpress-prod", "--yes")
    assert engine.calls[0][0] == "made"
