"""What is special about WordPress: its web server, its environment, its files."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import pulumi

from ackb.domain import quantity

USER_ID: Final = 33
"""www-data in the official image, which is made on Debian."""

WEB_ROOT: Final = "/var/www/html"
"""Where the official image unpacks WordPress when it starts."""

HEALTH_PATH: Final = "/wp-includes/images/blank.gif"
"""A file of WordPress itself: served once WordPress is unpacked, without PHP or the database."""

_SCRATCH: Final = ("/tmp", "/var/lock/apache2", "/var/run/apache2")
_PROCESSES_PER_GIB: Final = 16
"""Apache processes for each GiB: one that runs WordPress takes 40 to 60 MiB."""

_LEAST_PROCESSES: Final = 4
_KEYS: Final = (
    "AUTH_KEY",
    "SECURE_AUTH_KEY",
    "LOGGED_IN_KEY",
    "NONCE_KEY",
    "AUTH_SALT",
    "SECURE_AUTH_SALT",
    "LOGGED_IN_SALT",
    "NONCE_SALT",
)
_CONFIG: Final = """\
define('WP_REDIS_HOST', getenv('WP_REDIS_HOST'));
define('WP_REDIS_PASSWORD', getenv('WP_REDIS_PASSWORD'));
define('WP_REDIS_PREFIX', getenv('WORDPRESS_DB_NAME'));
define('AUTOMATIC_UPDATER_DISABLED', true);
"""
"""Lines the official image adds to wp-config.php. Updates come with the image: an automatic one
would change one pod only."""


@dataclass(frozen=True, kw_only=True)
class Stores:
    """What the site keeps its data in."""

    database_address: pulumi.Input[str]
    database_name: pulumi.Input[str]
    database_account: str
    database_password: pulumi.Input[str]
    cache_address: pulumi.Input[str]
    cache_password: pulumi.Input[str]


def environment() -> dict[str, str]:
    """Return the environment that is no secret."""
    return {"WORDPRESS_CONFIG_EXTRA": _CONFIG}


def secret_environment(
    stores: Stores, session_key: pulumi.Output[str]
) -> dict[str, pulumi.Input[str]]:
    """Return where the data stores are, how to log in to them, and the keys of login cookies."""
    keys: dict[str, pulumi.Input[str]] = {
        f"WORDPRESS_{purpose}": session_key.apply(partial(cookie_key, purpose)) for purpose in _KEYS
    }
    return {
        "WORDPRESS_DB_HOST": stores.database_address,
        "WORDPRESS_DB_NAME": stores.database_name,
        "WORDPRESS_DB_USER": stores.database_account,
        "WORDPRESS_DB_PASSWORD": stores.database_password,
        "WP_REDIS_HOST": stores.cache_address,
        "WP_REDIS_PASSWORD": stores.cache_password,
        **keys,
    }


def cookie_key(purpose: str, session_key: str) -> str:
    """Return the key for one purpose: the same in every pod, so that a login holds in all."""
    return hmac.new(session_key.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def files(port: int, memory: str) -> Mapping[str, str]:
    """Return Apache's configuration for containers with that limit of memory.

    A port above 1024, as it does not run as root; no more processes than the memory holds, which
    also bounds the connections to the database.
    """
    processes = max(_LEAST_PROCESSES, int(quantity.gib(memory) * _PROCESSES_PER_GIB))
    return {
        "/etc/apache2/mods-available/mpm_prefork.conf": (
            "<IfModule mpm_prefork_module>\n"
            f"  MaxRequestWorkers {processes}\n"
            "  MaxConnectionsPerChild 1000\n"
            "</IfModule>\n"
        ),
        "/etc/apache2/ports.conf": f"Listen {port}\n",
        "/etc/apache2/sites-available/000-default.conf": (
            f"<VirtualHost *:{port}>\n"
            f"  DocumentRoot {WEB_ROOT}\n"
            "  ErrorLog ${APACHE_LOG_DIR}/error.log\n"
            "  CustomLog ${APACHE_LOG_DIR}/access.log combined\n"
            "</VirtualHost>\n"
        ),
    }


def scratch_paths(mount_path: str) -> list[str]:
    """Return the paths that must be writable besides the shared files at `mount_path`."""
    own_root = [] if mount_path.rstrip("/") == WEB_ROOT else [WEB_ROOT]
    return [*_SCRATCH, *own_root]
