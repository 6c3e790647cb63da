"""Whole runs of the precision method."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genie3_engine import runs, worker
from genie3_engine.errors import RunInterruptedError
from genie3_engine.model import PRECISION, ForestSpec, LayoutSpec
from genie3_engine.runs.merge import merge
from genie3_engine.store import parts
from genie3_engine.store.parts import PartWriter
from genie3_engine.store.run_folder import RunFolder
from tests.inference.fakes import small_expression

FOREST = ForestSpec(PRECISION)
EXPRESSION = small_expression(n_genes=150, n_samples=12)  # three blocks of targets


@pytest.fixture
def infer(home, tmp_path):
    """Infer the network, and return its folder."""

    def infer(name, expression=EXPRESSION, **layout):
        run = runs.infer(expression, tmp_path / name, forest=FOREST, layout=LayoutSpec(**layout))
        return RunFolder.open(run)

    return infer


def links(run):
    return run.links_path.read_bytes()


def test_run__has_the_same_bytes_for_shuffled_genes(infer):
    order = np.random.default_rng(0).permutation(EXPRESSION.n_genes)
    genes = tuple(EXPRESSION.genes[at] for at in order)
    shuffled = replace(EXPRESSION, values=EXPRESSION.values[order], genes=genes)
    assert links(infer("shuffled", shuffled)) == links(infer("whole"))


def test_run__has_the_same_bytes_in_shards_and_on_threads(infer, tmp_path):
    whole = infer("whole", n_threads=1)
    shards = [infer(f"{i}", n_threads=3, shard_index=i, n_shards=2).path for i in range(2)]
    assert links(merge(shards, tmp_path / "merged")) == links(whole)


def test_run__cut_within_a_block_and_resumed_has_the_same_bytes(infer, tmp_path, monkeypatch):
    whole = infer("whole")
    run = RunFolder.open(runs.create(whole.spec, tmp_path / "cut"))
    add = PartWriter.add

    def cut(writer, found):
        if len(run.finished_targets()) == 70:
            raise RunInterruptedError("Cut.", "Go on.")
        return add(writer, found)

    with monkeypatch.context() as patch:
        patch.setattr(parts, "MAX_BUFFERED_TARGETS", 10)
        patch.setattr(PartWriter, "add", cut)
        with pytest.raises(RunInterruptedError):
            worker.run(run.path)
    assert len(run.finished_targets()) == 70
    worker.run(run.path)
    assert links(run) == links(whole)
