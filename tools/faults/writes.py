"""Everything that writes, with one write that fails, or with every write from one on."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from genie3_engine import cli, runs
from genie3_engine.errors import Genie3Error
from genie3_engine.jobs import filenames, user_directory
from genie3_engine.model import ConfidenceSpec, ForestSpec, LayoutSpec
from genie3_engine.people import log
from tools.faults.disk import UNLINK, watched
from tools.faults.failing import NEED_ROOM, FailingDisk
from tools.faults.small_runs import expression

NUMBERS = (errno.ENOSPC, errno.EIO)
FIRST, SECOND = "done", "another"  # finished runs


@dataclass(frozen=True, slots=True)
class Writing:
    """Something that writes.

    Parameters
    ----------
    name : str
        What it does, in words.
    act : callable
        Takes the folder that holds the home and the folder ``out``.
    left : callable
        Takes the same folder and returns what is there, which is the same after an act that failed
        before.
    """

    name: str
    act: Callable[[Path], object]
    left: Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Failure:
    """What is wrong after a write that failed.

    Parameters
    ----------
    writing : str
        What wrote.
    what : str
        The change that failed, with its error.
    text : str
        What is wrong.
    """

    writing: str
    what: str
    text: str


class _CommandError(Exception):
    """A command that ended with an error; holds what it printed."""


def prepare(folder: Path) -> None:
    """Make a home with two finished runs, an archive, and a folder for what is exported."""
    _at_home(folder)
    (folder / "out").mkdir(parents=True)
    for seed, name in enumerate((FIRST, SECOND), 1):
        _infer(folder, name, seed=seed)
    archive = folder / "kept" / "run-of-archive.zip"
    archive.parent.mkdir()
    _command(folder, ("archive", "RUN", "-o", str(archive)))


def writings() -> tuple[Writing, ...]:
    """Return everything that writes."""
    return (
        Writing("a run", partial(_infer, name="new"), partial(_results, name="new")),
        Writing(
            "a run with evidence",
            partial(_infer, name="new", confidence=ConfidenceSpec(stability=False)),
            partial(_results, name="new"),
        ),
        Writing("an upload", _upload, partial(_below, name="uploads", but="upload.json")),
        Writing("gene sets", _keep_sets, partial(_below, name="uploads", but="upload.json")),
        Writing("a label", _label, _labels),
        Writing("a label of data", _label_data, partial(_below, name="data", but=".npy")),
        Writing("an export", partial(_command, words=("links", "RUN", "-o", "OUT/l.tsv")), _out),
        Writing(
            "an export of Parquet",
            partial(_command, words=("links", "RUN", "--format=parquet", "-o", "OUT/l.parquet")),
            _out,
        ),
        Writing("a report", partial(_command, words=("report", "RUN", "-o", "OUT/r.html")), _names),
        Writing("an archive", partial(_command, words=("archive", "RUN", "-o", "OUT/a.zip")), _out),
        Writing("an import", _import, partial(_below, name="../empty/runs", but=".json")),
    )


def failures(
    folder: Path, writing: Writing, *, step: int = 1, first: int = 1
) -> Iterator[Failure | None]:
    """Yield what is wrong when one write after the other fails; None where nothing is.

    Parameters
    ----------
    folder : Path
        Of `prepare`.
    writing : Writing
        What writes.
    step : int
        Every which change fails.
    first : int
        The first that fails.
    """
    place = folder.with_name(f"{folder.name}-failing")
    kinds = {errno.ENOSPC: NEED_ROOM, errno.EIO: NEED_ROOM | {UNLINK}}
    for number in NUMBERS:
        counting = FailingDisk(number, kinds=kinds[number])
        _fresh(folder, place)
        with watched(place, counting):
            writing.act(place)
        expected = writing.left(place)
        for at in range(first, counting.n_changes + 1, step):
            lasting = at % 2 == 0
            disk = FailingDisk(number, at=at, lasting=lasting, kinds=kinds[number])
            _fresh(folder, place)
            problem = _attempt(place, writing, disk)
            if not problem:
                with suppress(Genie3Error):
                    writing.act(place)
                if writing.left(place) != expected:
                    problem = "the next attempt gives something else"
            what = f"{os.strerror(number)}{' from then on' if lasting else ''}: {disk.refused}"
            yield Failure(writing.name, what, problem) if problem else None
    shutil.rmtree(place, ignore_errors=True)


def _attempt(place: Path, writing: Writing, disk: FailingDisk) -> str:
    """Do it on a failing disk, and return what is wrong with how that ended."""
    text = ""
    with watched(place, disk), redirect_stderr(io.StringIO()):
        try:
            writing.act(place)
        except _CommandError as error:
            text = _without_log_lines(str(error))
            if text.count("\n") != 1 or "unexpected failure" in text or "Traceback" in text:
                return f"the command printed: {text}"
        except Genie3Error as error:
            text = str(error)
            if not error.remedy or error.code == "bug":
                return f"no help: {text}"
        except Exception as error:  # noqa: BLE001 -- this is what is looked for
            return f"{type(error).__name__}: {error}"
    if text and str(place) not in text:
        return f"no file is named: {text}"
    if problem := _problem_of_log(place / "home" / log.FILE):
        return problem
    for log_file in place.rglob(filenames.LOG):
        if "Traceback" in log_file.read_text():
            return f"the log holds a traceback: {log_file.read_text()}"
    return ""


def _without_log_lines(text: str) -> str:
    """Return what a command printed, without lines that the server's log should have got."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("The log could not be written"))


