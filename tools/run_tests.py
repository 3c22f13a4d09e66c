"""`make test`: all groups of checks one after the other, then what each found and how long it took.

Names of groups as arguments run only these.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

CLONE = Path(__file__).resolve().parents[1]
# How long an interrupted group may take to remove what it made.
STOP_SECONDS = 60


@dataclass(frozen=True)
class Tests:
    """What one pytest run counted."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    again: int = 0
    """Of the passed, those that did so only when they were run again."""

    @classmethod
    def read(cls, report: Path) -> "Tests | None":
        """Return the counts of a JUnit report, or None where pytest died before it wrote one."""
        if not report.is_file():
            return None
        suites = ElementTree.parse(report).getroot().iter("testsuite")
        total, failed, skipped = 0, 0, 0
        for suite in suites:
            total += int(suite.get("tests", 0))
            failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped += int(suite.get("skipped", 0))
        return cls(max(total - failed - skipped, 0), failed, skipped)

    def __add__(self, other: "Tests") -> "Tests":
        return Tests(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.again + other.again,
        )

    def mended(self, second: "Tests") -> "Tests":
        """Return the counts after those that failed were run a second time."""
        passed = min(second.passed, self.failed)
        return Tests(self.passed + passed, self.failed - passed, self.skipped, passed)

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        again = f", {self.again} UNSTEADY (passed when run again)" if self.again else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}{again}"


# Files of tests side by side, one for each core. Tests of one file share what they set up.
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")


@dataclass(frozen=True)
class Group:
    """Commands that belong together: checkers, or a folder of tests."""

    name: str
    commands: tuple[tuple[str, ...], ...] = ()
    folder: str = ""
    options: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    """A module to run before the tests, for what would take longer than a test may."""
    again: bool = False
    """Run what failed once more: tests of real processes, on a machine that others use too. What
    then passes is named in the summary, for somebody to look at."""


GROUPS = (
    Group("lint", commands=(("ruff", "format", "--check", "."), ("ruff", "check", "."))),
    Group("types", commands=(("mypy",), ("mypy", "tools"))),
    Group("unit", folder="tests/unit", options=SIDE_BY_SIDE),
    Group("plan", folder="tests/plan"),
    Group("policy", folder="tests/policy"),
    Group(
        "sandbox",
        folder="tests/sandbox",
        # In the order of tests/sandbox/conftest.py, which knows what takes long.
        options=(*SIDE_BY_SIDE, "--no-loadscope-reorder"),
        first=("ackb.toolchain", "kruise-manager", "vpa-recommender"),
        again=True,
    ),
    Group("upgrade", folder="tests/upgrade"),
    Group("meta", folder="tests/meta"),
)


@dataclass(frozen=True)
class Outcome:
    """What came of a group."""

    group: str
    passed: bool
    seconds: float
    tests: Tests = field(default_factory=Tests)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the groups; 0 if all passed, 1 if one did not, 130 if stopped."""
    parser = argparse.ArgumentParser(prog="make test", description=__doc__)
    names = [group.name for group in GROUPS]
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(names))
    chosen = parser.parse_args(arguments).groups or names
    if unknown := [name for name in chosen if name not in names]:
        parser.error(f"no such group: {', '.join(unknown)} (there are {', '.join(names)})")
    outcomes: list[Outcome] = []
    stopped = False
    for group in (group for group in GROUPS if group.name in chosen):
        print(f"\n=== {group.name}", flush=True)
        try:
            outcomes.append(run(group))
        except KeyboardInterrupt:
            stopped = True
            break
    print(summary(outcomes), flush=True)
    if stopped:
        print("stopped before all groups had run", flush=True)
        return 130
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def run(group: Group) -> Outcome:
    """Run one group to its end, also where one of its commands fails."""
    started = time.monotonic()
    if not group.folder:
        # A list, not a generator: each command runs, so that one run shows all there is to mend.
        codes = [call([sys.executable, "-m", *command]) for command in group.commands]
        return Outcome(group.name, not any(codes), time.monotonic() - started)
    if group.first and call([sys.executable, "-m", *group.first]):
        return Outcome(group.name, False, time.monotonic() - started)
    code, tests = pytest(group.folder, *group.options)
    if group.again and code and tests is not None and tests.failed:
        print(f"\n=== {group.name}: what failed, once more", flush=True)
        code, second = pytest(group.folder, "--last-failed", "--last-failed-no-failures=none")
        tests = tests.mended(second or Tests())
    passed = code == 0 and tests is not None and not tests.failed
    return Outcome(group.name, passed, time.monotonic() - started, tests or Tests())


def pytest(*arguments: str) -> tuple[int, Tests | None]:
    """Run pytest; its exit code and what it counted, None where it died before it could tell."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        # pytest fails where it finds no test, so an emptied folder is noticed.
        code = call([sys.executable, "-m", "pytest", *arguments, f"--junit-xml={report}"])
        return code, Tests.read(report)


def call(command: Sequence[str]) -> int:
    """Run a command in the clone; a Ctrl-C reaches it too and it may finish cleaning up."""
    with subprocess.Popen(command, cwd=CLONE, stdin=subprocess.DEVNULL) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            try:
                process.wait(timeout=STOP_SECONDS)
            except (subprocess.TimeoutExpired, KeyboardInterrupt):
                process.kill()
            raise


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return the closing table; its last line has the totals in pytest's words."""
    lines = ["", f"{'group':<9}{'result':<8}{'time':>9}  tests"]
    for outcome in outcomes:
        result = "passed" if outcome.passed else "FAILED"
        tests = str(outcome.tests) if outcome.tests != Tests() else ""
        lines.append(f"{outcome.group:<9}{result:<8}{outcome.seconds:>7.1f} s  {tests}".rstrip())
    if failed := [outcome.group for outcome in outcomes if not outcome.passed]:
        lines.append(f"failed: {', '.join(failed)}")
    total = sum((outcome.tests for outcome in outcomes), Tests())
    seconds = sum(outcome.seconds for outcome in outcomes)
    lines.append(f"===== {total} in {seconds:.2f}s =====")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
