from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.errors import InputError
from genie3_engine.networks import link_signs
from genie3_engine.networks.annotations import read_annotations


@pytest.fixture
def expression():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(5, 40))
    values[1] = np.exp(values[0])
    values[2] = -values[0] + 0.1 * rng.normal(size=40)
    values[4] = 3.0
    return Expression(values, tuple("ABCDE"), tuple(f"s{i}" for i in range(40)))


def test_spearman__agrees_with_scipy(expression):
    from scipy.stats import spearmanr

    pairs = [("A", "B"), ("A", "C"), ("C", "D"), ("D", "D")]
    found = link_signs.spearman(expression, [a for a, _ in pairs], [b for _, b in pairs])
    for (a, b), value in zip(pairs, found, strict=True):
        rows = [expression.values["ABCDE".index(gene)] for gene in (a, b)]
        assert value == pytest.approx(spearmanr(*rows).statistic, abs=1e-5)


def test_spearman__constant_and_absent_genes_are_unknown(expression):
    assert np.isnan(link_signs.spearman(expression, ["A", "A"], ["E", "nobody"])).all()


def test_spearman__of_many_samples_takes_some(expression, monkeypatch):
    monkeypatch.setattr(link_signs, "_MOST_VALUES", 20)
    assert link_signs.spearman(expression, ["A"], ["B"])[0] == pytest.approx(1)


def test_signs__unclear_are_the_weak(expression):
    correlation = np.array([0.9, -0.9, 0.1, np.nan, 0.25])
    assert link_signs.signs(correlation, n_samples=40).tolist() == [1, -1, 0, 0, 0]
    assert link_signs.signs(correlation, n_samples=4000).tolist() == [1, -1, 0, 0, 1]


def test_annotations__find_the_column_of_names():
    text = "group\tsymbol\tlevel\nx\tA\t1.5\ny\tB\t2\nz\tnobody\t3\n\tC\t\n"
    group, level = read_annotations(text.encode(), "ABC")
    assert (group.name, dict(group.of), group.numbers) == ("group", {"A": "x", "B": "y"}, None)
    assert level.numbers == {"A": 1.5, "B": 2.0}


@pytest.mark.parametrize(
    "content", [b"", b"gene,a\n", b"gene\nA\n", b"gene,a\nq,1\n", b"\xff\xfe,\x00"]
)
def test_annotations__refuses_what_says_nothing_of_the_genes(content):
    with pytest.raises(InputError):
        read_annotations(content, "ABC")
