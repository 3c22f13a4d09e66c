"""JUnit XML: each rule on each resource is a test case, so that a CI system shows what passed."""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree

from policies.model import Report


def render(report: Report, *, source: str) -> str:
    """Return the report as one test suite.

    A finding is a failure, a rule that could not run is an error, a skipped or undecided one is a
    skipped test.
    """
    failures: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for finding in report.findings:
        failures[finding.rule, finding.resource.urn].append(f"{finding.level}: {finding.message}")
    skips: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one in report.suppressed:
        key = one.finding.rule, one.finding.resource.urn
        skips[key].append(f"skipped until {one.expires}: {one.reason}")
    for finding in report.undecided:
        skips[finding.rule, finding.resource.urn].append(f"undecided: {finding.message}")
    errors = {(one.rule, one.resource.urn): one.error for one in report.crashes}

    suite = ElementTree.Element("testsuite", name=source)
    counts = dict.fromkeys(("failures", "errors", "skipped"), 0)
    for rule, resource in report.checked:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"policies.{rule}", name=resource.urn
        )
        key = (rule, resource.urn)
        if key in errors:
            counts["errors"] += 1
            ElementTree.SubElement(case, "error", message=errors[key])
        elif key in failures:
            counts["failures"] += 1
            body = ElementTree.SubElement(case, "failure", message=f"{len(failures[key])} findings")
            body.text = "\n".join(failures[key] + skips.get(key, []))
        elif key in skips:
            counts["skipped"] += 1
            ElementTree.SubElement(case, "skipped", message="\n".join(skips[key]))
    suite.set("tests", str(len(report.checked)))
    for name, count in counts.items():
        suite.set(name, str(count))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
