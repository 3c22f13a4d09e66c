"""WordPress installed by a Job, and the smoke test behind it: planned here, run by no sandbox."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ackb.planning import Plan
from blueprints import BLUEPRINTS
from blueprints.settings import load
from blueprints.wordpress import installing
from tests.unit.blueprints.test_program import SECRETS, plan, settings

JOB = "kubernetes:batch/v1:Job"
MAIL = "admin@example.com"
ALL_SECRETS = {**SECRETS, "ackb:adminPassword": "Pa55word_admin"}


def jobs(**installation: Any) -> tuple[Plan, dict[str, Any]]:
    made = plan(secrets=ALL_SECRETS, installation={"mail": MAIL, **installation})
    return made, {one.inputs["metadata"]["name"]: one for one in made.of(JOB)}


def container(job: Any) -> dict[str, Any]:
    (found,) = job.inputs["spec"]["template"]["spec"]["containers"]
    return found


def environment(job: Any) -> dict[str, str]:
    return {one["name"]: one["value"] for one in container(job)["env"]}


def test_the_form_is_filled_in_by_a_job() -> None:
    """S2-33, S2-34: title, user, language, and search engines kept out."""
    made, found = jobs()
    job = found["wordpress-installer"]
    told = environment(job)
    assert told["SITE_TITLE"] == "ECI高可用Demo"
    assert (told["ADMIN_USER"], told["ADMIN_EMAIL"]) == ("myuser", MAIL)
    assert (told["SITE_LANGUAGE"], told["SEARCH_ENGINES"]) == ("zh_CN", "false")
    assert told["SITE_URL"].startswith("http://")
    site = made.of("kubernetes:apps/v1:Deployment")[0]
    pod = site.inputs["spec"]["template"]["spec"]
    assert container(job)["image"] == pod["containers"][0]["image"], "nothing else to pull"
    mounted = {one["mountPath"] for one in container(job)["volumeMounts"]}
    assert {"/var/www/html", "/var/www/html/wp-content"} <= mounted, "as in the site's own pods"


def test_passwords_go_through_secrets_only() -> None:
    made, found = jobs()
    rendered = made.render()
    assert "Pa55word" not in rendered
    secrets = {one.name: one for one in made.of("kubernetes:core/v1:Secret")}
    for name, job in found.items():
        assert container(job)["envFrom"] == [{"secretRef": {"name": name}}]
        assert "ADMIN_PASSWORD" not in environment(job)
    assert "ADMIN_PASSWORD" in secrets["installer-secrets"].inputs["stringData"].value
    assert set(secrets["smoke-test-secrets"].inputs["stringData"].value) == {"ADMIN_PASSWORD"}


def test_the_smoke_test_comes_after_the_installation() -> None:
    """S2-35."""
    made, found = jobs(url="https://blog.example.com")
    smoke, installer = found["wordpress-smoke-test"], found["wordpress-installer"]
    waits = made.one("ackb:workload:BatchJob", "smoke-test").dependencies
    assert {"installer-job", "site-deployment"} <= set(waits)
    assert environment(smoke)["SERVICE"] == "sp-svc:80"
    assert environment(smoke)["SITE_URL"] == "https://blog.example.com"
    assert environment(installer)["SITE_URL"] == "https://blog.example.com"


def test_it_can_be_left_out() -> None:
    assert set(jobs(smoke_test=False)[1]) == {"wordpress-installer"}
    assert plan().of(JOB) == []


def test_the_password_is_needed_with_an_installation_only() -> None:
    def needed(**changes: Any) -> set[str]:
        loaded = load(json.dumps(settings(**changes)), stack="wordpress-dev")
        return {one.key for one in BLUEPRINTS["wordpress"].secrets_for(loaded)}

    assert needed(installation={"mail": MAIL}) - needed() == {"adminPassword"}


@pytest.mark.parametrize("script", ["install.php", "smoke_test.php"])
def test_a_script_reads_only_what_its_job_sets(script: str) -> None:
    text = (Path(installing.__file__).parent / "php" / script).read_text("utf-8")
    asked = set(re.findall(r"getenv\('([A-Z_]+)'\)", text))
    name = {"install.php": "wordpress-installer", "smoke_test.php": "wordpress-smoke-test"}[script]
    job = jobs()[1][name]
    assert asked <= {*environment(job), "ADMIN_PASSWORD"}


def test_the_preparation_is_shell() -> None:
    job = jobs()[1]["wordpress-installer"]
    shell, option, line = container(job)["command"]
    assert (shell, option) == ("sh", "-ec")
    done = subprocess.run(["sh", "-n"], input=line, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
