"""Alarms: that each reaches somebody."""

from __future__ import annotations

from collections.abc import Iterator

from ackb.domain.problems import Problem
from blueprints.settings.alarms import Alarms
from blueprints.settings.codes import Code
from blueprints.settings.structure import ROOT


def check_contacts(alarms: Alarms | None) -> Iterator[Problem]:
    """Yield a problem for each contact that is there twice, or cannot be reached."""
    if alarms is None:
        return
    names = [one.name for one in alarms.contacts]
    for index, one in enumerate(alarms.contacts):
        path = f"{ROOT}.alarms.contacts[{index}]"
        if one.name in names[:index]:
            yield Problem(
                Code.DUPLICATE,
                f"{path}.name",
                one.name,
                f"must be given once (contacts[{names.index(one.name)}] has it too)",
                "choose another name",
            )
        if one.mail is None and one.phone is None:
            yield Problem(
                Code.ALARMS,
                path,
                one.name,
                "must have a way to be reached",
                "add mail: on-call@example.com, or phone",
            )
