"""Match ranked links with a gold standard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from genie3_engine.errors import InputError
from genie3_engine.evaluation.gold_standard import (
    GoldStandard,
    Keys,
    is_among,
    pair_keys,
    read_gold_standard,
)
from genie3_engine.evaluation.link_tables import detect_layout, read_batches

Floats = npt.NDArray[np.float64]


class Verdict(StrEnum):
    """A gold standard's verdict on a link, among the links down to some rank."""

    FOUND = "found"
    MISSED = "missed"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, eq=False)
class JudgedLinks:
    """The links of a list that a gold standard judges.

    Parameters
    ----------
    gold : GoldStandard
        The truth.
    keys : (n_scored,) int64
        Pairs of the universe, best first, each once; see `GoldStandard`.
    scores : (n_scored,) float64
        Their scores; the larger the better, so that a rank is negative here.
    n_links : int
        Links in the list, judged or not.
    """

    gold: GoldStandard
    keys: Keys
    scores: Floats
    n_links: int

    @property
    def is_true(self) -> npt.NDArray[np.bool_]:
        """Whether each link is true, best first."""
        return is_among(self.keys, self.gold.positives)

    def count(self, verdict: Verdict, depth: int) -> int:
        """Return how many links get a verdict when the list is cut at a depth."""
        return len(self._keys_of(verdict, depth)[0])

    def table(
        self, verdict: Verdict, depth: int, *, offset: int = 0, limit: int = 1_000
    ) -> pd.DataFrame:
        """Return the links that get a verdict when the list is cut.

        Parameters
        ----------
        verdict : Verdict
            ``FOUND``: true and among the first ``depth``. ``MISSED``: true, but further down or
            not in the list at all. ``WRONG``: among the first ``depth``, but not true.
        depth : int
            Judged links that count as predicted.
        offset, limit : int
            Links to leave out first, and to return at most.

        Returns
        -------
        DataFrame
            ``rank`` (among the judged links, from 1; missing where the list lacks the link),
            ``regulator``, ``target`` and ``score``, best first; links that the list lacks come
            last, by name.
        """
        keys, places = self._keys_of(verdict, depth)
        keys, places = keys[offset : offset + limit], places[offset : offset + limit]
        regulator, target = np.divmod(keys, max(1, len(self.gold.genes)))
        is_listed = places >= 0
        scores = np.full(len(keys), np.nan)
        scores[is_listed] = np.abs(self.scores[places[is_listed]])
        rank = pd.array(places + 1, dtype="Int64")
        rank[~is_listed] = pd.NA
        genes = self.gold.genes
        return pd.DataFrame(
            {
                "rank": rank,
                "regulator": [genes[i] for i in regulator.tolist()],
                "target": [genes[i] for i in target.tolist()],
                "score": scores,
            }
        )

    def _keys_of(self, verdict: Verdict, depth: int) -> tuple[Keys, Keys]:
        """Return pairs and their positions in the list, -1 where they are not in it."""
        true = self.is_true
        if verdict is Verdict.MISSED:
            further = depth + np.flatnonzero(true[depth:])
            absent = self.gold.positives[~is_among(self.gold.positives, np.sort(self.keys))]
            nowhere = np.full(len(absent), -1, dtype=np.int64)
            return np.append(self.keys[further], absent), np.append(further, nowhere)
        wanted = true[:depth] if verdict is Verdict.FOUND else ~true[:depth]
        places = np.flatnonzero(wanted)
        return self.keys[places], places.astype(np.int64)


def judged_links(links: Path | str, gold: Path | str) -> JudgedLinks:
    """Read the links of a run or a file that a gold standard judges.

    Parameters
    ----------
    links : Path or str
        See `genie3_engine.evaluation.accuracy.evaluate`.
    gold : Path or str
        The gold standard, see `read_gold_standard`.

    Returns
    -------
    JudgedLinks
        The links.

    Raises
    ------
    InputError
        When a file cannot be read or the two have no pair in common.
    """
    path = links_file(Path(links))
    layout, truth = detect_layout(path), read_gold_standard(gold)
    batches = read_batches(path, layout, value_type=pa.float64())
    judged = judge(batches, truth, ascending=layout.value_name == "rank")
    if not len(judged.keys):
        example = ", ".join(truth.genes[:3])
        raise InputError(
            f"None of the {judged.n_links:,} links of {path} is a pair of {gold}.",
            f"Use the same gene names in both; the gold standard's are like {example}.",
        )
    return judged


def links_file(path: Path) -> Path:
    """Return the file of ranked links in a run folder, or the file itself."""
    if not path.is_dir():
        return path
    if (path / "links.parquet").is_file():
        return path / "links.parquet"
    raise InputError(
        f"{path} holds no ranked links (links.parquet).", "Give a run that is done, or its file."
    )


def judge(
    batches: Iterable[pa.RecordBatch], gold: GoldStandard, *, ascending: bool = False
) -> JudgedLinks:
    """Keep the links that a gold standard judges, of links in memory or in a stream.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        Columns regulator and target (dictionary-encoded) and, unless the order is the ranking,
        a score. Only links of the gold standard's universe are held in memory.
    gold : GoldStandard
        The truth.
    ascending : bool
        Whether a small score is a good one, as a rank is.

    Returns
    -------
    JudgedLinks
        The links.

    Raises
    ------
    InputError
        When a score is not a number.
    """
    genes = pa.array(gold.genes)
    all_keys, all_scores, n_links = [np.empty(0, np.int64)], [np.empty(0)], 0
    for batch in batches:
        keys = pair_keys(batch.column(0), batch.column(1), genes=genes)
        if batch.num_columns > 2:
            scores = batch.column(2).to_numpy(zero_copy_only=False).astype(np.float64)
            scores = -scores if ascending else scores
        else:
            scores = -np.arange(n_links, n_links + len(keys), dtype=np.float64)
        n_links += len(keys)
        kept = np.flatnonzero(keys >= 0)
        kept = kept[gold.judges(keys[kept])]
        all_keys.append(keys[kept])
        all_scores.append(scores[kept])
    keys, scores = np.concatenate(all_keys), np.concatenate(all_scores)
    if np.isnan(scores).any():
        raise InputError(
            f"{int(np.isnan(scores).sum()):,} links have a score that is not a number.",
            "Fill or remove them.",
        )
    return JudgedLinks(gold, *_best_once(keys, scores), n_links)


def _best_once(keys: Keys, scores: Floats) -> tuple[Keys, Floats]:
    """Sort by score, and keep the first of each pair."""
    if np.any(scores[1:] > scores[:-1]):
        order = np.argsort(-scores, kind="stable")
        keys, scores = keys[order], scores[order]
    ascending = np.sort(keys)
    if np.any(ascending[1:] == ascending[:-1]):
        first = np.sort(np.unique(keys, return_index=True)[1])
        keys, scores = keys[first], scores[first]
    return keys, scores
