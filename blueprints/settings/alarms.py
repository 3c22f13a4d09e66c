"""Settings of CloudMonitor alarms."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from blueprints.settings.base import Settings
from blueprints.settings.forms import form, physical_name


class Contact(Settings):
    """Somebody whom alarms reach by mail, by text message, or both."""

    name: Annotated[str, physical_name("alarm_contact")] = Field(
        examples=["on-call"],
        description="Beginning of the contact's name; a hash of the addresses follows.",
    )
    mail: Annotated[str, form("mail")] | None = Field(
        default=None,
        examples=["on-call@example.com"],
        description="Address for mail; its owner gets a link and must follow it first. Default: "
        "no mail.",
    )
    phone: Annotated[str, form("phone")] | None = Field(
        default=None,
        description="Number for text messages, in quotes; confirmed by a link too. Default: none.",
    )


class Alarms(Settings):
    """Alarms on what the whole cluster uses, sent to one group of contacts (S3-27)."""

    contacts: tuple[Contact, ...] = Field(
        min_length=1, description="Who is told; all of them form one group."
    )
    cpu_percent: int = Field(
        default=80, ge=1, le=100, description="CPU use that raises the alarm. Default: 80."
    )
    memory_percent: int = Field(
        default=85, ge=1, le=100, description="Memory use that raises it. Default: 85."
    )
    period_minutes: int = Field(
        default=5, ge=1, le=60, description="Length of a measurement in minutes. Default: 5."
    )
    times: int = Field(
        default=3,
        ge=1,
        le=10,
        description="Measurements in a row above it before the alarm. Default: 3.",
    )
    silence_seconds: int = Field(
        default=3600,
        ge=300,
        le=86400,
        description="Seconds before the same alarm is sent again, 300 to 86,400. Default: 3,600.",
    )
