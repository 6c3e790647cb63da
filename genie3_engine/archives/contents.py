"""The files that an archive of a run holds, and the names that files of archives have."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from genie3_engine.archives.container import unreadable
from genie3_engine.archives.manifest import RUN_ID
from genie3_engine.archives.portable import dumps, portable
from genie3_engine.combination.parent_lists import file_hash
from genie3_engine.datasets.store import dataset_folder, open_dataset, values_file
from genie3_engine.errors import InputError, RunError
from genie3_engine.jobs import filenames, lifecycle
from genie3_engine.jobs.stored_files import read_stored, require_parquet
from genie3_engine.model import METHODS, JobState, RunSpec, RunStatus
from genie3_engine.model.statuses import REPLICATE_STEPS
from genie3_engine.networks.saved_views import read_views
from genie3_engine.reports import view_svg
from genie3_engine.runs.lifecycle import status as status_of
from genie3_engine.store.run_folder import RunFolder

RUN, DATA, FIGURES = "run", "data", "figures"
_RECORDS = (
    filenames.LABELS,
    filenames.VIEWS,
    filenames.TIMINGS,
    filenames.FORECAST,
    filenames.DEPOSIT,
)
_RESULT = (filenames.LINKS, filenames.TARGETS, filenames.EVIDENCE)
_DATA_RECORDS = (
    filenames.DATASET,
    filenames.LABELS,
    filenames.ANNOTATIONS,
    filenames.GENE_TABLE,
)
_PART = r"part-\d{4,}-of-\d{4,}-\d{6,}\.parquet"
_IN_RUN = "|".join(
    (
        *map(re.escape, (filenames.SPEC, filenames.STATUS, *_RECORDS, *_RESULT)),
        r"(?:list|parent)-\d{1,3}\.parquet",
        f"{filenames.PARTS}/{_PART}",
        f"{filenames.REPLICATES}/(?:{filenames.CONFIDENCE}|{filenames.STATUS})",
        f"{filenames.REPLICATES}/(?:{'|'.join(REPLICATE_STEPS)})/{_PART}",
    )
)
_IN_DATA = "|".join(map(re.escape, (*_DATA_RECORDS, filenames.VALUES, filenames.SPARSE_VALUES)))
_KNOWN = re.compile(
    rf"{RUN}/(?:{filenames.MEMBERS}/[A-Za-z0-9-]{{1,40}}/)?(?:{_IN_RUN})"
    rf"|{DATA}/(?:{_IN_DATA})"
    rf"|{FIGURES}/view-\d{{2,3}}\.svg"
)

Files = dict[str, bytes | Path]


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive of a run holds, apart from what describes it.

    Parameters
    ----------
    run : str
        The id of the run.
    spec : RunSpec
        The run's spec, as it travels.
    status : RunStatus
        The run's status, as it travels.
    dataset : str
        Fingerprint of the data set among the files; empty when it is not.
    files : mapping of str to bytes or Path
        What each file holds, or where that is, by its name in the archive.
    """

    run: str
    spec: RunSpec
    status: RunStatus
    dataset: str
    files: Mapping[str, bytes | Path]


def contents_of(run: Path, *, with_data: bool = True, home: Path | None = None) -> Contents:
    """Return what an archive of a run holds.

    Parameters
    ----------
    run : Path
        The run's folder.
    with_data : bool
        Whether its data set travels, where there is one in the home.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    RunError
        When there is no run, it is at work, or a file of it or of its data set cannot be read.
    """
    folder = RunFolder.open(run)
    now = status_of(run, home=home)
    is_new = now.state is JobState.QUEUED and now.heartbeat is None
    if now.state.may_change and not is_new:
        raise RunError("The run may be at work.", "Wait until it ends, or cancel it.")
    if (job := folder.confidence_job) is not None:
        lifecycle.require_idle(job)
    files = _run_files(folder, now, RUN)
    dataset = ""
    if with_data and folder.spec.has_data:
        data = _data_files(folder.spec.dataset, home)
        dataset = folder.spec.dataset if data else ""
        files |= data
    for number, view in enumerate(read_views(run), 1):
        files[f"{FIGURES}/view-{number:02d}.svg"] = view_svg(view, dark=False).encode()
    spec = RunSpec.from_dict(_json(files[f"{RUN}/{filenames.SPEC}"]))
    status = RunStatus.from_dict(_json(files[f"{RUN}/{filenames.STATUS}"]))
    return Contents(_id_of(run, spec), spec, status, dataset, dict(sorted(files.items())))


