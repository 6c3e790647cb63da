"""Evidence of the links of a run: what its columns mean, and those of links of known rank."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from genie3_engine.errors import OptionError
from genie3_engine.jobs import filenames
from genie3_engine.store.evidence import (
    RELATIVE_IMPORTANCE,
    RIVAL,
    RIVAL_CORRELATION,
    STABILITY,
    Evidence,
    P,
    Q,
)

__all__ = [
    "COLUMNS",
    "HALF",
    "MEANING_OF_Q",
    "RELATIVE_IMPORTANCE",
    "RIVAL",
    "RIVAL_CORRELATION",
    "STABILITY",
    "Evidence",
    "EvidenceColumn",
    "P",
    "Q",
    "evidence_of",
    "no_evidence",
    "with_evidence",
    "written_at",
]

MEANING_OF_Q = (
    "q is the evidence that the target depends on this regulator or on something it moves with; it "
    "does not mean that the link is direct. Of the links at q ≤ 0.05 from real regulators of "
    "E. coli to simulated targets, 84 % were not direct."
)
HALF = 0.5  # of the importance of the target's strongest link: a hint that a link is direct


@dataclass(frozen=True, slots=True)
class EvidenceColumn:
    """A column of evidence in the reader's words.

    Parameters
    ----------
    label : str
        Its title.
    meaning : str
        What it is, in a sentence.
    """

    label: str
    meaning: str


COLUMNS = {
    P: EvidenceColumn(
        "p", "How often a link of a permuted target is as strong, from 0 (never) to 1 (always)."
    ),
    Q: EvidenceColumn(
        "q", f"p adjusted for all pairs of genes (Benjamini-Hochberg). {MEANING_OF_Q}"
    ),
    STABILITY: EvidenceColumn(
        "Stability",
        "The share of random halves of the samples in which the link is among the strongest of "
        "its target.",
    ),
    RELATIVE_IMPORTANCE: EvidenceColumn(
        "Relative importance",
        "The importance as a share of that of the target's strongest link. Links of half or more "
        "are direct more often.",
    ),
    RIVAL: EvidenceColumn(
        "Rival",
        "Of the stronger regulators of the same target, the one that this regulator correlates "
        "with most. The link may be indirect, through it.",
    ),
    RIVAL_CORRELATION: EvidenceColumn(
        "Correlation with rival", "Spearman's correlation of the regulator and its rival."
    ),
}


def evidence_of(run: Path) -> Evidence | None:
    """Return the evidence of a run's links; None where it was not computed.

    Parameters
    ----------
    run : Path
        A run folder. A file of links in another order has no evidence: its rows are of the run's.
    """
    return Evidence.open(run) if os.path.isdir(run) else None


def no_evidence(column: str) -> OptionError:
    """Return the refusal of a column of evidence that a network does not have."""
    return OptionError(
        f"This network has no {column} of its links.",
        "Cut it by rank or importance, or compute the confidence of the run first.",
    )


def written_at(run: Path) -> float | None:
    """Return when the evidence of a run's links was written, in seconds; None without evidence."""
    try:
        return (run / filenames.EVIDENCE).stat().st_mtime if os.path.isdir(run) else None
    except OSError:
        return None


def with_evidence(evidence: Evidence | None, links: pd.DataFrame) -> pd.DataFrame:
    """Return links with the columns of their evidence, where there is some.

    Parameters
    ----------
    evidence : Evidence or None
        That of the run.
    links : DataFrame
        With the column rank, of the run's own order.
    """
    if evidence is None:
        return links
    found = evidence.rows(links["rank"].to_numpy(np.int64)).to_pandas()
    return links.assign(**{name: found[name].to_numpy() for name in COLUMNS if name in found})
