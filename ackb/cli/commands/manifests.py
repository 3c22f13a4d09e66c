"""`ackb manifests`: the Kubernetes objects of a stack as YAML (S2-32)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import typer

from ackb.cli.arguments import Json, StackName, project_of

if TYPE_CHECKING:
    from ackb.planning import Plan

_FIRST: Final = (
    "Namespace",
    "ResourceQuota",
    "LimitRange",
    "ServiceAccount",
    "Secret",
    "ConfigMap",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Service",
)
"""Kinds that others refer to by name, so a plain `kubectl apply` needs them first."""


def manifests(context: typer.Context, stack: StackName, json: Json = False) -> None:
    """Print all Kubernetes objects of a stack as YAML, in the order they are applied.

    Secrets read `<secret>`; what only the cloud knows reads `<… of NAME>`.
    """
    from ackb.cli import output
    from ackb.cli.context import Workplace
    from ackb.planning import plan_stack

    workplace = Workplace.find(project_of(context))
    workplace.stack(stack).settings()
    objects = in_apply_order(plan_stack(workplace.project, stack))
    if json:
        output.document("manifests", stack=stack, objects=objects, exit_code=0)
        return
    print(_as_yaml(objects), end="")


def _as_yaml(objects: list[dict[str, Any]]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes texts of several lines as blocks, as people do."""

    def block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, block)
    return yaml.dump_all(
        objects, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100, explicit_start=True
    )


def in_apply_order(plan: Plan) -> list[dict[str, Any]]:
    """The Kubernetes objects of a plan as plain data; what is waited for comes first.

    Among those that may go at the same time the order is that of kind and name, so that the text
    changes only where the objects do.
    """
    from graphlib import TopologicalSorter

    found = {one.name: one for one in plan.resources if one.type.startswith("kubernetes:")}
    sorter = TopologicalSorter(
        {
            name: [other for other in one.dependencies if other in found]
            for name, one in found.items()
        }
    )
    sorter.prepare()
    ordered: list[dict[str, Any]] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda name: (_rank(found[name].type), name))
        ordered += [_manifest(found[name].type, found[name].inputs) for name in ready]
        sorter.done(*ready)
    return ordered


def _rank(token: str) -> tuple[int, str]:
    kind = token.rsplit(":", 1)[-1]
    return (_FIRST.index(kind) if kind in _FIRST else len(_FIRST), kind)


def _manifest(token: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    from ackb.planning.plan import shown

    group_version, kind = token.removeprefix("kubernetes:").rsplit(":", 1)
    head = {"apiVersion": group_version.removeprefix("core/"), "kind": kind}
    return {**head, **shown(inputs)}
