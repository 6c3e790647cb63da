"""Match ranked links with a gold standard."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.regulators import matched, spelt_alike
from genie3_engine.errors import InputError
from genie3_engine.evaluation.gold_standard import (
    GoldStandard,
    Keys,
    gold_standard_of,
    is_among,
    pair_keys,
)
from genie3_engine.evaluation.link_files import LinkReading, read_together
from genie3_engine.evaluation.link_values import Order, has_both_signs, sign_decision

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
        What they are ranked by, the larger the better: a rank is negative here, a weight that is
        ranked by its size is without its sign.
    n_links : int
        Links in the list, judged or not.
    order : Order
        Which scores are the best.
    values : (n_scored,) float64 or None
        The scores as the file has them; None where they are ``scores`` but for the sign.
    decisions : tuple of Decision
        What was taken for what in the two files.
    """

    gold: GoldStandard
    keys: Keys
    scores: Floats
    n_links: int
    order: Order = Order.LARGEST
    values: Floats | None = None
    decisions: tuple[Decision, ...] = ()

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
        shown = np.abs(self.scores) if self.values is None else self.values
        scores[is_listed] = shown[places[is_listed]]
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


def judged_links(
    links: Path | str,
    gold: Path | str,
    *,
    links_columns: Mapping[str, str] | None = None,
    gold_columns: Mapping[str, str] | None = None,
) -> JudgedLinks:
    """Read the links of a run or a file that a gold standard judges.

    Parameters
    ----------
    links : Path or str
        See `genie3_engine.evaluation.accuracy.evaluate`.
    gold : Path or str
        The gold standard, see `gold_standard_of`.
    links_columns, gold_columns : mapping of str to str, optional
        Columns for roles, see `read_together`.

    Returns
    -------
    JudgedLinks
        The links, with the decisions on both files.

    Raises
    ------
    InputError
        When a file cannot be read or the two have no pair in common.
    OptionError
        When the user names a role or a column that does not exist.
    """
    path = links_file(Path(links))
    reading, of_gold, decisions = read_together(
        path, Path(gold), links_columns=links_columns, gold_columns=gold_columns
    )
    truth = gold_standard_of(of_gold)
    names = NamesSeen()
    judged = judge(names.seen(reading.batches()), truth, order=reading.score.order)
    overlap = overlap_decision(names, truth, path.name, Path(gold).name)
    if not len(judged.keys):
        raise InputError(
            f"None of the {judged.n_links:,} links of {path} is a pair of {gold}. "
            f"{overlap.sentence}",
            "Use the same gene names in both, or name the columns (--links-columns, "
            "--gold-columns).",
        )
    n_negative = 0 if judged.values is None else int((judged.values < 0).sum())
    sign = sign_decision(reading.score, order=judged.order, n_negative=n_negative)
    doubt = contradicted(reading, names)
    return replace(judged, decisions=(*decisions, *filter(None, [sign, doubt]), overlap))


def links_file(path: Path) -> Path:
    """Return the file of ranked links in a run folder, or the file itself.

    Raises
    ------
    InputError
        When the folder has no ranked links.
    """
    if not os.path.isdir(path):
        return path
    if os.path.isfile(path / "links.parquet"):
        return path / "links.parquet"
    raise InputError(
        f"{path} holds no ranked links (links.parquet).", "Give a run that is done, or its file."
    )


