"""How do the parts of a run, or the shards of a network, become one ranked result?"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from genie3_engine.errors import RunError
from genie3_engine.model import RunSpec, RunState, RunStatus, TargetSummary
from genie3_engine.store import atomic
from genie3_engine.store.datasets import open_dataset
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.parts import list_parts, read_targets
from genie3_engine.store.ranking import provenance, rank_links, write_targets
from genie3_engine.store.run_folder import RunFolder, differences

_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Shard:
    """One run of a merge: its targets, and the files that hold their links."""

    run: RunFolder
    targets: Mapping[str, TargetSummary]
    files: tuple[Path, ...]
    again: Mapping[Path, frozenset[str]]  # targets in a file whose links an earlier file holds

    @property
    def label(self) -> str:
        """Return what a message calls it."""
        return f"{self.run.path} (shard {_shard_name(self.run.spec)})"


def finish_run(run: RunFolder, genes: Sequence[str]) -> int:
    """Rank the links of a run whose targets are all computed, and drop its parts.

    Parameters
    ----------
    run : RunFolder
        Its lock is held by the caller, who writes the status.
    genes : sequence of str
        The data set's canonical gene list.

    Returns
    -------
    int
        Links in the result.

    Raises
    ------
    RunError
        When targets are missing or foreign, or a part is damaged.
    StorageError
        When the disk is full or may not be written; the parts stay.

    Notes
    -----
    ``targets.parquet`` comes last and says that the result is whole; only then do the parts go.
    A kill at any instant leaves either the parts or the whole result.
    """
    if not run.has_result:
        shard = _from_parts(run)
        _refuse_foreign([shard], set(shard_targets(run.spec, genes)))
        _refuse_missing_of(shard, genes)
        _write_result(run, [shard], genes)
    shutil.rmtree(run.parts_folder, ignore_errors=True)
    return sum(row.n_links for row in read_targets(run.targets_path))


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


def merge_runs(runs: Sequence[Path], out: Path, *, home: Path | None = None) -> RunFolder:
    """Merge the shards of one network into a run folder of its own.

    Parameters
    ----------
    runs : sequence of Path
        The run folders of all shards, in any order.
    out : Path
        The merged network; a folder that does not exist, is empty, or holds a merge of the same
        network that was cut short.
    home : Path, optional
        Where the data set is stored, should no shard be done; the user's home by default.

    Returns
    -------
    RunFolder
        The network, done; its links have the same bytes as those of one undivided run.

    Raises
    ------
    RunError
        When the runs are not shards of one network, when targets are missing, occur twice or are
        foreign (the first are named, with their run), or when ``out`` holds something else.
    InputError
        When the data set is needed and is not stored here.
    StorageError
        When the disk is full or may not be written.
    """
    started = time.time()
    shards = [_shard(RunFolder.open(path)) for path in runs]
    if not shards:
        raise RunError("There is nothing to merge.", "Give the folders of all shards.")
    _refuse_strangers(shards)
    shards.sort(key=lambda shard: shard.run.spec.layout.shard_index)
    spec = shards[0].run.spec
    genes = _genes(shards, home)
    expected = tuple(genes) if spec.targets is None else spec.targets
    _refuse_foreign(shards, set(expected))
    _refuse_duplicates(shards)
    _refuse_missing(shards, genes)

    whole = replace(spec, layout=replace(spec.layout, shard_index=0, n_shards=1))
    status = RunStatus(
        RunState.RUNNING, len(expected), len(expected), "writing", created=started, started=started
    )
    run = _merged_folder(out, whole, status)
    with run.lock():
        run.remove_leftovers()
        _write_result(run, shards, genes)
        ended = time.time()
        shard_timings = [shard.run.read_timings() for shard in shards]
        run.write_timings({"shards": shard_timings, "merging": ended - started})
        run.write_status(
            replace(status, state=RunState.DONE, step="", heartbeat=ended, ended=ended)
        )
    return run


def _merged_folder(out: Path, spec: RunSpec, status: RunStatus) -> RunFolder:
    """Create the folder of a merge, or take up one that was cut short."""
    try:
        run = RunFolder.open(out)
    except RunError:
        return RunFolder.create(out, spec, status)
    run.require_same(spec)
    if run.has_result or run.parts_folder.exists():
        raise RunError(f"{out} holds this very network already.", "Give another --out.")
    return run


def _write_result(run: RunFolder, shards: Sequence[_Shard], genes: Sequence[str]) -> None:
    again = {file: names for shard in shards for file, names in shard.again.items()}
    positions = {name: position for position, name in enumerate(genes)} if again else {}
    with atomic.storage_errors(run.targets_path):
        run.targets_path.unlink(missing_ok=True)
    rank_links(
        [file for shard in shards for file in shard.files],
        run.links_path,
        genes,
        about=provenance(run.spec),
        without={file: [positions[name] for name in names] for file, names in again.items()},
    )
    write_targets(run.targets_path, [row for shard in shards for row in shard.targets.values()])


def _shard(run: RunFolder) -> _Shard:
    if not run.has_result:
        return _from_parts(run)
    targets = {row.target: row for row in read_targets(run.targets_path)}
    return _Shard(run, targets, (run.links_path,), {})


def _from_parts(run: RunFolder) -> _Shard:
    """Gather a run's parts; a target that was written twice is taken from its first part.

    That happens when a machine is replaced before all its parts have reached the store. Both
    have the same links.
    """
    targets: dict[str, TargetSummary] = {}
    parts = list_parts(run.parts_folder, run.spec.dataset)
    again = {}
    for part in parts:
        known = frozenset(row.target for row in part.targets) & targets.keys()
        if known:
            again[part.path] = frozenset(known)
        for row in part.targets:
            targets.setdefault(row.target, row)
    return _Shard(run, targets, tuple(part.path for part in parts), again)


def _genes(shards: Sequence[_Shard], home: Path | None) -> tuple[str, ...]:
    """Return the canonical gene list: from a shard's ranked links, or else from the data set."""
    for shard in shards:
        if shard.run.has_result:
            genes = RankedLinks(shard.run.links_path).genes
            if genes:
                return genes
    return open_dataset(shards[0].run.spec.dataset, home=home).genes


