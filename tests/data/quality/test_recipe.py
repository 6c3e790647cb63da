from __future__ import annotations

import math

import numpy as np
import pytest

from genie3_engine.data.quality import (
    FIXES,
    apply,
    describe_recipe,
    finalise,
    parse_fix,
    parse_recipe,
    targets_of,
)
from genie3_engine.data.raw_expression import OddCell
from genie3_engine.errors import InputError, OptionError
from tests.data.raws import counts, logs, raw_of, sparse

NAN = math.nan


def cooked(raw, *recipe):
    return apply(raw, parse_recipe(recipe)).raw


def final(raw, recipe):
    return finalise(apply(raw, recipe).raw)


class TestText:
    @pytest.mark.parametrize("text", ["drop-constants", "keep-variable=2000", "pseudo-bulk=a,b"])
    def test_fix__is_written_as_it_is_read(self, text):
        assert str(parse_fix(text)) == text

    def test_fix__may_be_written_loosely(self):
        assert str(parse_fix(" Keep_Variable = 2,000 ")) == "keep-variable=2000"

    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("drop-constant", "drop-constants"),
            ("nonsense", "transpose"),
            ("keep-variable", "keep-variable=GENES"),
            ("keep-variable=few", "whole number"),
            ("keep-variable=0", "whole number"),
            (f"keep-variable={'9' * 5000}", "whole number"),
            ("keep-expressed=101", "from 1 to 100"),
            ("transpose=1", "takes no value"),
            ("pseudo-bulk=", "needs a value"),
        ],
    )
    def test_fix__is_refused_with_a_remedy(self, text, word):
        with pytest.raises(OptionError, match="fix") as refused:
            parse_fix(text)
        assert word in str(refused.value)

    def test_fixes__are_described_for_buttons_help_and_papers(self):
        for kind in FIXES.values():
            assert kind.label
            assert kind.label[0].isupper()
            assert "{" not in kind.description
            assert kind.past
            assert kind.text[0].islower()
            assert not kind.text.endswith(".")


class TestGaps:
    GAPPY = ((1, 2, 6), (4, NAN, 8), (NAN, NAN, NAN), (1, 1, 1))

    def test_fill_missing__takes_the_genes_median(self):
        raw = raw_of(self.GAPPY, odd_cells=(OddCell(1, 1, "x"),), n_odd=1)
        filled = cooked(raw, "fill-missing")
        assert filled.values[1].tolist() == [4, 6, 8]
        assert np.isnan(filled.values[2]).all()
        assert (filled.odd_cells, filled.n_odd) == ((), 0)
        assert np.isnan(raw.values[1, 1])

    def test_drop_missing_genes__keeps_whole_ones(self):
        assert cooked(raw_of(self.GAPPY), "drop-missing-genes").genes == ("GENE1", "GENE4")

    def test_drop_missing_samples__keeps_whole_ones(self):
        raw = raw_of([[1, NAN], [2, 3]], odd_cells=(OddCell(0, 1, "x"),), n_odd=1)
        left = cooked(raw, "drop-missing-samples")
        assert (left.samples, left.n_odd) == (("s1",), 0)

    def test_drop_missing_samples__refuses_to_leave_none(self):
        with pytest.raises(InputError, match="none is left"):
            cooked(raw_of(self.GAPPY), "drop-missing-samples")

    def test_fill_missing__works_on_sparse_values(self):
        filled = cooked(raw_of(sparse(self.GAPPY)), "fill-missing")
        assert filled.values.toarray()[1].tolist() == [4, 6, 8]


