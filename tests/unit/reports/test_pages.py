"""The pages of the reports: both languages complete, in a browser and on a terminal."""

from __future__ import annotations

import ast
import io
import re
from itertools import chain
from pathlib import Path
from string import Formatter

import pytest
from rich.console import Console

import ackb.reports
from ackb.cli.pages import show
from ackb.html.model import LANGUAGES, Plot
from ackb.html.page import render
from ackb.reports import capacity, eci_age, right_sizing
from ackb.reports.moving import Move
from ackb.reports.pages import capacity as capacity_page
from ackb.reports.pages import eci_age as eci_age_page
from ackb.reports.pages import right_sizing as right_sizing_page
from ackb.reports.right_sizing import Verdict
from ackb.reports.wording import texts
from tests.unit.reports.example import deployment, instance, live, pages

PAGES = pages()
FOLDER = Path(ackb.reports.__file__).parent


def on_terminal(page, width=200, terminal=False):
    stream = io.StringIO()
    show(page, Console(file=stream, width=width, force_terminal=terminal, color_system=None))
    return stream.getvalue()


def names_in_code():
    """Names of texts in the modules of the reports; of computed ones every value."""
    found = set()
    places = {
        "eci_age.told": Move,
        "eci_age.move": Move,
        "right_sizing.verdict": Verdict,
        "unit": ("cpu", "memory"),
        "right_sizing.plot": ("cpu", "memory"),
        "capacity.plot": ("cpu", "memory"),
        "utilisation.plot": ("cpu", "memory"),
        "age": tuple(name for _, name in eci_age_page._CLASSES),
    }
    for prefix, values in places.items():
        found |= {f"{prefix}.{value}" for value in values}
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value, f"column.{node.value.lstrip('#')}"}
    return found


def test_every_text_exists_in_every_language_with_the_same_places():
    def places(text):
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    english = texts("en")
    for language in LANGUAGES:
        other = texts(language)
        assert set(other) == set(english)
        for name, text in other.items():
            assert text.strip(), name
            assert places(text) == places(english[name]), name


def test_no_text_is_left_in_english():
    """Texts that are the same in both languages are numbers, units and names only."""
    same = {name for name, text in texts("zh").items() if text == texts("en")[name]}
    assert same == {"column.pod", "gib", "right_sizing.verdict.fits"}


def test_every_text_is_used():
    assert set(texts("en")) - names_in_code() == set()


@pytest.mark.parametrize("name", PAGES)
def test_the_terminal_shows_what_the_page_says(name):
    printed = on_terminal(PAGES[name])
    page = PAGES[name]
    assert page.title in printed
    for section in page.sections:
        shown = any(not isinstance(block, Plot) for block in section.blocks)
        assert (section.title in printed) is shown


def test_a_row_stays_one_line_where_a_program_reads_it():
    [line] = [
        line for line in on_terminal(PAGES["report-eci-age-en"]).splitlines() if "eci-44" in line
    ]
    assert "batch/report-4" in line
    assert "▲ Restart: cn-hangzhou.10.0.0.13 has room" in line
    assert "321.98 CNY" in line


def test_nothing_is_cut_off_on_a_narrow_terminal():
    printed = on_terminal(PAGES["report-eci-age-en"], width=80, terminal=True)
    assert "…" not in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_a_sum_with_unknown_parts_is_a_least_one():
    printed = on_terminal(PAGES["report-eci-age-en"])
    assert re.search(r"Saving a month if moved +at least 1,126\.94 CNY +unknown for 2", printed)
    chinese = on_terminal(PAGES["report-eci-age-zh"])
    assert re.search(r"迁走后每月可节省 +至少 1,126\.94 CNY +2 项未知", chinese)


def test_discounts_are_told_where_they_help():
    printed = on_terminal(PAGES["report-eci-age-en"])
    assert (
        "up to 50 % less with reserved instances and up to 76 % less with a savings plan" in printed
    )
    assert "spot" not in printed
    spot = live(instances=[instance(1, 9, SpotStrategy="SpotAsPriceGo")])
    printed = on_terminal(eci_age_page.page(eci_age.compute(spot, 3), "en"))
    assert "30 % to 90 % below the list price" in printed
    assert "savings plan" not in printed


def test_a_report_without_anything_says_so_in_both_languages():
    empty = live(region="ap-southeast-1", simulated=False)
    for language, none, price in (
        ("en", "None.", "No list price of ECI is known for ap-southeast-1"),
        ("zh", "无。", "没有 ap-southeast-1 的 ECI 目录价"),
    ):
        printed = on_terminal(eci_age_page.page(eci_age.compute(empty, 3), language))
        assert none in printed
        assert price in printed
        html = render(eci_age_page.page(eci_age.compute(empty, 3), language))
        assert "<canvas" not in html
        assert 'class="banner" role="note"' not in html


def test_what_is_unknown_is_said():
    unknown = live(region="ap-southeast-1", instances=[instance(1, 9)], owner="")
    printed = on_terminal(eci_age_page.page(eci_age.compute(unknown, 3), "en"))
    assert re.search(r"Cost of these until now +unknown +unknown for 1", printed)
    assert "nobody named" in printed
    none = live(deployments=[deployment("web")])
    sized = on_terminal(right_sizing_page.page(right_sizing.compute(none), "en"))
    assert "The cluster does not know VerticalPodAutoscalers" in sized
    room = on_terminal(capacity_page.page(capacity.compute(none), "en"))
    assert "The cluster shows no metrics" in room


@pytest.mark.parametrize("name", PAGES)
def test_a_browser_draws_every_plot(browser, tmp_path, name):
    path = tmp_path / f"{name}.html"
    path.write_text(render(PAGES[name]), "utf-8")
    seen = browser.open(path)
    seen.check()
    plots = [
        block
        for block in chain(*(section.blocks for section in PAGES[name].sections))
        if isinstance(block, Plot)
    ]
    assert len(seen.plots) == len(plots) >= 2
    for drawn, plot in zip(seen.plots, plots, strict=True):
        assert set(drawn.series) == {one.name for one in plot.series}
        assert all(one["pixels"] for one in drawn.series.values()), plot.title
