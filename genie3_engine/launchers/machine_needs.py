"""What a job asks of this machine: cores, memory, and room on the disk for its result."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import InputError, RunError
from genie3_engine.jobs import admission, filenames
from genie3_engine.jobs.limits import limits_of
from genie3_engine.jobs.turns import Claim
from genie3_engine.jobs.user_directory import home as home_of_person
from genie3_engine.registry import load
from genie3_engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Callable

    from genie3_engine.jobs.folder import JobFolder
    from genie3_engine.model import RunSpec
    from genie3_engine.planning.workloads import Workload
    from genie3_engine.store.confidence_folder import ConfidenceFolder

# From the file of a job's spec to what returns its memory by its size, in bytes, of its folder and
# the home; those of later layers are loaded by name. An experiment itself holds little: its runs
# are jobs of their own.
MEMORY_OF = {
    filenames.SPEC: f"{__name__}:_memory_of_run",
    filenames.CONFIDENCE: f"{__name__}:_memory_of_evidence",
    "pilot.json": "genie3_engine.planning.pilot_job:memory_of_pilot",
    "comparison.json": "genie3_engine.differential.forecast:memory_by_size",
}


def claim_of(folder: JobFolder[Any, Any], home: Path | None = None) -> Claim:
    """Return what a job of any kind asks of this machine.

    Where there are limits, its memory is estimated from its size if no pilot has forecast it.

    Parameters
    ----------
    folder : JobFolder
        The job.
    home : Path, optional
        The home; the user's by default.
    """
    claim = folder.claim()
    if claim.memory_bytes or folder.spec_file not in MEMORY_OF or not limits_of(home).are_set:
        return claim
    memory_of: Callable[[Any, Path | None], float] = load(MEMORY_OF[folder.spec_file])
    with suppress(InputError, RunError):  # the worker names what is wrong with the data
        claim = replace(claim, memory_bytes=memory_of(folder, home))
    return claim


def _memory_of_run(folder: RunFolder, home: Path | None) -> float:
    from genie3_engine.planning import memory

    if folder.spec.parents:
        return memory.memory_of_combination()
    work = _work(folder.spec, home)
    return 0.0 if work is None else memory.memory_without_pilot(work)


def _memory_of_evidence(folder: ConfidenceFolder, home: Path | None) -> float:
    from genie3_engine.planning.memory import memory_without_pilot

    spec = RunFolder.open(folder.run).spec
    work = _work(replace(spec, confidence=folder.spec), home)
    return 0.0 if work is None else memory_without_pilot(work)


def require_room(folder: RunFolder, home: Path | None = None) -> None:
    """Refuse a run whose result would take its person beyond the limit of the disk.

    A run that lies outside of the home is not counted.

    Parameters
    ----------
    folder : RunFolder
        The run.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    LimitError
        When the limit is reached, or the limits cannot be read.
    """

    def needed() -> float:
        from genie3_engine.planning.memory import disk_need

        work = _work(folder.spec, home)
        return 0.0 if work is None else disk_need(work, work.n_links()).peak_bytes

    if folder.path.absolute().is_relative_to(home or home_of_person()):
        admission.require_room(needed, "this run", folder.path, home_folder=home)


def _work(spec: RunSpec, home: Path | None) -> Workload | None:
    """Return the size of a run; None where its data set is not stored."""
    from genie3_engine.planning.workloads import workload_of

    with suppress(InputError, RunError):  # the worker names what is wrong with the data
        data = open_dataset(spec.dataset, home=home)
        work = workload_of(spec, data.n_genes, data.n_samples)
        return replace(work, is_streamed=data.is_sparse)
    return None
