from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench import workspace


def test_nothing_of_the_caller_changes_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACKB_PROJECT", "PULUMI_DEBUG_PROVIDERS", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("ACKB_TOOLS", "/tools")
    made = workspace.environment(Path("/project"))
    assert made["ACKB_HOME"] == "/project/.ackb"
    assert made["ACKB_TOOLS"] == "/tools"
    assert made["PATH"].startswith(str(Path(sys.executable).parent))
    assert not {"ACKB_PROJECT", "PULUMI_DEBUG_PROVIDERS", "PYTHONDONTWRITEBYTECODE"} & made.keys()


def test_a_folder_has_the_program_and_goes_away() -> None:
    with workspace.folder() as project:
        workspace.copy_project(project)
        names = {path.name for path in project.iterdir()}
        assert names == {"Pulumi.yaml", "__main__.py", "stacks", "policies"}
        assert (workspace.policies_of(project) / "PulumiPolicy.yaml").exists()
    assert not project.parent.exists()
    assert (workspace.CLONE / "policies" / "PulumiPolicy.yaml").exists()


def test_a_copy_has_none_of_the_secrets_of_the_clone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clone, project = tmp_path / "clone", tmp_path / "project"
    for folder in (clone / "stacks", project):
        folder.mkdir(parents=True)
    for name in ("Pulumi.yaml", "__main__.py"):
        (clone / name).touch()
    plain = "# kept\nconfig:\n  pulumi:disable-default-providers: ['*']\n"
    secret = "  ackb:sessionKey:\n    secure: v1:abc\nencryptionsalt: v1:def\n"
    (clone / "stacks" / "Pulumi.dev.yaml").write_text(plain + secret)
    monkeypatch.setattr(workspace, "CLONE", clone)
    workspace.copy_project(project)
    assert (project / "stacks" / "Pulumi.dev.yaml").read_text() == plain
