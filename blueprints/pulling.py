"""How the images of a stack are pulled, in the terms of the components."""

from __future__ import annotations

from ackb.domain import images
from blueprints.settings.stack import Registry


def source(registry: Registry | None) -> images.Mirror | images.Copies | None:
    """Return where images come from; None for the registries that they name."""
    if registry is None:
        return None
    if registry.type == "mirror":
        return images.Mirror(prefix=registry.prefix)
    return images.Copies(endpoint=registry.endpoint, namespace=registry.namespace)


def pull_secret(registry: Registry | None) -> str | None:
    """Return the name of the Secret to log in with; None where there is no need of one."""
    pull = registry.pull if registry else None
    return pull.name if pull and pull.type == "pull_secret" else None
