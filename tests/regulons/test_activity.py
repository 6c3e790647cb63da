"""Activity equals a plain definition of AUCell."""

from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.data import sparse_genes
from genie3_engine.data.expression import Expression
from genie3_engine.errors import InputError, OptionError
from genie3_engine.regulons import activity
from genie3_engine.regulons.activity import Activity, highest, n_top_genes, tie_order
from genie3_engine.regulons.regulon import Regulon, RegulonSet, Sign
from tests import naive
from tests.data.raws import filed

GENES = tuple(f"g{i}" for i in range(40))


def data(seed, *, genes=GENES, n_samples=9):
    """Counts with many zeros, so that most genes tie."""
    values = np.random.default_rng(seed).poisson(0.8, (len(genes), n_samples)).astype(float)
    return Expression(values, genes, tuple(f"s{i}" for i in range(n_samples)))


def some_regulons(seed, n=7):
    rng = np.random.default_rng(seed)
    regulons = []
    for number in range(n):
        targets = rng.permutation(len(GENES))[: rng.integers(1, 30)].astype(np.int32)
        targets = targets[targets != number]
        importance = np.ones(len(targets), np.float32)
        regulons.append(
            Regulon(
                *(f"g{number}(+)", f"g{number}", Sign.ACTIVATING, "targets=50", "top50"),
                targets,
                importance,
            )
        )
    return RegulonSet(GENES, tuple(regulons))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("top_share", [0.05, 0.1, 0.31, 0.9])
def test_activity__equals_the_definition(seed, top_share, monkeypatch):
    monkeypatch.setattr(activity, "_BLOCK_VALUES", 4 * len(GENES))  # blocks of 4 samples
    expression, regulons = data(seed), some_regulons(seed)
    order = [GENES[place] for place in tie_order(GENES, seed)]
    found = Activity(expression, regulons, top_share=top_share, seed=seed)
    whole = np.concatenate([block for _, block in found.blocks()])
    for sample, row in enumerate(whole):
        values = dict(zip(GENES, expression.values[:, sample], strict=True))
        for regulon, area in zip(regulons, row, strict=True):
            genes = set(regulons.genes_of(regulon))
            assert area == naive.recovery_area(values, order, genes, top_share)
    assert (found.matrix() == whole.astype(np.float32)).all()
    assert whole.any()
    monkeypatch.setattr(sparse_genes, "_PART_ENTRIES", expression.values.size // 3)
    streamed = replace(expression, values=filed(expression.values))
    again = Activity(streamed, regulons, top_share=top_share, seed=seed)
    assert (again.matrix() == whole.astype(np.float32)).all()


def test_activity__does_not_depend_on_the_order_of_genes():
    expression, regulons = data(1), some_regulons(1)
    turned = np.random.default_rng(0).permutation(len(GENES))
    other = Expression(
        expression.values[turned], tuple(GENES[i] for i in turned), expression.samples
    )
    assert (Activity(expression, regulons).matrix() == Activity(other, regulons).matrix()).all()


def test_activity__seed_decides_ties_only():
    expression, regulons = data(1), some_regulons(1)
    first, again, other = (Activity(expression, regulons, seed=s).matrix() for s in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()
    values = np.random.default_rng(2).normal(size=expression.values.shape)
    distinct = Expression(values, GENES, expression.samples)
    first, other = (Activity(distinct, regulons, seed=seed).matrix() for seed in (0, 1))
    assert (first == other).all()


def test_activity__highest_genes_make_the_highest_activity():
    values = np.zeros((40, 1))
    values[:10, 0] = np.arange(10, 0, -1)
    regulon = Regulon(
        *("g0", "g0", Sign.UNSIGNED, "targets=50", "top50"),
        np.arange(1, 10, dtype=np.int32),
        np.ones(9, np.float32),
    )
    expression = Expression(values, GENES, ("s",))
    (area,) = Activity(expression, RegulonSet(GENES, (regulon,)), top_share=0.25).matrix()[0]
    assert area == np.float32(sum(range(1, 10)) / 100)


def test_activity__of_other_genes_is_refused():
    expression = data(1, genes=tuple(f"x{i}" for i in range(40)))
    with pytest.raises(InputError, match="0 of the"):
        Activity(expression, some_regulons(1))


def test_activity__without_regulons():
    assert Activity(data(1), RegulonSet(GENES, ())).matrix().shape == (9, 0)


def test_highest__ties_in_the_order_given():
    rows = np.array([[1.0, 3.0, 1.0, 3.0, 0.0, 1.0], [5.0, 5.0, 5.0, 5.0, 5.0, 5.0]])
    assert highest(rows, 3).tolist() == [[1, 3, 0], [0, 1, 2]]


@pytest.mark.parametrize("n_top", [1, 40, 300, 1999])
@pytest.mark.parametrize("levels", [2, 30, 10**6])
def test_highest__same_as_a_stable_sort(n_top, levels):
    rng = np.random.default_rng(levels)
    rows = rng.integers(levels, size=(3, 2000)).astype(float) ** 3
    rows[1] = np.sort(rows[1])
    rows[2, ::16] = rows.max()  # those that are looked at first
    expected = np.argsort(-rows, axis=1, kind="stable")[:, :n_top]
    assert (highest(rows, n_top) == expected).all()


@pytest.mark.parametrize(("share", "n_genes"), [(0, 100), (1.1, 100), (0.05, 20), (1, 10)])
def test_n_top_genes__too_few_or_all_are_refused(share, n_genes):
    with pytest.raises(OptionError, match="share"):
        n_top_genes(share, n_genes)
