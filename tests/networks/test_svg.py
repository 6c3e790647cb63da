from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from genie3_engine.networks.arrangement import Arrangement, Camera
from genie3_engine.networks.graph_layout import layout_graph
from genie3_engine.networks.svg import FigureSize, network_svg
from genie3_engine.networks.thresholds import Threshold, ThresholdKind
from genie3_engine.networks.views import LegendEntry, View
from tests.small_views import small_view

HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("x")',
    "../../etc",
    "g" * 300,
    "🧬",
    "شبكة",
    "\x00",
]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(genes, *, legend=(), link_colours=(), widths=None, opacities=None, names=(), **options):
    pairs = [(a, b) for a in genes[:3] for b in genes if a != b]
    links = pd.DataFrame(pairs, columns=["regulator", "target"])
    links["rank"] = range(1, len(pairs) + 1)
    links["importance"] = np.linspace(1, 0.1, len(pairs))
    found = layout_graph(links)
    view = View(
        run=Path("run"),
        threshold=Threshold(ThresholdKind.RANK, len(links)),
        n_links=len(links),
        n_kept=len(links),
        layout=found,
        colours=("#1f6f8b",) * len(found.genes),
        link_colours=link_colours,
        sizes=np.linspace(1, 0, len(found.genes)),
        legend=legend,
        widths=widths,
        opacities=opacities,
        labels=tuple(dict(zip(genes, names, strict=True)).get(gene, gene) for gene in found.genes)
        if names
        else (),
    )
    return ElementTree.fromstring(network_svg(view, **{"size": FigureSize(89), **options}))


def texts(root):
    return [text.text for text in root.iter(f"{SVG}text")]


def test_network_svg__draws_every_gene_and_link():
    genes = [f"gene{i}" for i in range(9)]
    root = drawn(genes, all_labels=True)
    circles = list(root.find(f"{SVG}g[@id='genes']"))
    assert {circle.find(f"{SVG}title").text for circle in circles} == set(genes)
    assert len(list(root.find(f"{SVG}g[@id='links']"))) == 2 * 24  # a line and a head each
    assert sorted(texts(root)) == genes


def test_network_svg__labels_take_the_place_of_names():
    root = drawn(["id1", "id2", "id3"], names=["TP53", "U6 (id2)", "<b>"], all_labels=True)
    assert sorted(texts(root)) == ["<b>", "TP53", "U6 (id2)"]
    titles = {title.text for title in root.iter(f"{SVG}title")}
    assert {"TP53 · id1", "U6 (id2)", "<b> · id3"} <= titles


def test_network_svg__hostile_names_are_text():
    root = drawn(HOSTILE, all_labels=True, legend=(LegendEntry("<b>", "#000000"),))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "rect", "g", "path", "circle", "text"),
    }
    names = {title.text for title in root.iter(f"{SVG}title")}
    assert {*HOSTILE[:-1], "\ufffd"} <= names
    assert "<b>" in texts(root)
    assert all(len(text) <= 30 for text in texts(root))


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [(FigureSize(183), "183mm", None), (FigureSize(1920, 1080, "px"), "1920px", "1080px")],
)
def test_network_svg__has_the_size_asked_for(size, width, height):
    root = drawn(["a", "b", "c", "d"], size=size)
    assert root.get("width") == width
    assert height is None or root.get("height") == height
    _, _, right, bottom = map(float, root.get("viewBox").split())
    for circle in root.iter(f"{SVG}circle"):
        assert 0 < float(circle.get("cx")) < right
        assert 0 < float(circle.get("cy")) < bottom


def test_network_svg__crowded_names_are_left_out():
    genes = [f"a rather long name {i}" for i in range(150)]
    assert 5 < len(texts(drawn(genes))) < 150
    assert len(texts(drawn(genes, all_labels=True))) == 150


def test_network_svg__dark_ground():
    assert drawn(["a", "b"], dark=True).find(f"{SVG}rect").get("fill") == "#14191c"


def test_network_svg__links_are_grey_by_strength_or_as_they_are_told():
    def strokes(**options):
        links = drawn(["a", "b", "c", "d"], **options).find(f"{SVG}g[@id='links']")
        return [path.get("stroke") for path in links if path.get("stroke")]

    greys = [int(colour[1:3], 16) for colour in strokes()]
    assert greys == sorted(greys, reverse=True)  # the strongest last, on top, and darkest
    assert set(strokes(link_colours=("#d55e00",) * 9)) == {"#d55e00"}


def lines(root):
    return [path for path in root.iter(f"{SVG}path") if path.get("stroke")]


def test_network_svg__lines_are_as_broad_and_opaque_as_asked():
    genes = ["a", "b", "c", "d", "e"]
    n_links = 3 * 4
    share = np.linspace(0, 1, n_links)
    broad = lines(drawn(genes, widths=share[::-1]))
    widths = [float(line.get("stroke-width")) for line in broad]
    assert widths == sorted(widths)  # links are drawn from the weakest
    assert widths[-1] > 3 * widths[0]
    faint = lines(drawn(genes, opacities=share, link_colours=("#000000",) * n_links))
    assert [faint[0].get("stroke"), faint[-1].get("stroke")] == ["#ffffff", "#000000"]


def test_network_svg__shows_the_part_that_the_camera_looks_at():
    def distance(zoom):
        """Return how far the first two genes lie from each other."""
        arrangement = Arrangement(camera=Camera(0.0, 0.0, zoom))
        view = small_view(arrangement=arrangement)
        root = ElementTree.fromstring(network_svg(view, size=FigureSize(89), zoomed=True))
        first, second, *_ = root.find(f"{SVG}g[@id='genes']")
        return [float(second.get(axis)) - float(first.get(axis)) for axis in ("cx", "cy")]

    np.testing.assert_allclose(distance(3.0), 3 * np.array(distance(1.0)), atol=0.05)
