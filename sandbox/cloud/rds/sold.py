"""What RDS sells, and the nearest thing that is sold when a request does not fit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ackb.domain import databases
from ackb.domain.problems import Broken, nearest
from sandbox.cloud import forms
from sandbox.cloud.catalogue import load
from sandbox.cloud.errors import ErrorSpec
from sandbox.cloud.rds import errors

MAX_SECURITY_GROUPS = 10
"""Security groups of an instance (reference page of ModifySecurityGroupConfiguration)."""

_MAX_IPS = 1000
"""Entries of a whitelist (error table of CreateDdrInstance)."""

_ACCOUNT_NAME = re.compile(r"^[a-z][a-z0-9_]{0,30}[a-z0-9]$")
_DATABASE_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,62}[a-z0-9]$")


def check_engine(engine: str, version: str) -> None:
    """Raises InvalidEngine.Malformed or InvalidEngineVersion.Malformed with what is sold."""
    engines: dict[str, list[str]] = _catalogue()["engines"]
    if engine not in engines:
        raise errors.INVALID_ENGINE(fix=f" (simulated: {', '.join(engines)})")
    if version not in engines[engine]:
        raise errors.INVALID_ENGINE_VERSION(fix=f" (sold: {', '.join(engines[engine])})")


def check_size(instance_class: str, storage: int, storage_type: str) -> None:
    """Raises the errors of a class, disk kind or disk size that is not sold."""
    _raise(errors.CLASS_NOT_FOUND, databases.check_mysql_class(instance_class))
    edition = databases.mysql_class(instance_class).edition
    broken = databases.check_mysql_storage(storage, storage_type, edition)
    wrong_kind = broken is not None and "disk that is sold" in broken.rule
    _raise(errors.STORAGE_TYPE_NOT_SOLD if wrong_kind else errors.INVALID_STORAGE, broken)


def check_zones(instance_class: str, zones: list[str], region_zones: tuple[str, ...]) -> None:
    """Raises InvalidZoneId.NotSupported or OperationDenied.Resource."""
    for zone in zones:
        if zone not in region_zones:
            near = nearest(zone, region_zones)
            fix = f" (nearest: {near})" if near else f" (zones: {', '.join(region_zones)})"
            raise errors.ZONE_NOT_SUPPORTED(fix=fix)
        family = ".".join(instance_class.split(".")[:2])
        if zone in _catalogue()["not_sold_in"].get(family, ()):
            raise errors.NO_RESOURCE()


def edition(instance_class: str) -> str:
    """`Basic` or `HighAvailability`."""
    return databases.mysql_class(instance_class).edition


def port(engine: str) -> int:
    """The engine's port."""
    number: int = _catalogue()["ports"][engine]
    return number


def checked_ips(text: str) -> str:
    """A whitelist as it is stored. Raises the whitelist errors."""
    entries = forms.whitelist(text)
    if entries is None:
        raise errors.INVALID_IP_LIST()
    if len(entries) > _MAX_IPS:
        raise errors.TOO_MANY_IPS()
    if len(set(entries)) < len(entries):
        raise errors.DUPLICATE_IP()
    return ",".join(entries) or forms.NOBODY


def check_account(name: str, password: str) -> None:
    """Raises the errors of a bad account name or password."""
    if not _ACCOUNT_NAME.match(name):
        raise errors.INVALID_ACCOUNT_NAME()
    if name in _catalogue()["forbidden_accounts"]:
        raise errors.FORBIDDEN_ACCOUNT_NAME()
    check_password(password)


def check_password(password: str) -> None:
    """Raises InvalidAccountPassword.Format."""
    if not forms.strong_password(password):
        raise errors.INVALID_PASSWORD()


def check_database(engine: str, name: str, character_set: str) -> None:
    """Raises the errors of a bad database name or character set."""
    if not _DATABASE_NAME.match(name):
        raise errors.INVALID_DATABASE_NAME()
    sold: list[str] = _catalogue()["character_sets"][engine]
    if character_set not in sold:
        raise errors.INVALID_CHARACTER_SET(fix=f" (known: {', '.join(sold)})")


def _raise(error: ErrorSpec, broken: Broken | None) -> None:
    if broken is not None:
        raise error(fix=f" (it must {broken.rule}; {broken.fix})")


def _catalogue() -> dict[str, Any]:
    return load(Path(__file__).with_name("catalogue.json"))
