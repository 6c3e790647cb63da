"""Tests of the expression matrix and its fingerprint."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.data.expression import Expression
from genie3_engine.model import SERIES
from tests.data.raws import filed, sheet_of, sparse

GENES = ("TP53", "MYC", "SOX2")


class TestExpression:
    def shuffled(self, expression, seed, *, samples=True):
        rng = np.random.default_rng(seed)
        rows = rng.permutation(expression.n_genes)
        columns = np.arange(expression.n_samples)
        if samples:
            columns = rng.permutation(expression.n_samples)
        return Expression(
            np.ascontiguousarray(expression.values[np.ix_(rows, columns)]),
            tuple(expression.genes[i] for i in rows),
            tuple(expression.samples[i] for i in columns),
            expression.has_sample_names,
        )

    def made(self, samples=("S3", "S1", "S2", "S1"), *, has_sample_names=True):
        values = np.random.default_rng(5).random((5, 4))
        return Expression(values, ("e", "B", "a", "d", "C"), samples, has_sample_names)

    def test_canonical__sorts_genes_and_named_samples(self):
        canonical = self.made().canonical()
        assert canonical.genes == ("B", "C", "a", "d", "e")
        assert canonical.samples == ("S1", "S1", "S2", "S3")
        np.testing.assert_array_equal(
            canonical.values[:, 3], self.made().values[[1, 4, 2, 3, 0], 0]
        )
        assert canonical.values.flags.c_contiguous
        assert canonical.canonical() is canonical

    @pytest.mark.parametrize("seed", range(8))
    def test_canonical__does_not_depend_on_order_even_with_samples_of_one_name(self, seed):
        first, second = self.made(), self.shuffled(self.made(), seed)
        assert first.fingerprint == second.fingerprint == second.canonical().fingerprint
        np.testing.assert_array_equal(first.canonical().values, second.canonical().values)

    @pytest.mark.parametrize("kind", [np.array, sparse, filed])
    def test_canonical__sorts_samples_of_one_name_by_their_values(self, kind):
        rng = np.random.default_rng(9)
        values = rng.integers(-1, 2, (6, 60)) * rng.choice([1.0, 0.0], (6, 60))
        names = tuple(rng.choice(["a", "b", "c"], 60).tolist())
        made = Expression(kind(values), tuple("fbdace"), names).canonical()
        columns = zip(names, *values[[3, 1, 4, 2, 5, 0]].tolist(), strict=True)
        expected = sorted(columns)
        assert made.samples == tuple(name for name, *_ in expected)
        found = np.asarray(made.values)
        assert found.T.tolist() == [list(column) for _, *column in expected]
        assert not np.signbit(found[found == 0]).any()

    def test_canonical__keeps_the_order_of_samples_without_names(self):
        made = self.made(tuple(f"sample {i}" for i in range(4)), has_sample_names=False)
        shuffled = self.shuffled(made, 1)
        assert self.shuffled(made, 1, samples=False).fingerprint == made.fingerprint
        assert shuffled.fingerprint != made.fingerprint
        assert made.canonical().samples == made.samples

    def test_fingerprint__covers_values_and_names_but_not_made_up_ones(self):
        made = self.made()
        values = made.values.copy()
        values[2, 2] = np.nextafter(values[2, 2], 2)
        others = [
            Expression(values, made.genes, made.samples),
            Expression(made.values, (*made.genes[:-1], "x"), made.samples),
            Expression(made.values, made.genes, (*made.samples[:-1], "x")),
            Expression(made.values, made.genes, made.samples, False),
        ]
        assert len({made.fingerprint, *(other.fingerprint for other in others)}) == 5
        unnamed = Expression(made.values, made.genes, tuple("wxyz"), False)
        assert unnamed.fingerprint == others[-1].fingerprint

    def test_fingerprint__takes_negative_zero_for_zero(self):
        zeros, negative = np.zeros((3, 2)), -np.zeros((3, 2))
        one = Expression(zeros, GENES, ("a", "b"))
        other = Expression(negative, GENES, ("a", "b"))
        assert one.fingerprint == other.fingerprint
        assert not np.signbit(other.canonical().values).any()

    def test_expression__refuses_names_that_do_not_fit(self):
        with pytest.raises(ValueError, match="shape"):
            Expression(np.ones((2, 2)), GENES, ("a", "b"))
        with pytest.raises(ValueError, match="unique"):
            Expression(np.ones((2, 2)), ("a", "a"), ("a", "b"))

    def test_sheet__is_put_in_canonical_order_and_is_part_of_the_fingerprint(self):
        bare = self.made(("S4", "S1", "S2", "S3"))
        sheet = sheet_of(series="abab", time=(0, 0, 1, 1))
        made = replace(bare, sheet=sheet)
        assert made.canonical().sheet == sheet_of(series="baba", time=(0, 1, 1, 0))
        shuffled = [2, 0, 3, 1]
        same = Expression(
            np.ascontiguousarray(made.values[:, shuffled]),
            made.genes,
            tuple(made.samples[i] for i in shuffled),
            sheet=sheet.take(shuffled),
        )
        other = replace(bare, sheet=sheet_of(series="abab", time=(0, 0, 2, 1)))
        assert len({made.fingerprint, same.fingerprint, bare.fingerprint, other.fingerprint}) == 3
        assert made.fingerprint == same.fingerprint
        assert (bare.provides, made.provides) == (frozenset(), {SERIES})

    def test_sheet__decides_the_order_of_samples_that_differ_in_nothing_else(self):
        values = np.ones((2, 3))
        made = Expression(values, ("a", "b"), ("s", "s", "s"), sheet=sheet_of(block="zxy"))
        assert made.canonical().sheet == sheet_of(block="xyz")

    def test_sheet__without_entries_is_none(self):
        bare = self.made()
        assert replace(bare, sheet=sheet_of(block=("",) * 4)).sheet is None
        with pytest.raises(ValueError, match="sheet of 2 samples for 4"):
            replace(bare, sheet=sheet_of(block="xy"))
