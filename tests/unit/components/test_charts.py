"""`Chart` and `SelfManagedVirtualNodes`: Helm releases and their values."""

import shutil
from pathlib import Path

import pulumi
import pytest

from ackb.domain.problems import InvalidArguments
from components.chart import Chart, ChartArgs, ChartFolder, ChartRepository
from components.self_managed_virtual_nodes import (
    AccessKeySecret,
    Rrsa,
    SelfManagedVirtualNodes,
    SelfManagedVirtualNodesArgs,
)

RELEASE = "kubernetes:helm.sh/v3:Release"
VIRTUAL_NODE = Path("charts/virtual-node")
ARN = "acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1"


def chart(**changes) -> ChartArgs:
    return ChartArgs(
        **{
            "source": ChartFolder(path=VIRTUAL_NODE),
            "release_name": "one",
            "namespace": "kube-system",
            **changes,
        }
    )


def nodes(**changes) -> SelfManagedVirtualNodesArgs:
    return SelfManagedVirtualNodesArgs(
        **{
            "region": "cn-hangzhou",
            "cluster_id": "c1",
            "vswitch_ids": ["vsw-1", "vsw-2"],
            "security_group_id": "sg-1",
            "credentials": Rrsa(role_name="virtual-node", oidc_provider_arn=ARN),
            **changes,
        }
    )


def refused(component: type, args: object) -> str:
    with pytest.raises(InvalidArguments) as caught:
        component("eci", args)
    return str(caught.value)


class TestChart:
    def test_a_folder_is_recorded_the_same_on_all_machines(self, deploy) -> None:
        plan = deploy(lambda opts: Chart("one", chart(values={"a": 1}), opts))
        got = plan.one(RELEASE, "one-release").inputs
        assert got["chart"] == "./charts/virtual-node"
        assert got["description"].startswith("chart ")
        assert (got["name"], got["namespace"], got["values"]) == ("one", "kube-system", {"a": 1})
        assert (got["timeout"], got["atomic"]) == (300, False)
        assert "version" not in got
        assert plan.one("ackb:cluster:Chart", "one").outputs == {"release_name": "one"}

    def test_a_change_inside_the_folder_is_a_change_of_the_release(
        self, deploy, tmp_path: Path
    ) -> None:
        folder = tmp_path / "chart"
        shutil.copytree(VIRTUAL_NODE, folder)

        def description() -> str:
            arguments = chart(source=ChartFolder(path=folder))
            plan = deploy(lambda opts: Chart("one", arguments, opts))
            return plan.one(RELEASE, "one-release").inputs["description"]

        before = description()
        assert description() == before
        template = folder / "templates" / "access.yaml"
        template.write_text(template.read_text() + "# changed\n")
        assert description() != before

    def test_a_repository_is_named_with_an_exact_version(self, deploy) -> None:
        source = ChartRepository(
            url="https://charts.example.com", chart="ack-keda", version="1.2.3"
        )
        plan = deploy(lambda opts: Chart("keda", chart(source=source), opts))
        got = plan.one(RELEASE, "keda-release").inputs
        assert (got["chart"], got["version"]) == ("ack-keda", "1.2.3")
        assert got["repositoryOpts"] == {"repo": "https://charts.example.com"}

    def test_a_registry_holds_the_chart_under_its_own_path(self, deploy) -> None:
        source = ChartRepository(url="oci://ghcr.io/charts/", chart="kueue", version="v0.14.0")
        plan = deploy(lambda opts: Chart("kueue", chart(source=source), opts))
        got = plan.one(RELEASE, "kueue-release").inputs
        assert (got["chart"], got["version"]) == ("oci://ghcr.io/charts/kueue", "v0.14.0")
        assert "repositoryOpts" not in got

    def test_secret_values_stay_secret(self, deploy) -> None:
        def program(opts) -> None:
            values = {"password": pulumi.Output.secret("kept"), "size": 1}
            Chart("one", chart(values=values), opts)

        assert "kept" not in deploy(program).render()

    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        source = ChartRepository(url="http://charts.example.com", chart="keda", version="latest")
        text = refused(Chart, chart(source=source, release_name="Keda", timeout_seconds=0))
        assert [line.split("'")[1] for line in text.splitlines()] == [
            "release_name",
            "timeout_seconds",
            "source.url",
            "source.version",
        ]
        assert (
            'Chart "eci": \'source.version\' must be an exact version (got "latest"); pin one, '
            "such as 1.0.0"
        ) in text

    def test_a_folder_without_a_chart(self) -> None:
        assert refused(Chart, chart(source=ChartFolder(path=Path("docs")))) == (
            "Chart \"eci\": 'source.path' must be a folder with a Chart.yaml "
            '(got "docs"); give it relative to the project, or as an absolute path'
        )

    @pytest.mark.parametrize(("length", "fits"), [(53, True), (54, False)])
    def test_the_longest_name_of_a_release(self, deploy, length: int, fits: bool) -> None:
        arguments = chart(release_name="a" * length)
        if fits:
            deploy(lambda opts: Chart("one", arguments, opts))
        else:
            assert "at most 53 characters" in refused(Chart, arguments)


