"""A Helm chart installed in a cluster."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain import naming
from ackb.domain.home import find_project
from ackb.domain.problems import ArgumentProblem
from components.checks import problem, refuse

_DIGEST_LENGTH: Final = 12
_LONGEST_NAME: Final = 53
"""Helm's own limit of a release name; what a chart makes has longer ones."""


@dataclass(frozen=True, kw_only=True)
class ChartFolder:
    """A chart that lies in a folder."""

    path: Path
    """Folder with the Chart.yaml; one of the project is recorded relative to it, so that all
    machines record the same."""


@dataclass(frozen=True, kw_only=True)
class ChartRepository:
    """A chart of a repository that needs no password."""

    url: str
    """Address of the repository, `https://...`, or of its charts in a registry, `oci://...`."""
    chart: str
    """Name of the chart."""
    version: str
    """Exact version; without one, two runs of the same program could install two things."""


@dataclass(frozen=True, kw_only=True)
class ChartArgs:
    """Arguments of `Chart`."""

    source: ChartFolder | ChartRepository
    """The chart."""
    release_name: str
    """Name of the release, unique in its namespace; a change replaces it."""
    namespace: pulumi.Input[str]
    """Namespace of the release, which must exist; a change replaces it."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Values that differ from the chart's own; secret ones stay secret. Default: none."""
    timeout_seconds: int = 300
    """Seconds that what the chart makes may take to be ready. Default: 300."""
    atomic: bool = False
    """Take an installation that fails back, rather than leave it for the next run. Default:
    false."""


class Chart(pulumi.ComponentResource):
    """A Helm chart, installed, upgraded and removed by itself.

    Creates: one release. A chart in a folder is upgraded when anything in the folder changes.

        Chart(
            "vpa",
            ChartArgs(
                source=ChartRepository(
                    url="https://aliacs-app-catalog.oss-cn-hangzhou.aliyuncs.com/charts",
                    chart="ack-vertical-pod-autoscaler",
                    version="1.0.0",
                ),
                release_name="vpa",
                namespace="kube-system",
            ),
            pulumi.ResourceOptions(providers=[cluster.provider]),
        )
    """

    release_name: pulumi.Output[str]
    """Name of the release, known once it is installed."""

    def __init__(
        self, name: str, args: ChartArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        refuse("Chart", name, _problems(args))
        super().__init__("ackb:cluster:Chart", name, None, opts)
        release = kubernetes.helm.v3.Release(
            f"{name}-release",
            name=args.release_name,
            namespace=args.namespace,
            values=dict(args.values),
            timeout=args.timeout_seconds,
            atomic=args.atomic,
            **_chart(args.source),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.release_name = release.name.apply(lambda name: str(name))
        self.register_outputs({"release_name": self.release_name})


def _chart(source: ChartFolder | ChartRepository) -> dict[str, Any]:
    if isinstance(source, ChartFolder):
        # The provider sees no change inside a folder; it sees that of the description.
        return {"chart": _recorded(source.path), "description": f"chart {_digest(source.path)}"}
    if source.url.startswith("oci://"):
        return {"chart": f"{source.url.rstrip('/')}/{source.chart}", "version": source.version}
    return {
        "chart": source.chart,
        "version": source.version,
        "repository_opts": kubernetes.helm.v3.RepositoryOptsArgs(repo=source.url),
    }


def _recorded(folder: Path) -> str:
    """The path as the state holds it. The provider resolves it in the folder of the project."""
    project = find_project(Path.cwd())
    found = (project / folder).resolve()
    if found.is_relative_to(project):
        return f"./{found.relative_to(project).as_posix()}"
    return str(found)


def _digest(folder: Path) -> str:
    """A hash of every name and content in the chart, the same on all machines."""
    root = find_project(Path.cwd()) / folder
    total = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file():
            content = hashlib.sha256(path.read_bytes()).digest()
            total.update(path.relative_to(root).as_posix().encode() + b"\0" + content)
    return total.hexdigest()[:_DIGEST_LENGTH]


def _problems(args: ChartArgs) -> Iterator[ArgumentProblem]:
    yield from problem(
        "release_name", args.release_name, naming.check("dns_label", args.release_name)
    )
    if len(args.release_name) > _LONGEST_NAME:
        yield ArgumentProblem(
            "release_name", f"have at most {_LONGEST_NAME} characters", args.release_name, "cut it"
        )
    if args.timeout_seconds < 1:
        yield ArgumentProblem(
            "timeout_seconds", "be 1 or more", args.timeout_seconds, "choose 300 for most charts"
        )
    source = args.source
    if isinstance(source, ChartFolder):
        if not (find_project(Path.cwd()) / source.path / "Chart.yaml").is_file():
            yield ArgumentProblem(
                "source.path",
                "be a folder with a Chart.yaml",
                str(source.path),
                "give it relative to the project, or as an absolute path",
            )
        return
    if not source.url.startswith(("https://", "oci://")):
        yield ArgumentProblem(
            "source.url",
            "begin with https:// or oci://",
            source.url,
            "a chart that comes unprotected can be replaced on its way",
        )
    if not source.version or source.version[0] not in "v0123456789":
        yield ArgumentProblem(
            "source.version", "be an exact version", source.version, "pin one, such as 1.0.0"
        )
