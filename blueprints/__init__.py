"""Complete architectures, one package each: settings in, components out, no low-level decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from blueprints.settings import (
    BurstSettings,
    ColocationSettings,
    ElasticPlatformSettings,
    RegisteredGpuSettings,
    StackSettings,
    WordpressSettings,
)

if TYPE_CHECKING:
    import pulumi


@dataclass(frozen=True, kw_only=True)
class SecretSpec:
    """A stack secret that a blueprint needs.

    Attributes:
        key: configuration key below the project, such as `databasePassword`.
        purpose: what it protects, for people.
        length: number of characters of a generated value.
        needed: whether stacks with these settings need it. Default: all do.
        exists: whether with these settings it exists already, as the password of a data store that
            is there; nobody can make it up then. Default: it never does.
    """

    key: str
    purpose: str
    length: int = 28
    needed: Callable[[Any], bool] = lambda _: True
    exists: Callable[[Any], bool] = lambda _: False


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """An architecture that a stack can name.

    Attributes:
        name: value of the setting `blueprint`, and name of its package, there with underscores.
        settings: model of its settings.
        secrets: the stack secrets that its stacks may need.
    """

    name: str
    settings: type[StackSettings]
    secrets: tuple[SecretSpec, ...] = ()

    def secrets_for(self, settings: StackSettings) -> list[SecretSpec]:
        """Return the secrets that a stack with these settings needs."""
        return [one for one in self.secrets if one.needed(settings)]

    def build(self, settings: StackSettings, secrets: Mapping[str, pulumi.Output[str]]) -> None:
        """Declare everything the settings ask for; runs inside a Pulumi program."""
        # Imported here: naming the blueprints must not cost the time to load the Pulumi SDKs.
        package: Any = import_module(f"blueprints.{self.name.replace('-', '_')}")
        package.build(settings, secrets)


BLUEPRINTS: Final[dict[str, Blueprint]] = {
    one.name: one
    for one in (
        Blueprint(
            name="wordpress",
            settings=WordpressSettings,
            secrets=(
                SecretSpec(
                    key="databasePassword",
                    purpose="password of the RDS account",
                    exists=lambda settings: settings.database.type == "existing",
                ),
                SecretSpec(
                    key="cachePassword",
                    purpose="password of the Redis instance",
                    exists=lambda settings: settings.cache.type == "existing",
                ),
                SecretSpec(
                    key="sessionKey",
                    purpose="key that signs the login cookies of the site",
                    length=64,
                ),
                SecretSpec(
                    key="adminPassword",
                    purpose="password of the site's administrator",
                    needed=lambda settings: settings.installation is not None,
                ),
            ),
        ),
        Blueprint(name="burst", settings=BurstSettings),
        Blueprint(
            name="colocation",
            settings=ColocationSettings,
            secrets=(
                SecretSpec(key="databasePassword", purpose="password of the MySQL account"),
                SecretSpec(key="databaseRootPassword", purpose="password of MySQL's root"),
            ),
        ),
        Blueprint(name="elastic-platform", settings=ElasticPlatformSettings),
        Blueprint(name="registered-gpu", settings=RegisteredGpuSettings),
    )
}
"""Every blueprint by name."""