class TestSelfManagedVirtualNodes:
    def test_replicas_vswitches_and_a_role_instead_of_keys(self, deploy) -> None:
        """S1-12, S1-13, S2-38, S2-39: several vSwitches, one group, no AccessKey."""
        arguments = nodes(replicas=4)
        plan = deploy(lambda opts: SelfManagedVirtualNodes("eci", arguments, opts))
        got = plan.one(RELEASE, "eci-virtual-node-release")
        assert got.inputs["chart"] == "./charts/virtual-node"
        assert (got.inputs["name"], got.inputs["namespace"]) == ("virtual-node", "kube-system")
        assert got.inputs["values"] == {
            "replicas": 4,
            "region": "cn-hangzhou",
            "clusterId": "c1",
            "vswitchIds": ["vsw-1", "vsw-2"],
            "securityGroupId": "sg-1",
            "kubeProxy": True,
            "credentials": {
                "rrsa": {
                    "roleName": "virtual-node",
                    "roleArn": "acs:ram::1234567890123456:role/virtual-node",
                    "oidcProviderArn": ARN,
                }
            },
        }
        made = plan.one("ackb:cluster:SelfManagedVirtualNodes", "eci")
        assert made.outputs["node_names"] == [f"virtual-node-eci-{one}" for one in range(4)]

    def test_four_nodes_hold_12000_pods(self, deploy) -> None:
        """S1-17, S2-40."""
        plan = deploy(lambda opts: SelfManagedVirtualNodes("eci", nodes(replicas=4), opts))
        made = plan.one("ackb:cluster:SelfManagedVirtualNodes", "eci")
        assert made.outputs["capacity"] == 12_000

    def test_cluster_ip_off_and_a_secret_that_the_user_brings(self, deploy) -> None:
        """S1-19."""
        arguments = nodes(
            cluster_ip=False,
            credentials=AccessKeySecret(),
            image="registry.example.com/acs/virtual-nodes-eci:v2.1.0",
        )
        plan = deploy(lambda opts: SelfManagedVirtualNodes("eci", arguments, opts))
        values = plan.one(RELEASE, "eci-virtual-node-release").inputs["values"]
        assert values["kubeProxy"] is False
        assert values["image"] == "registry.example.com/acs/virtual-nodes-eci:v2.1.0"
        assert values["credentials"] == {
            "secret": {
                "name": "alibaba-addon-secret",
                "accessKeyId": "access-key-id",
                "accessKeySecret": "access-key-secret",
            }
        }

    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        text = refused(
            SelfManagedVirtualNodes,
            nodes(
                replicas=0,
                vswitch_ids=[],
                image="registry.example.com/x:latest",
                credentials=AccessKeySecret(secret_name="My_Secret"),
            ),
        )
        assert [line.split("'")[1] for line in text.splitlines()] == [
            "replicas",
            "vswitch_ids",
            "image",
            "credentials.secret_name",
        ]
        assert text.splitlines()[0] == (
            "SelfManagedVirtualNodes \"eci\": 'replicas' must be 1 or more (got 0); leave the "
            "component out for no virtual node"
        )
