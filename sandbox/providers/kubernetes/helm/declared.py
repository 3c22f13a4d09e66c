"""The inputs of a release: completed, compared, and as arguments of `helm upgrade`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ackb.domain.unknown import UNKNOWN

from ..checking import Unacceptable, generated_name
from ..diffing import Change, Difference, Path, parsed_path
from ..kinds import Object
from ..values import contains_unknown
from . import charts

DEFAULT_TIMEOUT = 300
"""Seconds; the same in Helm and in the official plugin."""

# The flag of `helm upgrade` for an input that is either true or absent.
_SWITCHES = {
    "atomic": "--atomic",
    "cleanupOnFail": "--cleanup-on-fail",
    "createNamespace": "--create-namespace",
    "dependencyUpdate": "--dependency-update",
    "devel": "--devel",
    "disableOpenapiValidation": "--disable-openapi-validation",
    "disableWebhooks": "--no-hooks",
    "forceUpdate": "--force",
    "renderSubchartNotes": "--render-subchart-notes",
    "resetValues": "--reset-values",
    "reuseValues": "--reuse-values",
    "skipCrds": "--skip-crds",
    "takeOwnership": "--take-ownership",
    "waitForJobs": "--wait-for-jobs",
}

_REFUSED = {
    "allowNullValues": "a null value cannot be told from an absent one here",
    "disableCRDHooks": "Helm 3 has no hooks for CRDs",
    "lint": "run `helm lint` by hand",
    "manifest": "what a chart renders is not an input",
    "postrender": "no program is run on what a chart renders",
    "recreatePods": "delete the pods by hand",
    "replace": "a release that exists is upgraded",
    "valueYamlFiles": "pass `values`",
    "verify": "signatures of charts are not verified",
}

# Recorded by the official plugin beside the inputs; they are results.
_COMPUTED = ("compat", "resourceNames", "status")

_REPLACING = ("name", "namespace")


def completed(declared: Object, *, old: Object, name: str, seed: bytes, namespace: str) -> Object:
    """Return the inputs as they will be recorded: with a name and a namespace.

    Args:
        declared: the inputs of the program.
        old: those of the last update, empty for a new release.
        name: logical name of the resource, the base of a generated name.
        seed: from the engine, so that preview and update choose the same name.
        namespace: default namespace of the provider.

    Raises:
        Unacceptable: something that the sandbox does not do is asked for.
    """
    for field, why in _REFUSED.items():
        if declared.get(field):
            raise Unacceptable(field, f"{field} does not work in the sandbox: {why}")
    repository = declared.get("repositoryOpts") or {}
    if isinstance(repository, Mapping) and repository.keys() - {"repo"}:
        field = min(repository.keys() - {"repo"})
        raise Unacceptable(
            f"repositoryOpts.{field}", "the sandbox reads repositories without credentials only"
        )
    if not declared.get("chart"):
        raise Unacceptable("chart", "chart is missing: name one, or the path of its folder")
    if not contains_unknown([declared["chart"], repository]):
        charts.arguments(declared)
    result = {key: value for key, value in declared.items() if key not in _COMPUTED}
    result.setdefault("name", old.get("name") or generated_name(name, seed))
    result.setdefault("namespace", namespace)
    return result


def arguments(inputs: Object) -> list[str]:
    """Return the options of `helm upgrade` that follow from the inputs, without the chart's own.

    Values are not among them: they may be secret, and arguments can be read by everybody.
    """
    flags = [flag for field, flag in _SWITCHES.items() if inputs.get(field) is True]
    if inputs.get("skipAwait") is not True or inputs.get("atomic") is True:
        flags.append("--wait")
    flags += ["--timeout", f"{inputs.get('timeout') or DEFAULT_TIMEOUT}s"]
    if description := inputs.get("description"):
        flags += ["--description", str(description)]
    if (kept := inputs.get("maxHistory")) is not None:
        flags += ["--history-max", str(kept)]
    return flags


def differences(old: Object, new: Object, ignored: list[str]) -> list[Difference]:
    """Return what changed between two sets of inputs."""
    unseen = [parsed_path(one) for one in ignored]
    return [
        Difference(path, change, path[0] in _REPLACING)
        for path, change in _changed((), old, new)
        if not any(path[: len(one)] == one for one in unseen)
    ]


def _changed(
    path: Path, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[Path, Change]]:
    for key in sorted({*before, *after}):
        below = (*path, key)
        if key not in after:
            yield below, Change.DELETE
        elif key not in before:
            yield below, Change.ADD
        elif isinstance(before[key], Mapping) and isinstance(after[key], Mapping):
            yield from _changed(below, before[key], after[key])
        elif after[key] is UNKNOWN or before[key] != after[key]:
            yield below, Change.UPDATE
