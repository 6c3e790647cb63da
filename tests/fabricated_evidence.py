"""Evidence for the links of a run that anyone can make again, without a forest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from genie3_engine.jobs import filenames
from genie3_engine.store.evidence import COLUMNS, NO_RIVAL, EvidenceWriter
from genie3_engine.store.links import RankedLinks

ABOUT = {
    "n_tests": 1_000,
    "pi0": 0.9,
    "n_groups": 4,
    "n_nulls": 64,
    "n_halves": 20,
    "version": "0",
}


def fabricate_evidence(run: Path, *, columns: Sequence[str] = COLUMNS) -> None:
    """Write evidence that depends on the rank: the strongest half of the links is at q <= 0.05.

    Parameters
    ----------
    run : Path
        A finished run.
    columns : sequence of str
        The columns written.

    Notes
    -----
    q of rank r among n links is 0.1 r / n, p a tenth of it; the stability falls from 1 in steps of
    0.05; every third link has no rival, that of the others is the first gene.
    """
    links = RankedLinks(run)
    n_links = max(1, len(links))
    path = run / filenames.EVIDENCE
    with EvidenceWriter(path, genes=links.genes, columns=columns, about=ABOUT) as writer:
        for batch in links.batches():
            share = batch.column("rank").to_numpy() / n_links
            has_rival = batch.column("rank").to_numpy() % 3 != 0
            found = {
                "p": share / 100,
                "q": share / 10,
                "stability": np.round(20 * (1 - share)) / 20,
                "rival": np.where(has_rival, 0, NO_RIVAL).astype(np.int32),
                "rival_correlation": np.where(has_rival, 0.5 - share, np.nan),
                "relative_importance": 1 - share / 2,
            }
            writer.add(
                {
                    name: values if name == "rival" else values.astype(np.float32)
                    for name, values in found.items()
                }
            )