def judge(
    batches: Iterable[pa.RecordBatch], gold: GoldStandard, *, order: Order = Order.LARGEST
) -> JudgedLinks:
    """Keep the links that a gold standard judges, of links in memory or in a stream.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        Columns regulator and target (dictionary-encoded) and, unless the order is the ranking,
        a score. Only links of the gold standard's universe are held in memory.
    gold : GoldStandard
        The truth.
    order : Order
        Which scores are the best. ``SIGNED`` becomes ``SIZE`` when both signs occur among them,
        else ``LARGEST``.

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
        else:
            order = Order.LARGEST
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
    if order is Order.SIGNED:
        low, high = (float(scores.min()), float(scores.max())) if len(scores) else (0.0, 0.0)
        is_signed = has_both_signs(low, high, float(np.mean(scores < 0)) if len(scores) else 0.0)
        order = Order.SIZE if is_signed else Order.LARGEST
    ranked = {Order.SMALLEST: np.negative, Order.SIZE: np.abs}.get(order, np.asarray)(scores)
    keys, ranked, places = _best_once(keys, ranked)
    is_kept_sign = order is Order.SIZE or bool((scores < 0).any() and order is Order.LARGEST)
    values = scores[places] if is_kept_sign and n_links and batch.num_columns > 2 else None
    return JudgedLinks(gold, keys, ranked, n_links, order, values)


def _best_once(keys: Keys, scores: Floats) -> tuple[Keys, Floats, Keys]:
    """Sort by score, and keep the first of each pair; return where each was, too."""
    places = np.arange(len(keys))
    if np.any(scores[1:] > scores[:-1]):
        places = np.argsort(-scores, kind="stable")
        keys, scores = keys[places], scores[places]
    ascending = np.sort(keys)
    if np.any(ascending[1:] == ascending[:-1]):
        first = np.sort(np.unique(keys, return_index=True)[1])
        keys, scores, places = keys[first], scores[first], places[first]
    return keys, scores, places


class NamesSeen:
    """The names of links that passed in a stream."""

    def __init__(self) -> None:
        self.regulators: set[str] = set()
        self.targets: set[str] = set()

    def seen(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Pass the batches on."""
        for batch in batches:
            for names, column in ((self.regulators, 0), (self.targets, 1)):
                names.update(batch.column(column).dictionary.to_pylist())
            yield batch


def overlap_decision(names: NamesSeen, gold: GoldStandard, links: str, name: str) -> Decision:
    """Return how many genes of a gold standard the links have, with near names of the others.

    Parameters
    ----------
    names : NamesSeen
        The names of the links.
    gold : GoldStandard
        The truth.
    links, name : str
        The files of the links and of the gold standard, for the sentence.
    """
    genes = names.regulators | names.targets
    missing = [gene for gene in gold.genes if gene not in genes]
    taken = (
        f"{len(gold.genes) - len(missing):,} of the {len(gold.genes):,} genes of {name} are in "
        f"{links}."
    )
    if len(missing) * 2 <= len(gold.genes):
        return Decision("overlap", taken, names=tuple(missing[:20]))
    match = matched(missing, sorted(genes), what="gene")
    near = [f"'{one}' is near '{other[0]}'" for one, other in list(match.near.items())[:3]]
    alike = sum(spelt_alike(one, other[0]) for one, other in match.near.items())
    is_doubtful = alike * 10 > len(missing) or len(missing) * 10 > 9 * len(gold.genes)
    evidence = f"Missing are {', '.join(missing[:3])}, ...; {links} has {_some(genes)}."
    if near and is_doubtful:
        evidence = f"Of those missing, {', '.join(near)}."
    certainty = Certainty.GUESS if is_doubtful else Certainty.CLEAR
    return Decision("overlap", taken, evidence, certainty, names=tuple(missing[:20]))


def _some(genes: Iterable[str]) -> str:
    return ", ".join(sorted(genes)[:3]) + ", ..."


def contradicted(reading: LinkReading, names: NamesSeen) -> Decision | None:
    """Return a warning where the whole list contradicts the order that its first rows suggest.

    Parameters
    ----------
    reading : LinkReading
        How the list is read.
    names : NamesSeen
        The names of all rows.
    """
    pair = reading.pair
    if pair is None or pair.is_told or pair.regulator.is_whole or pair.has_headers:
        return None
    n_regulators, n_targets = len(names.regulators), len(names.targets)
    if n_regulators <= 1.3 * n_targets or pair.regulator.n_linked > 1.3 * pair.target.n_linked:
        return None
    reverse = f"regulator={pair.target.option},target={pair.regulator.option}"
    return Decision(
        "roles",
        f"Column {pair.regulator.label} is the regulator by the first rows of "
        f"{reading.table.path.name}.",
        f"In all rows it has {n_regulators:,} names and the target {n_targets:,}.",
        Certainty.GUESS,
        (Alternative("The reverse", {"links_columns": reverse}),),
    )
