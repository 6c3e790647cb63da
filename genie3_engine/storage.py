"""What takes room in a home, what of it can go, and what each deletion would cost."""

from __future__ import annotations

import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine import benchmark, differential, labels, runs
from genie3_engine.datasets.uploads import list_uploads
from genie3_engine.errors import Genie3Error, InputError, RunError, StorageError
from genie3_engine.jobs import filenames, leftovers
from genie3_engine.jobs.disk_usage import folder_bytes, used_bytes
from genie3_engine.jobs.leftovers import Leftover
from genie3_engine.jobs.leftovers import rule as rule
from genie3_engine.jobs.limits import limits_or_none_set
from genie3_engine.jobs.user_directory import at_home, data_folder, server_home, uploads_folder
from genie3_engine.jobs.user_directory import home as home_of_person
from genie3_engine.model import JobState
from genie3_engine.people import Person, homes, links
from genie3_engine.people.group import shared_of
from genie3_engine.people.log import Action, record
from genie3_engine.runs.datasets import uploads_of

if TYPE_CHECKING:
    from genie3_engine.runs import DatasetInfo, RunSummary, Upload

UNUSED_SECONDS = 30 * 86_400.0  # after which a data set or upload that nothing uses is proposed


class Kind(StrEnum):
    """What is stored; the value is what people call several of them."""

    DATASET = "Data sets"
    RUN = "Runs"
    COMPARISON = "Comparisons"
    EXPERIMENT = "Experiments"
    UPLOAD = "Uploads"

    @property
    def one(self) -> str:
        """What people call one of them."""
        return self.value.removesuffix("s")


