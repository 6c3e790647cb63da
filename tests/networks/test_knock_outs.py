"""Tests of knock-out factors of links by name."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genie3_engine import worker
from genie3_engine.cli import main
from genie3_engine.inference.knock_outs import KnockOuts
from genie3_engine.model import COMPILED
from genie3_engine.networks.exports import links_of_run
from genie3_engine.networks.exports.tables import write_csv, write_parquet, write_tsv
from genie3_engine.networks.hub_weighting import favour_hubs
from genie3_engine.networks.knock_outs import COLUMN, KnockOutFactors, factors_of_run
from tests.simulated_networks import tiny_expression, tiny_run
from tests.time_series_data import small_series


@pytest.fixture
def run(home, tmp_path):
    run = tiny_run(tmp_path / "run", expression=small_series(), engine=COMPILED)
    worker.run(run.path)
    return run


def test_of_links__takes_pairs_in_any_order():
    expression = small_series()
    plain = KnockOuts(expression)
    factors = KnockOutFactors(expression)
    pairs = [("g002", "g005"), ("g000", "g001"), ("g007", "g001"), ("g002", "g001"), ("x", "g001")]
    found = factors.of_links(*zip(*pairs, strict=True))
    assert found[[0, 1, 3]].tolist() == [
        plain.factors(5)[2], plain.factors(1)[0], plain.factors(1)[2]
    ]  # fmt: skip
    assert np.isnan(found[[2, 4]]).all()
    assert np.isnan(factors.of_links(["g001"], ["not a gene"])).all()
    assert factors.of_links([], []).size == 0


def test_of_batch__has_nulls_where_there_is_no_factor():
    batch = pa.RecordBatch.from_pydict({"regulator": ["g001", "g006"], "target": ["g004", "g004"]})
    known, unknown = KnockOutFactors(small_series()).of_batch(batch).to_pylist()
    assert known == pytest.approx(KnockOuts(small_series()).factors(4)[1], rel=1e-6)
    assert unknown is None


def test_factors_of_run__are_none_without_knock_outs_or_data(home, tmp_path, run):
    assert factors_of_run(run.path) is not None
    assert factors_of_run(run.links_path) is not None
    favour_hubs(run.path, tmp_path / "hubs.parquet")
    assert factors_of_run(tmp_path / "hubs.parquet") is not None
    assert factors_of_run(tmp_path) is None
    bare = tiny_run(tmp_path / "bare", expression=tiny_expression())
    assert factors_of_run(bare.path) is None


def test_exports__have_a_column_of_factors(run, tmp_path):
    links = links_of_run(run.path, top=20)
    for name, write in (("tsv", write_tsv), ("csv", write_csv), ("parquet", write_parquet)):
        with (tmp_path / f"links.{name}").open("wb") as file:
            write(links, file)
    table = pq.read_table(tmp_path / "links.parquet")
    assert table.column_names == ["regulator", "target", "importance", COLUMN]
    factors = KnockOutFactors(small_series())
    expected = factors.of_links(*(table[name].to_pylist() for name in ("regulator", "target")))
    written = [math.nan if each is None else each for each in table[COLUMN].to_pylist()]
    np.testing.assert_allclose(written, expected.astype(np.float32))
    header, *rows = (tmp_path / "links.tsv").read_text().splitlines()
    assert header.split("\t")[3] == COLUMN
    assert (tmp_path / "links.csv").read_text().splitlines() == [
        line.replace("\t", ",") for line in (header, *rows)
    ]
    assert any(row.endswith("\t") for row in rows)


def test_exports__with_factors_are_read_by_importance(run, tmp_path, capsys):
    table = tmp_path / "links.tsv"
    assert main(["links", str(run.path), "-o", str(table)]) == 0
    gold = tmp_path / "gold.tsv"
    gold.write_text("g000\tg001\t1\ng001\tg002\t1\ng002\tg001\t0\ng005\tg002\t0\n")
    outputs = []
    for links in (str(run.path), str(table)):
        assert main(["evaluate", links, str(gold)]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0].splitlines()[-1] == outputs[1].splitlines()[-1]
