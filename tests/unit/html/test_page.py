"""HTML pages: what stands in them, and what a browser makes of it."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from html import unescape
from importlib.resources import files

import pytest

from ackb.html.model import LANGUAGES
from ackb.html.page import (
    Cell,
    Column,
    KeyFigure,
    KeyFigures,
    Mark,
    Page,
    Plot,
    Section,
    Series,
    Table,
    Text,
    render,
)

HOSTILE = "</script><script>alert(1)</script><!-- \u2028 & \" ' <b>"
TIMES = [0, 15, 30, 45, 60]
REPLICAS = Plot(
    title="Replicas",
    x_title="Time",
    y_title="Pods",
    y2_title="CPU %",
    x_form="elapsed",
    stacked=True,
    series=[
        Series("ECS", TIMES, [22, 22, 22, 22, 22], "area"),
        Series("ECI", TIMES, [0, 8, 22, 61, None], "area"),
        Series("wanted", TIMES, [22, 44, 83, 90, 90], "step", dashed=True),
        Series("CPU", TIMES, [60.5, 91, 70, 62, 58], axis=2),
    ],
    marks=[Mark("upper bound", y=100), Mark("scale-out", x=15)],
)
NODES = Plot(
    title="Nodes",
    x_title="Node",
    y_title="%",
    y_max=100,
    series=[
        Series("CPU", ["one", "two"], [28.13, 35.63], "bar"),
        Series("memory", ["one", "two"], [18.0, 25.0], "bar"),
    ],
)
TABLE = Table(
    [Column("Name"), Column("CPU", number=True), Column("State")],
    [
        ["ten", 10, Cell("good", tone="good")],
        ["nine", 9.5, Cell("low", order=1, tone="warn")],
        ["none", None, ""],
    ],
)


def page(*blocks, title="Report", language="en", **more):
    return Page(
        title=title,
        language=language,
        made_at=datetime(2026, 11, 22, 10, 30, tzinfo=UTC),
        sections=[Section("Part", blocks)],
        **more,
    )


def data_of(html):
    [text] = re.findall(r'<script type="application/json" id="page-data">(.*?)</script>', html)
    return json.loads(text)


def test_the_library_is_the_one_that_is_named():
    folder = files("ackb.html").joinpath("assets")
    named = json.loads(folder.joinpath("SOURCE.json").read_text("utf-8"))
    for name, about in named.items():
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == about["sha256"]
        assert folder.joinpath(f"{name}.LICENSE.md").is_file()
        assert f"v{about['version']}" in folder.joinpath(name).read_text("utf-8")[:100]


def test_no_text_can_leave_its_place():
    plot = Plot(
        title=HOSTILE, x_title=HOSTILE, y_title="y", series=[Series(HOSTILE, [0, 1], [1, 2])]
    )
    table = Table([Column(HOSTILE)], [[HOSTILE]], caption=HOSTILE)
    html = render(page(Text(HOSTILE), plot, table, title=HOSTILE, subtitle=HOSTILE))
    assert "alert(1)</script>" not in html
    # The two scripts of the page and its data.
    assert len(re.findall("<script", html)) == 3 == len(re.findall("</script", html))
    assert data_of(html)["plots"][0]["title"] == HOSTILE


def test_nothing_is_asked_of_a_network():
    html = render(page(REPLICAS))
    assert "default-src 'none'" in unescape(html)
    frame = html.replace(
        files("ackb.html").joinpath("assets/chart.umd.min.js").read_text("utf-8"), ""
    )
    assert not re.findall(r"https?://|src=|@import|url\(", frame)


def test_a_page_without_plots_does_not_carry_the_library():
    assert len(render(page(TABLE))) < 30_000 < len(render(page(REPLICAS))) < 300_000


def test_what_is_unknown_is_said_and_nothing_is_zero():
    html = render(page(TABLE))
    assert '<td class="unknown number">unknown</td>' in html
    assert '<td class="plain number" data-order="9.5">9.5</td>' in html
    assert "未知" in render(page(TABLE, language="zh"))


def test_an_empty_plot_and_an_empty_table_say_so():
    empty = Plot(title="Empty", x_title="x", y_title="y", series=[Series("none", [1], [None])])
    html = render(page(empty, Table([Column("a")], [])))
    assert "There is no data to plot." in html
    assert "None." in html
    assert "<canvas" not in html


@pytest.mark.parametrize(("language", "word"), [("en", "Simulated"), ("zh", "模拟")])
def test_a_page_of_the_sandbox_says_so(language, word):
    assert word in render(page(TABLE, language=language, simulated=True))
    assert 'class="banner" role="note"' not in render(page(TABLE, language=language))


def test_the_alternative_text_tells_the_range():
    html = render(page(REPLICAS))
    assert "ECI: 0 to 61, last 61" in html
    assert "ECI：0 至 61，最后为 61" in render(page(REPLICAS, language="zh"))


def test_not_a_number_is_a_gap():
    plot = Plot(
        title="p", x_title="x", y_title="y", series=[Series("s", [0, 1], [float("nan"), 2])]
    )
    assert data_of(render(page(plot)))["plots"][0]["series"][0]["y"] == [None, 2]


def test_every_text_exists_in_every_language():
    texts = json.loads(files("ackb.html").joinpath("texts.json").read_text("utf-8"))
    assert set(texts) == set(LANGUAGES)
    assert len({frozenset(one) for one in texts.values()}) == 1
    assert all(text.strip() for one in texts.values() for text in one.values())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Series("s", [1, 2], [1]), "2 x and 1 y values"),
        (lambda: Mark("m"), "neither x nor y"),
        (lambda: Table([Column("a")], [["1", "2"]]), "a row has 2 cells, not 1"),
        (
            lambda: Plot(
                title="p",
                x_title="x",
                y_title="y",
                series=[Series("s", [1], [1]), Series("t", ["a"], [1])],
            ),
            "mixes numbers and names",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    figures = KeyFigures([KeyFigure("Replicas", "100", "of 100", "good")])
    blocks = [figures, Text(HOSTILE), REPLICAS, NODES, TABLE]
    path.write_text(render(page(*blocks, title=HOSTILE, simulated=True)), "utf-8")
    return path


class TestInABrowser:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_every_series_is_drawn(self, browser, file, scheme):
        seen = browser.open(file, scheme=scheme)
        seen.check()
        assert [set(plot.series) for plot in seen.plots] == [
            {"ECS", "ECI", "wanted", "CPU"},
            {"CPU", "memory"},
        ]
        assert all(one["pixels"] for plot in seen.plots for one in plot.series.values())

    def test_a_telephone_needs_no_sideways_scrolling(self, browser, file):
        browser.open(file, width=360).check()

    def test_the_legend_hides_and_shows_a_series(self, browser, file):
        def hide(page):
            page.get_by_role("button", name="ECI").click()
            page.get_by_role("button", name="wanted").press("Enter")
            page.get_by_role("button", name="wanted").press("Enter")

        seen = browser.open(file, act=hide).plots[0].series
        assert (seen["ECI"]["visible"], seen["ECI"]["pixels"]) == (False, 0)
        assert seen["wanted"]["visible"]
        assert seen["wanted"]["pixels"]

    def test_a_column_sorts_by_number_and_the_unknown_stays_last(self, browser, file):
        orders = []

        def sort(page):
            for _ in range(2):
                page.get_by_role("columnheader", name="CPU").get_by_role("button").click()
                rows = page.locator("table.sortable tbody tr td:first-child")
                orders.append(rows.all_inner_texts())

        browser.open(file, act=sort).check()
        assert orders == [["nine", "ten", "none"], ["ten", "nine", "none"]]

    def test_the_data_of_a_plot_can_be_read_as_a_table(self, browser, file):
        rows = []

        def read(page):
            page.get_by_text("Data of this plot").first.click()
            rows.extend(page.locator("details tr").all_inner_texts())

        browser.open(file, act=read).check()
        assert rows[0].split("\t") == ["Time", "ECS", "ECI", "wanted", "CPU"]
        assert rows[2].split("\t") == ["0:15", "22", "8", "44", "91"]
        assert rows[5].split("\t") == ["1:00", "22", "", "90", "58"]

    def test_hovering_shows_the_values(self, browser, file):
        shown = []

        def hover(page):
            page.locator("canvas").first.hover()
            script = "Chart.getChart(document.querySelector('canvas')).tooltip"
            shown.append(page.evaluate(f"[{script}.opacity, {script}.title[0]]"))
            shown.append(page.evaluate(f"{script}.body.map((one) => one.lines[0])"))

        browser.open(file, act=hover).check()
        assert shown == [[1, "0:30"], ["ECS: 22", "ECI: 22", "wanted: 83", "CPU: 70"]]

    def test_paper_is_white_and_the_plots_with_it(self, browser, file):
        colours = []

        def print_it(page):
            script = "Chart.getChart(document.querySelector('canvas')).data.datasets[0].borderColor"
            colours.append(page.evaluate(script))
            page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
            colours.append(page.evaluate(script))
            page.evaluate("window.dispatchEvent(new Event('afterprint'))")
            colours.append(page.evaluate(script))

        browser.open(file, act=print_it, scheme="dark").check()
        assert colours[0] == colours[2] != colours[1] == "#0072b2"

    def test_many_points_are_thinned_and_their_peak_is_kept(self, browser, tmp_path):
        times = list(range(10_000))
        peak = [1000.0 if time == 5003 else 10.0 for time in times]
        plot = Plot(
            title="p", x_title="s", y_title="pods", series=[Series("s", times, peak, "step")]
        )
        path = tmp_path / "many.html"
        path.write_text(render(page(plot)), "utf-8")
        highest = []

        def look(page):
            meta = "Chart.getChart(document.querySelector('canvas')).getDatasetMeta(0)"
            highest.append(page.evaluate(f"Math.max(...{meta}._parsed.map((one) => one.y))"))

        seen = browser.open(path, act=look)
        seen.check()
        assert 100 < seen.plots[0].series["s"]["points"] < 10_000
        assert highest == [1000]
