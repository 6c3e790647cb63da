"""Are ranked links read page by page as if all of them were held?"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genie3_engine.errors import RunError
from genie3_engine.model import ImportanceScale
from genie3_engine.store import ranking
from genie3_engine.store.links import LinkFilter, RankedLinks
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
        assert len(links) == links.count() == len(everything)

    def test_genes__are_the_whole_list(self, links):
        assert links.genes == GENES

    def test_about__says_the_scale(self, links, spec):
        assert links.about["dataset"] == spec.dataset
        assert links.about["scale"].startswith("raw")

    def test_top__is_the_first_rows(self, links, everything):
        pd.testing.assert_frame_equal(links.top(10), everything.head(10))

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

    def test_top__reads_only_the_first_row_groups(self, links, monkeypatch):
        read = []
        real = links._read

        def watched(file, group):
            read.append(group)
            return real(file, group)

        monkeypatch.setattr(links, "_read", watched)
        links.top(10)
        links.page(700, 100)
        assert read == [0, 2]

    def test_batches__are_the_whole_table(self, links, everything):
        table = pa.Table.from_batches(links.batches()).to_pandas()
        pd.testing.assert_frame_equal(table, everything)

    def test_batches__of_no_link_are_none(self, links):
        assert list(links.batches(wanted=LinkFilter(regulator="nobody"))) == []


class TestFilter:
    @pytest.mark.parametrize(
        "wanted",
        [
            LinkFilter(regulator="03"),
            LinkFilter(target="GENE 01"),
            LinkFilter(regulator="1", target="2"),
            LinkFilter(min_importance=0.05),
            LinkFilter(regulator="7", min_importance=0.1),
            LinkFilter(regulator="%"),
            LinkFilter(min_importance=99.0),
        ],
    )
    def test_page__holds_the_links_that_are_wanted(self, links, everything, wanted):
        kept = everything[
            everything["regulator"].astype(str).str.contains(wanted.regulator.lower(), regex=False)
            & everything["target"].astype(str).str.contains(wanted.target.lower(), regex=False)
            & (everything["importance"] >= np.float32(wanted.min_importance or 0))
        ]
        assert links.count(wanted) == len(kept)
        pd.testing.assert_frame_equal(
            links.page(3, 50, wanted=wanted), kept[3:53].reset_index(drop=True)
        )

    def test_min_importance__ends_the_reading(self, links, monkeypatch):
        read = []
        real = links._read

        def watched(file, group):
            read.append(group)
            return real(file, group)

        monkeypatch.setattr(links, "_read", watched)
        least = float(links.top(1)["importance"].iloc[0])
        read.clear()
        assert links.count(LinkFilter(min_importance=least)) >= 1
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
        raw, share = links.top(50), links.top(50, scale=ImportanceScale.SHARE)
        kept = raw["target"].map(links.kept_importance()).astype(float)
        np.testing.assert_allclose(share["share"], raw["importance"] / kept)

    def test_rank__needs_no_score(self, links):
        table = links.top(3, scale=ImportanceScale.RANK)
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

    def test_links__of_another_program_are_refused(self, tmp_path):
        pq.write_table(pa.table({"a": [1]}), tmp_path / "links.parquet")
        with pytest.raises(RunError, match="holds no ranked links"):
            RankedLinks(tmp_path)

    def test_links__of_a_network_without_any_are_an_empty_page(self, tmp_path):
        ranking.rank_links([], tmp_path / "links.parquet", GENES)
        links = RankedLinks(tmp_path / "links.parquet")
        assert len(links) == links.count(LinkFilter(regulator="a")) == 0
        for scale in ImportanceScale:
            assert links.page(0, 5, scale=scale).empty
        assert links.kept_importance() == {}
