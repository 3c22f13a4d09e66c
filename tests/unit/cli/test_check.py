"""`ackb check`: one screen, four formats, four exit codes (S2-21)."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from ackb.cli.exits import Exit
from tests.unit.cli.conftest import STACK


def small_pods(settings):
    """Too few addresses for 100 pods and the surge of a rollout."""
    for number, zone in enumerate(settings["network"]["zones"]):
        zone["pod_cidr"] = f"10.1.0.{32 * number}/27"


def odd_size(settings):
    settings["resources"] = {"limits": {"cpu": "7", "memory": "13Gi"}}


def unequal(settings):
    """Requests below limits: not Guaranteed (WL-01)."""
    settings["resources"] = {
        "limits": {"cpu": "500m", "memory": "1Gi"},
        "requests": {"cpu": "250m", "memory": "1Gi"},
    }


def test_a_good_stack_is_clean_on_one_screen(ackb):
    ran = ackb("check", STACK)
    assert (ran.code, ran.err) == (Exit.CLEAN, "")
    assert len(ran.out.splitlines()) < 25
    assert "wordpress-dev: blueprint wordpress, cn-hangzhou, sandbox (simulated cloud)" in ran.out
    assert "1 ACK cluster" in ran.out
    assert "4 vSwitches" in ran.out
    assert "pods of wordpress on ECI" in ran.out
    assert ran.out.splitlines()[-1].startswith("Clean in ")


def test_a_misspelt_setting_could_not_run_and_names_the_key(ackb, project):
    """Must show: `maxReplica`."""
    project.edit(lambda settings: settings.update(scaling={"type": "hpa", "maxReplica": 50}))
    ran = ackb("check", STACK)
    assert (ran.code, ran.out) == (Exit.COULD_NOT_RUN, "")
    assert "ackb:settings.scaling.maxReplica" in ran.err
    assert "max" in ran.err.split("Fix:")[1]
    assert "Traceback" not in ran.err


def test_a_range_outside_the_vpc_could_not_run(ackb, project):
    """Must show: a CIDR outside the VPC."""
    project.edit(lambda s: s["network"]["zones"][0].update(node_cidr="192.168.0.0/20"))
    ran = ackb("check", STACK)
    assert ran.code == Exit.COULD_NOT_RUN
    assert "192.168.0.0/20" in ran.err
    assert "10.0.0.0/8" in ran.err


def test_an_unknown_stack_names_the_known_ones(ackb):
    ran = ackb("check", "wordpress-dve")
    assert ran.code == Exit.COULD_NOT_RUN
    assert "wordpress-dev" in ran.err


def test_too_few_addresses_are_a_mandatory_finding(ackb, project):
    project.edit(small_pods)
    ran = ackb("check", STACK)
    assert ran.code == Exit.MANDATORY
    assert "too small    125 of 56 addresses: net-pods-i, net-pods-j" in ran.out
    assert "CAP-01 vSwitches net-pods-i, net-pods-j: 56 – 125 addresses are needed" in ran.out
    assert ran.out.splitlines()[-1].startswith("Mandatory findings in ")


def test_a_size_that_eci_rounds_up_is_a_finding_that_stops_nothing(ackb, project):
    project.edit(odd_size)
    ran = ackb("check", STACK)
    assert ran.code == Exit.FINDINGS
    assert "CAP-03" in ran.out


def test_a_policy_finding_is_shown_with_what_to_do(ackb, project):
    """WL-01 is one level lower in a development stack."""
    project.edit(unequal)
    ran = ackb("check", STACK)
    assert ran.code == Exit.FINDINGS
    assert "WL-01" in ran.out
    assert "Fix:" in ran.out


def test_json_is_one_document(ackb, project):
    project.edit(small_pods)
    ran = ackb("check", STACK, "--json")
    found = json.loads(ran.out)
    assert ran.err == ""
    assert (found["schema"], found["command"], found["exit_code"]) == (1, "check", ran.code)
    assert (found["stack"], found["target"], found["simulated"]) == (STACK, "sandbox", True)
    assert found["resources"]["alicloud:vpc/switch:Switch"] == 4
    full = [one for one in found["capacity"] if not one["fits"]]
    assert [(one["code"], one["needed"], one["limit"]) for one in full] == [("CAP-01", 125, 56)]
    assert [one["rule"] for one in found["findings"]] == ["CAP-01"]
    assert found["findings"][0]["level"] == "mandatory"


def test_json_and_the_format_json_are_the_same(ackb):
    plain, named = ackb("check", STACK, "--json"), ackb("check", STACK, "--format", "json")
    differs = {"seconds"}
    assert {key: value for key, value in json.loads(plain.out).items() if key not in differs} == {
        key: value for key, value in json.loads(named.out).items() if key not in differs
    }


def test_sarif_has_capacity_findings_too(ackb, project):
    project.edit(small_pods)
    ran = ackb("check", STACK, "--format", "sarif")
    [run] = json.loads(ran.out)["runs"]
    [result] = run["results"]
    assert (ran.code, result["ruleId"], result["level"]) == (Exit.MANDATORY, "CAP-01", "error")
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert place == "stacks/Pulumi.wordpress-dev.yaml"


def test_junit_has_capacity_findings_too(ackb, project):
    project.edit(small_pods)
    suite = ElementTree.fromstring(ackb("check", STACK, "--format", "junit").out)[0]
    failed = [case.get("classname") for case in suite if case.find("failure") is not None]
    assert failed == ["policies.CAP-01"]


def test_a_report_can_go_into_a_file(ackb, tmp_path):
    path = tmp_path / "report.json"
    ran = ackb("check", STACK, "--json", "--output", str(path))
    assert (ran.code, ran.out) == (Exit.CLEAN, "")
    assert ran.err == f"wrote {path}\n"
    assert json.loads(path.read_text())["exit_code"] == 0


def test_a_report_that_cannot_be_written_is_said(ackb, tmp_path):
    ran = ackb("check", STACK, "--output", str(tmp_path / "no" / "report.txt"))
    assert ran.code == Exit.COULD_NOT_RUN
    assert "No such file or directory" in ran.err


@pytest.mark.parametrize("stack", ["wordpress-dev", "wordpress-prod"])
def test_the_stacks_of_the_project_have_no_mandatory_finding(ackb, stack):
    ran = ackb("check", stack)
    assert ran.code in (Exit.CLEAN, Exit.FINDINGS), ran.err + ran.out


def test_what_only_a_person_can_do_is_told(ackb, project):
    """S0-08: between the registration and the pools stands the agent."""

    def not_yet(settings):
        settings["cluster"]["connected"] = False

    stack = "registered-gpu-dev"
    assert json.loads(ackb("check", stack, "--json").out)["next_step"] is None
    project.edit(not_yet, stack)
    step = json.loads(ackb("check", stack, "--json").out)["next_step"]
    assert "ackb agent registered-gpu-dev | kubectl apply -f -" in step
    assert f"After `up`\n  {step}\n" in ackb("check", stack).out