class TestNames:
    def test_average_duplicates__takes_means_over_what_is_there(self):
        raw = raw_of([[1, 2], [9, 9], [3, NAN]], genes=["a", "b", "a"])
        left = cooked(raw, "average-duplicates")
        assert left.genes == ("a", "b")
        assert left.values.tolist() == [[2, 2], [9, 9]]

    def test_average_duplicates__of_sparse_values(self):
        raw = raw_of(sparse([[1, 2], [9, 9], [3, 4]]), genes=["a", "b", "a"])
        assert cooked(raw, "average-duplicates").values.toarray().tolist() == [[2, 3], [9, 9]]

    def test_suffix_duplicates__takes_no_name_that_is_there(self):
        raw = raw_of(np.ones((4, 2)), genes=["a", "a", "a-2", "a"])
        assert cooked(raw, "suffix-duplicates").genes == ("a", "a-3", "a-2", "a-4")

    def test_strip_versions__cuts_accessions_only(self):
        names = ["ENSG00000141510.17", "RP11-34P13.7", "NM_000546.6", "ENSG00000002586.20_PAR_Y"]
        stripped = cooked(raw_of(np.ones((4, 2)), genes=names), "strip-versions").genes
        assert stripped == (
            "ENSG00000141510",
            "RP11-34P13.7",
            "NM_000546",
            "ENSG00000002586_PAR_Y",
        )

    def test_restore_excel_names__where_one_gene_can_be_meant(self):
        names = ["7-Sep", "Mar-03", "1-Mar", "2020-03-01", "1-Dec", "TP53"]
        restored = cooked(raw_of(np.ones((6, 2)), genes=names), "restore-excel-names").genes
        assert restored == ("SEPT7", "MARCH3", "1-Mar", "2020-03-01", "DEC1", "TP53")

    def test_restore_excel_names__as_mice_have_them(self):
        names = ["7-Sep", "Trp53", "Gapdh"]
        restored = cooked(raw_of(np.ones((3, 2)), genes=names), "restore-excel-names").genes
        assert restored[0] == "Sept7"

    def test_drop_records__and_nameless_rows(self):
        names = ["__no_feature", "ERCC-00002", "", "TP53"]
        raw = raw_of(np.ones((4, 2)), genes=names)
        assert cooked(raw, "drop-records", "drop-nameless").genes == ("TP53",)


class TestScale:
    def test_log1p_cpm__by_hand(self):
        raw = raw_of([[1, 0], [3, 5]])
        expected = np.log1p([[250_000, 0], [750_000, 1_000_000]])
        for values in (raw, raw_of(sparse([[1, 0], [3, 5]]))):
            found = cooked(values, "log1p-cpm").values
            found = found if isinstance(found, np.ndarray) else found.toarray()
            np.testing.assert_allclose(found, expected)

    def test_log1p_cpm__refuses_an_empty_library(self):
        with pytest.raises(InputError, match="drop-empty-samples"):
            cooked(raw_of([[1, 0], [3, 0]]), "log1p-cpm")

    @pytest.mark.parametrize("fix", ["log1p", "log1p-cpm"])
    def test_log1p__refuses_negative_values_and_names_one(self, fix):
        with pytest.raises(InputError, match=r"'GENE2' is -3 in sample 's1'"):
            cooked(raw_of([[1, 0], [-3, 0]]), fix)


class TestGenes:
    def test_drop_constants(self):
        raw = raw_of([[1, 1], [0, 0], [1, 2]])
        assert cooked(raw, "drop-constants").genes == ("GENE3",)

    def test_keep_variable__takes_ties_by_name(self):
        raw = raw_of([[0, 2], [0, 9], [2, 0]], genes=["b", "c", "a"])
        assert cooked(raw, "keep-variable=2").genes == ("c", "a")
        assert cooked(raw, "keep-variable=9").genes == ("b", "c", "a")

    def test_keep_expressed__counts_what_is_not_zero(self):
        raw = raw_of([[0, 0, 1, 2], [0, 0, 0, 1], [1, 1, 1, 1]])
        assert cooked(raw, "keep-expressed=50").genes == ("GENE1", "GENE3")

    def test_restrict_targets__leaves_the_data_and_names_targets(self):
        recipe = parse_recipe(["restrict-targets=2"])
        expression = final(raw_of([[0, 1], [0, 9], [0, 5]]), recipe)
        assert expression.n_genes == 3
        assert targets_of(expression, recipe) == ("GENE2", "GENE3")
        assert targets_of(expression, ()) is None


