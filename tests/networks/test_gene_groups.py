"""Groups of genes: modules, targets, and the genes that a link may have."""

import numpy as np
import pandas as pd
import pytest

from genie3_engine import worker
from genie3_engine.networks.communities import detect_modules
from genie3_engine.networks.gene_groups import (
    genes_of_run,
    module_groups,
    neighbour_groups,
    target_groups,
)
from genie3_engine.networks.graph_layout import layout_graph
from tests.simulated_networks import tiny_run


@pytest.fixture(scope="module")
def layout():
    links = [("a", f"x{i}") for i in range(6)] + [("b", f"y{i}") for i in range(5)] + [("c", "d")]
    table = pd.DataFrame(links, columns=["regulator", "target"])
    return layout_graph(table.assign(importance=np.linspace(1, 0.1, len(table))))


def test_module_groups__are_the_modules_of_three_genes_or_more(layout):
    groups = module_groups(layout, detect_modules(layout))
    assert list(groups) == ["Module 1", "Module 2"]
    assert set(groups["Module 1"]) == {"a", *(f"x{i}" for i in range(6))}


def test_target_groups__have_no_regulator_and_the_most_targets_first(layout):
    groups = target_groups(layout)
    assert list(groups) == ["a", "b"]
    assert set(groups["b"]) == {f"y{i}" for i in range(5)}


def test_neighbour_groups__are_targets_and_regulators(layout):
    assert set(neighbour_groups(layout, "b")["Its targets"]) == {f"y{i}" for i in range(5)}
    assert neighbour_groups(layout, "d") == {"Its regulators": ("c",)}


def test_groups__of_no_links_are_none():
    empty = layout_graph(pd.DataFrame({"regulator": [], "target": [], "importance": []}))
    assert module_groups(empty, detect_modules(empty)) == {}
    assert target_groups(empty) == {}


def test_genes_of_run__are_regulators_and_targets(home):
    worker.run(tiny_run(home / "runs" / "all").path)
    assert len(genes_of_run(home / "runs" / "all").genes) == 8
    some = {"regulators": ("gene 001", "gene 002"), "targets": ("gene 002", "gene 005")}
    worker.run(tiny_run(home / "runs" / "some", **some).path)
    assert genes_of_run(home / "runs" / "some").genes == ("gene 001", "gene 002", "gene 005")
