"""Whether a job may begin and data may be stored: which limit is reached, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from genie3_engine import labels
from genie3_engine.errors import LimitError
from genie3_engine.jobs.disk_usage import used_bytes
from genie3_engine.jobs.free_disk import disk_of, require_free
from genie3_engine.jobs.limits import FILE, Limits, limits_of
from genie3_engine.jobs.turns import Claim

ROOM = 0.95  # of a machine's memory; the system needs some
_ASK = f"or ask the administrator, who sets the limits in {FILE}."


def require_job(claim: Claim, n_waiting: int, *, home_folder: Path | None = None) -> None:
    """Refuse a job that could never begin, or one more than may wait.

    Parameters
    ----------
    claim : Claim
        What it asks.
    n_waiting : int
        Jobs of this person that wait already.
    home_folder : Path, optional
        The home; that of the person at work by default.

    Raises
    ------
    LimitError
        When a limit is reached, or the limits cannot be read.
    """
    limits = limits_of(home_folder)
    if limits.waiting is not None and n_waiting >= limits.waiting:
        raise LimitError(
            f"{labels.count(n_waiting, 'job')} of yours wait already; a person may have "
            f"{limits.waiting:,} in the queue here.",
            f"Wait until one has begun, cancel one, {_ASK}",
        )
    for most, whose in ((limits.cores, "a person"), (limits.machine_cores, "all people together")):
        if most is not None and claim.n_cores > most:
            raise LimitError(
                f"This job would keep {labels.count(claim.n_cores, 'core')} busy; {whose} may use "
                f"{most:,} here.",
                f"Choose fewer threads or processes, {_ASK}",
            )
    for room, whose in (
        (limits.memory_bytes, "a person may use"),
        (_machine_memory(limits) if limits.are_set else None, "this machine has, for all jobs,"),
    ):
        if room is not None and claim.memory_bytes > room:
            raise LimitError(
                f"This job needs up to {labels.size(claim.memory_bytes)} of memory by its "
                f"forecast; {whose} {labels.size(room)}.",
                f"Choose fewer processes or threads, or fewer genes, {_ASK}",
            )


def waits_for(claim: Claim, at_work: Sequence[Claim], limits: Limits) -> str | None:
    """Return what keeps the first job in the queue from beginning.

    Parameters
    ----------
    claim : Claim
        What the job asks.
    at_work : sequence of Claim
        What the jobs at work hold.
    limits : Limits
        The limits.

    Returns
    -------
    str or None
        A sentence, or "" where it is the jobs at work as such; None when it may begin. A job
        that is alone may always begin.
    """
    if not at_work:
        return None
    if len(at_work) >= limits.machine_runs or any(each.is_alone for each in (claim, *at_work)):
        return ""
    return _short_of(claim, at_work, limits.machine_cores, _machine_memory(limits))


def is_held_back(claim: Claim, at_work: Sequence[Claim], limits: Limits) -> str | None:
    """Return which of its own person's limits a job waits for; None when it may have a turn.

    The parameters are those of `waits_for`. Such a job lets those of other people pass.
    """
    own = [each for each in at_work if each.person == claim.person]
    if not own:
        return None
    if limits.runs is not None and len(own) >= limits.runs:
        return f"A person may have {labels.count(limits.runs, 'job')} at work here."
    return _short_of(claim, own, limits.cores, limits.memory_bytes, whose="of yours ")


def _short_of(
    claim: Claim,
    at_work: Sequence[Claim],
    n_cores: int | None,
    memory_bytes: float | None,
    *,
    whose: str = "",
) -> str | None:
    """Return whether cores or memory do not suffice for one job more, in a sentence."""
    busy = sum(each.n_cores for each in at_work)
    if n_cores is not None and busy + claim.n_cores > n_cores:
        return (
            f"It waits for cores: it takes {claim.n_cores:,}, and jobs {whose}at work take "
            f"{busy:,} of {n_cores:,}."
        )
    held = sum(each.memory_bytes for each in at_work)
    if memory_bytes is not None and held + claim.memory_bytes > memory_bytes:
        return (
            f"It waits for memory: it needs up to {labels.size(claim.memory_bytes)}, and jobs "
            f"{whose}at work may hold {labels.size(held)} of {labels.size(memory_bytes)}."
        )
    return None


def _machine_memory(limits: Limits) -> float:
    """Return the memory for all jobs: as the limits give it, else nearly all there is."""
    if limits.machine_memory_bytes is not None:
        return limits.machine_memory_bytes
    from genie3_engine.jobs.machine import usable_memory

    return ROOM * usable_memory()


def require_upload(n_bytes: int, *, home_folder: Path | None = None) -> None:
    """Refuse an upload that is too large, wherever it is to be stored; see `require_room`.

    Parameters
    ----------
    n_bytes : int
        Size of all its files.
    home_folder : Path, optional
        The home; that of the person at work by default.

    Raises
    ------
    LimitError
        When a limit is reached, or the limits cannot be read.
    """
    most = limits_of(home_folder).upload_bytes
    if most is not None and n_bytes > most:
        raise LimitError(
            f"The upload has {labels.size(n_bytes)}; an upload may have {labels.size(most)} here.",
            f"Upload fewer or smaller files, {_ASK}",
        )


def require_room(
    n_bytes: float | Callable[[], float],
    what: str,
    folder: Path,
    *,
    home_folder: Path | None = None,
) -> None:
    """Refuse to store what would fill the disk, or take a person beyond their limit of it.

    Parameters
    ----------
    n_bytes : float or callable
        What it will take, 0 where that is not known; a callable is asked only where there is a
        limit.
    what : str
        What it is, such as ``this upload``.
    folder : Path
        Where it is to be stored, which may be on another disk than the home.
    home_folder : Path, optional
        The home; that of the person at work by default.

    Raises
    ------
    LimitError
        When the limit is reached, or the limits cannot be read.
    StorageError
        When the disk would be full.
    """
    most = limits_of(home_folder).disk_bytes
    needed = (0.0 if most is None else n_bytes()) if callable(n_bytes) else n_bytes
    if most is not None:
        _require_share(needed, what, most, home_folder)
    require_free(needed, what, folder, home_folder=home_folder)


def require_rooms(
    n_bytes: Mapping[Path, float], what: str, *, home_folder: Path | None = None
) -> None:
    """Refuse to store in several folders what would fill a disk; see `require_room`.

    Parameters
    ----------
    n_bytes : mapping of Path to float
        What each folder will take. A person's limit holds for all of it, the room of a disk for
        what the folders on that disk take.
    what : str
        What it is, such as ``this archive``.
    home_folder : Path, optional
        The home; that of the person at work by default.

    Raises
    ------
    LimitError
        When the limit is reached, or the limits cannot be read.
    StorageError
        When a disk would be full.
    """
    most = limits_of(home_folder).disk_bytes
    if most is not None:
        _require_share(sum(n_bytes.values()), what, most, home_folder)
    disks = {folder: disk_of(folder) for folder in n_bytes}
    for folder, disk in disks.items():
        together = sum(more for other, more in n_bytes.items() if disks[other] == disk)
        require_free(together, what, folder, home_folder=home_folder)


def _require_share(needed: float, what: str, most: float, home_folder: Path | None) -> None:
    """Refuse what would take a person beyond their limit of the disk, in bytes."""
    used = used_bytes(home_folder)
    if used + needed > most:
        more = f", and {what} needs {labels.size(needed)} more" if needed else ""
        raise LimitError(
            f"Your data take {labels.size(used)} of the {labels.size(most)} that a person may use "
            f"here{more}.",
            f"Delete on the page Storage what you do not need, {_ASK}",
        )
