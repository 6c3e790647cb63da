"""Compare the ranked links of two finished runs: overlap of the strongest, correlation of ranks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from genie3_engine.errors import InputError
from genie3_engine.networks.exports.link_source import open_links
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.parts import read_targets
from genie3_engine.store.run_folder import RunFolder

FEWEST = 10
BYTES_A_LINK = 50  # of either network, while both are compared
PRESENCE = ("both", "first", "second")
_POINTS = 80

Keys = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class NetworkOverlap:
    """What two networks have in common, among the pairs of genes that both could link.

    Such a pair is of a candidate regulator and a target of both runs. Links of other pairs are
    left out, and the ranks of the others count anew.

    Parameters
    ----------
    n_first, n_second : int
        Links of each network that are compared.
    n_common : int
        Links that both networks have.
    n_left_out_first, n_left_out_second : int
        Links of each network between genes that the other run did not consider.
    n_pairs : int
        Pairs that both could link.
    curve : DataFrame
        What the strongest links have in common, one row for each number of them: n_links (int64,
        from 10 to all), n_common (int64), overlap (float64, the common share of the links of the
        smaller list), jaccard (float64, common links over those of either), and by_chance
        (float64, the overlap of two random orders).
    spearman_common : float
        Spearman's correlation of the importance of the links that both have; NaN for fewer than
        three.
    spearman_all : float
        The same over the links of either. A link that a network does not have is weaker there
        than all that it has: absent links share the last rank.
    """

    n_first: int
    n_second: int
    n_common: int
    n_left_out_first: int
    n_left_out_second: int
    n_pairs: int
    curve: pd.DataFrame
    spearman_common: float
    spearman_all: float

    @property
    def n_only_first(self) -> int:
        """Links that only the first network has."""
        return self.n_first - self.n_common

    @property
    def n_only_second(self) -> int:
        """Links that only the second network has."""
        return self.n_second - self.n_common


def network_overlap(first: Path, second: Path) -> NetworkOverlap:
    """Compare all links of two finished runs.

    Parameters
    ----------
    first, second : Path
        The run folders. Method, seed, settings and data may differ; the genes are found by name.

    Raises
    ------
    InputError
        When the runs have no pair of genes in common.
    RunError
        When a run has no ranked links.

    Notes
    -----
    The links of both are held in memory: about `BYTES_A_LINK` for each.
    """
    pairs = _SharedPairs(first, second)
    keys_1, scores_1 = pairs.links(0)
    keys_2, scores_2 = pairs.links(1)
    order = np.argsort(keys_1, kind="stable")
    place = np.minimum(np.searchsorted(keys_1[order], keys_2), max(0, len(keys_1) - 1))
    place = order[place] if len(order) else place
    is_common = keys_1[place] == keys_2 if len(order) else np.zeros(len(keys_2), np.bool_)
    in_second = np.flatnonzero(is_common)
    in_first = place[in_second]
    only_first = np.ones(len(keys_1), np.bool_)
    only_first[in_first] = False
    common = scores_1[in_first], scores_2[in_second]
    absent_1 = np.zeros(len(keys_2) - len(in_second), np.float32)
    absent_2 = np.zeros(int(np.count_nonzero(only_first)), np.float32)
    return NetworkOverlap(
        n_first=len(keys_1),
        n_second=len(keys_2),
        n_common=len(in_second),
        n_left_out_first=len(pairs.lists[0]) - len(keys_1),
        n_left_out_second=len(pairs.lists[1]) - len(keys_2),
        n_pairs=pairs.n_pairs,
        curve=_curve(np.maximum(in_first, in_second) + 1, len(keys_1), len(keys_2), pairs.n_pairs),
        spearman_common=_spearman(*common),
        spearman_all=_spearman(
            np.concatenate([common[0], scores_1[only_first], absent_1]),
            np.concatenate([common[1], absent_2, scores_2[~is_common]]),
        ),
    )


def strongest_of_either(first: Path, second: Path, n_links: int) -> pd.DataFrame:
    """Return the links that are among the strongest of either of two networks.

    Parameters
    ----------
    first, second : Path
        The run folders.
    n_links : int
        How many of the strongest of each are taken, of the pairs that both could link.

    Returns
    -------
    DataFrame
        Columns regulator, target (str), rank_1, rank_2 (Int64, from 1 among the links compared;
        missing where a network does not have the link), importance_1, importance_2 (float32, 0
        where it does not), and presence: ``both``, ``first`` or ``second``, the networks that have
        the link among their strongest. By the better rank.

    Raises
    ------
    InputError
        When the runs have no pair of genes in common.
    RunError
        When a run has no ranked links.
    """
    pairs = _SharedPairs(first, second)
    tops = [pairs.links(number, n_links)[0] for number in (0, 1)]
    keys = np.unique(np.concatenate(tops))
    ranks = np.zeros((2, len(keys)), np.int64)
    scores = np.zeros((2, len(keys)), np.float32)
    for number in (0, 1):
        n_before = 0
        for batch_keys, batch_scores in pairs.batches(number):
            rows = np.flatnonzero(np.isin(batch_keys, keys))
            place = np.searchsorted(keys, batch_keys[rows])
            ranks[number, place] = n_before + rows + 1
            scores[number, place] = batch_scores[rows]
            n_before += len(batch_keys)
    is_in = (ranks > 0) & (ranks <= n_links)
    presence = np.where(is_in.all(axis=0), 0, np.where(is_in[0], 1, 2))
    regulators, targets = np.divmod(keys, len(pairs.genes))
    names = np.array(pairs.genes, dtype=object)
    best = np.where(ranks > 0, ranks, np.iinfo(np.int64).max).min(axis=0)
    table = pd.DataFrame(
        {
            "regulator": pd.Series(names[regulators], dtype="str"),
            "target": pd.Series(names[targets], dtype="str"),
            "rank_1": pd.array(ranks[0], dtype="Int64"),
            "rank_2": pd.array(ranks[1], dtype="Int64"),
            "importance_1": scores[0],
            "importance_2": scores[1],
            "presence": np.array(PRESENCE, dtype=object)[presence],
        }
    )
    for number in (0, 1):
        table.loc[ranks[number] == 0, f"rank_{number + 1}"] = pd.NA
    return table.iloc[np.argsort(best, kind="stable")].reset_index(drop=True)


class _SharedPairs:
    """The pairs of genes that two runs could both link, and the links of each among them.

    A pair is one number: the position of its regulator among the common genes, times their number,
    plus the position of its target.
    """

    def __init__(self, first: Path, second: Path) -> None:
        runs = [first, second]
        self.lists: list[RankedLinks] = [open_links(run) for run in runs]
        regulators, targets = zip(*(_considered(run) for run in runs), strict=True)
        every = [set(links.genes) for links in self.lists]
        is_regulator = (regulators[0] or every[0]) & (regulators[1] or every[1])
        is_target = targets[0] & targets[1]
        self.n_pairs = len(is_regulator) * len(is_target) - len(is_regulator & is_target)
        if self.n_pairs <= 0:
            raise InputError(
                "The two runs have no regulator and target in common.",
                "Choose runs of the same genes; names must agree letter for letter.",
            )
        self.genes = tuple(sorted(is_regulator | is_target))
        number = {gene: place for place, gene in enumerate(self.genes)}
        self._codes = [
            tuple(
                np.array([number[gene] if gene in of else -1 for gene in links.genes], np.int64)
                for of in (is_regulator, is_target)
            )
            for links in self.lists
        ]

    def batches(self, number: int) -> Iterator[tuple[Keys, Scores]]:
        """Yield the links of a network, strongest first: the number of each pair, importance."""
        regulators, targets = self._codes[number]
        for batch in self.lists[number].batches():
            regulator = regulators[batch.column("regulator").indices.to_numpy()]
            target = targets[batch.column("target").indices.to_numpy()]
            is_shared = (regulator >= 0) & (target >= 0)
            keys = regulator[is_shared] * len(self.genes) + target[is_shared]
            yield keys, batch.column("importance").to_numpy()[is_shared]

    def links(self, number: int, at_most: int | None = None) -> tuple[Keys, Scores]:
        """Return the links of a network, or the strongest of them."""
        keys: list[Keys] = [np.zeros(0, np.int64)]
        scores: list[Scores] = [np.zeros(0, np.float32)]
        n_links = 0
        for batch_keys, batch_scores in self.batches(number):
            keys.append(batch_keys)
            scores.append(batch_scores)
            n_links += len(batch_keys)
            if at_most is not None and n_links >= at_most:
                break
        return np.concatenate(keys)[:at_most], np.concatenate(scores)[:at_most]


def _considered(run: Path) -> tuple[set[str] | None, set[str]]:
    """Return a run's candidate regulators, None for all genes, and its targets."""
    folder = RunFolder.open(run)
    chosen = folder.spec.regulators
    targets = {row.target for row in read_targets(folder.targets_path)}
    return None if chosen is None else set(chosen), targets


