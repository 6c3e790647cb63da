"""What a run asks of this machine: cores, memory, and room on the disk for its result."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import InputError, RunError
from genie3_engine.jobs import admission
from genie3_engine.jobs.limits import limits_of
from genie3_engine.jobs.turns import Claim
from genie3_engine.jobs.user_directory import home as home_of_person
from genie3_engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from genie3_engine.planning.workloads import Workload


def claim_of(folder: RunFolder, home: Path | None = None) -> Claim:
    """Return what a run asks of this machine.

    Where there are limits, its memory is estimated from its size if no pilot has forecast it.

    Parameters
    ----------
    folder : RunFolder
        The run.
    home : Path, optional
        The home; the user's by default.
    """
    claim = folder.claim()
    if claim.memory_bytes or not limits_of(home).are_set:
        return claim
    from genie3_engine.planning.memory import memory_without_pilot

    work = _work(folder, home)
    return claim if work is None else replace(claim, memory_bytes=memory_without_pilot(work))


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

        work = _work(folder, home)
        return 0.0 if work is None else disk_need(work, work.n_links()).peak_bytes

    if folder.path.absolute().is_relative_to(home or home_of_person()):
        admission.require_room(needed, "this run", home_folder=home)


def _work(folder: RunFolder, home: Path | None) -> Workload | None:
    """Return the size of a run; None where its data set is not stored."""
    from genie3_engine.planning.workloads import workload_of

    with suppress(InputError, RunError):  # the worker names what is wrong with the data
        data = open_dataset(folder.spec.dataset, home=home)
        work = workload_of(folder.spec, data.n_genes, data.n_samples)
        return replace(work, is_streamed=data.is_sparse)
    return None