def _problem_of_log(file: Path) -> str:
    """Return what is wrong with the log of the server, none of whose lines may be torn."""
    try:
        for line in file.read_text().splitlines() if file.exists() else ():
            json.loads(line)
    except ValueError as error:
        return f"the server's log has a line that is none: {error}"
    return ""


def _fresh(folder: Path, place: Path) -> None:
    if place.exists():
        shutil.rmtree(place)
    shutil.copytree(folder, place, symlinks=True)
    _at_home(place)


def _at_home(place: Path) -> None:
    """Work at the home of a server, so that all that is done is logged there."""
    for variable in ("GENIE3_HOME", user_directory.SERVER_VARIABLE):
        os.environ[variable] = str(place / "home")


def run_folder(place: Path, name: str = FIRST) -> Path:
    """Return the folder of a run."""
    return place / "home" / filenames.RUNS / name


def _infer(
    place: Path, name: str, *, seed: int = 1, confidence: ConfidenceSpec | None = None
) -> None:
    runs.infer(
        expression(),
        run_folder(place, name),
        resume=True,
        source="small",
        forest=ForestSpec(n_trees=3, seed=seed),
        layout=LayoutSpec(n_threads=1),
        confidence=confidence,
    )


def _results(place: Path, name: str) -> object:
    run = run_folder(place, name)
    found = [file for file in (run / filenames.LINKS, run / filenames.EVIDENCE) if file.exists()]
    return [file.read_bytes() for file in found]


def _upload(place: Path) -> None:
    runs.keep_upload([("a.tsv", io.BytesIO(b"x" * 100_000)), ("b.tsv", io.BytesIO(b"y"))])


def _keep_sets(place: Path) -> None:
    runs.keep_gene_sets([("a.gmt", io.BytesIO(b"one\t\ta\tb\n"))], name="sets")


def _label(place: Path) -> None:
    runs.label(run_folder(place), name="another name", tags=["a"], note="b")


def _labels(place: Path) -> object:
    return (run_folder(place) / filenames.LABELS).read_text()


def _label_data(place: Path) -> None:
    for info in runs.list_datasets():
        runs.label_dataset(info.fingerprint, name="another name")


def _below(place: Path, name: str, but: str) -> object:
    folder = place / "home" / name
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return [
        (str(file.relative_to(folder)), file.read_bytes())
        for file in files
        if not (file.name.endswith(but) or _is_hidden(file.relative_to(folder)))
    ]


def _command(place: Path, words: tuple[str, ...]) -> None:
    places = {"RUN": str(run_folder(place))}
    argv = [places.get(word, word.replace("OUT", str(place / "out"))) for word in words]
    complained = io.StringIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(complained):
        code = cli.main(argv)
    if code:
        raise _CommandError(complained.getvalue())


def _import(place: Path) -> None:
    os.environ["GENIE3_HOME"] = str(place / "empty")
    _command(place, ("import", str(place / "kept" / "run-of-archive.zip")))


def _out(place: Path) -> object:
    files = sorted((place / "out").glob("[!.]*"))
    return [(file.name, file.read_bytes()) for file in files]


def _names(place: Path) -> object:
    return sorted(file.name for file in (place / "out").glob("[!.]*"))


def _is_hidden(path: Path) -> bool:
    """Return whether a file is a lock, or is left of a write, since it could not be removed."""
    return any(part.startswith(".") for part in path.parts)
