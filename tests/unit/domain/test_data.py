"""Every number has a source and a date."""

import json
from datetime import date
from pathlib import Path

import pytest

import ackb.domain.data as data
from ackb.domain.quotas import quota
from ackb.domain.tiers import REQUIRED_QOS, Tier

FOLDER = Path(data.__file__).parent
# Written by a generator from the installed SDK; its own test compares it with a new run.
GENERATED = {"provider_types.json"}
FILES = sorted(path for path in FOLDER.glob("*.json") if path.name not in GENERATED)


def test_the_files_are_all_here():
    assert len(FILES) >= 9


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_table_has_a_date_and_every_entry_a_source(path):
    table = json.loads(path.read_text())
    assert date.fromisoformat(table["as_of"]) <= date(2026, 12, 31)
    if "source" in table:
        assert table["source"]
        return
    (entries,) = [value for key, value in table.items() if key in ("limits", "kinds", "quotas")]
    for name, entry in entries.items():
        assert entry["source"].strip(), name


def test_a_quota_tells_where_it_comes_from():
    members = quota("ecs.security_group.basic.members")
    assert members.value == 6000
    assert members.quota_id == "q_vpc-normal-security-group-ip-count"
    assert members.source.startswith("https://help.aliyun.com/")
    assert members.as_of == date(2026, 11, 22)
    assert quota("ecs.security_group.enterprise.members").value == 65536


def test_an_unknown_quota_names_the_nearest():
    with pytest.raises(KeyError, match=r"did you mean 'ecs\.security_group\.basic\.members'"):
        quota("ecs.security_group.basic.member")


def test_online_workloads_must_be_guaranteed():
    """S3-10."""
    assert {Tier.ONLINE: "Guaranteed"} == REQUIRED_QOS
