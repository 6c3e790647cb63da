"""Links of an export: those displayed, those above the threshold, or all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from genie3_engine.model import ImportanceScale
from genie3_engine.networks.exports import Links, links_of_run, open_links
from genie3_engine.networks.exports.link_source import SCORE_COLUMNS, method_scale
from genie3_engine.networks.further_columns import columns_of_run
from genie3_engine.networks.gene_names import gene_table_of_run
from genie3_engine.networks.thresholds import Threshold, require_evidence, threshold_batches
from genie3_engine.networks.views import View


def drawn_links(view: View, *, scale: ImportanceScale = ImportanceScale.RAW) -> Links:
    """Return the links that a view draws, for an export.

    Parameters
    ----------
    view : View
        What is shown.
    scale : ImportanceScale
        Scale of the score. Ranks and shares are of the whole network.

    Returns
    -------
    Links
        To be written by a format of `genie3_engine.networks.exports`.
    """
    table = view.links()[["rank", "regulator", "target", "importance"]]
    batches = pa.Table.from_pandas(table, preserve_index=False).to_batches()
    return _on_scale(lambda: batches, view.run, scale)


def kept_links(
    run: Path, threshold: Threshold, *, scale: ImportanceScale = ImportanceScale.RAW
) -> Links:
    """Return all links that a threshold keeps, read from the disk as they are written.

    Parameters
    ----------
    run : Path
        A run folder, or its file of ranked links.
    threshold : Threshold
        Which links.
    scale : ImportanceScale
        Scale of the score. Ranks and shares are of the whole network.

    Raises
    ------
    OptionError
        When the network has no evidence of the threshold's kind.
    RunError
        When the run has no ranked links.
    """
    require_evidence(run, threshold)
    return _on_scale(lambda: threshold_batches(run, threshold), run, scale)


def all_links(run: Path, *, scale: ImportanceScale = ImportanceScale.RAW) -> Links:
    """Return every link of a run, read from the disk as they are written."""
    return links_of_run(run, scale=scale)


def _on_scale(
    batches: Callable[[], Iterable[pa.RecordBatch]], run: Path, scale: ImportanceScale
) -> Links:
    """Return links with their score on a scale."""

    def scaled() -> Iterator[pa.RecordBatch]:
        share_of = _share_of(run) if scale is ImportanceScale.SHARE else None
        for batch in batches():
            score = share_of(batch) if share_of else batch.column(SCORE_COLUMNS[scale])
            columns = {name: batch.column(name) for name in ("regulator", "target")}
            columns |= {SCORE_COLUMNS[scale]: score, "rank": batch.column("rank")}
            yield pa.RecordBatch.from_pydict(columns)

    further, genes = columns_of_run(run), gene_table_of_run(run)
    return Links(scaled, scale, method_scale(open_links(run)), further, genes)


def _share_of(run: Path) -> Callable[[pa.RecordBatch], pa.Array]:
    links = open_links(run)
    total = dict(zip(links.genes, links.target_totals().tolist(), strict=True))

    def share(batch: pa.RecordBatch) -> pa.Array:
        targets = batch.column("target")
        if not isinstance(targets, pa.DictionaryArray):
            targets = targets.dictionary_encode()
        totals = np.array([total[name] for name in targets.dictionary.to_pylist()])
        importance = batch.column("importance").to_numpy()
        return pa.array(importance / totals[targets.indices.to_numpy()])

    return share