def _curve(worse: npt.NDArray[np.int64], n_first: int, n_second: int, n_pairs: int) -> pd.DataFrame:
    """Return the overlap by number of links; `worse` is the worse rank of each common link."""
    most = max(n_first, n_second)
    if most == 0:
        marks = np.zeros(0, np.int64)
    else:
        least = min(FEWEST, most)
        marks = np.unique(np.geomspace(least, most, _POINTS).round().astype(np.int64))
    n_common = np.searchsorted(np.sort(worse), marks, side="right")
    sizes = np.minimum(marks, n_first), np.minimum(marks, n_second)
    smaller = np.maximum(np.minimum(*sizes), 1)
    return pd.DataFrame(
        {
            "n_links": marks,
            "n_common": n_common,
            "overlap": n_common / smaller,
            "jaccard": n_common / np.maximum(sizes[0] + sizes[1] - n_common, 1),
            "by_chance": np.maximum(*sizes) / n_pairs,
        }
    )


def _spearman(first: Scores, second: Scores) -> float:
    """Return Spearman's correlation; links of equal importance share their mean rank."""
    if len(first) < 3:
        return float("nan")
    ranks = [np.array(pd.Series(values).rank(), np.float64) for values in (first, second)]
    deviations = [each - each.mean() for each in ranks]
    length = float(np.sqrt((deviations[0] ** 2).sum() * (deviations[1] ** 2).sum()))
    if length == 0:
        return float("nan")
    return float(np.clip((deviations[0] * deviations[1]).sum() / length, -1, 1))
