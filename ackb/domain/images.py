"""References to container images: reading, pinning, pulling them from somewhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ackb.domain.problems import Broken, Refused
from ackb.domain.regions import regions

DOCKER_HUB: Final = "docker.io"
"""Registry of an image that names none."""

# Grammar of github.com/distribution/reference, without the long forms nobody writes by hand.
_REFERENCE: Final = re.compile(
    r"(?:(?P<registry>(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(?::\d+)?)/)?"
    r"(?P<repository>[a-z0-9]+(?:(?:[._]|__|-+|/)[a-z0-9]+)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
# 6.8.3-php8.3-apache, v1.2, 20261122, 2026-11-22, a commit id
_PINNED_TAG: Final = re.compile(
    r"v?\d+\.\d+.*|.*(?<!\d)20\d\d[-.]?\d\d[-.]?\d\d(?!\d).*|(?=.*\d)[0-9a-f]{7,40}"
)


@dataclass(frozen=True)
class Image:
    """One image reference.

    Attributes:
        registry: host of the registry, such as `docker.io`.
        repository: path in it, such as `library/wordpress`.
        tag: the tag, where one is given.
        digest: the digest (`sha256:…`), where one is given.
    """

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @property
    def pinned(self) -> bool:
        """The reference means the same image tomorrow: a digest, or a tag that is a version."""
        return bool(self.digest or (self.tag and _PINNED_TAG.fullmatch(self.tag)))

    @property
    def suffix(self) -> str:
        """Tag and digest as they stand behind the repository."""
        tag = f":{self.tag}" if self.tag else ""
        return tag + (f"@{self.digest}" if self.digest else "")

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}{self.suffix}"


@dataclass(frozen=True)
class Mirror:
    """A registry that serves other registries' images under their own paths.

    Attributes:
        prefix: host, and path where needed, that takes the place of the registry's host.
    """

    prefix: str


@dataclass(frozen=True)
class Copies:
    """One registry namespace that images were copied into, such as one of ACR.

    Attributes:
        endpoint: host of the registry.
        namespace: namespace in it; a copy keeps the last part of its repository as its name.
    """

    endpoint: str
    namespace: str


def parse(text: str) -> Image:
    """Return the image that `text` names.

    Raises:
        Refused: it is not an image reference.
    """
    found = _REFERENCE.fullmatch(text)
    if found is None:
        raise Refused(
            Broken(
                "be an image reference such as wordpress:6.8.3-php8.3-apache",
                "write [registry/]repository:tag, in lower case up to the tag",
            )
        )
    registry = found["registry"] or DOCKER_HUB
    repository = found["repository"]
    if registry == DOCKER_HUB and "/" not in repository:
        repository = f"library/{repository}"
    return Image(registry, repository, found["tag"], found["digest"])


def rewrite(image: str, registry: Mirror | Copies | None) -> str:
    """Return the reference that pulls `image` through `registry`.

    An image that already comes from there stays as it is; without a registry every image does.

    Raises:
        Refused: it is not an image reference.
    """
    parsed = parse(image)
    if registry is None:
        return image
    if isinstance(registry, Mirror):
        prefix = registry.prefix.rstrip("/")
        path = parsed.repository
    else:
        prefix = f"{registry.endpoint}/{registry.namespace}"
        path = parsed.repository.rsplit("/", 1)[-1]
    if image.startswith(f"{prefix}/"):
        return image
    return f"{prefix}/{path}{parsed.suffix}"


def check(image: str) -> Broken | None:
    """Return what is wrong with the reference of an image to run, or None."""
    try:
        parsed = parse(image)
    except Refused as refused:
        return refused.broken
    if not parsed.pinned:
        return Broken(
            "be pinned to a version or a digest, since what a moving tag means changes under the "
            "running pods",
            f"write a version tag or a digest instead of '{parsed.tag or 'no tag'}'",
        )
    return None


def check_reachable(image: str, region_id: str) -> Broken | None:
    """Return why nodes and ECI pods of a region cannot pull `image`, or None.

    docker.io cannot be reached from mainland China (since June 2024).

    Raises:
        Refused: it is not an image reference.
    """
    if parse(image).registry != DOCKER_HUB or not regions()[region_id].mainland_china:
        return None
    return Broken(
        f"come from a registry that nodes and ECI pods in {region_id} can reach; docker.io cannot "
        "be reached from mainland China",
        "set 'registry' to a mirror or to ACR, or name an image of a registry that can be reached",
    )
