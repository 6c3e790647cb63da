"""Tests of reading ranked links."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genie3_engine.errors import RunError
from genie3_engine.model import ImportanceScale
from genie3_engine.store import ranking
from genie3_engine.store.links import RankedLinks
from tests.store.network import GENES


@pytest.fixture
def run(make_run, monkeypatch):
    monkeypatch.setattr(ranking, "ROW_GROUP_LINKS", 300)
    return make_run(finish=True)


@pytest.fixture
def links(run):
    return RankedLinks(run.path)


@pytest.fixture
def everything(run):
    table = pq.read_table(run.links_path).to_pandas()
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    return table


class TestPages:
    def test_len__counts_all_links(self, links, everything):
        assert len(links) == len(everything)

    def test_genes__are_the_whole_list(self, links):
        assert links.genes == GENES

    def test_about__says_the_scale(self, links, spec):
        assert links.about["dataset"] == spec.dataset
        assert links.about["scale"].startswith("raw")

    def test_page__begins_with_the_first_rows(self, links, everything):
        pd.testing.assert_frame_equal(links.page(0, 10), everything.head(10))

    @pytest.mark.parametrize(
        ("offset", "limit"), [(0, 0), (0, 300), (299, 2), (300, 300), (450, 700), (0, 10**9)]
    )
    def test_page__is_those_rows(self, links, everything, offset, limit):
        expected = everything[offset : offset + limit].reset_index(drop=True)
        pd.testing.assert_frame_equal(links.page(offset, limit), expected)

    def test_page__beyond_the_end_is_empty(self, links, everything):
        page = links.page(10**6, 5)
        assert list(page.columns) == list(everything.columns)
        assert page.empty

    def test_page__reads_only_its_row_groups(self, links, monkeypatch):
        read = []
        real = links._read

        def watched(file, group):
            read.append(group)
            return real(file, group)

        monkeypatch.setattr(links, "_read", watched)
        links.page(0, 10)
        links.page(700, 100)
        assert read == [0, 2]

    def test_batches__are_the_whole_table(self, links, everything):
        table = pa.Table.from_batches(links.batches()).to_pandas()
        pd.testing.assert_frame_equal(table, everything)

    def test_batches__of_no_link_are_none(self, links):
        assert list(links.batches(min_importance=99.0)) == []


class TestFilter:
    @pytest.mark.parametrize("least", [0.0, 0.05, 0.1, 99.0])
    def test_page__holds_the_links_that_are_strong_enough(self, links, everything, least):
        kept = everything[everything["importance"] >= np.float32(least)]
        assert len(links.page(0, 10**6, min_importance=least)) == len(kept)
        for offset in (3, 350):
            pd.testing.assert_frame_equal(
                links.page(offset, 50, min_importance=least),
                kept[offset : offset + 50].reset_index(drop=True),
            )

    def test_min_importance__ends_the_reading(self, links, monkeypatch):
        read = []
        real = links._read

        def watched(file, group):
            read.append(group)
            return real(file, group)

        monkeypatch.setattr(links, "_read", watched)
        least = float(links.page(0, 1)["importance"].iloc[0])
        read.clear()
        assert len(links.page(0, 10**6, min_importance=least)) >= 1
        assert read == [0]


class TestScales:
    def test_share__sums_to_one_for_each_target(self, links):
        table = links.page(0, 10**6, scale=ImportanceScale.SHARE)
        assert list(table.columns) == ["rank", "regulator", "target", "share"]
        sums = table.groupby("target", observed=True)["share"].sum()
        np.testing.assert_allclose(sums, 1)

    def test_share__keeps_the_order_of_the_ranks(self, links):
        table = links.page(5, 9, scale=ImportanceScale.SHARE)
        assert table["rank"].tolist() == list(range(6, 15))

    def test_share__is_the_importance_over_what_the_target_keeps(self, links):
        raw, share = links.page(0, 10**6), links.page(0, 10**6, scale=ImportanceScale.SHARE)
        kept = raw.groupby("target", observed=True)["importance"].transform("sum")
        np.testing.assert_allclose(share["share"], raw["importance"] / kept)

    def test_rank__needs_no_score(self, links):
        table = links.page(0, 3, scale=ImportanceScale.RANK)
        assert list(table.columns) == ["rank", "regulator", "target"]
        assert table["rank"].tolist() == [1, 2, 3]


class TestTrouble:
    def test_links__of_an_unfinished_run_are_not_there(self, make_run):
        with pytest.raises(RunError, match="There are no ranked links"):
            RankedLinks(make_run().path)

    def test_links__that_are_damaged_are_named(self, run):
        run.links_path.write_bytes(b"PAR1")
        with pytest.raises(RunError, match=r"links\.parquet cannot be read"):
            RankedLinks(run.path)

    @pytest.mark.parametrize("damage", ["page", "about"])
    def test_links__whose_pages_or_facts_are_damaged_are_named(self, run, damage):
        content = bytearray(run.links_path.read_bytes())
        if damage == "page":
            content[4:200] = b"\xff" * 196
        else:
            begin = content.index(b'{"') if b'{"' in content else content.index(b"{")
            content[begin] = ord("[")
        run.links_path.write_bytes(content)
        with pytest.raises(RunError, match=r"links\.parquet cannot be read"):
            _ = RankedLinks(run.path).genes

    def test_links__of_another_program_are_refused(self, tmp_path):
        pq.write_table(pa.table({"a": [1]}), tmp_path / "links.parquet")
        with pytest.raises(RunError, match="holds no ranked links"):
            RankedLinks(tmp_path)

    def test_links__of_a_network_without_any_are_an_empty_page(self, tmp_path):
        ranking.rank_links([], tmp_path / "links.parquet", GENES)
        links = RankedLinks(tmp_path / "links.parquet")
        assert len(links) == len(links.page(0, 5, min_importance=0.1)) == 0
        for scale in ImportanceScale:
            assert links.page(0, 5, scale=scale).empty
