"""What a container reads and writes besides its image: files, secrets, volumes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
import pulumi_kubernetes as kubernetes

from ackb.domain.problems import ArgumentProblem

core = kubernetes.core.v1

CONFIGURATION: Final = "ackb/configuration"
"""Annotation of pods: a change of files or secrets changes it and so updates the pods."""

_FINGERPRINT_ROUNDS: Final = 20_000
"""Rounds of PBKDF2: guessing a secret from its fingerprint takes about 10 ms a guess."""

_FIELDS: Final = "files, claims, scratch_paths"


@dataclass(frozen=True, kw_only=True)
class Content:
    """The content of the containers of an app; ConfigMap and Secret have the name of the app."""

    app: str
    """Name of the app."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Text files by their absolute path in the container, through a ConfigMap. Default: none."""
    secret_environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Environment variables whose values are secrets, through a Secret. Default: none."""
    claims: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Claims of shared volumes by the absolute path they are mounted at. Default: none."""
    scratch_paths: Sequence[str] = ()
    """Absolute paths that must be writable, each an empty folder of its own. Default: none."""

    def problems(self) -> Iterator[ArgumentProblem]:
        """Yield what is wrong with the paths."""
        paths = [*self.files, *self.claims, *self.scratch_paths]
        for path in paths:
            if not path.startswith("/"):
                yield ArgumentProblem(_FIELDS, "be absolute paths", path, f"write '/{path}'")
        for path in sorted({one for one in paths if paths.count(one) > 1}):
            yield ArgumentProblem(_FIELDS, "name a path once", path, "remove one of them")

    def objects(
        self,
        name: str,
        metadata: kubernetes.meta.v1.ObjectMetaArgs,
        opts: pulumi.ResourceOptions,
    ) -> list[pulumi.Resource]:
        """Create the ConfigMap and the Secret, where there is something for them."""
        created: list[pulumi.Resource] = []
        if self.files:
            created.append(
                core.ConfigMap(
                    f"{name}-config", metadata=metadata, data=file_keys(self.files), opts=opts
                )
            )
        if self.secret_environment:
            values = dict(self.secret_environment)
            created.append(
                core.Secret(f"{name}-secrets", metadata=metadata, string_data=values, opts=opts)
            )
        return created

    def annotations(self) -> dict[str, pulumi.Output[str]]:
        """Return the pod annotation with a short mark, from which no secret can be read."""
        secrets: pulumi.Output[dict[str, Any]] = pulumi.Output.all(**self.secret_environment)
        mark = secrets.apply(lambda known: fingerprint(self.app, dict(self.files), known))
        # It stands in the annotations of every pod, so it is no secret.
        return {CONFIGURATION: pulumi.Output.unsecret(mark)}

    def env_from(self) -> list[core.EnvFromSourceArgs] | None:
        """Return where the container finds its secrets."""
        if not self.secret_environment:
            return None
        return [core.EnvFromSourceArgs(secret_ref=core.SecretEnvSourceArgs(name=self.app))]

    def volumes(self) -> list[core.VolumeArgs]:
        """Return the volumes of the pod."""
        volumes = [
            core.VolumeArgs(
                name=_volume_name("claim", path),
                persistent_volume_claim=core.PersistentVolumeClaimVolumeSourceArgs(
                    claim_name=claim
                ),
            )
            for path, claim in sorted(self.claims.items())
        ]
        if self.files:
            source = core.ConfigMapVolumeSourceArgs(name=self.app)
            volumes.append(core.VolumeArgs(name="files", config_map=source))
        return volumes + [
            core.VolumeArgs(
                name=_volume_name("scratch", path), empty_dir=core.EmptyDirVolumeSourceArgs()
            )
            for path in sorted(self.scratch_paths)
        ]

    def mounts(self) -> list[core.VolumeMountArgs]:
        """Return where the container sees them."""
        mounts = [
            core.VolumeMountArgs(name=_volume_name("scratch", path), mount_path=path)
            for path in self.scratch_paths
        ]
        mounts += [
            core.VolumeMountArgs(name=_volume_name("claim", path), mount_path=path)
            for path in self.claims
        ]
        mounts += [
            core.VolumeMountArgs(name="files", mount_path=path, sub_path=_key(path), read_only=True)
            for path in self.files
        ]
        # A folder before what is mounted inside it.
        return sorted(mounts, key=lambda mount: str(mount.mount_path))


def file_keys(files: Mapping[str, str]) -> dict[str, str]:
    """Return the content of a ConfigMap for files: keys may not hold a slash."""
    return {_key(path): content for path, content in sorted(files.items())}


def fingerprint(app: str, files: dict[str, str], secrets: dict[str, str]) -> str:
    """Return 16 hexadecimal digits that change with any file or secret."""
    content = json.dumps([files, secrets], sort_keys=True).encode()
    return hashlib.pbkdf2_hmac("sha256", content, app.encode(), _FINGERPRINT_ROUNDS, 8).hex()


def _key(path: str) -> str:
    return path.strip("/").replace("/", ".")


def _volume_name(kind: str, path: str) -> str:
    parts = "".join(one if one.isalnum() else "-" for one in path.strip("/").lower())
    return f"{kind}-{parts}"
