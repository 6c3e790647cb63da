"""Everything that writes, with one write that fails, or with every write from one on."""

from __future__ import annotations

import errno
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from genie3_engine import cli, runs
from genie3_engine.errors import Genie3Error
from genie3_engine.jobs import filenames
from genie3_engine.model import ConfidenceSpec, ForestSpec, LayoutSpec
from tools.faults.disk import UNLINK, watched
from tools.faults.failing import NEED_ROOM, FailingDisk
from tools.faults.small_runs import expression

NUMBERS = (errno.ENOSPC, errno.EIO)
_DONE = "done"


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
    """Make a home with a finished run, and a folder for what is exported."""
    home = folder / "home"
    os.environ["GENIE3_HOME"] = str(home)
    (folder / "out").mkdir(parents=True)
    _infer(folder, _DONE)


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
        Writing("an import", _import, partial(_below, name="runs/run-of-archive", but=".json")),
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
    with watched(place, disk):
        try:
            writing.act(place)
        except _CommandError as error:
            text = str(error)
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
    for log in place.rglob(filenames.LOG):
        if "Traceback" in log.read_text():
            return f"the log holds a traceback: {log.read_text()}"
    return ""


def _fresh(folder: Path, place: Path) -> None:
    if place.exists():
        shutil.rmtree(place)
    shutil.copytree(folder, place, symlinks=True)
    os.environ["GENIE3_HOME"] = str(place / "home")


def _run(place: Path, name: str = _DONE) -> Path:
    return place / "home" / filenames.RUNS / name


def _infer(place: Path, name: str, confidence: ConfidenceSpec | None = None) -> None:
    runs.infer(
        expression(),
        _run(place, name),
        resume=True,
        source="small",
        forest=ForestSpec(n_trees=3, seed=1),
        layout=LayoutSpec(n_threads=1),
        confidence=confidence,
    )


def _results(place: Path, name: str) -> object:
    run = _run(place, name)
    found = [file for file in (run / filenames.LINKS, run / filenames.EVIDENCE) if file.exists()]
    return [file.read_bytes() for file in found]


def _upload(place: Path) -> None:
    runs.keep_upload([("a.tsv", io.BytesIO(b"x" * 100_000)), ("b.tsv", io.BytesIO(b"y"))])


def _keep_sets(place: Path) -> None:
    runs.keep_gene_sets([("a.gmt", io.BytesIO(b"one\t\ta\tb\n"))], name="sets")


def _label(place: Path) -> None:
    runs.label(_run(place), name="another name", tags=["a"], note="b")


def _labels(place: Path) -> object:
    return (_run(place) / filenames.LABELS).read_text()


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
    places = {"RUN": str(_run(place))}
    argv = [places.get(word, word.replace("OUT", str(place / "out"))) for word in words]
    complained = io.StringIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(complained):
        code = cli.main(argv)
    if code:
        raise _CommandError(complained.getvalue())


def _import(place: Path) -> None:
    archive = place / "out" / "run-of-archive.zip"
    if not archive.exists():
        _command(place, ("archive", "RUN", "-o", str(archive)))
    _command(place, ("import", str(archive)))


def _out(place: Path) -> object:
    files = sorted((place / "out").glob("[!.]*"))
    return [(file.name, file.read_bytes()) for file in files]


def _names(place: Path) -> object:
    return sorted(file.name for file in (place / "out").glob("[!.]*"))


def _is_hidden(path: Path) -> bool:
    """Return whether a file is a lock, or is left of a write, since it could not be removed."""
    return any(part.startswith(".") for part in path.parts)
