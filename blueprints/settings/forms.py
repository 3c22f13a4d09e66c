"""Texts with a form of their own: ids, hosts, paths, names."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from pydantic import AfterValidator

from ackb.domain import naming
from ackb.domain.problems import Broken
from blueprints.settings.base import rule
from blueprints.settings.codes import Code

_HOST: Final = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?"
_FORMS: Final[dict[str, tuple[str, str, str]]] = {
    "account_id": (
        r"\d{16}",
        "be the 16 digits of an account id",
        "copy it from the console, in quotes",
    ),
    "resource_group_id": (
        r"rg-[a-z0-9]+",
        "be the id of a resource group, such as rg-acfmx2k7d3a4b5q",
        "copy the id, not the name, from the Resource Management console",
    ),
    "acr_instance_id": (
        r"cri-[a-z0-9]+",
        "be the id of an ACR instance, such as cri-abc123de45fg6789",
        "copy the id from the Container Registry console",
    ),
    "host": (_HOST, "be the name of a host, without https:// and path", "write the host only"),
    "url": (
        r"https?://[^\s/?#]+(/\S*)?",
        "be an address that begins with https:// or http://",
        "write the whole address, as a browser shows it",
    ),
    "registry_prefix": (
        rf"{_HOST}(/[a-z0-9._-]+)*",
        "be a host with an optional path, without https:// and a slash at the end",
        "write it such as mirror.example.com/hub",
    ),
    "registry_namespace": (
        r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?",
        "be a registry namespace of lower-case letters, digits, - and _",
        "copy it from the Container Registry console",
    ),
    "instance_type": (
        r"ecs\.[a-z0-9-]+\.[a-z0-9-]+",
        "be an ECS instance type, such as ecs.g7.2xlarge",
        "write family and size as the ECS console shows them",
    ),
    "vpc_id": (r"vpc-[a-z0-9]+", "be the id of a VPC", "copy it from the VPC console (vpc-…)"),
    "vswitch_id": (
        r"vsw-[a-z0-9]+",
        "be the id of a vSwitch",
        "copy it from the VPC console (vsw-…)",
    ),
    "security_group_id": (
        r"sg-[a-z0-9]+",
        "be the id of a security group",
        "copy it from the ECS console (sg-…)",
    ),
    "cluster_id": (
        r"c[a-z0-9]+",
        "be the id of an ACK cluster, which begins with c",
        "copy the id, not the name, from the ACK console",
    ),
    "rds_instance_id": (
        r"rm-[a-z0-9]+",
        "be the id of an RDS for MySQL instance",
        "copy it from the RDS console (rm-…)",
    ),
    "kvstore_instance_id": (
        r"r-[a-z0-9]+",
        "be the id of a Redis (Tair) instance",
        "copy it from the Tair console (r-…)",
    ),
    "file_system_id": (
        r"[a-z0-9]+",
        "be the id of a General-purpose NAS file system",
        "copy it from the NAS console, such as 31a8e4a1b2",
    ),
    "folder": (
        r"/|(/[A-Za-z0-9._-]+)+",
        "be / or an absolute path without a slash at the end",
        "write it such as /shop",
    ),
    "mail": (
        r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+",
        "be an address of mail",
        "write it such as on-call@example.com",
    ),
    "site_url": (
        r"https?://[a-z0-9.-]+(:\d{1,5})?",
        "be http:// or https://, a host and nothing behind it",
        "write it such as https://blog.example.com",
    ),
    "phone": (
        r"[0-9+-]{6,20}",
        "be a telephone number of 6 to 20 digits, + and -",
        "write the digits, in quotes",
    ),
    "path": (
        r"(/[A-Za-z0-9._-]+)+",
        "be an absolute path without a slash at the end",
        "write it such as /var/www/html/wp-content",
    ),
}


def form(kind: str) -> AfterValidator:
    """Return the annotation for a text of this kind, such as `account_id`."""
    return rule(Code.FORMAT, partial(_check_form, kind))


def physical_name(kind: str) -> AfterValidator:
    """Return the annotation for a name of this kind, such as `cluster` (see `naming`)."""
    return rule(Code.NAME, partial(naming.check, kind))


def _check_form(kind: str, text: str) -> Broken | None:
    pattern, must, fix = _FORMS[kind]
    return None if re.fullmatch(pattern, text) else Broken(must, fix)
