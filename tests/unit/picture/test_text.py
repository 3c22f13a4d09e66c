"""Widths of text and how text is fitted to a width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.picture.text import shortened, width, wrapped

_NAMES = st.text(st.characters(codec="ascii", categories=("L", "N", "P")), min_size=3, max_size=80)


def test_width_grows_with_size_and_weight():
    assert width("wordpress", 16) == pytest.approx(2 * width("wordpress", 8))
    assert width("wordpress", 8, bold=True) > width("wordpress", 8)
    assert width("", 8) == 0


def test_text_that_fits_stays():
    exact = width("cn-hangzhou-h", 9)
    assert shortened("cn-hangzhou-h", exact, 9) == "cn-hangzhou-h"
    assert shortened("cn-hangzhou-h", exact - 0.01, 9) != "cn-hangzhou-h"


def test_shortened_text_keeps_both_ends():
    short = shortened("wordpress-network-nodes-cn-hangzhou-h", 1.2, 9)
    head, tail = short.split("…")
    assert "wordpress-network-nodes-cn-hangzhou-h".startswith(head)
    assert "wordpress-network-nodes-cn-hangzhou-h".endswith(tail)
    assert min(len(head), len(tail)) > 2


@given(_NAMES, st.floats(0.5, 3))
def test_shortened_text_always_fits(name, room):
    assert width(shortened(name, room, 9), 9) <= room


@given(st.lists(_NAMES, max_size=6), st.floats(0.5, 3))
def test_wrapped_lines_fit_and_keep_the_order_of_words(words, room):
    lines = wrapped(" ".join(words), room, 9)
    assert all(width(line, 9) <= room for line in lines)
    assert len(" ".join(lines).split()) == len(" ".join(words).split())
