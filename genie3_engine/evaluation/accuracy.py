"""Accuracy of ranked links: ROC and precision-recall curves and their areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from genie3_engine.data.decisions import Decision
from genie3_engine.evaluation.gold_standard import Keys
from genie3_engine.evaluation.matches import JudgedLinks, judged_links
from genie3_engine.evaluation.rank_groups import RankGroups

Floats = npt.NDArray[np.float64]
CURVE_POINTS = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points of a curve from left to right.

    Parameters
    ----------
    x, y : (n,) float64
        The coordinates: every point up to 20,000, about as many however long the list is.
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
        Area under the curve of precision against recall as DREAM5 computes it (see `accuracy_of`).
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
    decisions : tuple of Decision
        What was taken for what in the two files.
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
    decisions: tuple[Decision, ...] = ()

    @property
    def early_precision_ratio(self) -> float:
        """Early precision over that of a random order, BEELINE's EPR."""
        return self.early_precision / self.random_precision

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain JSON values, without the curves, and the decisions."""
        numbers = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in {"roc", "precision_recall", "decisions"}
        }
        return {
            **numbers,
            "early_precision_ratio": self.early_precision_ratio,
            "decisions": [decision.to_dict() for decision in self.decisions],
        }


def evaluate(
    links: Path | str,
    gold: Path | str,
    *,
    links_columns: Mapping[str, str] | None = None,
    gold_columns: Mapping[str, str] | None = None,
) -> Accuracy:
    """Judge a run or a file of links against a gold standard.

    Parameters
    ----------
    links : Path or str
        A run folder, or a file of links, plain or gzipped: Parquet, or text with columns of
        regulator, target and score, or a matrix.
    gold : Path or str
        The gold standard: regulator, target and perhaps a label, or a matrix.
    links_columns, gold_columns : mapping of str to str, optional
        Columns for roles, see `genie3_engine.evaluation.link_files.read_together`; they are
        detected by default, by headers, by content, and by the other file.

    Returns
    -------
    Accuracy
        The measures.

    Raises
    ------
    InputError
        When a file cannot be read or the two have no pair in common.
    """
    judged = judged_links(links, gold, links_columns=links_columns, gold_columns=gold_columns)
    return accuracy_of(judged)


def accuracy_of(judged: JudgedLinks) -> Accuracy:
    """Measure how near judged links come to the truth.

    Parameters
    ----------
    judged : JudgedLinks
        The links that a gold standard judges.

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
    keys, gold = judged.keys, judged.gold
    depth, n_true = _tied_groups(judged.scores, judged.is_true)
    n_positives, n_universe = gold.n_positives, gold.n_universe
    if len(keys) < n_universe:
        depth, n_true = np.append(depth, n_universe), np.append(n_true, n_positives)
    groups = _with_true_links(depth, n_true, n_universe)
    recall, false_rate = n_true / n_positives, (depth - n_true) / (n_universe - n_positives)
    points = _thinned(n_true, depth)
    return Accuracy(
        auroc=float(groups.auroc()),
        aupr=float(groups.aupr_dream5()),
        aupr_dream4=float(groups.aupr_dream4()),
        average_precision=float(groups.average_precision()),
        early_precision=float(groups.early_precision()),
        random_precision=n_positives / n_universe,
        n_links=judged.n_links,
        n_scored=len(keys),
        n_ignored=judged.n_links - len(keys),
        n_absent=n_universe - len(keys),
        n_positives=n_positives,
        n_universe=n_universe,
        universe=gold.universe,
        roc=Curve(np.append(0.0, false_rate[points]), np.append(0.0, recall[points])),
        precision_recall=Curve(recall[points], (n_true / depth)[points]),
        decisions=judged.decisions,
    )


def _tied_groups(scores: Floats, true: npt.NDArray[np.bool_]) -> tuple[Keys, Keys]:
    """Return, at the end of each group of equal scores, the links and the true links so far."""
    if not len(scores):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    last = np.append(np.flatnonzero(scores[1:] != scores[:-1]), len(scores) - 1)
    return (last + 1).astype(np.int64), np.cumsum(true, dtype=np.int64)[last]


def _with_true_links(depth: Keys, n_true: Keys, n_universe: int) -> RankGroups:
    start, before = np.append(0, depth[:-1]), np.append(0, n_true[:-1])
    rows = np.flatnonzero(n_true > before)
    first, end, found = (side[rows].astype(np.float64) for side in (start, depth, n_true))
    return RankGroups(first, end, found, n_universe)


def _thinned(n_true: Keys, depth: Keys) -> npt.NDArray[np.intp]:
    """Choose every group, or so many: even in recall, and close together at the top."""
    n = len(depth)
    if n <= CURVE_POINTS:
        return np.arange(n)
    half = CURVE_POINTS // 2
    top = np.geomspace(1, n, half).astype(np.intp) - 1
    even = np.searchsorted(n_true, np.linspace(0, n_true[-1], half))
    level = np.linspace(0, n - 1, half).astype(np.intp)
    return np.unique(np.concatenate([[0, n - 1], top, np.minimum(even, n - 1), level]))
