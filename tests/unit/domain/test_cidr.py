import ipaddress
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain import cidr
from ackb.domain.problems import Refused

ADDRESSES = st.integers(0, 2**32 - 1)
NETWORKS = st.builds(
    lambda address, prefix: IPv4Network((address, prefix), strict=False),
    ADDRESSES,
    st.integers(0, 32),
)


@given(NETWORKS)
def test_a_range_is_read_as_it_is_written(network):
    assert cidr.parse(str(network)) == network
    assert cidr.check_form(str(network)) is None


@given(ADDRESSES, st.integers(0, 31))
def test_bits_behind_the_prefix_are_refused_with_the_range_that_was_meant(address, prefix):
    meant = IPv4Network((address, prefix), strict=False)
    text = f"{IPv4Address(address)}/{prefix}"
    if IPv4Address(address) == meant.network_address:
        assert cidr.parse(text) == meant
        return
    with pytest.raises(Refused) as error:
        cidr.parse(text)
    assert error.value.broken.rule == f"have no bits set behind its prefix length of {prefix}"
    assert error.value.broken.fix == f"write {meant}, if that is the range you mean"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.0.0.0",
        "10.0.0.0/33",
        "10.0.0/8",
        "10.0.0.0/255.0.0.0",
        "fd00::/8",
        "a/8",
        "10.0.0.0/-1",
    ],
)
def test_what_is_no_range_is_refused(text):
    with pytest.raises(Refused) as error:
        cidr.parse(text)
    assert str(error.value) == (
        "must be an IPv4 range such as 10.0.0.0/16; write address and prefix length"
    )


@given(NETWORKS, NETWORKS)
def test_overlap_is_symmetric_and_holds_the_shared_addresses(one, other):
    shared = cidr.overlap(one, other)
    assert shared == cidr.overlap(other, one)
    assert (shared is not None) is one.overlaps(other)
    if shared is not None:
        for address in (shared.first, shared.last):
            assert address in one
            assert address in other
        smaller = min(one, other, key=lambda network: network.num_addresses)
        assert (shared.first, shared.last) == (smaller[0], smaller[-1])
        assert str(shared) == f"{smaller[0]}-{smaller[-1]}"


@given(NETWORKS, NETWORKS)
def test_a_range_that_is_contained_shares_all_of_itself(outer, inner):
    if cidr.contains(outer, inner):
        shared = cidr.overlap(outer, inner)
        assert shared is not None
        assert (shared.first, shared.last) == (inner[0], inner[-1])
    else:
        assert not all(address in outer for address in (inner[0], inner[-1]))


def test_alibaba_cloud_keeps_four_addresses_of_a_vswitch():
    assert cidr.usable_ips(cidr.parse("10.0.0.0/24")) == 252
    assert cidr.usable_ips(cidr.parse("10.0.0.0/29")) == 4
    assert cidr.usable_ips(cidr.parse("10.0.0.0/32")) == 0


@given(st.integers(1, 65532))
def test_the_prefix_for_a_number_of_addresses_is_the_longest_that_is_large_enough(ips):
    prefix = cidr.prefix_for(ips)
    assert cidr.usable_ips(IPv4Network(f"10.0.0.0/{prefix}")) >= ips
    assert prefix == 29 or cidr.usable_ips(IPv4Network(f"10.0.0.0/{prefix + 1}")) < ips


def test_more_addresses_than_a_vswitch_has_need_several():
    assert cidr.prefix_for(65532) == 16
    with pytest.raises(ValueError, match="no vSwitch has 65533 usable addresses"):
        cidr.prefix_for(65533)


@pytest.mark.parametrize(("prefix", "fine"), [(7, False), (8, True), (24, True), (25, False)])
def test_prefix_lengths_of_a_vpc(prefix, fine):
    assert (cidr.check_vpc_text(f"10.0.0.0/{prefix}") is None) is fine


@pytest.mark.parametrize(
    ("network", "rule"),
    [
        (
            "100.64.0.0/16",
            "stay clear of 100.64.0.0/10, which the cloud keeps (they share "
            "100.64.0.0-100.64.255.255)",
        ),
        (
            "127.0.0.0/8",
            "stay clear of 127.0.0.0/8, which the cloud keeps (they share "
            "127.0.0.0-127.255.255.255)",
        ),
    ],
)
def test_ranges_the_cloud_keeps(network, rule):
    broken = cidr.check_vpc_text(network)
    assert broken is not None
    assert broken.rule == rule


@pytest.mark.parametrize(
    ("network", "rule"),
    [
        ("10.1.0.0/16", None),
        ("10.1.0.0/29", None),
        ("10.0.0.0/15", "have a prefix length of 16 to 29"),
        ("10.1.0.0/30", "have a prefix length of 16 to 29"),
        ("11.0.0.0/16", "lie inside the VPC range 10.0.0.0/8"),
    ],
)
def test_ranges_of_a_vswitch(network, rule):
    broken = cidr.check_vswitch(cidr.parse(network), ipaddress.IPv4Network("10.0.0.0/8"))
    assert (broken.rule if broken else None) == rule


@pytest.mark.parametrize(("mask", "fine"), [(23, False), (24, True), (28, True), (29, False)])
def test_prefix_lengths_of_a_nodes_share(mask, fine):
    assert (cidr.check_node_mask(mask) is None) is fine


def test_pods_of_a_node():
    assert {mask: cidr.pods_per_node(mask) for mask in cidr.NODE_MASKS} == {
        24: 255,
        25: 127,
        26: 63,
        27: 31,
        28: 15,
    }
