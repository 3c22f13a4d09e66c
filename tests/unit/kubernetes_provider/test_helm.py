"""Helm releases without a cluster: inputs, charts, and how the program is run."""

import asyncio
import json
import os
import sys
import textwrap
from pathlib import Path

import pytest

from ackb import toolchain
from ackb.domain.unknown import UNKNOWN
from sandbox.providers.kubernetes.access import ClusterAccess, ExecPlugin, User
from sandbox.providers.kubernetes.checking import Unacceptable
from sandbox.providers.kubernetes.helm import charts, declared
from sandbox.providers.kubernetes.helm.binary import Cancelled, Helm, HelmFailed
from sandbox.providers.kubernetes.helm.records import Record

PLUGIN = ExecPlugin("ackb", ("credential", "c1"), (), "client.authentication.k8s.io/v1", "hint")
ACCESS = ClusterAccess("https://127.0.0.1:1", "CA", User(plugin=PLUGIN), "default")
VIRTUAL_NODE = "./charts/virtual-node"


def completed(inputs: dict, old: dict | None = None) -> dict:
    return declared.completed(
        {"chart": VIRTUAL_NODE, **inputs},
        old=old or {},
        name="one",
        seed=b"seed",
        namespace="default",
    )


class TestInputs:
    def test_name_and_namespace_are_filled_in_and_kept(self) -> None:
        first = completed({})
        assert first["name"].startswith("one-")
        assert first["namespace"] == "default"
        assert completed({}) == first
        assert completed({}, old={"name": "before"})["name"] == "before"
        assert completed({"name": "mine", "namespace": "shop"})["name"] == "mine"

    @pytest.mark.parametrize("field", ["postrender", "verify", "valueYamlFiles", "allowNullValues"])
    def test_what_is_not_done_here_is_refused(self, field: str) -> None:
        with pytest.raises(Unacceptable) as caught:
            completed({field: True})
        assert caught.value.field == field
        assert str(caught.value).startswith(f"{field} does not work in the sandbox: ")

    def test_a_repository_with_a_password(self) -> None:
        with pytest.raises(Unacceptable) as caught:
            completed({"repositoryOpts": {"repo": "https://a", "password": "kept"}})
        assert caught.value.field == "repositoryOpts.password"
        assert "kept" not in str(caught.value)

    def test_results_are_no_inputs(self) -> None:
        assert {"compat", "resourceNames"} & completed(
            {"compat": "true", "resourceNames": {}}
        ).keys() == set()

    def test_helm_waits_unless_told_not_to(self) -> None:
        assert declared.arguments({}) == ["--wait", "--timeout", "300s"]
        assert "--wait" not in declared.arguments({"skipAwait": True})
        assert "--wait" in declared.arguments({"skipAwait": True, "atomic": True})

    def test_switches_and_numbers(self) -> None:
        got = declared.arguments(
            {"atomic": True, "skipCrds": True, "devel": False, "timeout": 7, "maxHistory": 0}
        )
        assert got == [
            "--atomic", "--skip-crds", "--wait", "--timeout", "7s", "--history-max", "0"
        ]  # fmt: skip


class TestDifferences:
    def paths(self, old: dict, new: dict, ignored: list[str] | None = None) -> list[str]:
        return [one.shown_path for one in declared.differences(old, new, ignored or [])]

    def test_each_changed_value_is_told(self) -> None:
        old = {"values": {"a": 1, "b": {"c": [1]}, "gone": 0}}
        new = {"values": {"a": 1, "b": {"c": [1, 2]}, "added": 0}}
        assert self.paths(old, new) == ["values.added", "values.b.c", "values.gone"]
        assert self.paths(old, new, ["values.b"]) == ["values.added", "values.gone"]

    def test_numbers_and_texts_differ(self) -> None:
        assert self.paths({"values": {"a": "1"}}, {"values": {"a": 1}}) == ["values.a"]

    def test_an_unknown_value_may_be_a_change(self) -> None:
        assert self.paths({"values": {"a": "1"}}, {"values": {"a": UNKNOWN}}) == ["values.a"]

    def test_only_name_and_namespace_replace(self) -> None:
        old = {"name": "a", "namespace": "a", "chart": "a"}
        new = {"name": "b", "namespace": "b", "chart": "b"}
        replacing = {one.path[0] for one in declared.differences(old, new, []) if one.replaces}
        assert replacing == {"name", "namespace"}