class TestSamples:
    def test_transpose__swaps_names_and_odd_cells(self):
        raw = raw_of([[1, 2, 3], [4, 5, 6]], odd_cells=(OddCell(0, 2, "x"),), n_odd=1)
        swapped = cooked(raw, "transpose")
        assert swapped.values.tolist() == [[1, 4], [2, 5], [3, 6]]
        assert (swapped.genes, swapped.samples) == (raw.samples, raw.genes)
        assert swapped.odd_cells == (OddCell(2, 0, "x"),)

    def test_transpose__needs_names(self):
        with pytest.raises(InputError, match="no names"):
            cooked(raw_of([[1, 2]], has_sample_names=False), "transpose")

    def test_drop_copied_samples__keeps_the_first(self):
        values = [[1, 2, 1, 1], [3, 4, 3, NAN]]
        for raw in (raw_of(values), raw_of(sparse(values))):
            assert cooked(raw, "drop-copied-samples").samples == ("s1", "s2", "s4")

    def test_drop_empty_samples(self):
        assert cooked(raw_of([[0, 1], [0, 0]]), "drop-empty-samples").samples == ("s2",)

    @pytest.mark.parametrize("as_sparse", [False, True])
    def test_pseudo_bulk__adds_counts_and_averages_other_values(self, as_sparse):
        labels = {"type": ("B", "T", "B", "NA"), "donor": ("1", "1", "2", "2")}
        for factor, expected in ((1, [[100, 2], [5, 5]]), (0.5, [[25, 1], [1.25, 2.5]])):
            values = np.array([[99, 2, 1, 50], [0, 5, 5, 5]]) * factor
            raw = raw_of(sparse(values) if as_sparse else values, annotations=labels)
            bulk = cooked(raw, "pseudo-bulk=type")
            assert bulk.samples == ("B", "T")
            assert bulk.values.tolist() == expected
        assert cooked(raw, "pseudo-bulk=donor,type").samples == ("1 B", "1 T", "2 B")

    def test_pseudo_bulk__names_the_columns_there_are(self):
        raw = raw_of(np.ones((3, 3)), annotations={"type": ("B", "T", "B")})
        with pytest.raises(OptionError, match="type"):
            cooked(raw, "pseudo-bulk=cluster")


class TestComplete:
    @pytest.mark.parametrize(
        ("raw", "word"),
        [
            (raw_of([[1, NAN], [1, 2], [3, 4]]), "fill-missing"),
            (raw_of(np.ones((3, 2)), genes=["a", "a", "b"]), "average-duplicates"),
            (raw_of(np.ones((3, 2)), genes=["a", "", "b"]), "drop-nameless"),
            (raw_of(np.ones((2, 5))), "transpose"),
        ],
    )
    def test_complete__refuses_and_names_the_fix(self, raw, word):
        with pytest.raises(InputError) as refused:
            finalise(raw)
        assert f"--fix {word}" in str(refused.value)

    def test_complete__refuses_what_does_not_fit(self):
        import scipy.sparse

        huge = scipy.sparse.csr_matrix((60_000, 50_000))
        raw = raw_of(huge)
        with pytest.raises(InputError, match="keep-variable"):
            finalise(raw)
        assert final(raw, parse_recipe(["keep-variable=5"])).n_genes == 5

    def test_complete__densifies_and_keeps_annotations(self):
        raw = raw_of(sparse(np.eye(3)), annotations={"type": ("B", "T", "B")})
        expression = finalise(raw)
        assert expression.values.tolist() == np.eye(3).tolist()
        assert expression.annotations == {"type": ("B", "T", "B")}


RECIPES = (
    ["fill-missing", "average-duplicates", "log1p-cpm", "keep-variable=9"],
    ["average-duplicates", "drop-missing-genes", "keep-expressed=50", "drop-copied-samples"],
    ["drop-missing-samples", "average-duplicates", "log1p"],
)


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("whole", [True, False])
def test_recipe__gives_the_same_bits_for_any_order_of_genes_and_samples(recipe, whole):
    rng = np.random.default_rng(2)
    values = counts(20, 30) if whole else np.exp(logs(20, 30))
    values[4, 7] = values[8, 9] = NAN
    values[:, 11] = values[:, 12]
    genes = [f"g{i % 17}" for i in range(20)]
    samples = [f"s{j:02d}" for j in range(30)]
    samples[12] = samples[11]
    rows, columns = rng.permutation(20), rng.permutation(30)
    straight = raw_of(values, genes=genes, samples=samples)
    shuffled = raw_of(
        values[np.ix_(rows, columns)],
        genes=[genes[row] for row in rows],
        samples=[samples[column] for column in columns],
    )
    fixes = parse_recipe(recipe)
    assert final(straight, fixes).fingerprint == final(shuffled, fixes).fingerprint


def test_effects__say_what_changed():
    done = apply(raw_of([[1, 1], [0, 0], [1, 2]]), parse_recipe(["drop-constants", "log1p"]))
    first, second = (effect.sentence for effect in done.effects)
    assert first == "genes of constant expression were removed (3 genes became 1)"
    assert second == "values were transformed by log(1 + x)"
    known = [effect.to_dict() for effect in done.effects]
    assert describe_recipe(["drop-constants", "log1p"], known) == [first, second]
    assert describe_recipe(["drop-constants"], known) == [
        "genes of constant expression were removed"
    ]
