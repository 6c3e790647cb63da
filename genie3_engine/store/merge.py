"""Merge the parts of a run, or the shards of a network, into one ranked result."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import Genie3Error, RunError, StorageError
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.process import this_process
from genie3_engine.model import ErrorRecord, JobState, RunSpec, RunStatus
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.parts import read_targets
from genie3_engine.store.ranking import provenance, rank_links, write_targets
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.shards import (
    Shard,
    gathered,
    refuse_duplicates,
    refuse_foreign,
    refuse_missing,
    refuse_missing_of,
    refuse_strangers,
    repeated_targets,
    shard_of,
    shard_targets,
)


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
    ``targets.parquet`` comes last and shows that the result is complete; only then do the parts go.
    A kill at any instant leaves either the parts or the whole result.
    """
    if not run.has_result:
        shard = gathered(run)
        refuse_foreign([shard], set(shard_targets(run.spec, genes)))
        refuse_missing_of(shard, genes)
        _write_result(run, [shard], genes)
    shutil.rmtree(run.parts_folder, ignore_errors=True)
    with suppress(OSError):  # the result is whole; what is superseded may stay
        (run.path / filenames.PARTIAL).unlink(missing_ok=True)
    return sum(row.n_links for row in read_targets(run.targets_path))


def rank_partly(run: RunFolder, genes: Sequence[str]) -> Path | None:
    """Rank the links of the targets that are finished so far, next to the parts.

    Parameters
    ----------
    run : RunFolder
        A run that is not done.
    genes : sequence of str
        The data set's canonical gene list.

    Returns
    -------
    Path or None
        The ranked links; None before there are any parts.

    Raises
    ------
    RunError
        When a target is foreign, or a part is damaged.
    StorageError
        When the disk is full or may not be written.
    """
    shard = gathered(run)
    if not shard.files:
        return None
    refuse_foreign([shard], set(shard_targets(run.spec, genes)))
    out = run.path / filenames.PARTIAL
    rank_links(
        list(shard.files),
        out,
        genes,
        about={**provenance(run.spec), "targets_so_far": len(shard.targets)},
        without=repeated_targets([shard], genes),
    )
    return out


def merge_runs(
    runs: Sequence[Path],
    out: Path,
    *,
    home: Path | None = None,
    finish: Callable[[RunFolder], None] = lambda run: None,
) -> RunFolder:
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
    finish : callable
        Does what is left, once the links of the merged network are ranked, before it is done.

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
    started, began = time.time(), time.monotonic()
    shards = [shard_of(RunFolder.open(path)) for path in runs]
    if not shards:
        raise RunError("There is nothing to merge.", "Give the folders of all shards.")
    refuse_strangers(shards)
    shards.sort(key=lambda shard: shard.run.spec.layout.shard_index)
    spec = shards[0].run.spec
    genes = _genes(shards, home)
    expected = tuple(genes) if spec.targets is None else spec.targets
    refuse_foreign(shards, set(expected))
    refuse_duplicates(shards)
    refuse_missing(shards, genes)

    whole = replace(spec, layout=replace(spec.layout, shard_index=0, n_shards=1))
    status = RunStatus(
        JobState.RUNNING,
        targets_done=len(expected),
        targets_total=len(expected),
        step="writing",
        created=started,
        started=started,
        heartbeat=started,
        owner=this_process(),
    )
    run = _merged_folder(out, whole, status)
    with run.lock(), _recorded(run, status):
        run.remove_leftovers()
        if not run.has_result:
            _write_result(run, shards, genes)
        finish(run)
        shard_timings = [shard.run.read_timings() for shard in shards]
        run.write_timings({"shards": shard_timings, "merging": time.monotonic() - began})
    return run


@contextmanager
def _recorded(run: RunFolder, status: RunStatus) -> Iterator[None]:
    """Write how a merge begins and ends, also when it fails or is interrupted."""
    run.write_status(status)
    try:
        yield
    except BaseException as error:
        code, message = "interrupted", f"The merge was ended by {type(error).__name__}."
        if isinstance(error, Genie3Error):
            code, message = error.code, error.message
        record = ErrorRecord(code, message, "Merge the shards again.")
        with suppress(StorageError):
            run.write_status(_ended(status, state=JobState.FAILED, error=record))
        raise
    run.write_status(_ended(status, state=JobState.DONE, step=""))


def _ended(status: RunStatus, **changes: Any) -> RunStatus:  # noqa: ANN401 -- any field's value
    now = time.time()
    return replace(status, heartbeat=now, ended=now, **changes)


def _merged_folder(out: Path, spec: RunSpec, status: RunStatus) -> RunFolder:
    """Create the folder of a merge, or take up one that was cut short."""
    try:
        run = RunFolder.open(out)
    except RunError:
        return RunFolder.create(out, spec, status)
    run.require_same(spec)
    is_complete = run.has_result and not run.lacks_evidence
    if is_complete or run.parts_folder.exists():
        raise RunError(f"{out} holds this very network already.", "Give another --out.")
    return run


def _write_result(run: RunFolder, shards: Sequence[Shard], genes: Sequence[str]) -> None:
    with atomic_write.storage_errors(run.targets_path):
        run.targets_path.unlink(missing_ok=True)
    rank_links(
        [file for shard in shards for file in shard.files],
        run.links_path,
        genes,
        about=provenance(run.spec),
        without=repeated_targets(shards, genes),
    )
    write_targets(run.targets_path, [row for shard in shards for row in shard.targets.values()])


def _genes(shards: Sequence[Shard], home: Path | None) -> tuple[str, ...]:
    """Return the canonical gene list: from a shard's ranked links, or else from the data set."""
    for shard in shards:
        if shard.run.has_result:
            genes = RankedLinks(shard.run.links_path).genes
            if genes:
                return genes
    return open_dataset(shards[0].run.spec.dataset, home=home).genes
