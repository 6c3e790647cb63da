from __future__ import annotations

import pyarrow as pa
import pytest

from genie3_engine import worker
from genie3_engine.errors import RunError
from genie3_engine.model import METHODS, ImportanceScale
from genie3_engine.networks.exports import link_source
from genie3_engine.networks.links import ranked_links
from tests.simulated_networks import tiny_run


@pytest.fixture
def run(tmp_path, home):
    path = tiny_run(tmp_path / "run").path
    worker.run(path)
    return path


def rows(links):
    return [row for batch in links.batches() for row in batch.to_pylist()]


def test_links_of_run__can_be_read_twice(run):
    links = link_source.links_of_run(run, top=5)
    assert rows(links) == rows(links)
    assert [row["importance"] for row in rows(links)] == ranked_links(run, top=5)[
        "importance"
    ].tolist()


def test_links_of_run__counts_ranks_from_one(run):
    links = link_source.links_of_run(run, top=3, scale=ImportanceScale.RANK)
    assert [row[links.score_column] for row in rows(links)] == [1, 2, 3]


def test_pieces__are_small_and_none_is_empty(monkeypatch):
    monkeypatch.setattr(link_source, "PIECE_ROWS", 2)
    batches = [pa.record_batch({"a": list(range(n))}) for n in (5, 0, 1)]
    sizes = [piece.num_rows for piece in link_source.Links(lambda: batches).pieces()]
    assert sizes == [2, 2, 1, 1]


def test_open_links__refuses_a_path_that_is_not_there(tmp_path):
    with pytest.raises(RunError, match="There is no run in"):
        link_source.open_links(tmp_path / "nothing")


def test_score_meaning__is_that_of_the_method(run):
    links = link_source.links_of_run(run)
    assert links.score_meaning == f"importance: {METHODS['RF'].scale}"
    assert link_source.Links(list).score_meaning == "importance"
