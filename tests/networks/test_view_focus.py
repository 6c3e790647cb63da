from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.figure_style import DARK, LIGHT
from genie3_engine.networks.arrangement import Camera
from genie3_engine.networks.colours import accent
from genie3_engine.networks.view_focus import focus_camera, in_focus
from tests.small_views import small_view

GENES = ("a", "b", "c", "d", "e")


def focused(**focus):
    view = small_view(
        genes=GENES,
        link_colours=("#000001", "#000002", "#000003", "#000004"),
        widths=np.array([0.1, 0.2, 0.3, 0.4]),
        **focus,
    )
    return view, in_focus(view)


@pytest.mark.parametrize("focus", [{}, {"gene": "absent"}, {"gene": "absent", "to": "a"}])
def test_in_focus__without_a_focus_is_the_view(focus):
    view, found = focused(**focus)
    assert found is view


def test_in_focus__of_a_gene_keeps_its_links_and_fades_others():
    view, found = focused(gene="b")
    assert found.layout.genes == GENES
    assert found.layout.rank.tolist() == [1, 2]
    assert found.link_colours == ("#000001", "#000002")
    assert found.widths.tolist() == [0.1, 0.2]
    assert found.colours == (*view.colours[:3], LIGHT.grid, LIGHT.grid)
    assert in_focus(view, dark=True).colours[3:] == (DARK.grid, DARK.grid)


def test_in_focus__of_two_genes_keeps_the_path_between_them():
    _, found = focused(gene="d", to="b")  # from b to d
    assert found.layout.rank.tolist() == [2, 3]


def test_in_focus__of_two_genes_without_a_path_is_that_of_the_first():
    view, found = focused(gene="a", to="absent")
    assert found.layout.rank.tolist() == [1]
    assert found.colours[:2] == view.colours[:2]


def test_in_focus__colours_links_by_direction_unless_they_have_colours():
    view = small_view(genes=GENES, gene="b")
    found = in_focus(view)
    incoming, outgoing = found.link_colours
    assert outgoing == accent(dark=False) != incoming
    assert [entry.label for entry in found.legend[-2:]] == ["To a target", "From a regulator"]
    assert in_focus(small_view(genes=GENES, gene="b", to="d")).link_colours == (outgoing,) * 2


def test_focus_camera__looks_at_the_genes_in_focus():
    view = small_view(genes=GENES, gene="a")
    x, y = np.arange(5.0) * 10, np.arange(5.0)
    view = replace(view, layout=replace(view.layout, x=x, y=y))
    assert focus_camera(view) == Camera(5.0, 0.5, 2.5)  # at most
    assert focus_camera(replace(view, to="d")) is None  # it fills the picture by itself
    assert focus_camera(replace(view, gene=None)) is None
