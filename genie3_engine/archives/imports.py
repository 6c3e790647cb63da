"""Import the archive of a run into a home."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from genie3_engine.archives import crate, manifest
from genie3_engine.archives.container import CODE, ContainerReader, damaged, refused, shown
from genie3_engine.archives.contents import DATA, RUN, contents_of, is_known
from genie3_engine.archives.export import OnBytes, records_of
from genie3_engine.archives.manifest import Digest, FileRecord, Manifest
from genie3_engine.archives.portable import portable
from genie3_engine.datasets.sample_annotations import read_annotations
from genie3_engine.datasets.store import dataset_folder, open_dataset_folder
from genie3_engine.errors import Genie3Error, InputError
from genie3_engine.jobs import admission, atomic_write, filenames
from genie3_engine.jobs.atomic_folder import folder_aside
from genie3_engine.jobs.user_directory import data_folder, runs_folder
from genie3_engine.model import METHODS, JobState, RunSpec, run_title
from genie3_engine.networks.saved_views import read_views
from genie3_engine.people.log import Action, record
from genie3_engine.store.evidence import Evidence
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.run_folder import RunFolder

_MOST_RECORD_BYTES = 200_000_000
_MOST_COPIES = 1_000
_MOST_ROWS = 10_000_000  # of a group of rows; links and parts have a fifth at most


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an archive.

    Parameters
    ----------
    path : Path
        The run's folder.
    is_new : bool
        False when the very run was here already.
    archived_as : str
        The id of the run in the archive; another one than its folder's name when that was taken.
    has_data : bool
        Whether its data set is here now, or it needs none.
    """

    path: Path
    is_new: bool
    archived_as: str
    has_data: bool

    @property
    def sentences(self) -> tuple[str, ...]:
        """What became of it, for people."""
        name = self.path.name
        if not self.is_new:
            told = [f"This run is here already, as {name}; nothing was changed."]
        elif name == self.archived_as:
            told = [f"The run {name} was imported."]
        else:
            told = [f"Another run is called {self.archived_as}; this one was imported as {name}."]
        if not self.has_data:
            told.append(
                "Its data set is not here: without it the run cannot be resumed, and its page "
                "shows neither signs nor expression. Read the expression file to have them."
            )
        return tuple(told)


def import_archive(
    stream: BinaryIO, *, home: Path | None = None, on_bytes: OnBytes | None = None
) -> Imported:
    """Import a run, and its data set where it is in the archive.

    Parameters
    ----------
    stream : binary file
        The archive; it must be seekable.
    home : Path, optional
        The home; the user's by default.
    on_bytes : callable, optional
        Called with the bytes taken so far and all of them.

    Returns
    -------
    Imported
        Where the run is.

    Raises
    ------
    InputError
        When it is not an archive of a run, is damaged, or holds what it must not. Nothing of it is
        kept.
    LimitError
        When a limit of this server is reached.
    StorageError
        When the disk is full or may not be written. Nothing of it is kept.

    Notes
    -----
    Files are written aside and appear by renaming: first the data set, then the run. A process
    that is killed leaves a folder aside, which a later import removes.
    """
    admission.require_upload(stream.seek(0, 2), home_folder=home)
    reader = ContainerReader(stream)
    listed = _manifest_of(reader)
    runs, data = runs_folder(home), data_folder(home)
    _require_room(listed, runs, data, home)
    with folder_aside(runs) as new_run, folder_aside(data) as new_data:
        _unpack(reader, listed, {RUN: new_run, DATA: new_data}, on_bytes)
        spec = _checked(new_run, new_data if listed.dataset else None, listed.dataset)
        if listed.dataset:
            _place_data(new_data, listed.dataset, home)
        place = _place_run(new_run, runs, listed.run, home)
        is_new = not new_run.exists()
    if is_new:
        record(Action.ARCHIVE_IMPORTED, f"run {place.name}", text=run_title(spec))
    stored = dataset_folder(spec.dataset, home) / filenames.DATASET
    return Imported(place, is_new, listed.run, not spec.has_data or os.path.isfile(stored))