def is_known(name: str) -> bool:
    """Return whether a name is one that a file of an archive has, besides those that describe it.

    Examples
    --------
    >>> is_known("run/links.parquet"), is_known("run/lock")
    (True, False)
    """
    return _KNOWN.fullmatch(name) is not None


def _id_of(run: Path, spec: RunSpec) -> str:
    """Return the name of a run's folder; another one where it does not fit every system."""
    return run.name if RUN_ID.fullmatch(run.name) else f"run-{spec.result_key[:12]}"


def _run_files(folder: RunFolder, now: RunStatus, place: str) -> Files:
    """Return the files of a run, or of one inside it."""
    is_done = now.state is JobState.DONE and folder.has_result
    spec, links = (folder.spec, {}) if is_done else _with_parents(folder)
    files: Files = {
        filenames.SPEC: portable(filenames.SPEC, dumps(spec.to_dict())),
        filenames.STATUS: portable(filenames.STATUS, dumps(now.to_dict())),
    }
    files |= links
    for name in _RECORDS:
        if name == filenames.FORECAST and not is_done:
            continue  # it is of another machine than the one that goes on
        if (content := _record(folder.path / name)) is not None:
            files[name] = content
    found = [folder.path / name for name in _RESULT] if is_done else []
    found += [folder.path / parent.imported for parent in spec.parents if parent.imported]
    files |= {path.name: _whole(path) for path in found if _is_file(path)}
    files |= {f"{filenames.PARTS}/{path.name}": path for path in _parts(folder.parts_folder)}
    for step in REPLICATE_STEPS:
        inside = f"{filenames.REPLICATES}/{step}"
        files |= {f"{inside}/{path.name}": path for path in _parts(folder.path / inside)}
    if folder.confidence_job is not None:
        for name in (filenames.CONFIDENCE, filenames.STATUS):
            if (content := _record(folder.replicates_folder / name)) is not None:
                files[f"{filenames.REPLICATES}/{name}"] = content
    for name in METHODS[spec.forest.method].members:
        inside_run = RunFolder(folder.path / filenames.MEMBERS / name)
        if os.path.isfile(inside_run.path / filenames.SPEC):
            status = inside_run.read_status()
            files |= _run_files(inside_run, status, f"{filenames.MEMBERS}/{name}")
    return {f"{place}/{name}": content for name, content in files.items()}


def _with_parents(folder: RunFolder) -> tuple[RunSpec, Files]:
    """Return the spec of an unfinished run with the links of its parents as files of its own."""
    parents, files = [], Files()
    for number, parent in enumerate(folder.spec.parents, 1):
        path = Path(parent.path) / filenames.LINKS
        if parent.imported:
            parents.append(parent)
            continue
        if not _is_file(path) or file_hash(_whole(path)) != parent.sha256:
            raise RunError(
                f"The run {parent.name!r} is not where it was combined.", "Combine the runs again."
            )
        name = f"parent-{number}.parquet"
        parents.append(replace(parent, imported=name))
        files[name] = path
    return replace(folder.spec, parents=tuple(parents)), files


def _data_files(fingerprint: str, home: Path | None) -> Files:
    """Return the files of a data set; none when it is not in the home."""
    folder = dataset_folder(fingerprint, home)
    files: Files = {}
    for name in _DATA_RECORDS:
        if (content := _record(folder / name, of_data=True)) is not None:
            files[f"{DATA}/{name}"] = content
    if f"{DATA}/{filenames.DATASET}" not in files:
        return {}
    open_dataset(fingerprint, home=home)  # refuses what is damaged
    values = values_file(folder)
    return files | {f"{DATA}/{values.name}": values}


def _parts(folder: Path) -> Iterator[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return
    for path in paths:
        if filenames.PartName.parse(path.name) is not None and _is_file(path):
            yield _whole(path)


def _whole(path: Path) -> Path:
    """Return the path of a Parquet file that is whole: a damaged one may be of any size."""
    try:
        return require_parquet(path)
    except (OSError, ValueError) as error:
        raise unreadable(path) from error


def _is_file(path: Path) -> bool:
    return os.path.isfile(path) and not path.is_symlink()


def _record(path: Path, *, of_data: bool = False) -> bytes | None:
    """Return what a small file holds, as it travels; None without one."""
    if not _is_file(path):
        return None
    try:
        return portable(path.name, read_stored(path), of_data=of_data)
    except (OSError, ValueError, InputError) as error:
        raise unreadable(path) from error


def _json(content: bytes | Path) -> dict[str, object]:
    import json

    values: dict[str, object] = json.loads(content if isinstance(content, bytes) else b"{}")
    return values
