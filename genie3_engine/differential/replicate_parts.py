"""Forests of both groups under some labels on disk: which are there, and what they found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

from genie3_engine.differential.classes import Candidates, Network
from genie3_engine.differential.label_forests import LabelDesign, LabelScores
from genie3_engine.store.arrow_arrays import numbers_of
from genie3_engine.store.parts import iter_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.model import TargetSummary


class ReplicateNames(Sequence[str]):
    """Names of replicate targets in parts: their numbers."""

    def __len__(self) -> int:
        """Return how many numbers there are."""
        return int(np.iinfo(np.int32).max)

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        """Return a name."""
        if isinstance(number, slice):
            return [str(each) for each in range(*number.indices(len(self)))]
        return str(number)


class Replicate(NamedTuple):
    """A forest on disk.

    Parameters
    ----------
    number : int
        Number of the replicate target; see `LabelDesign`.
    regulators : (n_links,) int32
        Positions of the regulators.
    importance : (n_links,) float32
        Their importance.
    summary : TargetSummary
        What is known of the forest.
    """

    number: int
    regulators: NDArray[np.int32]
    importance: NDArray[np.float32]
    summary: TargetSummary


def finished_numbers(folder: Path, key: str, *, n_replicates: int) -> NDArray[np.bool_]:
    """Return which replicate targets are on disk.

    Parameters
    ----------
    folder : Path
        The parts; it may not exist yet.
    key : str
        The comparison's result key, which the parts must have.
    n_replicates : int
        Replicate targets of the design.

    Raises
    ------
    RunError
        When a part belongs to another comparison.
    """
    is_done = np.zeros(n_replicates, np.bool_)
    for part in iter_parts(folder, key):
        is_done[[int(row.target) for row in part.targets]] = True
    return is_done


def read_replicates(folder: Path, key: str) -> Iterator[Replicate]:
    """Yield the forests on disk, one part after the other.

    A forest may come twice, where a process was killed between two parts: its links are the same.

    Parameters
    ----------
    folder, key
        As in `finished_numbers`.

    Raises
    ------
    RunError
        When a part is damaged, or belongs to another comparison.
    """
    for part in iter_parts(folder, key):
        table = part.read("regulator", "importance").combine_chunks()
        regulators, importance = np.zeros(0, np.int32), np.zeros(0, np.float32)
        if table.num_rows:
            regulators = numbers_of(table["regulator"].chunk(0))
            importance = numbers_of(table["importance"].chunk(0))
        at = 0
        for row in part.targets:
            rows = slice(at, at + row.n_links)
            yield Replicate(int(row.target), regulators[rows], importance[rows], row)
            at += row.n_links


class Strongest:
    """The strongest links of a network, while its links come target by target.

    Parameters
    ----------
    top : int
        How many are wanted. Links as strong as the weakest of them are all held.
    """

    def __init__(self, top: int) -> None:
        self._top = top
        self._pieces: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]] = []
        self._n_links = 0
        self._least = np.float32(0.0)

    def add(
        self, regulators: NDArray[np.int32], target: int, importance: NDArray[np.float32]
    ) -> None:
        """Take the links of a target."""
        rows = np.flatnonzero((importance > 0) & (importance >= self._least))
        targets = np.full(rows.size, target, np.int32)
        self._pieces.append((regulators[rows], targets, importance[rows]))
        self._n_links += rows.size
        if self._n_links > 4 * self._top:
            self._shrink()

    def network(self) -> Network:
        """Return the links held."""
        self._shrink()
        if not self._pieces:
            none = np.zeros(0, np.int32)
            return Network(none, none, np.zeros(0, np.float32))
        return Network(*self._pieces[0])

    def _shrink(self) -> None:
        """Drop the links that are weaker than the strongest."""
        if not self._pieces:
            return
        regulators, targets, importance = (
            np.concatenate(column) for column in zip(*self._pieces, strict=True)
        )
        if importance.size > self._top:
            place = importance.size - self._top
            self._least = np.partition(importance, place)[place]
        rows = np.flatnonzero(importance >= self._least)
        self._pieces = [(regulators[rows], targets[rows], importance[rows])]
        self._n_links = rows.size


def observed_networks(
    folder: Path, key: str, design: LabelDesign, *, top: int
) -> tuple[Network, Network]:
    """Return the strongest links of both observed networks.

    Parameters
    ----------
    folder, key
        As in `finished_numbers`.
    design : LabelDesign
        The numbers of the forests.
    top : int
        How many links of each are wanted; links as strong as the weakest of them come too.
    """
    strongest = Strongest(top), Strongest(top)
    seen = np.zeros((2, design.targets.size), np.bool_)
    for each in read_replicates(folder, key):
        labelling, group, place = design.parts(each.number)
        if labelling == 0 and not seen[group, place]:
            seen[group, place] = True
            target = int(design.targets[place])
            strongest[group].add(each.regulators, target, each.importance)
    return strongest[0].network(), strongest[1].network()


def gather(
    folder: Path,
    key: str,
    design: LabelDesign,
    links: Candidates,
    *,
    labellings: range,
    with_fits: bool = True,
) -> LabelScores:
    """Read the importances and fits under some labels into memory.

    Parameters
    ----------
    folder, key, design
        As in `observed_networks`.
    links : Candidates
        The links whose importance is read.
    labellings : range
        The labellings.
    with_fits : bool
        Whether the fits are read too.
    """
    scores = LabelScores(
        design, links.regulators, links.targets, labellings=labellings, with_fits=with_fits
    )
    for each in read_replicates(folder, key):
        if design.parts(each.number)[0] in labellings:
            scores.add(each.number, each.regulators, each.importance)
            if with_fits:
                scores.add_fit(each.number, each.summary.oob_r2, each.summary.carried_r2)
    return scores