def _require_room(listed: Manifest, runs: Path, data: Path, home: Path | None) -> None:
    """Refuse what does not fit where its files will be; runs and data may be on two disks."""
    n_bytes = {
        folder: sum(each.size for each in listed.of(name).values())
        for name, folder in ((RUN, runs), (DATA, data))
    }
    admission.require_rooms(n_bytes, "this archive", home_folder=home)


def _manifest_of(reader: ContainerReader) -> Manifest:
    """Return the manifest of an archive whose files are those that it lists, and no others."""
    if manifest.NAME not in reader.entries:
        raise refused("it is not an archive of a run")
    content = reader.read(manifest.NAME, at_most=manifest.MOST_MANIFEST_BYTES)
    found = Manifest.from_bytes(content)
    sizes = {name: entry.size for name, entry in reader.entries.items() if name != manifest.NAME}
    found.require(sizes)
    for name in found.files:
        if name != crate.NAME and not is_known(name):
            raise refused(f"{shown(name)} is not a file of a run")
    needed = {f"{RUN}/{filenames.SPEC}", f"{RUN}/{filenames.STATUS}"}
    if found.dataset:
        sparse = f"{DATA}/{filenames.SPARSE_VALUES}"
        values = sparse if sparse in found.files else f"{DATA}/{filenames.VALUES}"
        needed |= {f"{DATA}/{filenames.DATASET}", values}
    elif found.of(DATA):
        raise damaged("its data set has no hash")
    if missing := sorted(needed - found.files.keys()):
        raise damaged(f"{missing[0]} is missing")
    return found


def _unpack(
    reader: ContainerReader,
    listed: Manifest,
    places: dict[str, Path],
    on_bytes: OnBytes | None,
) -> None:
    """Write the files of an archive into folders, each once its hash is right."""
    total, done = sum(each.size for each in listed.files.values()), 0
    for name, wanted in listed.files.items():
        folder, _, rest = name.partition("/")
        file = Path(name).name
        if file.endswith(".json") and folder in places:
            content = reader.read(name, at_most=_MOST_RECORD_BYTES)
            digest = Digest()
            for _ in digest.through([content]):
                pass
            _require_hash(name, digest.record, wanted)
            _write(places[folder] / rest, iter([portable(file, content, of_data=folder == DATA)]))
        else:
            digest = Digest()
            chunks = digest.through(reader.chunks(name))
            if folder in places:
                _write(places[folder] / rest, _and_then(chunks, name, digest, wanted))
            else:
                for _ in chunks:
                    pass
                _require_hash(name, digest.record, wanted)
        done += wanted.size
        if on_bytes is not None:
            on_bytes(done, total)


def _and_then(
    chunks: Iterator[bytes], name: str, digest: Digest, wanted: FileRecord
) -> Iterator[bytes]:
    yield from chunks
    _require_hash(name, digest.record, wanted)


def _require_hash(name: str, found: FileRecord, wanted: FileRecord) -> None:
    if found != wanted:
        raise damaged(f"{name} has another hash")


def _write(path: Path, chunks: Iterator[bytes]) -> None:
    with atomic_write.storage_errors(path, resumable=False):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            for chunk in chunks:
                file.write(chunk)


def _sync_all(folder: Path) -> None:
    """Wait until a folder and everything in it is on the disk."""
    with atomic_write.storage_errors(folder, resumable=False):
        for path in (*folder.rglob("*"), folder):
            atomic_write.sync(path)


