"""`ackb new`: a valid, commented stack file of every blueprint and preset (S2-19)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from ackb.cli.exits import Exit
from ackb.domain import regions
from blueprints import BLUEPRINTS
from blueprints.presets import compose, presets_of, stack_file
from blueprints.settings import load
from blueprints.settings.stackfile import read
from tests.unit.cli.conftest import CLONE

PRESETS = [(name, preset) for name in BLUEPRINTS for preset in presets_of(name).presets]
TARGETS = ("sandbox", "alibaba-cloud")
ALL = [(*one, target) for one, target in product(PRESETS, TARGETS)]


def file_of(project, stack: str):
    return project.folder / "stacks" / f"Pulumi.{stack}.yaml"


@pytest.mark.parametrize(("blueprint", "preset", "target"), ALL)
def test_a_new_stack_is_clean(ackb, project, blueprint, preset, target):
    stack = "fresh-dev" if target == "sandbox" else "fresh-prod"
    ran = ackb("new", blueprint, stack, "--preset", preset, "--target", target)
    assert (ran.code, ran.out) == (Exit.CLEAN, f"{file_of(project, stack)}\n")
    assert ran.err.endswith(f"Next: ackb check {stack}\n")
    checked = ackb("check", stack)
    assert (checked.code, checked.err) == (Exit.CLEAN, "")


@pytest.mark.parametrize(("blueprint", "preset", "target"), ALL)
def test_every_region_has_what_a_preset_asks_for(blueprint, preset, target):
    for region in regions.regions():
        new = compose(blueprint, preset, target=target, region=region, environment="dev")
        settings = load(json.dumps(new.settings), stack="fresh-dev")
        assert (settings.blueprint, settings.target, settings.region) == (blueprint, target, region)
        assert (settings.registry is not None) == (
            target == "alibaba-cloud" and regions.regions()[region].mainland_china
        )


@pytest.mark.parametrize(("blueprint", "preset", "target"), ALL)
def test_the_file_says_what_was_composed(blueprint, preset, target):
    new = compose(blueprint, preset, target=target, region="cn-beijing", environment="prod")
    text = stack_file(new, preset=preset)
    config = YAML(typ="safe", pure=True).load(text)["config"]
    assert config["ackb:settings"] == new.settings
    assert config["pulumi:disable-default-providers"] == ["*"]
    assert max(len(line) for line in text.splitlines()) <= 100


@pytest.mark.parametrize("blueprint", BLUEPRINTS)
def test_every_setting_of_the_blueprint_is_described(blueprint):
    new = compose(
        blueprint,
        presets_of(blueprint).default,
        target="sandbox",
        region="cn-hangzhou",
        environment="dev",
    )
    text = stack_file(new, preset="x")
    said = " ".join(line.strip(" #") for line in text.splitlines() if "#" in line)
    for name, field in BLUEPRINTS[blueprint].settings.model_fields.items():
        assert " ".join(field.description.split()) in said, name


def test_comments_stand_above_their_keys_and_at_the_first_entry_of_a_list():
    new = compose(
        "wordpress", "small", target="alibaba-cloud", region="cn-hangzhou", environment="prod"
    )
    text = stack_file(new, preset="small")
    assert text.startswith(
        "# Blueprint wordpress, preset small, on the real cloud: this costs money from the first "
        "`up` on.\n# Before that give every value that is marked with `replace:`.\nconfig:\n"
    )
    assert '    expected_account_id: "1000000000000001" # replace: the id of your account\n' in text
    assert (
        "      # replace: the VPC endpoint of your registry\n"
        "      endpoint: replace-this-registry-vpc.cn-hangzhou.cr.aliyuncs.com\n"
    ) in text
    assert "    # Region id, such as `cn-hangzhou`.\n    region: cn-hangzhou\n" in text
    assert "        # zone_id: Zone id, such as `cn-hangzhou-h`.\n" in text
    assert text.count("# zone_id: ") == 1


def test_every_placeholder_of_the_real_cloud_is_marked_and_told(ackb, project):
    ran = ackb("new", "wordpress", "w-prod", "--preset=production", "--target=alibaba-cloud")
    told = [line.strip().split(": ", 1) for line in ran.err.splitlines() if line.startswith("  ")]
    text = file_of(project, "w-prod").read_text("utf-8")
    settings = json.loads(read(project.folder, "w-prod").settings_json)
    assert [path for path, _ in told] == [
        "expected_account_id",
        "tags.owner",
        "tags.cost-center",
        "registry.endpoint",
        "registry.namespace",
        "registry.pull.instance_id",
        "https.certificate_id",
    ]
    for path, what in told:
        assert f"# replace: {what}" in text
        value = settings
        for key in path.split("."):
            value = value[key]
        assert value


def test_the_sandbox_asks_for_nothing(ackb):
    ran = ackb("new", "burst", "b-dev", "--preset", "self-managed")
    assert ran.err == "Next: ackb check b-dev\n"


def test_what_exists_is_asked_for_in_the_sandbox_too(ackb):
    """Nobody can make up the ids of a cluster that others have."""
    ran = ackb("new", "wordpress", "blog-dev", "--preset", "shared-cluster")
    assert ran.err == (
        "Before the first run replace:\n"
        "  network.vpc_id: the id of your VPC, and its range\n"
        "  network.zones: the ids, zones and ranges of your vSwitches\n"
        "  cluster.cluster_id: the id of your cluster, and what is below it\n"
        "Next: ackb check blog-dev\n"
    )


def test_json(ackb, project):
    found = json.loads(ackb("new", "wordpress", "w-test", "--region=ap-southeast-1", "--json").out)
    assert found == {
        "schema": 1,
        "command": "new",
        "stack": "w-test",
        "blueprint": "wordpress",
        "preset": "best-practice",
        "target": "sandbox",
        "simulated": True,
        "region": "ap-southeast-1",
        "path": str(file_of(project, "w-test")),
        "replace": [],
        "exit_code": 0,
    }


def test_the_list_names_every_preset_and_the_default(ackb):
    lines = ackb("new", "--list").out.splitlines()
    for blueprint, preset in PRESETS:
        described = presets_of(blueprint).presets[preset].description
        (line,) = [one for one in lines if described in one]
        assert line.startswith(f"  {preset}")
        assert line.endswith(" (default)") == (preset == presets_of(blueprint).default)
    found = json.loads(ackb("new", "burst", "--list", "--json").out)["blueprints"]
    assert [one["blueprint"] for one in found] == ["burst"]
    assert [one["preset"] for one in found[0]["presets"]] == [
        "managed",
        "self-managed",
        "flannel",
        "by-name",
        "data-computing",
        "ci",
        "shared-cluster",
    ]


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (
            ("wordpess", "w-test"),
            [
                'NEW-01 BLUEPRINT: "wordpess" – must be one of '
                f"{', '.join(BLUEPRINTS)}. Fix: write wordpress."
            ],
        ),
        (
            ("wordpress", "w-test", "--preset", "best-practise"),
            [
                'NEW-02 --preset: "best-practise" – must be one of small, best-practice, '
                "production, shared-cluster. Fix: write best-practice."
            ],
        ),
        (
            ("wordpress", "wordpress-dev"),
            [
                'NEW-04 STACK: "wordpress-dev" – must be new: stacks/Pulumi.wordpress-dev.yaml is '
                "there already. Fix: choose another name, or remove the file once the stack is "
                "down."
            ],
        ),
        (
            ("wordpress", "../x-dev"),
            [
                'NEW-03 STACK: "../x-dev" – must have 1 to 100 letters, digits, hyphens, '
                "underscores and full stops. Fix: choose such a name."
            ],
        ),
        (
            ("wordpress",),
            ["NEW-03 STACK: (missing) – must be given. Fix: add it, such as wordpress-test."],
        ),
        (
            ("burst", "shop", "--target", "sandbx", "--region", "cn-hangzou"),
            [
                'SET-011 stack: "shop" – must end in its environment, one of dev, test, staging, '
                "prod. Fix: name it such as 'shop-dev'.",
                'NEW-05 --target: "sandbx" – must be one of sandbox, alibaba-cloud. Fix: write '
                "sandbox.",
                'NEW-06 --region: "cn-hangzou" – must be one of the 26 known regions. Fix: write '
                "'cn-hangzhou'.",
            ],
        ),
    ],
)
def test_what_is_wrong_is_told_at_once_and_nothing_is_written(ackb, project, arguments, lines):
    before = {path: path.read_bytes() for path in (project.folder / "stacks").iterdir()}
    ran = ackb("new", *arguments)
    assert (ran.code, ran.out, ran.err.splitlines()) == (Exit.COULD_NOT_RUN, "", lines)
    assert {path: path.read_bytes() for path in (project.folder / "stacks").iterdir()} == before


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["new", "w"], ["wordpress"]),
        (["new", "wordpress", "x-dev", "--preset", "p"], ["production"]),
    ],
)
def test_a_shell_completes_blueprints_and_presets(words, offered):
    ackb = Path(sys.executable).with_name("ackb")
    asked = {
        "_ACKB_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(["ackb", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run(
        [ackb], env={**os.environ, **asked}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == offered


def test_presets_are_those_of_blueprints_and_have_their_default():
    for name in BLUEPRINTS:
        known = presets_of(name)
        assert known.default in known.presets
        assert all("\n" not in one.description for one in known.presets.values())
    folder = CLONE / "blueprints" / "presets"
    assert {path.stem for path in folder.glob("*.yaml")} <= {"base", *BLUEPRINTS}


def test_a_blueprint_without_presets_of_its_own_begins_with_the_base():
    known = presets_of("not-there-yet")
    assert list(known.presets) == [known.default] == ["default"]
