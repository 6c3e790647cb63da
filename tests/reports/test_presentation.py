from __future__ import annotations

from html.parser import HTMLParser

from genie3_engine.reports import html_report, presentation_assets, run_report
from genie3_engine.reports.presentation import view_svg, views_section
from tests.reports.hostile import HOSTILE
from tests.small_views import small_saved_view


class Figures(HTMLParser):
    """Note the figures of a document, with their texts, and all attributes."""

    def __init__(self, text):
        super().__init__()
        self.figures, self.attributes, self.elements = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += attrs
        if tag == "figure":
            self.figures.append("")

    def handle_data(self, data):
        if self.figures:
            self.figures[-1] += data


def test_views_section__nothing_without_views():
    assert "".join(views_section([])) == ""


def test_views_section__holds_each_view_light_and_dark_with_its_caption():
    views = [small_saved_view("First", "What is\nshown."), small_saved_view("Second")]
    text = "".join(views_section(views))
    found = Figures(text)
    assert len(found.figures) == 2
    assert "1. First" in found.figures[0]
    assert "What is\nshown." in found.figures[0]
    assert found.elements.count("svg") == 4
    assert found.elements.count("circle") == 4 * 4  # three genes and a legend
    assert "#ddeeff" in text
    ids = [value for name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_views_section__hostile_texts_are_text():
    text = "".join(
        views_section([small_saved_view(name, name, genes=tuple(HOSTILE)) for name in HOSTILE])
    )
    found = Figures(text)
    assert {"script", "img"}.isdisjoint(found.elements)
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    assert not [name for name, _ in found.attributes if name == "style"]  # the policy forbids it
    for name, figure in zip(HOSTILE, found.figures, strict=True):
        assert name in figure


def test_view_svg__shows_what_is_in_focus():
    whole = view_svg(small_saved_view(genes=tuple("abcde")), dark=False)
    part = view_svg(small_saved_view(genes=tuple("abcde"), gene="a"), dark=False)
    assert whole.count("<path") == 2 * 4
    assert part.count("<path") == 2
    assert part.count("<rect") == whole.count("<rect") + 2  # below the legend and in it
    assert part.count("<text") == 2 + 2  # the gene, its target, and the legend


def test_html_report__has_no_views_where_none_were_saved(run):
    assert 'id="views"' not in html_report(run_report(run))


def test_presentation_assets__are_a_script_and_a_style():
    script, style = presentation_assets()
    assert "const presentation" in script
    assert "innerHTML" not in script
    assert ".presentation" in style
    assert "</script" not in script
