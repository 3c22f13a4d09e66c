"""Settings of the first start of WordPress."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import Field

from ackb.domain.problems import Broken
from blueprints.settings.base import Settings, rule
from blueprints.settings.codes import Code
from blueprints.settings.forms import form

_USER: Final = re.compile(r"[A-Za-z0-9_.@-][A-Za-z0-9 _.@-]*")
"""What WordPress keeps of a user name (its function sanitize_user, strict)."""


def _check_user(text: str) -> Broken | None:
    if _USER.fullmatch(text):
        return None
    must = "hold letters, digits, blanks and _ . - @ only"
    return Broken(must, "write such a name; WordPress drops other characters")


class Installation(Settings):
    """What the form of WordPress asks a person at the first start (S2-33, S2-34)."""

    title: str = Field(
        default="ECI高可用Demo",
        min_length=1,
        description="Title of the site. Default: ECI高可用Demo.",
    )
    user: Annotated[str, rule(Code.NAME, _check_user)] = Field(
        default="myuser",
        min_length=1,
        max_length=60,
        description="Name of the administrator, whose password is the stack secret "
        "`ackb:adminPassword`. Default: myuser.",
    )
    mail: Annotated[str, form("mail")] = Field(
        examples=["admin@example.com"],
        description="Address of the administrator, for a forgotten password.",
    )
    search_engines: bool = Field(
        default=False, description="Let search engines index the site. Default: false."
    )
    language: Literal["zh_CN", "zh_TW", "zh_HK", "en_US", "en_GB", "ja", "ko_KR"] = Field(
        default="zh_CN",
        description="Language of the site; its pack is fetched from wordpress.org, and without the "
        "way out the site starts in English. Default: zh_CN.",
    )
    url: Annotated[str, form("site_url")] | None = Field(
        default=None,
        examples=["https://blog.example.com"],
        description="Address that visitors type, which WordPress keeps. Default: that of the load "
        "balancer.",
    )
    smoke_test: bool = Field(
        default=True,
        description="Log in afterwards, publish a post, read it and remove it. Default: true.",
    )
