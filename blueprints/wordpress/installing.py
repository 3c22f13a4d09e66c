"""The first start of WordPress, and the proof that it works: a Job each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pulumi

from blueprints.settings.installation import Installation
from blueprints.wordpress.site import USER_ID, WEB_ROOT
from components.batch import BatchJob, BatchJobArgs
from components.workload import Resources

_SCRIPTS: Final = Path(__file__).parent / "php"
_FOLDER: Final = "/opt/ackb"
"""Where the scripts are in the containers."""

_RESOURCES: Final = Resources(cpu="250m", memory="512Mi")
"""The smallest size of ECI; PHP alone needs a fraction of it."""

_PREPARE: Final = """\
cp -rn /usr/src/wordpress/. .
[ -e wp-config.php ] || cp wp-config-docker.php wp-config.php
"""
"""What the image does itself only where it starts its web server."""

_RETRIES: Final = 5
"""Failed pods before a Job gives up: the first may come before DNS names are known everywhere."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """The site that is there, and how to reach it."""

    namespace: pulumi.Input[str]
    image: str
    pull_secret: str | None
    url: pulumi.Input[str]
    """Address of the load balancer, for a site without one of its own."""
    service: str
    """Name and port of the Service, as pods of the namespace call it."""
    environment: Mapping[str, str]
    secrets: Mapping[str, pulumi.Input[str]]
    """What the site's own pods get to reach database and cache."""
    files_path: str
    """Where the shared files are mounted."""
    files_claim: pulumi.Input[str]


def install(
    wanted: Installation,
    site: Site,
    password: pulumi.Input[str],
    *,
    provider: pulumi.ProviderResource,
    after: Sequence[pulumi.Resource],
) -> None:
    """Declare the Jobs.

    Args:
        wanted: what the form would ask for.
        site: the site.
        password: of the administrator.
        provider: of the cluster.
        after: what must be there before: the pods of the site, and what they stand on.
    """
    url = wanted.url or site.url
    installed = BatchJob(
        "installer",
        BatchJobArgs(
            namespace=site.namespace,
            app="wordpress-installer",
            image=site.image,
            command=["sh", "-ec", f"{_PREPARE}exec php {_FOLDER}/install.php"],
            working_folder=WEB_ROOT,
            resources=_RESOURCES,
            user_id=USER_ID,
            retries=_RETRIES,
            environment={
                **site.environment,
                "SITE_URL": url,
                "SITE_TITLE": wanted.title,
                "SITE_LANGUAGE": wanted.language,
                "SEARCH_ENGINES": str(wanted.search_engines).lower(),
                "ADMIN_USER": wanted.user,
                "ADMIN_EMAIL": wanted.mail,
            },
            secret_environment={**site.secrets, "ADMIN_PASSWORD": password},
            files=_script("install.php"),
            claims={site.files_path: site.files_claim},
            scratch_paths=["/tmp"] if site.files_path == WEB_ROOT else ["/tmp", WEB_ROOT],
            pull_secret=site.pull_secret,
        ),
        pulumi.ResourceOptions(providers=[provider], depends_on=list(after)),
    )
    if not wanted.smoke_test:
        return
    BatchJob(
        "smoke-test",
        BatchJobArgs(
            namespace=site.namespace,
            app="wordpress-smoke-test",
            image=site.image,
            command=["php", f"{_FOLDER}/smoke_test.php"],
            resources=_RESOURCES,
            user_id=USER_ID,
            retries=_RETRIES,
            environment={"SITE_URL": url, "SERVICE": site.service, "ADMIN_USER": wanted.user},
            secret_environment={"ADMIN_PASSWORD": password},
            files=_script("smoke_test.php"),
            pull_secret=site.pull_secret,
        ),
        pulumi.ResourceOptions(providers=[provider], depends_on=[*after, installed]),
    )


def _script(name: str) -> dict[str, str]:
    return {f"{_FOLDER}/{name}": (_SCRIPTS / name).read_text("utf-8")}
