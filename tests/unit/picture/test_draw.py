"""The drawn picture: SVG text can be searched, bytes are reproducible, PNG opens."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from matplotlib.image import imread

from ackb.picture.draw import RESOLUTION, draw
from ackb.picture.icons import ICONS
from ackb.picture.layout import arrange
from ackb.picture.style import LOOKS, STROKES, TONES
from tests.unit.picture.examples import ZONES, variants, wordpress

_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def sheet():
    return arrange(wordpress(ZONES[:3]))


@pytest.fixture(scope="module")
def pictures(sheet):
    return draw(sheet)


def test_the_svg_has_every_name_as_text(pictures):
    root = ElementTree.fromstring(pictures.svg)
    texts = {"".join(node.itertext()).strip() for node in root.iter(f"{_SVG}text")}
    wanted = {
        "wordpress-dev",
        "Alibaba Cloud region cn-hangzhou",
        "VPC network",
        "Zone cn-hangzhou-h",
        "Zone cn-hangzhou-i",
        "Zone cn-hangzhou-j",
        "ACK cluster shop",
        "Namespace wordpress",
        "sp-svc",
        "wordpress-web",
        "wordpress-scaler",
        "Node pool base",
        "Virtual node ack-virtual-node",
        "nodes-h",
        "10.0.32.0/20",
        "pods-j",
        "shop-database",
        "shop-cache",
        "shop-files",
        "Load balancer",
        "NAT gateway",
        "shop-logs",
        "HTTPS 443",
    }
    assert wanted - texts == set()


def test_the_same_layout_gives_the_same_svg(sheet, pictures):
    assert draw(sheet).svg == pictures.svg


def test_the_svg_carries_neither_date_nor_version(pictures):
    text = pictures.svg.decode()
    assert "<dc:date>" not in text
    assert "atplotlib" not in text


def test_the_svg_names_fallback_fonts(pictures):
    assert "'DejaVu Sans', Verdana, sans-serif" in pictures.svg.decode()


def test_the_png_opens_and_has_the_size_of_the_layout(sheet, pictures):
    height, width, _ = imread(io.BytesIO(pictures.png)).shape
    assert (width, height) == (int(sheet.width * RESOLUTION), int(sheet.height * RESOLUTION))


def test_text_is_never_read_as_a_formula():
    """A dollar sign in a name is a dollar sign."""
    architecture = replace(wordpress(), title="$x_1$ & <y>")
    root = ElementTree.fromstring(draw(arrange(architecture)).svg)
    assert "$x_1$ & <y>" in {"".join(node.itertext()).strip() for node in root.iter(f"{_SVG}text")}


@pytest.mark.parametrize("name", variants())
def test_every_shape_has_a_look(name):
    layout = arrange(variants()[name])
    assert {box.kind for box in layout.boxes} <= LOOKS.keys()
    assert {box.icon for box in layout.boxes if box.icon} <= ICONS.keys()
    assert {arrow.kind for arrow in layout.arrows} <= STROKES.keys()
    assert {line.tone for box in layout.boxes for line in box.lines} <= TONES.keys()
