"""The stacks of this repository keep every rule; one that does not is caught by its plan."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from ackb.planning import plan_stack
from policies import Level, Report, evaluate, from_plain

ROOT = Path(__file__).parents[2]
STACKS = sorted(
    path.stem.removeprefix("Pulumi.") for path in (ROOT / "stacks").glob("Pulumi.*.yaml")
)


def judged(project: Path, stack: str) -> Report:
    plan = plan_stack(project, stack)
    return evaluate(from_plain(vars(one) for one in plan.resources), today=date(2026, 11, 22))


def test_there_are_stacks_to_judge() -> None:
    assert {"wordpress-dev", "wordpress-prod"} <= set(STACKS)


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_of_this_repository_is_clean(stack: str) -> None:
    report = judged(ROOT, stack)
    assert [one.message for one in (*report.findings, *report.undecided)] == []
    assert "WL-01" in [rule for rule, _ in report.checked]
    assert report.exit_code == 0


@pytest.mark.parametrize(
    ("stack", "level", "exit_code"),
    [("wordpress-dev", Level.ADVISORY, 1), ("wordpress-prod", Level.MANDATORY, 2)],
)
def test_requests_below_limits_are_found_in_the_plan(
    tmp_path: Path, stack: str, level: Level, exit_code: int
) -> None:
    """S3-10: an online workload that is not Guaranteed never gets as far as the cloud."""
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, tmp_path)
    settings = (ROOT / "stacks" / f"Pulumi.{stack}.yaml").read_text("utf-8")
    resources = "{limits: {cpu: 500m, memory: 1Gi}, requests: {cpu: 250m, memory: 1Gi}}"
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / f"Pulumi.{stack}.yaml").write_text(
        settings.replace("\n    cluster:", f"\n    resources: {resources}\n    cluster:"), "utf-8"
    )
    report = judged(tmp_path, stack)
    assert [(one.level, one.message) for one in report.findings] == [
        (
            level,
            "WL-01 spec.template.spec.containers[wordpress].resources: "
            '{"requests": "250m", "limits": "500m"} – cpu request 250m is not equal to limit 500m, '
            "so the pod is not Guaranteed. Fix: set the cpu limit, and the request to the same "
            "amount or not at all.",
        )
    ]
    assert report.exit_code == exit_code