_SHARED = "It is shared with the group, which can see it no longer then."
EVIDENCE, LEFTOVERS, OTHERS = "Evidence", "Leftovers", "Other files"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """Something that a person can delete.

    Parameters
    ----------
    kind : Kind
        What it is.
    id : str
        Its identifier among those of its kind.
    name : str
        What the user calls it.
    path : Path
        Its folder.
    n_bytes : int
        All its files.
    evidence_bytes : int
        The evidence for its links, which is part of it.
    last_used : float
        When it was last used, in seconds since the epoch.
    cost : str
        What its deletion would cost, in sentences.
    may_go : bool
        Whether it can be deleted now.
    is_unused : bool
        Whether it is a data set or upload that nothing refers to. Results are never called so.
    """

    kind: Kind
    id: str
    name: str
    path: Path
    n_bytes: int
    evidence_bytes: int = 0
    last_used: float
    cost: str
    may_go: bool = True
    is_unused: bool = False

    @property
    def is_proposed(self) -> bool:
        """Whether it may well go: nothing refers to it, and it was not used for long."""
        return self.is_unused and time.time() - self.last_used >= UNUSED_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What takes room in a home.

    Parameters
    ----------
    items : tuple of StoredItem
        The largest first.
    leftovers : tuple of Leftover
        What is left of work that was cut short, and may go.
    used_bytes : int
        All files of the home.
    limit_bytes : float or None
        What a person may use; None without a limit.
    disk_bytes, free_bytes : int
        The disk of the machine.
    """

    items: tuple[StoredItem, ...]
    leftovers: tuple[Leftover, ...]
    used_bytes: int
    limit_bytes: float | None
    disk_bytes: int
    free_bytes: int

    def categories(self) -> list[tuple[str, int | None, int]]:
        """Return what takes room by kind, the largest first: label, number and bytes of each."""
        numbers: dict[str, int] = defaultdict(int)
        sizes: dict[str, int] = defaultdict(int)
        for item in self.items:
            numbers[item.kind] += 1
            sizes[item.kind] += item.n_bytes - item.evidence_bytes
            if item.evidence_bytes:
                numbers[EVIDENCE] += 1
                sizes[EVIDENCE] += item.evidence_bytes
        numbers[LEFTOVERS] = len(self.leftovers)
        sizes[LEFTOVERS] = sum(each.n_bytes for each in self.leftovers)
        found: list[tuple[str, int | None, int]] = [
            (str(name), numbers[name], size) for name, size in sizes.items() if numbers[name]
        ]
        rest = self.used_bytes - sum(sizes.values())
        if rest > 0:
            found.append((OTHERS, None, rest))
        return sorted(found, key=lambda each: -each[2])


def inventory(home: Path | None = None) -> Inventory:
    """Return what takes room in a home.

    Parameters
    ----------
    home : Path, optional
        The home; the user's by default.

    Notes
    -----
    Folders that have not changed since the last look are not measured again.
    """
    folder = home or home_of_person()
    history = runs.history(home)
    comparisons, experiments = differential.history(home), benchmark.history(home)
    datasets = runs.list_datasets(home)
    needed_data = runs.needed_data(
        home, runs=history, comparisons=comparisons, experiments=experiments
    )
    needed_runs = runs.needed_runs(home, runs=history)
    found = [
        *_datasets(datasets, history, needed_data, home),
        *_runs(history),
        *_jobs(comparisons, Kind.COMPARISON, "It has to be computed again."),
        *_jobs(experiments, Kind.EXPERIMENT, "It has to be measured again."),
        *_uploads(list_uploads(home), datasets, home),
    ]
    found = [_with_need(each, needed_runs) for each in found]
    shared = shared_of(folder)
    found = [
        replace(each, cost=f"{each.cost} {_SHARED}") if _is_among(each, shared, folder) else each
        for each in found
    ]
    disk_bytes, free_bytes = _disk(folder)
    return Inventory(
        items=tuple(sorted(found, key=lambda each: (-each.n_bytes, each.kind, each.id))),
        leftovers=tuple(leftovers.leftovers(home)),
        used_bytes=used_bytes(home),
        limit_bytes=limits_or_none_set(home).disk_bytes,
        disk_bytes=disk_bytes,
        free_bytes=free_bytes,
    )


def _with_need(item: StoredItem, needed: Mapping[Path, str]) -> StoredItem:
    """Return an item, with the job that needs a run in its folder, where there is one."""
    job = runs.job_that_needs(item.path, needed) if item.may_go else None
    return item if job is None else replace(item, cost=f"The {job} needs it.", may_go=False)


def _is_among(item: StoredItem, shared: frozenset[str], home: Path) -> bool:
    return bool(shared) and item.path.relative_to(home).as_posix() in shared


def delete(item: StoredItem, *, home: Path | None = None) -> None:
    """Delete something that is stored.

    Parameters
    ----------
    item : StoredItem
        What goes.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    Genie3Error
        When it is at work or needed, or is gone, or the disk refuses.
    """
    _DELETE[item.kind](item, home)


def removable(home: Path | None = None) -> list[Leftover]:
    """Return what `clean_up` would remove."""
    return [*leftovers.leftovers(home), *_old_uploads(home)]


def clean_up(home: Path | None = None, *, who: Person | None = None) -> list[Leftover]:
    """Remove leftovers, and uploads that nothing refers to where the limits give them an age.

    Parameters
    ----------
    home : Path, optional
        The home; the user's by default.
    who : Person, optional
        Who asks for it; the person at work by default.

    Returns
    -------
    list of Leftover
        What went.

    Raises
    ------
    StorageError
        When something cannot be removed, after the rest is.
    """
    gone = _clean(home, who=who)
    for each in leftovers.leftovers(home)[:1]:
        leftovers.remove(each.path)  # and tell why it is still there
    return gone


def _clean(home: Path | None, *, who: Person | None) -> list[Leftover]:
    """Remove what may go and can be removed, and return it."""
    gone = leftovers.remove_leftovers(home)
    for each in _old_uploads(home):
        runs.drop_upload(each.path.name, home=home)
        if not each.path.exists():
            gone.append(each)
    if gone:
        size = labels.size(sum(each.n_bytes for each in gone))
        record(Action.CLEANED_UP, labels.count(len(gone), "leftover"), text=size, who=who)
    return gone


def clean_up_all() -> list[Leftover]:
    """Remove what `clean_up` does, of the home of the server and of all its people.

    Documents of shared links that have expired go, too.

    Returns
    -------
    list of Leftover
        What went.
    """
    server, nobody = server_home(), Person("")
    folders = [server, *(homes.home_of(person) for person in homes.people())]
    gone = []
    for folder in dict.fromkeys(folders):
        with suppress(Genie3Error), at_home(folder):  # the others are not kept waiting
            gone += _clean(folder, who=nobody)
    with suppress(StorageError):
        links.remove_expired()
    return gone


def _old_uploads(home: Path | None) -> list[Leftover]:
    seconds = limits_or_none_set(home).unused_uploads_seconds
    if seconds is None:
        return []
    items = _uploads(list_uploads(home), runs.list_datasets(home), home)
    return [
        Leftover(each.path, each.n_bytes)
        for each in items
        if each.is_unused and time.time() - each.last_used >= seconds
    ]


def _datasets(
    found: Iterable[DatasetInfo],
    history: Iterable[RunSummary],
    needed: Mapping[str, str],
    home: Path | None,
) -> Iterator[StoredItem]:
    users: Mapping[str, list[RunSummary]] = defaultdict(list)
    for run in history:
        users[run.spec.dataset].append(run)
    for info in found:
        own = users[info.fingerprint]
        path = data_folder(home) / info.fingerprint
        times = [run.status.ended or run.status.created or 0.0 for run in own]
        last_used = max(labels.moment(info.created) or 0.0, *times, 0.0)
        is_needed = info.fingerprint in needed
        cost = "No run is on it. Its file has to be read again."
        if own:
            cost = (
                f"{labels.count(len(own), 'run is', 'runs are')} on it. Their networks stay; they "
                "can neither be resumed nor show expression."
            )
        if is_needed:
            cost = f"The {needed[info.fingerprint]} needs it."
        yield StoredItem(
            kind=Kind.DATASET,
            id=info.fingerprint,
            name=info.name or info.fingerprint[:12],
            path=path,
            n_bytes=folder_bytes(path),
            last_used=last_used,
            cost=cost,
            may_go=not is_needed,
            is_unused=not own,
        )


def _runs(history: Iterable[RunSummary]) -> Iterator[StoredItem]:
    for run in history:
        status = run.status
        evidence = folder_bytes(run.path / filenames.EVIDENCE)
        evidence += folder_bytes(run.path / filenames.REPLICATES)
        if status.state.may_change:
            cost = "It is at work, or may be: cancel it first."
        elif status.state is JobState.DONE:
            cost = "Its network has to be inferred again."
        else:
            cost = (
                f"{status.targets_done:,} of {labels.count(status.targets_total, 'target')} that "
                "are done have to be computed again."
            )
        yield StoredItem(
            kind=Kind.RUN,
            id=run.id,
            name=run.title,
            path=run.path,
            n_bytes=folder_bytes(run.path),
            evidence_bytes=evidence,
            last_used=status.ended or status.heartbeat or status.created or 0.0,
            cost=cost,
            may_go=not status.state.may_change,
        )


def _jobs(
    history: Iterable[benchmark.ExperimentSummary | differential.ComparisonSummary],
    kind: Kind,
    cost: str,
) -> Iterator[StoredItem]:
    for job in history:
        status = job.status
        is_live = status.state.may_change
        yield StoredItem(
            kind=kind,
            id=job.id,
            name=job.spec.name or job.id,
            path=job.path,
            n_bytes=folder_bytes(job.path),
            last_used=status.ended or status.heartbeat or status.created or 0.0,
            cost="It is at work, or may be: stop it first." if is_live else cost,
            may_go=not is_live,
        )


def _uploads(
    found: Iterable[Upload], datasets: Iterable[DatasetInfo], home: Path | None
) -> Iterator[StoredItem]:
    users: dict[str, DatasetInfo] = {}
    for info in datasets:
        users |= dict.fromkeys(uploads_of(info), info)
    gene_sets = {each.id: each.name for each in runs.list_gene_sets(home)}
    for upload in found:
        path = uploads_folder(home) / upload.id
        user = users.get(upload.id)
        is_used = user is not None or upload.id in gene_sets
        cost = "Nothing refers to it. A gold standard has to be uploaded again."
        if user is not None:
            cost = f"The data set {user.name or user.fingerprint[:12]} was read from it."
        elif is_used:
            cost = "These gene sets have to be uploaded again."
        yield StoredItem(
            kind=Kind.UPLOAD,
            id=upload.id,
            name=gene_sets.get(upload.id, upload.name),
            path=path,
            n_bytes=folder_bytes(path),
            last_used=upload.created,
            cost=cost,
            may_go=user is None,
            is_unused=not is_used,
        )


def _delete_upload(item: StoredItem, home: Path | None) -> None:
    with suppress(InputError):  # they are no gene sets
        runs.delete_gene_sets(item.id, home=home)
    runs.drop_upload(item.id, home=home)
    if item.path.exists():
        raise RunError(f"A data set was read from {item.name!r}.", "Delete the data set with it.")


_DELETE: Mapping[Kind, Callable[[StoredItem, Path | None], None]] = {
    Kind.DATASET: lambda item, home: runs.delete_data(item.id, home=home),
    Kind.RUN: lambda item, home: runs.delete(item.path, home=home),
    Kind.COMPARISON: lambda item, home: differential.delete(item.path, home=home),
    Kind.EXPERIMENT: lambda item, home: benchmark.delete(item.path, home=home),
    Kind.UPLOAD: _delete_upload,
}


def _disk(folder: Path) -> tuple[int, int]:
    """Return the size of the disk of a folder, which may not be there yet, and what is free."""
    for place in (folder, *folder.parents):
        with suppress(OSError):
            found = shutil.disk_usage(place)
            return found.total, found.free
    return 0, 0
