"""Tests of importing lists of links from other tools."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genie3_engine.combination.imported_list import import_list
from genie3_engine.errors import InputError
from genie3_engine.evaluation.link_files import read_beside
from genie3_engine.store.links import RankedLinks

OTHER = "regulator\ttarget\timportance\ng1\tg2\t0.5\ng1\tg3\t0.25\ng2\tg4\t0.125\n"


@pytest.fixture
def imported(tmp_path):
    def imported(text):
        path, other, temporary = (tmp_path / name for name in ("list.tsv", "other.tsv", "aside"))
        path.write_text(text, encoding="utf-8")
        other.write_text(OTHER, encoding="utf-8")
        temporary.mkdir()
        reading, _ = read_beside(path, other)
        found = import_list(reading, tmp_path / "out.parquet", temporary=temporary)
        page = RankedLinks(tmp_path / "out.parquet").page(0, 100)
        pairs = list(zip(page["regulator"], page["target"], strict=True))
        return pairs, page["importance"].tolist(), found

    return imported


class TestImportList:
    def test_import_list__ranks_each_pair_once_by_its_best_score(self, imported):
        rows = "g1\tg3\t2\ng1\tg2\t3\ng2\tg2\t9\ng1\tg3\t4\n"
        pairs, scores, found = imported("TF\tgene\timportance\n" + rows)
        assert pairs == [("g1", "g3"), ("g1", "g2")]
        assert scores == [4.0, 3.0]
        assert found.has_scores

    def test_import_list__puts_the_smallest_p_value_first(self, imported):
        rows = "g1\tg3\t1e-30\ng1\tg2\t0.5\ng2\tg4\t0\ng2\tg1\t1\n"
        pairs, _, found = imported("TF\tgene\tp_value\n" + rows)
        assert pairs == [("g2", "g4"), ("g1", "g3"), ("g1", "g2"), ("g2", "g1")]
        assert not found.has_scores

    def test_import_list__takes_the_rows_as_the_order_where_there_is_no_score(self, imported):
        pairs, _, found = imported("TF\tgene\ng2\tg4\ng1\tg3\ng1\tg2\n")
        assert pairs == [("g2", "g4"), ("g1", "g3"), ("g1", "g2")]
        assert not found.has_scores

    def test_import_list__ranks_weights_of_both_signs_by_size(self, imported):
        rows = "g1\tg3\t-2\ng1\tg2\t1\ng2\tg4\t-0.5\n"
        pairs, scores, found = imported("TF\tgene\tweight\n" + rows)
        assert pairs == [("g1", "g3"), ("g1", "g2"), ("g2", "g4")]
        assert scores == [2.0, 1.0, 0.5]
        assert found.has_scores
        assert "has 2 negative values and is ranked the largest size first" in found.decision.taken

    def test_import_list__refuses_a_score_that_is_not_a_number(self, tmp_path):
        path, other = tmp_path / "list.parquet", tmp_path / "other.tsv"
        columns = {"TF": ["g1", "g1"], "gene": ["g2", "g3"], "importance": [1.0, float("nan")]}
        pq.write_table(pa.table(columns), path)
        other.write_text(OTHER, encoding="utf-8")
        reading, _ = read_beside(path, other)
        with pytest.raises(InputError, match=r"1 links of list.parquet have a score"):
            import_list(reading, tmp_path / "out.parquet", temporary=tmp_path)

    def test_import_list__ranks_infinite_scores_with_the_largest(self, imported):
        rows = "g1\tg3\t3\ng1\tg2\tinf\ng2\tg4\t5\ng2\tg3\t-inf\n"
        pairs, scores, _ = imported("TF\tgene\timportance\n" + rows)
        assert scores == [5.0, 5.0, 3.0, 3.0]
        assert set(pairs[:2]) == {("g1", "g2"), ("g2", "g4")}

    def test_import_list__keeps_tiny_p_values_apart(self, imported):
        rows = "g1\tg3\t1e-250\ng1\tg2\t0.5\ng2\tg4\t1e-310\ng2\tg1\t0\ng2\tg3\t1e-200\n"
        pairs, scores, _ = imported("TF\tgene\tp_value\n" + rows)
        assert pairs == [("g2", "g1"), ("g2", "g4"), ("g1", "g3"), ("g2", "g3"), ("g1", "g2")]
        assert len(set(scores)) == len(scores)

    def test_import_list__tiny_p_values_have_the_same_bits_on_every_machine(self, imported):
        rows = f"g1\tg3\t{1.5 * 2.0**-1040!r}\ng1\tg2\t0.5\ng2\tg4\t{2.0**-1040!r}\n"
        _, scores, _ = imported("TF\tgene\tp_value\n" + rows)
        assert scores == [1039.0, 1038.5, 0.0]
