"""What is refused before anything is created: bad designs, and the wrong side of the sandbox."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import STACK, Sandbox

pytestmark = pytest.mark.timeout(300)

STAGING = "wordpress-staging"
BURSTABLE = {
    "limits": {"cpu": "500m", "memory": "1Gi"},
    "requests": {"cpu": "250m", "memory": "1Gi"},
}
IN_THE_SANDBOX = 'eval "$(ackb sandbox env)"; '


@pytest.fixture
def staging(sandbox: Sandbox) -> Sandbox:
    """A sandbox stack whose name counts as production, with a pod that is not Guaranteed."""
    stacks = sandbox.project / "stacks"
    text = (stacks / f"Pulumi.{STACK}.yaml").read_text()
    (stacks / f"Pulumi.{STAGING}.yaml").write_text(text.replace("env: dev", "env: staging"))
    sandbox.set("resources", BURSTABLE, stack=STAGING)
    return sandbox


def test_the_engine_and_the_check_give_the_same_finding(staging: Sandbox) -> None:
    """WL-01 (S3-10): `pulumi preview --policy-pack`, `ackb check` and `ackb up` agree."""
    checked = staging.ackb("check", STAGING, code=2)
    (finding,) = [one for one in checked["findings"] if one["rule"] == "WL-01"]
    keys = "".join(
        f"printf 'Abcdefgh1234567890abcdefgh%s' {n} | "
        f"pulumi config set --secret ackb:{key} -s {STAGING}; "
        for n, key in enumerate(("databasePassword", "cachePassword", "sessionKey"))
    )
    start = f"pulumi stack init {STAGING} 2>/dev/null; {keys}"
    preview = f"pulumi preview -s {STAGING} --policy-pack policies --color never || echo refused"
    said = staging.shell(IN_THE_SANDBOX + start + preview)
    assert "[mandatory]" in said
    assert "WL-01" in said
    assert finding["message"] in " ".join(said.split())
    assert said.rstrip().endswith("refused")
    stopped = staging.ackb("up", STAGING, code=2)
    assert finding["message"] in " ".join(stopped["problems"])


def test_a_mandatory_finding_creates_nothing(staging: Sandbox) -> None:
    """Not even the network that would come before the Deployment."""
    (problem,) = staging.ackb("up", STAGING, code=2)["problems"]
    assert problem.startswith("WL-01 ")
    status = staging.ackb("sandbox", "status")
    assert (status["empty"], status["stacks"]) == (True, {})


def test_a_real_stack_is_refused_while_sandbox_variables_are_set(sandbox: Sandbox) -> None:
    """`ackb` sees the variable; by hand, the sandbox's provider refuses the stack."""
    sandbox.variables["PULUMI_DEBUG_PROVIDERS"] = "alicloud:1,kubernetes:2"
    refused = sandbox.ackb("preview", "wordpress-prod", code=3)
    assert refused["problems"] == [
        'ENG-04 PULUMI_DEBUG_PROVIDERS: "alicloud:1,kubernetes:2" – the stack\'s target is '
        "alibaba-cloud, but this variable attaches the engine to the sandbox. Fix: run `unset "
        "PULUMI_DEBUG_PROVIDERS` or open a new shell."
    ]


def test_the_sandbox_refuses_a_real_stack_of_plain_pulumi(sandbox: Sandbox) -> None:
    """A fake must never drive a real stack, whatever the shell's variables say."""
    stack = "wordpress-prod"
    keys = "".join(
        f"printf 'Abcdefgh1234567890abcdefgh%s' {n} | "
        f"pulumi config set --secret ackb:{key} -s {stack}; "
        for n, key in enumerate(("databasePassword", "cachePassword", "sessionKey"))
    )
    preview = f"pulumi preview -s {stack} --color never || echo refused"
    said = sandbox.shell(IN_THE_SANDBOX + f"pulumi stack init {stack}; {keys}" + preview)
    assert "it serves only stacks with target: sandbox" in said
    assert "Nothing was changed" in said
    assert said.rstrip().endswith("refused")
    assert sandbox.ackb("sandbox", "status")["empty"]


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (
            "scaling",
            {"type": "hpa", "maxReplica": 50},
            "SET-001 ackb:settings.scaling.maxReplica: 50 – is not a known key. Fix: write 'max'.",
        ),
        (
            "network.zones.1.pod_cidr",
            "172.16.0.0/16",
            'SET-022 ackb:settings.network.zones[1].pod_cidr: "172.16.0.0/16" – must lie inside '
            "the VPC range 10.0.0.0/8. Fix: choose a part of 10.0.0.0/8.",
        ),
    ],
)
def test_a_wrong_setting_creates_nothing(
    sandbox: Sandbox, path: str, value: object, problem: str
) -> None:
    """One clear message, no daemon, no stack."""
    sandbox.set(path, value)
    assert sandbox.ackb("up", STACK, code=3)["problems"] == [problem]
    status = sandbox.ackb("sandbox", "status")
    assert (status["empty"], status["daemon"], status["stacks"]) == (True, None, {})


def test_a_missing_tool_is_one_sentence(sandbox: Sandbox) -> None:
    """Nothing to run the engine with, and nothing built."""
    sandbox.variables["ACKB_TOOLS"] = str(sandbox.project / "no-tools")
    python = sandbox.environment["PATH"].split(":")[0]
    sandbox.variables["PATH"] = f"{python}:/usr/bin:/bin"
    (problem,) = sandbox.ackb("up", STACK, code=3)["problems"]
    assert "pulumi 3.256 or later, below 4: neither on PATH nor built" in problem
    assert "make tools" in problem


def test_secrets_of_another_home_are_generated_anew(sandbox: Sandbox) -> None:
    """A sandbox stack whose file somebody committed with what only their home can decrypt."""
    file = sandbox.project / "stacks" / f"Pulumi.{STACK}.yaml"
    salt = "v1:o8d3XrF0yek=:v1:I1JWGJvQ3IugiKMl:ZtzFrDDNFlNGZcmewxAq3Iq00XHnOw=="
    file.write_text(f"{file.read_text()}encryptionsalt: {salt}\n")
    plan = sandbox.ackb("preview", STACK)
    assert {change["op"] for change in plan["changes"]} == {"create"}
    after = file.read_text()
    assert salt not in after
    assert after.count("secure:") == 3
