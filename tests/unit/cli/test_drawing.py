"""`ackb graph` and `ackb manifests`: what a stack is, as a picture and as YAML (S2-32, S2-52)."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from ackb.cli import pictures
from ackb.cli.context import Workplace
from ackb.picture.extract import architecture
from ackb.picture.layout import arrange
from ackb.planning import plan_stack
from blueprints.settings import load, stackfile
from tests.unit.cli.conftest import CLONE, STACK
from tests.unit.picture.geometry_checks import faults


def texts(path: Path) -> set[str]:
    root = ElementTree.fromstring(path.read_bytes())
    return {"".join(node.itertext()).strip() for node in root.iter() if node.tag.endswith("}text")}


def test_the_picture_names_everything_of_the_plan(ackb, project):
    ran = ackb("graph", STACK)
    svg, png = map(Path, ran.out.split())
    assert (ran.code, svg.parent) == (0, project.home.pictures)
    assert png.read_bytes().startswith(b"\x89PNG")
    wanted = {
        "VPC net-vpc",
        "Zone cn-hangzhou-i",
        "net-nodes-i",
        "10.1.0.0/16",
        "ACK cluster ack-cluster",
        "Node pool base",
        "Virtual node ack-virtual-node",
        "Namespace wordpress",
        "sp-svc",
        "HPA, CPU 60 %, 22–100 pods",
        "first 22",
        "db-instance",
        "cache-instance",
        "nas-file-system",
        "NAT gateway",
        "Load balancer",
        "HTTP 80",
    }
    assert wanted - texts(svg) == set()
    assert any("simulated" in text for text in texts(svg))


def test_the_folder_of_the_picture_can_be_chosen(ackb, tmp_path):
    ran = ackb("graph", STACK, "-o", str(tmp_path / "docs" / "images"), "--json")
    found = json.loads(ran.out)
    assert found["svg"] == str(tmp_path / "docs" / "images" / f"{STACK}.svg")
    assert Path(found["png"]).exists()


STACKS = (
    "wordpress-dev",
    "wordpress-prod",
    "burst-dev",
    "burst-prod",
    "registered-gpu-dev",
    "registered-gpu-prod",
)


@pytest.mark.parametrize("stack", STACKS)
def test_the_stacks_of_the_project_have_pictures_without_faults(stack):
    settings = load(stackfile.read(CLONE, stack).settings_json, stack=stack)
    resources = plan_stack(CLONE, stack).resources
    assert faults(arrange(architecture(stack, resources, settings))) == []


def test_a_data_centre_stands_outside_the_region_and_its_cluster_reaches_in(ackb, tmp_path):
    """S0-17."""
    ran = ackb("graph", "registered-gpu-dev", "-o", str(tmp_path), "--json")
    text = Path(json.loads(ran.out)["svg"]).read_text()
    for words in (
        "IDC",
        "Registered cluster idc",
        "Node pool GPU-P100",
        "joins the cluster of the",
    ):
        assert words in text
    assert "ACK cluster" not in text


def test_many_workloads_are_told_in_a_line_each_by_namespace():
    stack = "elastic-platform-dev"
    settings = load(stackfile.read(CLONE, stack).settings_json, stack=stack)
    found = architecture(stack, plan_stack(CLONE, stack).resources, settings)
    lines = {one.name: one.facts for one in found.namespaces}
    assert lines["live"] == ("stage: Deployment, HPA 2–8",)
    assert lines["data"] == ("build: CronJob, 1 pod, on ECI", "settlement: CronJob, 2 pods, on ECI")
    assert "profile: Deployment, 2 pods" in lines["orders"]
    drawn = arrange(found)
    assert faults(drawn) == []
    keys = {box.key for box in drawn.boxes}
    assert {"namespace:orders", "namespace:live", "namespace:data"} <= keys
    assert "workload:stage" not in keys


def test_virtual_nodes_one_and_several(ackb):
    """S1-27: the two pictures of the article; S1-20: the name that replaces ClusterIP."""
    drawn = {
        stack: texts(Path(ackb("graph", stack).out.split()[0]))
        for stack in ("burst-prod", "burst-dev")
    }
    assert "Virtual node ack-virtual-node" in drawn["burst-prod"]
    assert "Virtual node virtual-node-eci × 4" in drawn["burst-dev"]
    for shown in drawn.values():
        assert {"Clients", "www.class.private", "CLB, intranet"} <= set(shown)
        assert any("reaches no ClusterIP" in text for text in shown)


def test_a_picture_can_be_drawn_beside_something_else(project):
    """`up` draws in a thread, while the engine works."""
    notes = []
    with pictures.Drawing(Workplace.find().stack(STACK), notes.append) as drawing:
        drawing.start()
        found = drawing.result()
    assert notes == []
    assert "VPC net-vpc" in texts(found.svg)


def test_a_real_stack_says_nothing_of_a_simulation(ackb):
    svg = Path(ackb("graph", "wordpress-prod").out.split()[0])
    assert not any("imulated" in text for text in texts(svg))


def test_manifests_are_documents_in_the_order_they_are_applied(ackb):
    ran = ackb("manifests", STACK)
    objects = list(yaml.safe_load_all(ran.out))
    kinds = [one["kind"] for one in objects]
    assert ran.code == 0
    assert kinds[0] == "Namespace"
    assert kinds.index("Secret") < kinds.index("Deployment")
    assert kinds.index("PersistentVolumeClaim") < kinds.index("Deployment")
    assert kinds.index("ResourcePolicy") < kinds.index("Deployment")
    assert kinds.index("Deployment") < kinds.index("HorizontalPodAutoscaler")
    assert {one["apiVersion"] for one in objects} >= {"v1", "apps/v1", "autoscaling/v2"}


def test_the_manifest_shows_where_nas_is_mounted(ackb):
    """S2-32: the NAS path is mounted in the container."""
    objects = yaml.safe_load_all(ackb("manifests", STACK).out)
    deployment = next(one for one in objects if one["kind"] == "Deployment")
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    assert "/var/www/html/wp-content" in [one["mountPath"] for one in container["volumeMounts"]]


def test_manifests_show_no_secret(ackb):
    objects = yaml.safe_load_all(ackb("manifests", STACK).out)
    secret = next(one for one in objects if one["kind"] == "Secret")
    assert secret.get("stringData", secret.get("data")) == "<secret>"


def test_several_lines_of_text_are_a_block(ackb):
    assert "ports.conf: |\n    Listen 8080\n" in ackb("manifests", STACK).out


def test_manifests_as_json(ackb):
    found = json.loads(ackb("manifests", STACK, "--json").out)
    assert (found["schema"], found["stack"]) == (1, STACK)
    assert found["objects"][0]["kind"] == "Namespace"


def test_manifests_are_the_same_each_time(ackb):
    assert ackb("manifests", STACK).out == ackb("manifests", STACK).out
