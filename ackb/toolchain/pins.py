"""Which native tools there are, and which versions of each will do.

The version itself stands in one place only: `tools/<folder>/go.mod`, beside its checksums.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

CLONE: Final = Path(__file__).resolve().parents[2]
MODULES: Final = CLONE / "tools"

# What every tool is built with, whatever the user's own Go settings say. cgo is off, as in the
# official builds of these tools: no C compiler is needed and the result is the same everywhere.
# The proxy settings (GOPROXY, GOSUMDB, GOPRIVATE, ...) stay the user's.
GO_ENVIRONMENT: Final[Mapping[str, str]] = {
    "CGO_ENABLED": "0",
    "GO111MODULE": "on",
    "GOFLAGS": "-buildvcs=false",  # replaces what `go env -w` or the shell set, such as -mod=mod
    "GOTOOLCHAIN": "local",  # no surprise download of another Go
    "GOWORK": "off",
}
GO_FLAGS: Final = ("-mod=readonly", "-trimpath")

_NUMBERS: Final = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(-(?:alpha|beta|rc)[.\w]*)?")


class Accept(Enum):
    """How far a binary on PATH may be from the pinned version."""

    SAME_MINOR = "same minor"
    """The pinned minor, any patch."""
    SAME_MAJOR = "same major"
    """The pinned minor or a later one, below the next major."""


@dataclass(frozen=True)
class Version:
    """A version as a tool prints it; a missing patch counts as 0."""

    major: int
    minor: int
    patch: int
    pre_release: str = ""

    @classmethod
    def find_in(cls, text: str) -> Version | None:
        """Return the first version in `text`, or None."""
        match = _NUMBERS.search(text)
        if match is None:
            return None
        major, minor, patch, pre_release = match.groups()
        return cls(int(major), int(minor), int(patch or 0), pre_release or "")

    @property
    def numbers(self) -> tuple[int, int, int]:
        """Major, minor and patch, to compare by."""
        return self.major, self.minor, self.patch

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}{self.pre_release}"


@dataclass(frozen=True, kw_only=True)
class Pin:
    """One native tool: how it is built, how it tells its version, and which versions will do."""

    name: str
    folder: str
    """Folder below `tools/` with the go.mod and go.sum that pin it."""
    module: str
    """Go module whose version in go.mod is the version of the tool."""
    package: str
    stamps: Mapping[str, str] = field(default_factory=dict)
    """Variables set by the linker to `{version}`, `{major}` or `{minor}`."""
    version_arguments: tuple[str, ...] = ("--version",)
    accept: Accept = Accept.SAME_MINOR
    files: Mapping[str, str] = field(default_factory=dict)
    """What is kept of the module beside the binary: a name, and the file or folder in the module.

    Such a tool is never taken from PATH, where the files are not.
    """
    optional: bool = False
    """Only some stacks need it: it is built when one of them does."""

    @property
    def directory(self) -> Path:
        """The Go module the tool is built in."""
        return MODULES / self.folder

    @property
    def version(self) -> Version:
        """The pinned version.

        Raises:
            OSError: the go.mod file is missing.
            ValueError: it names no version of the module.
        """
        return self._declared(rf"(?:require |\t){re.escape(self.module)}")

    @property
    def required_go(self) -> Version:
        """The oldest Go that go.mod allows."""
        return self._declared("go")

    def suits(self, found: Version) -> bool:
        """Tell whether a binary of version `found` can be used instead of the pinned one."""
        pinned = self.version
        if found.pre_release or found.major != pinned.major:
            return False
        if self.accept is Accept.SAME_MINOR:
            return found.minor == pinned.minor
        return found.minor >= pinned.minor

    def wanted(self) -> str:
        """Return the accepted versions in words, such as `1.36.x` or `3.256 or later, below 4`."""
        pinned = self.version
        if self.files:
            return str(pinned)
        if self.accept is Accept.SAME_MINOR:
            return f"{pinned.major}.{pinned.minor}.x"
        return f"{pinned.major}.{pinned.minor} or later, below {pinned.major + 1}"

    def build_arguments(self) -> tuple[str, ...]:
        """Return the arguments of `go build`, all but the output file and the package."""
        version = self.version
        values = {"version": version, "major": version.major, "minor": version.minor}
        linker = ["-s", "-w"]
        for variable, template in self.stamps.items():
            linker += ["-X", f"{variable}={template.format(**values)}"]
        return (*GO_FLAGS, "-ldflags", " ".join(linker))

    def fingerprint(self) -> str:
        """Return a digest of all that decides what the built binary is; a new one means rebuild."""
        parts = [
            self._text("go.mod"),
            self._text("go.sum"),
            self.package,
            *self.build_arguments(),
            *(f"{name}={value}" for name, value in GO_ENVIRONMENT.items()),
            platform.system(),
            platform.machine(),
            *(f"{name}={path}" for name, path in self.files.items()),
        ]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _text(self, name: str) -> str:
        return (self.directory / name).read_text(encoding="utf-8")

    def _declared(self, directive: str) -> Version:
        line = re.search(rf"^{directive} (\S+)", self._text("go.mod"), re.MULTILINE)
        version = Version.find_in(line.group(1)) if line else None
        if version is None:
            raise ValueError(f"{self.directory / 'go.mod'} has no line `{directive} <version>`")
        return version


_PULUMI_VERSION: Final = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_KUBERNETES_STAMPS: Final = {
    "k8s.io/component-base/version.gitVersion": "v{version}",
    "k8s.io/component-base/version.gitMajor": "{major}",
    "k8s.io/component-base/version.gitMinor": "{minor}",
}


def _kubernetes(name: str, *version_arguments: str) -> Pin:
    return Pin(
        name=name,
        folder="kubernetes",
        module="k8s.io/kubernetes",
        package=f"k8s.io/kubernetes/cmd/{name}",
        stamps=_KUBERNETES_STAMPS,
        version_arguments=version_arguments or ("--version",),
    )


def _kwok(name: str) -> Pin:
    return Pin(
        name=name,
        folder="kwok",
        module="sigs.k8s.io/kwok",
        package=f"sigs.k8s.io/kwok/cmd/{name}",
    )


# In the order they are built: the packages of one module share most of their work.
PINS: Final[Mapping[str, Pin]] = {
    pin.name: pin
    for pin in (
        Pin(
            name="pulumi",
            folder="pulumi",
            module="github.com/pulumi/pulumi/pkg/v3",
            package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
            stamps={_PULUMI_VERSION: "{version}"},
            version_arguments=("version",),
            accept=Accept.SAME_MAJOR,
        ),
        _kubernetes("kube-apiserver"),
        _kubernetes("kube-controller-manager"),
        _kubernetes("kube-scheduler"),
        _kubernetes("kubectl", "version", "--client"),
        Pin(
            name="etcd",
            folder="etcd",
            module="go.etcd.io/etcd/server/v3",
            package="go.etcd.io/etcd/server/v3",
        ),
        _kwok("kwok"),
        _kwok("kwokctl"),
        Pin(
            name="helm",
            folder="helm",
            module="helm.sh/helm/v3",
            package="helm.sh/helm/v3/cmd/helm",
            stamps={"helm.sh/helm/v3/internal/version.version": "v{version}"},
            version_arguments=("version", "--short"),
        ),
        Pin(
            name="kruise-manager",
            folder="kruise",
            module="github.com/openkruise/kruise",
            package="github.com/openkruise/kruise",
            files={
                "crds": "config/crd/bases",
                "webhooks.yaml": "config/webhook/manifests.yaml",
                "webhooks.patch.yaml": "config/webhook/patch_manifests.yaml",
            },
            optional=True,
        ),
        Pin(
            name="vpa-recommender",
            folder="vpa",
            module="k8s.io/autoscaler/vertical-pod-autoscaler",
            package="k8s.io/autoscaler/vertical-pod-autoscaler/pkg/recommender",
            files={"crds.yaml": "deploy/vpa-v1-crd-gen.yaml"},
            optional=True,
        ),
    )
}


def make_command(pins: Sequence[Pin]) -> str:
    """Return the command that builds these tools."""
    if all(not pin.optional for pin in pins):
        return "make tools"
    return f'make tools TOOLS="{" ".join(pin.name for pin in pins)}"'
