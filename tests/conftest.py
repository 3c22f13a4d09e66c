"""Fixtures for every test: programs are planned, and pages opened, here and nowhere else."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from ackb.planning import Plan, plan_program
from tests.browser import Browser, browsers

PLANS = Path(__file__).parent / "plan"

# Property tests are reproducible and have no deadline: they judge results, not speed.
settings.register_profile("reproducible", derandomize=True, deadline=None)
settings.load_profile("reproducible")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-plans", action="store_true", help="rewrite tests/plan/*.txt instead of comparing"
    )


def pytest_configure() -> None:
    """Programs that tests start can be interrupted, also where the tests run in the background."""
    for number, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        # What is ignored here would be ignored by every program that is started from here.
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


@pytest.fixture
def deploy() -> Callable[..., Plan]:
    """Plan one component: `deploy(lambda opts: Network("net", args, opts))`.

    `opts` carries explicit providers named `alicloud` and `kubernetes`; default ones are disabled.
    """

    def run(build: Callable[..., object], *, stack: str = "dev", preview: bool = False) -> Plan:
        import pulumi
        import pulumi_alicloud
        import pulumi_kubernetes

        def program() -> None:
            providers = [
                pulumi_alicloud.Provider("alicloud", region="cn-hangzhou"),
                pulumi_kubernetes.Provider("kubernetes", cluster_identifier="test"),
            ]
            build(pulumi.ResourceOptions(providers=providers))

        return plan_program(
            program,
            stack=stack,
            preview=preview,
            config={"pulumi:disable-default-providers": ["*"]},
        )

    return run


@pytest.fixture
def matches_plan(request: pytest.FixtureRequest) -> Callable[[Plan, str], None]:
    """Compare a plan with `tests/plan/NAME.txt`, or rewrite that file under `--update-plans`."""

    def compare(plan: Plan, name: str) -> None:
        path = PLANS / f"{name}.txt"
        if request.config.getoption("--update-plans"):
            path.write_text(plan.render(), encoding="utf-8")
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        assert plan.render().split(os.linesep) == expected.split(os.linesep), (
            f"the plan differs from {path.name}; if that is meant, run pytest with --update-plans"
        )

    return compare


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for HTML reports: `browser.open(path).check()`."""
    yield from browsers()
