"""Add-ons in a plan: order, parents, providers, and the worked example."""

from __future__ import annotations

import re
import shutil

import pulumi
import pytest

from ackb.domain.qos import QosClass, classify
from ackb.planning import plan_stack
from blueprints.addons.ordering import ordered
from tests.unit.addons.conftest import CLONE

GROUP = "ackb:addons:Addon"
CONFIG = "kubernetes:core/v1:ConfigMap"
BLUEPRINT_STACKS = ("wordpress-dev", "burst-dev")


@pytest.mark.parametrize("stack", BLUEPRINT_STACKS)
def test_every_blueprint_takes_add_ons_and_nothing_else_changes(project, stack: str) -> None:
    project.write("my_config")
    bare = plan_stack(project.folder, stack)
    before = {one.urn: (one.inputs, one.dependencies) for one in bare.resources}
    plan = project.plan({"my_config": {"size": 7}}, stack)
    after = {one.urn: (one.inputs, one.dependencies) for one in plan.resources}
    more = [one for one in plan.resources if one.urn not in before]
    assert [(one.type, one.name) for one in more] == [
        (GROUP, "addon-my-config"),
        (CONFIG, "my-config-config"),
    ]
    assert {urn: after[urn] for urn in before} == before
    config = plan.one(CONFIG, "my-config-config")
    assert config.inputs["data"] == {"size": "7"}
    assert (config.parent, config.provider) == ("addon-my-config", "ack-kubernetes")


@pytest.mark.parametrize("stack", BLUEPRINT_STACKS)
def test_an_add_on_goes_before_nodes_and_what_it_requires(project, must_outlive, stack) -> None:
    project.write("a_user", 'requires = Requires(addons=("the_base",))')
    project.write("the_base")
    plan = project.plan({"a_user": {}, "the_base": {}}, stack)
    outlive = must_outlive(plan, "a-user-config")
    assert {"the-base-config", "addon-the-base", "pool-base-pool", "ack-cluster"} <= outlive
    assert any(one.startswith("eci-virtual-node-") for one in outlive)
    assert "a-user-config" not in must_outlive(plan, "the-base-config")


def test_the_order_is_by_requirement_and_then_by_name(project) -> None:
    project.write("alpha", 'requires = Requires(addons=("zeta",))')
    for name in ("beta", "zeta"):
        project.write(name)
    classes = project.load({"zeta": {}, "beta": {}, "alpha": {}}).addons.CLASSES
    assert ordered(classes) == ["beta", "zeta", "alpha"]


def test_a_cloud_resource_gets_the_provider_of_the_cloud_and_the_stack_s_tags(project) -> None:
    project.write(
        "bucket_of_logs",
        text="""
        import pulumi_alicloud as alicloud

        from blueprints.addons import ClusterAddon


        class Logs(ClusterAddon):
            def deploy(self, context):
                yield alicloud.log.Project(
                    f"{context.name}-project", project_name="x", opts=context.options()
                )
        """,
    )
    plan = project.plan({"bucket_of_logs": {}})
    made = plan.one("alicloud:log/project:Project", "bucket-of-logs-project")
    assert (made.parent, made.provider) == ("addon-bucket-of-logs", "alicloud")
    assert made.inputs["tags"]["owner"] == "platform"


def test_an_error_in_an_add_on_names_its_file_and_line(project) -> None:
    project.write(
        "broken",
        text="""
        from blueprints.addons import ClusterAddon


        class Broken(ClusterAddon):
            def deploy(self, context):
                self.helper()

            def helper(self):
                raise KeyError("pool")
        """,
    )
    with pytest.raises(pulumi.RunError) as caught:
        project.plan({"broken": {}})
    said = "The add-on 'broken' failed at addons/broken.py:10: KeyError: 'pool'"
    assert str(caught.value) == said


def test_wrong_arguments_of_a_component_are_told_as_the_component_tells_them(project) -> None:
    project.write(
        "broken",
        text="""
        from blueprints.addons import ClusterAddon


        class Broken(ClusterAddon):
            def deploy(self, context):
                context.namespace("Not_A_Name")
        """,
    )
    with pytest.raises(
        pulumi.RunError, match=r"^Namespace \"broken-Not_A_Name\": 'namespace' must"
    ):
        project.plan({"broken": {}})


def test_the_worked_example(project) -> None:
    """`addons/blackbox_exporter.py`, with its plan."""
    shutil.copy(CLONE / "addons" / "blackbox_exporter.py", project.folder / "addons")
    mirror = {"type": "mirror", "prefix": "mirror.example.com/hub"}
    settings = {"replicas": 2}
    assert project.load({"blackbox_exporter": settings}, registry=mirror)
    plan = project.plan({"blackbox_exporter": settings})
    ours = [one for one in plan.resources if "blackbox" in one.urn]
    assert {one.type.split(":")[-1] for one in ours} == {
        "Addon",
        "Namespace",
        "Workload",
        "Deployment",
        "PodDisruptionBudget",
        "Service",
    }
    (deployment,) = [one for one in ours if one.type.endswith(":Deployment")]
    spec = deployment.inputs["spec"]
    assert spec["replicas"] == 2
    assert classify(spec["template"]["spec"]).qos is QosClass.GUARANTEED
    (service,) = [one for one in ours if one.type.endswith(":Service")]
    assert service.inputs["metadata"]["namespace"] == "probing"
    assert service.inputs["spec"]["selector"] == {"app": "blackbox-exporter"}


def test_the_image_comes_from_the_registry_of_the_stack(project) -> None:
    shutil.copy(CLONE / "addons" / "blackbox_exporter.py", project.folder / "addons")
    plan = project.plan({"blackbox_exporter": {}}, "wordpress-prod")
    (image,) = [
        one.inputs["spec"]["template"]["spec"]["containers"][0]["image"]
        for one in plan.of("kubernetes:apps/v1:Deployment")
        if one.name.startswith("blackbox")
    ]
    assert image == ("shop-registry-vpc.cn-hangzhou.cr.aliyuncs.com/web/blackbox-exporter:v0.27.0")


def test_the_example_of_the_page(project) -> None:
    page = (CLONE / "docs" / "addons.md").read_text("utf-8")
    code = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[0]
    project.write("logs", text=code)
    plan = project.plan({"logs": {"project_name": "shop-logs"}})
    addon = plan.one("alicloud:cs/kubernetesAddon:KubernetesAddon", "logs-collector-addon")
    assert addon.inputs["name"] == "loongcollector"
    assert addon.inputs["config"] == '{"sls_project_name": "shop-logs"}'
    (project.folder / "addons" / "blackbox_exporter.py").write_text("")
    shown = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[0].splitlines()
    lines = project.refused({"blackbox": {}, "logs": {"projectName": "shop-logs"}})
    assert sorted(lines) == shown
