"""Merge the shards of a network, and the networks inside them where it combines some."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from genie3_engine import worker
from genie3_engine.confidence.computation import finish_evidence
from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import RunError
from genie3_engine.jobs import filenames
from genie3_engine.jobs.atomic_write import written_aside
from genie3_engine.model import METHODS, RunSpec
from genie3_engine.runs.lifecycle import create
from genie3_engine.store.merge import merge_runs
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.shards import (
    genes_of,
    refuse_duplicates,
    refuse_missing,
    refuse_strangers,
    shard_of,
)


def merge(runs: Sequence[Path], out: Path) -> RunFolder:
    """Merge the shards of one network into a run folder of its own.

    Parameters
    ----------
    runs : sequence of Path
        The run folders of all shards, in any order.
    out : Path
        As `merge_runs` takes it.

    Returns
    -------
    RunFolder
        The network, done; its links have the same bytes as those of one undivided run.

    Raises
    ------
    RunError
        When the runs are not shards of one network; see `merge_runs`.
    InputError
        When networks are combined or links judged, and the data set is not stored here.
    StorageError
        When the disk is full or may not be written.

    Notes
    -----
    Where a run combines networks inside it, those are merged, and then combined as a whole: the
    rank of a link depends on the links of all shards.
    """
    folders = [RunFolder.open(path) for path in runs]
    if not folders or not METHODS[folders[0].spec.forest.method].members:
        return merge_runs(runs, out, finish=partial(_finish, shards=folders))
    shards = [shard_of(folder) for folder in folders]
    spec = folders[0].spec
    refuse_strangers(shards)
    refuse_duplicates(shards)
    refuse_missing(shards, genes_of(spec))
    whole = replace(spec, layout=replace(spec.layout, shard_index=0, n_shards=1))
    return _merge_members(folders, out, whole)


def _finish(run: RunFolder, *, shards: Sequence[RunFolder]) -> None:
    """Write the evidence for the links of a merged network, where the shards have computed it."""
    if run.spec.confidence is None:
        return
    if len(shards) == 1 and shards[0].evidence_path.is_file():  # it was not divided
        with written_aside(run.evidence_path) as aside:
            shutil.copyfile(shards[0].evidence_path, aside)
        return
    finish_evidence(
        run,
        open_dataset(run.spec.dataset),
        folders=[shard.replicates_folder for shard in shards],
    )


def _merge_members(shards: Sequence[RunFolder], out: Path, spec: RunSpec) -> RunFolder:
    """Merge the networks inside shards one by one, and combine them."""
    run = RunFolder.open(create(spec, out, resume=True))
    if run.has_result:
        raise RunError(f"{out} holds this very network already.", "Give another --out.")
    for name in METHODS[spec.forest.method].members:
        member = out / filenames.MEMBERS / name
        if not (member / filenames.TARGETS).exists():
            merge_runs([shard.path / filenames.MEMBERS / name for shard in shards], member)
    worker.run(out)
    return run
