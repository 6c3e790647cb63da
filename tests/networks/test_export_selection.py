from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genie3_engine.model import ImportanceScale, JobState, RunSpec, RunStatus, TargetLinks
from genie3_engine.networks.export_selection import all_links, drawn_links, kept_links
from genie3_engine.networks.exports import export_format
from genie3_engine.networks.thresholds import Threshold, ThresholdKind
from genie3_engine.networks.views import View, threshold_layout
from genie3_engine.store.merge import finish_run
from genie3_engine.store.parts import PartWriter
from genie3_engine.store.run_folder import RunFolder

GENES = tuple(f"gene{i}" for i in range(6))


@pytest.fixture
def run(tmp_path) -> Path:
    run = RunFolder.create(tmp_path / "run", RunSpec(dataset="0" * 64), RunStatus(JobState.QUEUED))
    with PartWriter(run.parts_folder, "0" * 64, shard_index=0, n_shards=1, genes=GENES) as writer:
        for target in range(len(GENES)):
            others = np.array([i for i in range(len(GENES)) if i != target], np.int32)
            scores = (np.linspace(0.6, 0.1, len(others)) / (1 + target)).astype(np.float32)
            writer.add(TargetLinks(target, others, scores, 0.5, 0.1))
    finish_run(run, GENES)
    return run.path


def view(run: Path, threshold: Threshold) -> View:
    shown, n_kept = threshold_layout(run, threshold)
    colours = ("#000000",) * len(shown.genes)
    return View(run, threshold, 30, n_kept, shown, colours, (), np.zeros(len(shown.genes)), ())


def table(links) -> pd.DataFrame:
    file = io.BytesIO()
    export_format("tsv").write(links, file)
    return pd.read_csv(io.BytesIO(file.getvalue()), sep="\t")


@pytest.mark.parametrize("scale", ImportanceScale)
@pytest.mark.parametrize(
    "threshold",
    [
        Threshold(ThresholdKind.RANK, 7),
        Threshold(ThresholdKind.SCORE, 0.2),
        Threshold(ThresholdKind.TARGET, 2),
    ],
)
def test_drawn_and_kept__agree_with_the_whole_network(run, threshold, scale):
    whole = table(all_links(run, scale=scale)).set_index(["regulator", "target"])
    shown = view(run, threshold)
    drawn = table(drawn_links(shown, scale=scale))
    kept = table(kept_links(run, threshold, scale=scale))
    assert len(drawn) == len(kept) == shown.n_kept
    assert drawn.equals(kept)
    score = kept.columns[2]
    for regulator, target, value in kept.itertuples(index=False):
        assert whole.loc[(regulator, target), score] == pytest.approx(value, rel=1e-6)


def test_shares__sum_to_one_over_a_target(run):
    shares = table(all_links(run, scale=ImportanceScale.SHARE))
    assert shares.groupby("target")["share"].sum().tolist() == pytest.approx([1.0] * len(GENES))
