"""Targets of each shard, and whether shards belong to one network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import RunError
from genie3_engine.model import RunSpec, TargetSummary
from genie3_engine.store.parts import list_parts, read_targets
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.spec_diff import differences, shard_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Shard:
    """One run of a merge.

    Parameters
    ----------
    run : RunFolder
        The run.
    targets : mapping
        From the name of each target that it holds to what is known of it.
    files : tuple of Path
        The files of their links: parts, or the ranked links.
    repeated : mapping
        From a file to the targets in it whose links an earlier file holds too.
    """

    run: RunFolder
    targets: Mapping[str, TargetSummary]
    files: tuple[Path, ...]
    repeated: Mapping[Path, frozenset[str]]

    @property
    def label(self) -> str:
        """Return what a message calls it."""
        return f"{self.run.path} (shard {shard_name(self.run.spec.layout)})"


def genes_of(spec: RunSpec, *, home: Path | None = None) -> tuple[str, ...]:
    """Return the gene list that positions in a run's links refer to.

    Parameters
    ----------
    spec : RunSpec
        The run; one that combines others has the genes of all lists, which are its targets.
    home : Path, optional
        Where the data set is stored; the user's home by default.

    Raises
    ------
    InputError
        When the data set is not stored.
    """
    if spec.parents:
        return spec.targets or ()
    return open_dataset(spec.dataset, home=home).genes


def shard_targets(spec: RunSpec, genes: Sequence[str]) -> tuple[str, ...]:
    """Return the targets that a run computes itself: those of its shard, in canonical order.

    Parameters
    ----------
    spec : RunSpec
        The run.
    genes : sequence of str
        The data set's canonical gene list.
    """
    targets = tuple(genes) if spec.targets is None else spec.targets
    return targets[spec.layout.shard_index :: spec.layout.n_shards]


def positions_of(names: Sequence[str] | None, genes: Sequence[str]) -> NDArray[np.int32]:
    """Return where genes are in the canonical list, ascending; every gene for None.

    Parameters
    ----------
    names : sequence of str or None
        The genes.
    genes : sequence of str
        The data set's canonical gene list.

    Raises
    ------
    RunError
        When the data set does not have one of them.
    """
    import numpy as np

    if names is None:
        return np.arange(len(genes), dtype=np.int32)
    positions = {name: position for position, name in enumerate(genes)}
    strangers = [name for name in names if name not in positions]
    if strangers:
        raise RunError(
            f"The run asks for {strangers[0]!r}, which is not a gene of its data set.",
            "Start a new run.",
        )
    return np.array(sorted({positions[name] for name in names}), dtype=np.int32)


def shard_of(run: RunFolder) -> Shard:
    """Return what a run holds, ranked or in parts; `RunError` when it is damaged."""
    if not run.has_result:
        return gathered(run)
    targets = {row.target: row for row in read_targets(run.targets_path)}
    return Shard(run, targets, (run.links_path,), {})


def gathered(run: RunFolder) -> Shard:
    """Gather a run's parts; a target that was written twice is taken from its first part.

    That happens when a machine is replaced before all its parts have reached the store. Both
    have the same links.
    """
    targets: dict[str, TargetSummary] = {}
    parts = list_parts(run.parts_folder, run.spec.dataset)
    repeated = {}
    for part in parts:
        known = frozenset(row.target for row in part.targets) & targets.keys()
        if known:
            repeated[part.path] = frozenset(known)
        for row in part.targets:
            targets.setdefault(row.target, row)
    return Shard(run, targets, tuple(part.path for part in parts), repeated)


def repeated_targets(shards: Iterable[Shard], genes: Sequence[str]) -> dict[Path, list[int]]:
    """Return, for each file, the positions of targets whose links an earlier file holds too.

    Parameters
    ----------
    shards : iterable of Shard
        The runs to read.
    genes : sequence of str
        The data set's canonical gene list.
    """
    repeated = {file: names for shard in shards for file, names in shard.repeated.items()}
    if not repeated:
        return {}
    positions = {name: position for position, name in enumerate(genes)}
    return {file: [positions[name] for name in names] for file, names in repeated.items()}


def refuse_strangers(shards: Sequence[Shard]) -> None:
    """Refuse runs that are not the different shards of one network."""
    first = shards[0].run
    for shard in shards[1:]:
        spec = replace(shard.run.spec, layout=first.spec.layout)
        different = differences(first.spec, spec, sides=("there", "here"))
        if different:
            raise RunError(
                f"{shard.run.path} does not belong to the same network as {first.path}: "
                f"{'; '.join(different)}.",
                "Merge only runs that differ in nothing but their shard.",
            )
        if shard.run.spec.layout.n_shards != first.spec.layout.n_shards:
            raise RunError(
                f"{shards[0].label} and {shard.label} divide the targets differently.",
                "Merge shards of one division, such as 1/3, 2/3 and 3/3.",
            )


def refuse_foreign(shards: Sequence[Shard], expected: set[str]) -> None:
    """Refuse targets that the network does not have; `RunError` names them and their run."""
    for shard in shards:
        foreign = sorted(shard.targets.keys() - expected)
        if foreign:
            raise RunError(
                f"{shard.label} holds {_named(foreign)} that this network does not have.",
                "Merge the shards of one network only.",
            )


def refuse_duplicates(shards: Sequence[Shard]) -> None:
    """Refuse targets of two runs; `RunError` names both."""
    counts = Counter(target for shard in shards for target in shard.targets)
    twice = sorted(target for target, count in counts.items() if count > 1)
    if twice:
        holders = [shard.label for shard in shards if twice[0] in shard.targets]
        raise RunError(
            f"{_named(twice)} more than once: {twice[0]} is in {' and in '.join(holders)}.",
            "Give each shard once.",
        )


def refuse_missing(shards: Sequence[Shard], genes: Sequence[str]) -> None:
    """Refuse a network with holes, naming the run, or the absent shard, that should fill them."""
    for shard in shards:
        refuse_missing_of(shard, genes)
    spec = shards[0].run.spec
    given = {shard.run.spec.layout.shard_index for shard in shards}
    for index in range(spec.layout.n_shards):
        absent = replace(spec, layout=replace(spec.layout, shard_index=index))
        missing = shard_targets(absent, genes)
        if index not in given and missing:
            raise RunError(
                f"Shard {shard_name(absent.layout)} is not among the runs: "
                f"{_named(missing)} missing.",
                "Give the folders of all shards.",
            )


def refuse_missing_of(shard: Shard, genes: Sequence[str]) -> None:
    """Refuse a run that lacks targets of its own; `RunError` names them."""
    missing = [name for name in shard_targets(shard.run.spec, genes) if name not in shard.targets]
    if missing:
        raise RunError(
            f"{shard.label} is not finished: {_named(missing)} missing.", "Resume that run first."
        )


def _named(targets: Sequence[str]) -> str:
    """Return the first few names, and how many there are."""
    first = ", ".join(targets[:_NAMED])
    if len(targets) == 1:
        return f"target {first}"
    return f"{len(targets):,} targets ({first}{', …' if len(targets) > _NAMED else ''})"