def _refuse_strangers(shards: Sequence[_Shard]) -> None:
    """Refuse runs that are not the different shards of one network."""
    first = shards[0].run
    for shard in shards[1:]:
        spec = replace(shard.run.spec, layout=first.spec.layout)
        different = differences(first.spec, spec, sides=("there", "here"))
        if different:
            raise RunError(
                f"{shard.run.path} is no shard of the network of {first.path}: "
                f"{'; '.join(different)}.",
                "Merge only runs that differ in nothing but their shard.",
            )
        if shard.run.spec.layout.n_shards != first.spec.layout.n_shards:
            raise RunError(
                f"{shards[0].label} and {shard.label} are cut differently.",
                "Merge shards of one cut, such as 1/3, 2/3 and 3/3.",
            )


def _refuse_foreign(shards: Sequence[_Shard], expected: set[str]) -> None:
    for shard in shards:
        foreign = sorted(shard.targets.keys() - expected)
        if foreign:
            raise RunError(
                f"{shard.label} holds {_named(foreign)} that this network does not have.",
                "Merge the shards of one network only.",
            )


def _refuse_duplicates(shards: Sequence[_Shard]) -> None:
    counts = Counter(target for shard in shards for target in shard.targets)
    twice = sorted(target for target, count in counts.items() if count > 1)
    if twice:
        holders = [shard.label for shard in shards if twice[0] in shard.targets]
        raise RunError(
            f"{_named(twice)} more than once: {twice[0]} is in {' and in '.join(holders)}.",
            "Give each shard once.",
        )


def _refuse_missing(shards: Sequence[_Shard], genes: Sequence[str]) -> None:
    """Refuse a network with holes, naming the run, or the absent shard, that should fill them."""
    for shard in shards:
        _refuse_missing_of(shard, genes)
    spec = shards[0].run.spec
    given = {shard.run.spec.layout.shard_index for shard in shards}
    for index in range(spec.layout.n_shards):
        absent = replace(spec, layout=replace(spec.layout, shard_index=index))
        missing = shard_targets(absent, genes)
        if index not in given and missing:
            raise RunError(
                f"Shard {_shard_name(absent)} is not among the runs: {_named(missing)} missing.",
                "Give the folders of all shards.",
            )


def _refuse_missing_of(shard: _Shard, genes: Sequence[str]) -> None:
    missing = [name for name in shard_targets(shard.run.spec, genes) if name not in shard.targets]
    if missing:
        raise RunError(
            f"{shard.label} is not finished: {_named(missing)} missing.", "Resume that run first."
        )


def _shard_name(spec: RunSpec) -> str:
    """Return the shard as people count, from 1."""
    return f"{spec.layout.shard_index + 1}/{spec.layout.n_shards}"


def _named(targets: Sequence[str]) -> str:
    """Return the first few names, and how many there are."""
    first = ", ".join(targets[:_NAMED])
    if len(targets) == 1:
        return f"target {first}"
    return f"{len(targets):,} targets ({first}{', …' if len(targets) > _NAMED else ''})"
