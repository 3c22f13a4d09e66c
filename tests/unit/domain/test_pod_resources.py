"""What a pod asks for as a whole."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain.pod_resources import Amounts, amounts, of_pod
from ackb.domain.problems import Refused
from ackb.domain.quantity import GIB


def box(cpu, memory="0", **more):
    size = {"cpu": cpu, "memory": memory}
    return {"name": "one", "resources": {"requests": size, "limits": size}, **more}


def test_containers_add_up():
    spec = {"containers": [box("500m", "1Gi"), box("250m", "512Mi")]}
    assert of_pod(spec) == Amounts(Fraction(3, 4), GIB * Fraction(3, 2))


def test_a_sidecar_adds_up_too_and_an_init_container_only_where_it_is_larger():
    sidecar, small, large = box("1", restartPolicy="Always"), box("1"), box("4")
    assert of_pod({"containers": [box("2")], "initContainers": [sidecar, small]}).cpu == 3
    assert of_pod({"containers": [box("2")], "initContainers": [sidecar, large]}).cpu == 5
    # An init container that runs before the sidecar starts does not run beside it.
    assert of_pod({"containers": [box("2")], "initContainers": [large, sidecar]}).cpu == 4


def test_resources_of_the_whole_pod_take_the_place_of_the_sum():
    spec = {"containers": [box("2", "2Gi")], "resources": {"requests": {"cpu": "3"}}}
    assert of_pod(spec) == Amounts(Fraction(3), 2 * GIB)
    assert of_pod(spec, "limits") == Amounts(Fraction(2), 2 * GIB)


def test_the_overhead_of_a_runtime_comes_on_top():
    assert of_pod({"containers": [box("2")], "overhead": {"cpu": "250m"}}).cpu == Fraction(9, 4)


def test_what_asks_for_nothing_is_nothing():
    assert of_pod({"containers": [{"name": "one"}]}) == Amounts() == amounts(None)


def test_what_is_no_quantity_is_refused():
    with pytest.raises(Refused):
        amounts({"cpu": "half"})


@given(st.lists(st.tuples(st.integers(0, 64000), st.integers(0, 2**40)), max_size=5))
def test_the_order_of_containers_does_not_matter(sizes):
    boxes = [box(f"{cpu}m", str(memory)) for cpu, memory in sizes]
    assert of_pod({"containers": boxes}) == of_pod({"containers": boxes[::-1]})


def test_amounts_as_plain_data():
    assert Amounts(Fraction(1, 3), GIB / 4).plain() == {"cpu": 0.3333, "memory_gib": 0.25}