def _refuse_large_tables(run: Path) -> None:
    """Refuse tables that would be unpacked to more rows at a time than those of runs."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for path in sorted(run.rglob("*.parquet")):
        try:
            with pq.ParquetFile(path) as table:
                about = table.metadata
                rows = [about.row_group(each).num_rows for each in range(about.num_row_groups)]
        except (OSError, ValueError, pa.ArrowException) as error:
            raise damaged(f"{path.name} cannot be read") from error
        if max(rows, default=0) > _MOST_ROWS:
            raise refused(f"{path.name} has {max(rows):,} rows in one group")


def _checked(run: Path, data: Path | None, dataset: str) -> RunSpec:
    """Return the spec of a run whose files are those of a run, by the readers of runs."""
    _refuse_large_tables(run)
    try:
        if data is not None:
            expression = open_dataset_folder(data)
            if expression.fingerprint != dataset:
                raise damaged("its data set has another hash")
            read_annotations(data, n_samples=len(expression.samples))
        spec = _checked_run(RunFolder.open(run), None if data is None else expression.genes)
        dataset_folder(spec.dataset)  # refuses what is no hash
        read_views(run)
        for inside in sorted((run / filenames.MEMBERS).glob("*")):
            if inside.name not in METHODS[spec.forest.method].members:
                raise damaged("it has a run too many")
            _checked_run(RunFolder.open(inside), None if data is None else expression.genes)
    except (Genie3Error, ValueError, LookupError, TypeError, AttributeError) as error:
        if isinstance(error, Genie3Error) and error.code == CODE:
            raise
        raise damaged("its run cannot be read") from error
    if dataset and spec.dataset != dataset:
        raise damaged("its data set is not that of its run")
    return spec


def _checked_run(folder: RunFolder, genes: tuple[str, ...] | None) -> RunSpec:
    spec, status = folder.spec, folder.read_status()
    if status.state is JobState.DONE and not folder.has_result:
        raise damaged("the links of its run are missing")
    folder.finished_targets()
    folder.read_timings()
    _ = folder.confidence
    imported = {folder.path / parent.imported for parent in spec.parents if parent.imported}
    if imported != {*folder.path.glob("list-*"), *folder.path.glob("parent-*")}:
        raise damaged("its run has other lists than it combines")
    links = [*([folder.links_path] if folder.has_result else []), *sorted(imported)]
    for path in links:
        found = RankedLinks(path)
        is_own = path == folder.links_path and not spec.parents
        if is_own and genes and found.genes and found.genes != genes:
            raise damaged("its links have other genes")
    evidence = Evidence.open(folder.path)
    if evidence is not None and len(evidence) != len(RankedLinks(folder.links_path)):
        raise damaged("its evidence is of other links")
    return spec


def _place_data(aside: Path, fingerprint: str, home: Path | None) -> None:
    """Put a data set in its place; one that is there already stays as it is."""
    folder = dataset_folder(fingerprint, home)
    if (folder / filenames.DATASET).is_file():
        return
    with atomic_write.storage_errors(folder, resumable=False):
        try:
            _sync_all(aside)
            os.rename(aside, folder)
        except OSError:
            if not (folder / filenames.DATASET).is_file():
                raise
        atomic_write.sync(folder.parent)


def _place_run(aside: Path, runs: Path, name: str, home: Path | None) -> Path:
    """Put a run in its place, or leave it aside where it is here already; return its place."""
    for number in range(1, _MOST_COPIES):
        place = runs / (name if number == 1 else f"{name}-{number}")
        if not place.exists():
            try:
                _sync_all(aside)
                os.rename(aside, place)
                atomic_write.sync(runs)
                return place
            except OSError as error:
                if not place.exists():
                    raise atomic_write.storage_error(place, error, resumable=False) from error
        if _are_same(place, aside, home):
            return place
    raise InputError(f"There are too many runs called {name}.", "Delete some of them.")


def _are_same(there: Path, here: Path, home: Path | None) -> bool:
    """Return whether two folders hold the same run, as far as it travels."""
    try:
        one, other = (
            records_of(contents_of(run, with_data=False, home=home)) for run in (there, here)
        )
    except Genie3Error:
        return False
    return one == other