class TestCharts:
    def test_a_folder_of_the_project(self) -> None:
        (found,) = charts.arguments({"chart": VIRTUAL_NODE})
        assert Path(found).is_absolute()
        assert (Path(found) / "Chart.yaml").is_file()
        assert charts.name_of({"chart": VIRTUAL_NODE}) == "virtual-node"

    def test_a_stand_in_comes_before_the_repository(self) -> None:
        name = "ack-kubernetes-elastic-workload"
        assert name in charts.stand_ins()
        for chart in (name, f"oci://example.com/charts/{name}"):
            (found,) = charts.arguments({"chart": chart, "version": "1.0.0"})
            assert found.endswith(f"sandbox/charts/{name}")

    def test_a_repository(self) -> None:
        inputs = {"chart": "kueue", "version": "1.0.0", "repositoryOpts": {"repo": "https://a"}}
        assert charts.arguments(inputs) == ["kueue", "--repo", "https://a", "--version", "1.0.0"]
        assert charts.arguments({"chart": "oci://a/kueue"}) == ["oci://a/kueue"]
        assert charts.name_of({"chart": "oci://a/kueue"}) == "kueue"

    def test_none_of_them(self) -> None:
        with pytest.raises(Unacceptable) as caught:
            charts.arguments({"chart": "./charts/virtul-node"})
        text = str(caught.value)
        assert text.startswith("chart ./charts/virtul-node is no folder with a Chart.yaml in ")
        assert text.endswith("and no repository is given")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A helm that tells how it was run; its commands are those of the shell script given."""
    script = tmp_path / "helm"
    script.write_text(
        textwrap.dedent(
            f"""\
            #!{sys.executable}
            import json, os, stat, sys, time
            if sys.argv[1] == "fail":
                sys.stdin.read()
                sys.exit("WARNING: never mind\\nError: it broke")
            if sys.argv[1] == "wait":
                print("begun", file=sys.stderr, flush=True)
                open({str(tmp_path / "begun")!r}, "w").close()
                time.sleep(60)
            kubeconfig = os.environ["KUBECONFIG"]
            print(json.dumps({{
                "arguments": sys.argv[1:],
                "values": json.load(sys.stdin),
                "mode": oct(stat.S_IMODE(os.stat(kubeconfig).st_mode)),
                "kubeconfig": json.load(open(kubeconfig)),
                "environment": dict(os.environ),
            }}))
            """
        )
    )
    script.chmod(0o755)
    tool = toolchain.Tool("helm", script, "3.22.0", "PATH")
    monkeypatch.setattr(toolchain, "find", lambda name: tool)
    return script


class TestProgram:
    def run(self, *arguments: str, values: dict | None = None) -> dict:
        async def body() -> str:
            return await Helm(ACCESS, asyncio.Event()).run(*arguments, values=values)

        return json.loads(asyncio.run(body()))

    def test_values_are_in_no_argument_and_in_no_file(self, program: Path) -> None:
        said = self.run("upgrade", "--values", "-", values={"password": "kept"})
        assert said["arguments"] == ["upgrade", "--values", "-"]
        assert said["values"] == {"password": "kept"}
        assert "kept" not in json.dumps(said["environment"])

    def test_the_kubeconfig_is_private_names_the_credential_program_and_goes(
        self, program: Path
    ) -> None:
        said = self.run("list")
        assert said["mode"] == "0o600"
        (user,) = said["kubeconfig"]["users"]
        assert user["user"]["exec"]["command"] == "ackb"
        assert user["user"]["exec"]["args"] == ["credential", "c1"]
        assert not Path(said["environment"]["KUBECONFIG"]).exists()
        assert said["environment"]["PATH"].startswith(str(Path(sys.executable).parent))

    def test_the_settings_of_the_user_do_not_count(
        self, program: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HELM_NAMESPACE", "elsewhere")
        monkeypatch.setenv("KUBECONFIG", "/real")
        environment = self.run("list")["environment"]
        assert "HELM_NAMESPACE" not in environment
        assert environment["KUBECONFIG"] != "/real"
        assert (
            Path(environment["HELM_CONFIG_HOME"]).parent == Path(environment["KUBECONFIG"]).parent
        )

    def test_a_failure_is_told_in_its_own_words(self, program: Path) -> None:
        with pytest.raises(HelmFailed) as caught:
            self.run("fail")
        assert str(caught.value) == "it broke"

    def test_it_is_ended_when_the_engine_wants_to_stop(self, program: Path) -> None:
        async def body() -> None:
            cancelled = asyncio.Event()
            work = asyncio.ensure_future(Helm(ACCESS, cancelled).run("wait"))
            while not (program.parent / "begun").exists():
                await asyncio.sleep(0.01)
            cancelled.set()
            with pytest.raises(Cancelled):
                await work

        asyncio.run(body())


class TestTurns:
    def test_a_release_has_one_worker_at_a_time_even_beyond_its_process(self) -> None:
        """A helm that outlives its daemon holds the lock it was given."""
        helm = Helm(ACCESS, asyncio.Event())

        async def body() -> list[str]:
            seen: list[str] = []

            async def second() -> None:
                async with helm.only_one("a", "b"):
                    seen.append("second")

            async with helm.only_one("a", "b") as lock:
                survivor = os.dup(lock)  # what a child inherits
            waiting = asyncio.ensure_future(second())
            async with helm.only_one("a", "other"):
                seen.append("another release")
            await asyncio.sleep(0)
            seen.append("survivor ends")
            os.close(survivor)
            await waiting
            return seen

        assert asyncio.run(body()) == ["another release", "survivor ends", "second"]

    def test_waiting_for_a_turn_ends_when_the_engine_wants_to_stop(self) -> None:
        async def body() -> None:
            first, second = Helm(ACCESS, asyncio.Event()), Helm(ACCESS, asyncio.Event())
            second.cancelled.set()
            async with first.only_one("a", "c"):
                with pytest.raises(Cancelled):
                    async with second.only_one("a", "c"):
                        pass

        asyncio.run(body())


def test_names_of_what_a_release_made() -> None:
    manifest = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: a, namespace: n}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: b}
---
# nothing but a comment
"""
    record = Record({}, {"manifest": manifest})
    assert record.resource_names() == {
        "StatefulSet.apps/apps/v1": ["n/a"],
        "ClusterRole.rbac.authorization.k8s.io/rbac.authorization.k8s.io/v1": ["b"],
    }
