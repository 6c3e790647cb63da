"""How near does a ranked list of links come to the truth?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from genie3_engine.analysis.gold_standard import (
    GoldStandard,
    Keys,
    is_among,
    pair_keys,
    read_gold_standard,
)
from genie3_engine.analysis.link_tables import detect_layout, read_batches
from genie3_engine.errors import InputError

Floats = npt.NDArray[np.float64]
CURVE_POINTS = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points of a curve from left to right.

    Parameters
    ----------
    x, y : (n,) float64
        The coordinates; about a thousand points however long the list is.
    """

    x: Floats
    y: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Accuracy:
    """How well a list of links agrees with a gold standard.

    Parameters
    ----------
    auroc : float
        Area under the curve of true against false positive rate; 0.5 for a random order.
    aupr : float
        Area under the curve of precision against recall as DREAM5 computes it (see `measure`).
    aupr_dream4 : float
        The same area as DREAM4 computes it, the figure to compare with published ones of DREAM4.
    average_precision : float
        The same area as a step function, as scikit-learn defines it.
    early_precision : float
        Share of true links among the first ``n_positives``.
    random_precision : float
        Precision of a random order: true links by pairs.
    n_links : int
        Links in the list.
    n_scored : int
        Those of them that are judged.
    n_ignored : int
        Those that are not: pairs outside the universe, self-links, repeated pairs.
    n_absent : int
        Pairs of the universe that the list lacks; they rank last, in random order.
    n_positives, n_universe : int
        True links, and pairs that are judged.
    universe : str
        The pairs that are judged, in words.
    roc, precision_recall : Curve
        The two curves.
    """

    auroc: float
    aupr: float
    aupr_dream4: float
    average_precision: float
    early_precision: float
    random_precision: float
    n_links: int
    n_scored: int
    n_ignored: int
    n_absent: int
    n_positives: int
    n_universe: int
    universe: str
    roc: Curve
    precision_recall: Curve

    @property
    def early_precision_ratio(self) -> float:
        """Early precision over that of a random order, BEELINE's EPR."""
        return self.early_precision / self.random_precision

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain JSON values, without the curves."""
        numbers = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in {"roc", "precision_recall"}
        }
        return {**numbers, "early_precision_ratio": self.early_precision_ratio}


def evaluate(links: Path | str, gold: Path | str) -> Accuracy:
    """Judge a run or a file of links against a gold standard.

    Parameters
    ----------
    links : Path or str
        A run folder, or a Parquet, TSV or CSV file of links, plain or gzipped: columns by name
        or, without a header, regulator, target and score. A column ``rank`` counts upwards, any
        other score downwards; without a score, the order of the rows is the ranking.
    gold : Path or str
        The gold standard, see `read_gold_standard`.

    Returns
    -------
    Accuracy
        The measures.

    Raises
    ------
    InputError
        When a file cannot be read or the two have no pair in common.
    """
    path = links_file(Path(links))
    layout, truth = detect_layout(path), read_gold_standard(gold)
    batches = read_batches(path, layout, value_type=pa.float64())
    accuracy = measure(batches, truth, ascending=layout.value_name == "rank")
    if not accuracy.n_scored:
        example = ", ".join(truth.genes[:3])
        raise InputError(
            f"None of the {accuracy.n_links:,} links of {path} is a pair of {gold}.",
            f"Use the same gene names in both; the gold standard's are like {example}.",
        )
    return accuracy


def links_file(path: Path) -> Path:
    """Return the file of ranked links in a run folder, or the file itself."""
    if not path.is_dir():
        return path
    if (path / "links.parquet").is_file():
        return path / "links.parquet"
    raise InputError(
        f"{path} holds no ranked links (links.parquet).", "Give a run that is done, or its file."
    )


def measure(
    batches: Iterable[pa.RecordBatch], gold: GoldStandard, *, ascending: bool = False
) -> Accuracy:
    """Judge links in memory or in a stream.

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
    Accuracy
        The measures.

    Notes
    -----
    Follows the evaluation of DREAM5 (Marbach et al. 2012, Supplementary Note 4): pairs that the
    list lacks are in random order behind it, so each of them finds (true links left) / (pairs
    left) of a link; AUROC and AUPR are trapezoids over every depth of the list, and AUPR is
    divided by its largest value, ``1 - 1/P`` for ``P`` true links. DREAM3 and DREAM4 integrate
    from recall 0, along the curve between true links (Stolovitzky et al. 2009); with few true
    links this gives about 1/P more when the first link is true. Links of equal score are in
    random order too, by the same rule, where DREAM took the file's order: the result does not
    depend on how a file breaks ties.
    """
    keys, scores, n_links = _judged_links(batches, gold, ascending)
    true = is_among(keys, gold.positives)
    depth, found = _tied_groups(scores, true)
    n_positives, n_universe = gold.n_positives, gold.n_universe
    if len(keys) < n_universe:
        depth, found = np.append(depth, n_universe), np.append(found, n_positives)
    recall = found / n_positives
    start, found_before = np.append(0, depth[:-1]), np.append(0, found[:-1])
    false_rate = (depth - found) / (n_universe - n_positives)
    points = _thinned(found, depth)
    return Accuracy(
        auroc=float(np.trapezoid(np.append(0.0, recall), np.append(0.0, false_rate))),
        aupr=_aupr_dream5(start, depth, found_before, found),
        aupr_dream4=_aupr_dream4(start, depth, found_before, found),
        average_precision=float(np.sum((found - found_before) * (found / depth)) / n_positives),
        early_precision=float(
            np.interp(n_positives, np.append(0, depth), np.append(0, found)) / n_positives
        ),
        random_precision=n_positives / n_universe,
        n_links=n_links,
        n_scored=len(keys),
        n_ignored=n_links - len(keys),
        n_absent=n_universe - len(keys),
        n_positives=n_positives,
        n_universe=n_universe,
        universe=gold.universe,
        roc=Curve(np.append(0.0, false_rate[points]), np.append(0.0, recall[points])),
        precision_recall=Curve(recall[points], (found / depth)[points]),
    )


def _judged_links(
    batches: Iterable[pa.RecordBatch], gold: GoldStandard, ascending: bool
) -> tuple[Keys, Floats, int]:
    """Return the pairs of the universe, best first and each once, with their scores."""
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
    if np.any(scores[1:] > scores[:-1]):
        order = np.argsort(-scores, kind="stable")
        keys, scores = keys[order], scores[order]
    ascending_keys = np.sort(keys)
    if np.any(ascending_keys[1:] == ascending_keys[:-1]):
        first = np.sort(np.unique(keys, return_index=True)[1])
        keys, scores = keys[first], scores[first]
    return keys, scores, n_links


def _tied_groups(scores: Floats, true: npt.NDArray[np.bool_]) -> tuple[Keys, Keys]:
    """Return, at the end of each group of equal scores, the links and the true links so far."""
    if not len(scores):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    last = np.append(np.flatnonzero(scores[1:] != scores[:-1]), len(scores) - 1)
    return (last + 1).astype(np.int64), np.cumsum(true, dtype=np.int64)[last]


def _aupr_dream5(start: Keys, end: Keys, found_before: Keys, found: Keys) -> float:
    """Sum the trapezoids of precision over recall at every depth, in closed form for each group.

    Within a group of random order, precision at depth ``k`` is ``rate + excess / k``, so that the
    sum over the group needs two harmonic numbers, whatever its size.
    """
    n_positives = int(found[-1])
    if n_positives == 1:
        depth = (start + end + 1) / 2
        return float(np.sum((found - found_before) / depth))
    size = (end - start).astype(np.float64)
    rate = (found - found_before) / size
    excess = found_before - rate * start
    first = np.maximum(start, 1)
    steps = 1.0 / end
    tied = np.flatnonzero((size > 1) | (start == 0))
    steps[tied] = _harmonic(end[tied]) - _harmonic(first[tied])
    n_steps = np.where(start == 0, size - 1, size)
    area = rate * (rate * n_steps + excess * (steps + 0.5 / first - 0.5 / end))
    return float(area.sum() / n_positives / (1.0 - 1.0 / n_positives))


def _aupr_dream4(start: Keys, end: Keys, found_before: Keys, found: Keys) -> float:
    """Integrate precision over recall, with links found evenly within each group."""
    size = (end - start).astype(np.float64)
    rate = (found - found_before) / size
    excess = found_before - rate * start
    growth = np.log(end / np.maximum(start, 1))
    return float(np.sum(rate * (rate * size + excess * growth)) / found[-1])


def _harmonic(n: Keys) -> Floats:
    """Return 1 + 1/2 + … + 1/n to machine precision."""
    few = np.append(0.0, np.cumsum(1.0 / np.arange(1, 64)))
    x = np.maximum(n, 64).astype(np.float64)
    many = np.log(x) + np.euler_gamma + 1 / (2 * x) - 1 / (12 * x**2) + 1 / (120 * x**4)
    return np.where(n < 64, few[np.minimum(n, 63)], many)


def _thinned(found: Keys, depth: Keys) -> npt.NDArray[np.intp]:
    """Choose about a thousand groups: even in recall, and close together at the top."""
    n = len(depth)
    if n <= CURVE_POINTS:
        return np.arange(n)
    half = CURVE_POINTS // 2
    top = np.geomspace(1, n, half).astype(np.intp) - 1
    even = np.searchsorted(found, np.linspace(0, found[-1], half))
    level = np.linspace(0, n - 1, half).astype(np.intp)
    return np.unique(np.concatenate([[0, n - 1], top, np.minimum(even, n - 1), level]))
