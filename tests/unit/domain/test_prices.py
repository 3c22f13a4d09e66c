"""List prices: what a public page states, and nothing else."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ackb.domain.data import load
from ackb.domain.prices import VARIABLE, Sum, discount, eci_hourly, ecs_hourly
from ackb.domain.problems import InvalidInput


def test_an_hour_of_eci_is_the_sample_of_the_price_api():
    """0.00012252 CNY a second for 2 vCPU and 4 GiB, as DescribeContainerGroupPrice answers."""
    price = eci_hourly(2, 4, "cn-hangzhou")
    assert price is not None
    assert price.amount == pytest.approx(0.00012252 * 3600)
    assert (price.currency, price.as_of) == ("CNY", date(2026, 11, 22))
    assert price.source.startswith("https://help.aliyun.com/")


def test_the_virtual_node_of_a_cluster_of_ones_own_costs_what_its_page_says():
    """2 vCPU and 8 GiB at all times are 0.53 CNY an hour."""
    price = eci_hourly(2, 8, "cn-hangzhou")
    assert price is not None
    assert round(price.amount, 2) == 0.53


def test_no_price_is_taken_from_another_region_or_type():
    assert eci_hourly(2, 4, "ap-southeast-1") is None
    assert ecs_hourly("ecs.c5.large", "cn-beijing") is None
    assert ecs_hourly("ecs.c5.large", "cn-hangzhou", "PrePaid") is None
    assert ecs_hourly("ecs.c99.large", "cn-hangzhou") is None


def test_an_hour_of_ecs():
    price = ecs_hourly("ecs.c5.large", "cn-hangzhou")
    assert price is not None
    assert (price.amount, price.currency) == (0.622, "CNY")


def test_a_sum_with_an_unknown_part_is_unknown_and_keeps_what_is_known():
    assert Sum.of([]) == Sum(0, 0)
    assert Sum.of([1.5, 2.0]).whole == 3.5
    assert (Sum.of([1.5, None]).whole, Sum.of([1.5, None])) == (None, Sum(1.5, 1))


def test_discounts_are_ranges():
    assert (discount("eci.spot").least, discount("eci.spot").most) == (0.3, 0.9)
    assert discount("eci.reserved").most == 0.5


def test_every_row_has_a_source():
    table = load("prices")
    rows = [*table["eci"], *table["ecs"], *table["discounts"].values()]
    assert len(rows) >= 5
    assert all(row["source"].strip() for row in rows)


OWN = {
    "as_of": "2026-10-01",
    "eci": [
        {
            "regions": ["cn-hangzhou"],
            "currency": "CNY",
            "vcpu_second": 0.00003,
            "gib_second": 0.000004,
            "source": "contract 7",
        }
    ],
    "ecs": [
        {
            "instance_type": "ecs.g6.xlarge",
            "regions": ["cn-hangzhou"],
            "charge": "PrePaid",
            "currency": "CNY",
            "hour": 0.4,
            "source": "contract 7",
        }
    ],
}


def own_file(tmp_path, monkeypatch, content):
    path = tmp_path / "prices.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def test_the_prices_of_a_contract_come_first(tmp_path, monkeypatch):
    own_file(tmp_path, monkeypatch, OWN)
    eci, ecs = (
        eci_hourly(1, 0, "cn-hangzhou"),
        ecs_hourly("ecs.g6.xlarge", "cn-hangzhou", "PrePaid"),
    )
    assert eci is not None
    assert ecs is not None
    assert (eci.amount, eci.source, eci.as_of) == (
        pytest.approx(0.108),
        "contract 7",
        date(2026, 10, 1),
    )
    assert ecs.amount == 0.4
    assert ecs_hourly("ecs.c5.large", "cn-hangzhou") is not None, "list prices stay known"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("{", "JSONDecodeError"),
        ("[]", "TypeError"),
        ({}, "as_of"),
        ({**OWN, "as_of": "soon"}, "soon"),
        ({**OWN, "ecs": [{**OWN["ecs"][0], "charge": "Prepaid"}]}, "'Prepaid' is neither"),
        ({**OWN, "ecs": [{**OWN["ecs"][0], "hour": -1}]}, "a price of ecs is below 0"),
        ({**OWN, "eci": [{**OWN["eci"][0], "regions": "cn-hangzhou"}]}, "regions must be a list"),
    ],
)
def test_a_file_that_is_no_price_file_is_named(tmp_path, monkeypatch, content, word):
    path = own_file(tmp_path, monkeypatch, content)
    with pytest.raises(InvalidInput) as refused:
        eci_hourly(1, 2, "cn-hangzhou")
    text = str(refused.value)
    assert text.startswith(f'PRC-01 ACKB_PRICES: "{path}" – is not a price file (')
    assert word in text
    assert text.endswith(
        "Fix: give a file like ackb/domain/data/prices.json, or unset ACKB_PRICES."
    )


def test_a_file_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none.json"))
    with pytest.raises(InvalidInput, match="cannot be read \\(No such file or directory\\)"):
        ecs_hourly("ecs.c5.large", "cn-hangzhou")
