from __future__ import annotations

import io
import math

import numpy as np
import pyarrow as pa
import pytest

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.errors import OptionError, RunError
from genie3_engine.evaluation.accuracy import evaluate
from genie3_engine.model import ImportanceScale, JobState, RunSpec, RunStatus, TargetLinks
from genie3_engine.networks.exports import export_format, links_of_run
from genie3_engine.networks.graph_layout import layout_graph
from genie3_engine.networks.link_evidence import evidence_of, with_evidence
from genie3_engine.networks.links import (
    fits,
    gene_names,
    link_page,
    links_between,
    links_with_evidence,
    n_links,
    ranked_links,
)
from genie3_engine.store.merge import finish_run
from genie3_engine.store.parts import PartWriter
from genie3_engine.store.run_folder import RunFolder

GENES = ("HOXA1", "abc", "myc", "unlinked", "zeb1")
# target, its regulators strongest first, importance, out-of-bag R²
LINKS = [
    (1, [0, 2], [0.5, 0.25], 0.4),
    (2, [0], [0.75], 0.3),
    (4, [2, 0, 1], [0.625, 0.125, 0.0625], math.nan),
    (0, [], [], -0.1),
]
RANKED = [
    (1, "HOXA1", "myc", 0.75),
    (2, "myc", "zeb1", 0.625),
    (3, "HOXA1", "abc", 0.5),
    (4, "myc", "abc", 0.25),
    (5, "HOXA1", "zeb1", 0.125),
    (6, "abc", "zeb1", 0.0625),
]


@pytest.fixture
def run(tmp_path):
    spec = RunSpec(dataset="0" * 64, targets=tuple(GENES[target] for target, *_ in LINKS))
    run = RunFolder.create(tmp_path / "run", spec, RunStatus(JobState.QUEUED))
    with PartWriter(
        run.parts_folder, spec.dataset, shard_index=0, n_shards=1, genes=GENES
    ) as writer:
        for target, regulators, importance, r2 in LINKS:
            names = np.array(regulators, np.int32)
            writer.add(TargetLinks(target, names, np.array(importance, np.float32), r2, 0.1))
    finish_run(run, GENES)
    return run.path


def rows(table):
    return [tuple(row) for row in table.itertuples(index=False)]


def test_ranked_links__strongest_first(run):
    table = ranked_links(run, top=4)
    assert list(table.columns) == ["rank", "regulator", "target", "importance"]
    assert rows(table) == RANKED[:4]
    assert rows(ranked_links(run, top=2, offset=3)) == RANKED[3:5]


def test_ranked_links__around_a_gene(run):
    assert rows(ranked_links(run, gene="abc")) == [RANKED[i] for i in (2, 3, 5)]
    assert rows(ranked_links(run, gene="abc", top=1, offset=1)) == [RANKED[3]]
    assert rows(ranked_links(run, gene="unlinked")) == []
    assert rows(ranked_links(run, gene="ab")) == []


def test_ranked_links__search_part_of_a_name_in_any_case(run):
    assert rows(ranked_links(run, search="AB")) == [RANKED[i] for i in (2, 3, 5)]
    assert rows(ranked_links(run, search="x", top=2)) == [RANKED[0], RANKED[2]]


def test_ranked_links__other_scales(run):
    shares = ranked_links(run, scale=ImportanceScale.SHARE)
    assert shares.groupby("target")["share"].sum().tolist() == pytest.approx([1, 1, 1])
    assert list(ranked_links(run, scale=ImportanceScale.RANK)) == ["rank", "regulator", "target"]


def test_gene_names__those_that_have_a_link(run):
    assert gene_names(run) == ("HOXA1", "abc", "myc", "zeb1")
    assert n_links(run) == 6


def test_links_of_run__exports_what_is_wanted(run):
    for options, expected in [({}, RANKED), ({"top": 2}, RANKED[:2])]:
        file = io.BytesIO()
        export_format("tsv").write(links_of_run(run, **options), file)
        lines = [line.split("\t") for line in file.getvalue().decode().splitlines()[1:]]
        assert [(a, b, float(s)) for a, b, s in lines] == [row[1:] for row in expected]
    strong = links_of_run(run, min_importance=0.25, scale=ImportanceScale.RANK)
    (batch,) = strong.batches()
    assert batch.schema.names == ["regulator", "target", "rank"]
    assert batch.column("rank").to_pylist() == [1, 2, 3, 4]


def test_links_of_run__graphs_read_them_twice(run):
    file = io.BytesIO()
    export_format("graphml").write(links_of_run(run), file)
    assert file.getvalue().count(b"<edge ") == 6


def test_picture__of_a_run(run):
    shown = layout_graph(ranked_links(run))
    assert shown.genes[shown.source[0]] == "HOXA1"
    assert len(shown.importance) == 6


def test_evaluate__of_a_run(run, tmp_path):
    gold = tmp_path / "gold"
    gold.write_text("HOXA1\tmyc\t1\nmyc\tabc\t0\nabc\tmyc\t0\n")
    assert evaluate(run, gold).auroc == 1.0


def test_network__run_that_is_not_there(tmp_path):
    with pytest.raises(RunError, match="There is no run in"):
        n_links(tmp_path)
    with pytest.raises(RunError, match="There is no run in"):
        n_links(tmp_path / "absent")


def test_link_page__counts_what_it_leaves_out(run):
    page = link_page(run, offset=1, size=1, gene="abc")
    assert (rows(page.links), page.n_found, page.n_leaving) == ([RANKED[3]], 3, 1)
    found = link_page(run, offset=0, size=2, search="X")
    assert (rows(found.links), found.n_found) == ([RANKED[0], RANKED[2]], 3)
    table = GeneTable(("abc",), {"s": ("TP53",)}, {"symbol": "s"})
    by_symbol = link_page(run, offset=0, size=9, search="p5", gene_table=table)
    assert rows(by_symbol.links) == rows(link_page(run, offset=0, size=9, gene="abc").links)
    everything = link_page(run, offset=4, size=9)
    assert (rows(everything.links), everything.n_found) == (RANKED[4:], 6)
    assert link_page(run, offset=0, size=2, search="nobody").n_found == 0


def test_links_between__either_way(run):
    assert rows(links_between(run, "myc", "HOXA1")) == [RANKED[0]]
    nothing = links_between(run, "HOXA1", "nobody")
    assert rows(nothing) == []
    assert (nothing.dtypes == links_between(run, "myc", "HOXA1").dtypes).all()


def test_fits__where_a_forest_has_one(run):
    assert fits(run) == {
        "abc": pytest.approx(0.4),
        "myc": pytest.approx(0.3),
        "HOXA1": pytest.approx(-0.1),
    }


def test_links_with_evidence__has_each_link_with_its_own(evident_run, tmp_path):
    links = pa.Table.from_batches(links_with_evidence(evident_run, "stability")).to_pandas()
    expected = with_evidence(evidence_of(evident_run), ranked_links(evident_run))
    assert links["stability"].tolist() == expected["stability"].tolist()
    assert links["target"].astype(str).tolist() == expected["target"].tolist()
    (evident_run / "evidence.parquet").unlink()
    with pytest.raises(OptionError, match="no stability"):
        next(links_with_evidence(evident_run, "stability"))
