import stat
from pathlib import Path

import pytest

import ackb
from ackb.domain.home import Home, find_project


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    monkeypatch.delenv("ACKB_HOME", raising=False)
    monkeypatch.delenv("ACKB_PROJECT", raising=False)


def test_the_home_lies_in_the_project(tmp_path):
    assert Home.find(tmp_path).root == tmp_path / ".ackb"


def test_the_variable_wins_and_is_resolved(tmp_path, monkeypatch):
    monkeypatch.setenv("ACKB_HOME", str(tmp_path / "x" / ".." / "home"))
    assert Home.find(tmp_path).root == tmp_path / "home"


def test_naming_a_home_creates_nothing(tmp_path):
    home = Home.find(tmp_path)
    assert home.cloud_db.name == "cloud.sqlite"
    assert not home.root.exists()


def test_a_new_home_is_private(tmp_path):
    home = Home(tmp_path / "deep" / "home").ensure()
    folders = [home.root, home.pulumi_home, home.state, home.kwok, home.logs, home.kubeconfigs]
    assert {stat.S_IMODE(one.stat().st_mode) for one in folders} == {0o700}
    assert home.ensure() == home


def test_a_folder_that_was_there_keeps_its_mode(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    home = Home(shared).ensure()
    assert stat.S_IMODE(shared.stat().st_mode) == 0o755
    assert stat.S_IMODE(home.state.stat().st_mode) == 0o700


def test_every_path_lies_in_the_home():
    home = Home(Path("/h"))
    paths = {
        name: getattr(home, name)
        for name, value in vars(Home).items()
        if isinstance(value, property) and name != "short_hash"
    }
    assert {name: str(path.relative_to("/h")) for name, path in paths.items()} == {
        "cloud_db": "cloud.sqlite",
        "pulumi_home": "pulumi",
        "state": "state",
        "kwok": "kwok",
        "passphrase": "passphrase",
        "logs": "logs",
        "daemon_record": "daemon.json",
        "daemon_lock": "daemon.lock",
        "kubeconfigs": "kubeconfig",
        "pictures": "pictures",
    }


def test_the_hash_belongs_to_the_resolved_folder(tmp_path):
    (tmp_path / "a").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "a")
    assert Home(link).short_hash == Home(tmp_path / "a").short_hash
    assert Home(tmp_path / "b").short_hash != Home(tmp_path / "a").short_hash
    assert len(Home(link).short_hash) == 8
    assert int(Home(link).short_hash, 16) >= 0


def test_the_project_is_the_nearest_one_above(tmp_path):
    (tmp_path / "Pulumi.yaml").touch()
    inner = tmp_path / "inner"
    deep = inner / "stacks" / "more"
    deep.mkdir(parents=True)
    assert find_project(deep) == tmp_path
    (inner / "Pulumi.yaml").touch()
    assert find_project(deep) == inner
    assert find_project(inner) == inner


def test_outside_a_project_the_variable_is_used_then_the_clone(tmp_path, monkeypatch):
    assert find_project(tmp_path) == Path(ackb.__file__).resolve().parents[1]
    monkeypatch.setenv("ACKB_PROJECT", str(tmp_path / "elsewhere"))
    assert find_project(tmp_path) == tmp_path / "elsewhere"
