"""Replicate targets: what is computed besides a network, to judge its links."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.errors import RunError
from genie3_engine.inference.layout import infer_targets
from genie3_engine.store.parts import PartWriter, iter_parts

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from genie3_engine.inference.plan import EngineBuilder, InferencePlan
    from genie3_engine.model import LayoutSpec, TargetSummary

_OTHERS = -1  # the number of replicate targets of other plans


@dataclass(frozen=True, slots=True, eq=False)
class ReplicatePlan:
    """Replicate targets of one kind: an engine scores each by its number, as it scores a target.

    Parameters
    ----------
    name : str
        The kind, such as ``nulls``: the name of the folder of its parts, and of the run's step.
    names : sequence of str
        One unique, stable name for each replicate target, in the order of their numbers: the parts
        know it by that, and its random stream is seeded with it. Replicates that are made in
        another way have other names, so that their parts are not taken for these.
    build : EngineBuilder
        Makes the engine of each process. It must be picklable: a module's function, or
        `functools.partial` of one. The engine takes numbers of replicate targets in the place of
        positions of targets.
    keep : int or None
        Strongest links kept of each replicate target; None keeps all.
    per_block : int
        Replicate targets that a thread takes at a time, where each takes little time.
    """

    name: str
    names: Sequence[str]
    build: EngineBuilder
    keep: int | None
    per_block: int = 1


def replicate_targets(
    plan: ReplicatePlan,
    folders: Sequence[Path],
    dataset: str,
    *,
    shard: tuple[int, int] | None = None,
) -> Iterator[TargetSummary]:
    """Yield what is known of the plan's replicate targets on disk; one may occur more than once.

    Parameters
    ----------
    plan : ReplicatePlan
        The replicate targets.
    folders : sequence of Path
        Folders of replicates; they may not exist yet.
    dataset : str
        Fingerprint of the run's data set.
    shard : tuple of int, optional
        As `iter_parts` takes it; replicate targets of other shards may be missing then.

    Raises
    ------
    RunError
        When a part belongs to another data set.
    """
    names = set(plan.names)
    for folder in folders:
        for part in iter_parts(folder / plan.name, dataset, shard=shard):
            yield from (row for row in part.targets if row.target in names)


def missing_replicates(
    plan: ReplicatePlan, folder: Path, dataset: str, *, layout: LayoutSpec
) -> NDArray[np.int32]:
    """Return the numbers of a shard's replicate targets that are not on disk, ascending.

    Parameters
    ----------
    plan : ReplicatePlan
        The replicate targets.
    folder : Path
        The run's folder of replicates; it may not exist yet.
    dataset : str
        Fingerprint of the run's data set.
    layout : LayoutSpec
        Its shard takes every ``n_shards``-th number.

    Raises
    ------
    RunError
        When a part belongs to another data set.
    """
    shard = (layout.shard_index, layout.n_shards)
    found = replicate_targets(plan, [folder], dataset, shard=shard)
    finished = {row.target for row in found}
    numbers = range(layout.shard_index, len(plan.names), layout.n_shards)
    return np.array([n for n in numbers if plan.names[n] not in finished], np.int32)


def compute_replicates(
    plan: ReplicatePlan,
    missing: NDArray[np.int32],
    folder: Path,
    *,
    inference: InferencePlan,
    dataset: str,
    should_stop: Callable[[], bool] = lambda: False,
    on_step: Callable[[str], None] = lambda step: None,
    on_computed: Callable[[float, bool], None] = lambda seconds, is_on_disk: None,
) -> int:
    """Score replicate targets, and stream their links to the disk.

    Parameters
    ----------
    plan : ReplicatePlan
        The replicate targets.
    missing : (n_missing,) int32
        Numbers of those to score; see `missing_replicates`.
    folder : Path
        The run's folder of replicates; the parts are written into a folder in it.
    inference : InferencePlan
        How the run infers its own targets: data, regulators, forest and layout.
    dataset : str
        Fingerprint of the run's data set.
    should_stop, on_step
        As in `infer_targets`.
    on_computed : callable
        Called for each replicate target with one thread's seconds, and whether all so far are on
        disk.

    Returns
    -------
    int
        Replicate targets scored: fewer than asked for after a stop.

    Raises
    ------
    StorageError
        When the disk is full or may not be written.
    Genie3Error
        When a process of the layout is killed or fails.
    """
    n_computed = 0
    layout = inference.layout
    replicates = replace(
        inference,
        targets=missing,
        keep=plan.keep,
        build=plan.build,
        per_block=plan.per_block,
    )
    with (
        PartWriter(
            folder / plan.name,
            dataset,
            shard_index=layout.shard_index,
            n_shards=layout.n_shards,
            genes=plan.names,
        ) as writer,
        closing(infer_targets(replicates, should_stop=should_stop, on_step=on_step)) as found,
    ):
        for links in found:
            n_computed += 1
            on_computed(links.seconds, writer.add(links))
    return n_computed


def require_replicates(plan: ReplicatePlan, folders: Sequence[Path], dataset: str) -> None:
    """Require that every replicate target is on disk.

    Parameters
    ----------
    plan : ReplicatePlan
        The replicate targets.
    folders : sequence of Path
        The folders of replicates of all shards.
    dataset : str
        Fingerprint of the run's data set.

    Raises
    ------
    RunError
        When one is missing, or a part belongs to another data set.
    """
    finished = {row.target for row in replicate_targets(plan, folders, dataset)}
    n_missing = sum(name not in finished for name in plan.names)
    if n_missing:
        raise RunError(
            f"{n_missing:,} of {len(plan.names):,} {plan.name} are missing.",
            "Resume the run, or each of its shards.",
        )


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateLinks:
    """Links into some replicate targets, strongest first within each.

    Parameters
    ----------
    numbers : (n_links,) int32
        Number of the replicate target of each link; the links of one are next to each other.
    regulators : (n_links,) int32
        Positions of the regulators in the canonical gene list.
    importance : (n_links,) float32
        Their importance.
    """

    numbers: NDArray[np.int32]
    regulators: NDArray[np.int32]
    importance: NDArray[np.float32]


def read_replicates(
    plan: ReplicatePlan, folders: Sequence[Path], dataset: str
) -> Iterator[ReplicateLinks]:
    """Yield the links of all replicate targets, one part after the other, each target once.

    Parameters
    ----------
    plan : ReplicatePlan
        The replicate targets.
    folders : sequence of Path
        The folders of replicates of all shards.
    dataset : str
        Fingerprint of the run's data set.

    Yields
    ------
    ReplicateLinks
        In an order that depends on the layout. A replicate target without links is in none.

    Raises
    ------
    RunError
        When a part is damaged, or belongs to another data set.
    """
    places = {name: number for number, name in enumerate(plan.names)}
    is_read = np.zeros(len(plan.names), bool)
    for folder in folders:
        for part in iter_parts(folder / plan.name, dataset):
            of_rows = np.array([places.get(row.target, _OTHERS) for row in part.targets], np.int32)
            # A machine that is replaced may have written a target before: both have the same links.
            is_new = of_rows != _OTHERS
            is_new[is_new] = ~is_read[of_rows[is_new]]
            is_read[of_rows[is_new]] = True
            n_links = [row.n_links for row in part.targets]
            table = part.read("regulator", "importance")
            regulators, importance = (column.to_numpy() for column in table.columns)
            if not is_new.all():
                is_kept = np.repeat(is_new, n_links)
                regulators, importance = regulators[is_kept], importance[is_kept]
            numbers = np.repeat(of_rows[is_new], np.array(n_links)[is_new])
            yield ReplicateLinks(numbers, regulators, importance)
