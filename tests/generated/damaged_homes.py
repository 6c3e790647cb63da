"""Homes of which one file or folder is damaged, and what the command line and the pages make of it.

    python -m tests.generated.damaged_homes 2000 [first seed] [--pages N] [--processes N]

Each kind of file and folder of a home meets each kind of damage in turn; the seed decides where a
file is cut or which bits are flipped. The commands and pages that read what is damaged are given
the home, and some of the others in turn. None may fail unexpectedly, take much memory or time, or
wait forever; every error of a command must name the file or its folder; and nothing in the home may
change.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import multiprocessing
import os
import re
import resource
import shutil
import stat
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from random import Random
from typing import Any

import pytest

from genie3_engine import cli
from genie3_engine.jobs import filenames, lifecycle, user_directory
from genie3_engine.jobs.process import this_process
from genie3_engine.people import log
from genie3_engine.people.homes import PERSON
from tests.generated import damages
from tests.generated.full_home import (
    CLOUD,
    COMPARISON,
    DONE,
    EVIDENCE,
    EXPERIMENT,
    HERS,
    make_home,
)
from tests.generated.home_readers import CHANGES, COMMANDS, Visit, readers_of
from tests.pages.people import served
from tests.waiting import HANG_SECONDS
from tools.faults.rights import without_root_rights

PROJECT = Path(__file__).resolve().parents[2]
N_ADDRESS_BYTES = 20 * 10**9  # of a process that reads homes
N_READ_BYTES = 10**9  # more memory than any reader of so small a home takes
_LOOK_SECONDS = 1.0
N_READ_SECONDS = 20.0  # of the processor; a file of 10 GB that is read whole takes as long
_ASKED = f"{filenames.RUNS}/{CLOUD}/{filenames.SUBMISSION}"  # what a cloud has said to a look
_WRITTEN = ("lock", log.FILE, PERSON, filenames.PARTIAL)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with how a damaged home was met.

    Parameters
    ----------
    seed : int
        Of the home.
    file, damage : str
        What was damaged, and how.
    where : str
        The command or page.
    text : str
        What it gave.
    """

    seed: int
    file: str
    damage: str
    where: str
    text: str


@dataclass(slots=True)
class Template:
    """A home with one of each kind of file, which is copied, and the kinds.

    Parameters
    ----------
    folder : Path
        Holds the home and what lies outside of it.

    Attributes
    ----------
    pairs : tuple of (tuple of str, str)
        Each kind of file or folder, as the paths of that kind, with each kind of damage.
    """

    folder: Path
    fingerprint: str = ""
    pairs: tuple[tuple[tuple[str, ...], str], ...] = ()
    _intact: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the home."""
        home = self.folder / "home"
        self.fingerprint = make_home(home)
        home.rename(self.folder / "template")
        home = self.folder / "template"
        kinds: dict[str, list[str]] = {}
        for path in paths_of(home):
            kinds.setdefault(kind_of(path), []).append(path)
        pairs = [
            (tuple(paths), damage)
            for paths in kinds.values()
            for damage in damages.damages_of(home / paths[0])
        ]
        self.pairs = tuple(Random(0).sample(pairs, len(pairs)))
        damages.prepare_outside(self.folder / "outside")
        (self.folder / "gold.tsv").write_text("gene00\tgene03\ngene01\tgene04\n")
        (self.folder / "sets.gmt").write_text("one\t\tgene00\tgene01\tgene02\n")
        (self.folder / "table.tsv").write_text(
            next((home / filenames.UPLOADS).rglob("small.tsv")).read_text()
        )

    def copy(self) -> Path:
        """Return a fresh copy of the home, always at the same place."""
        home = self.folder / "home"
        damages.remove(home)
        shutil.copytree(self.folder / "template", home, symlinks=True)
        os.environ[user_directory.VARIABLE] = str(home)
        return home

    def choose(self, seed: int) -> tuple[str, str]:
        """Return the path and the damage of a seed: all pairs in turn."""
        paths, damage = self.pairs[seed % len(self.pairs)]
        return paths[seed % len(paths)], damage

    def words_for(self, command: str, home: Path, run: str) -> list[str]:
        """Return the arguments of a command at a home."""
        out = self.folder / "written"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        places = {
            "RUN": home / run,
            "OTHER": home / filenames.RUNS / (EVIDENCE if run.endswith(DONE) else DONE),
            "COMPARISON": home / "comparisons" / COMPARISON,
            "GOLD": self.folder / "gold.tsv",
            "SETS": self.folder / "sets.gmt",
            "TABLE": self.folder / "table.tsv",
        }
        words = {**COMMANDS, **CHANGES}[command]
        return [str(places.get(word, word.replace("OUT", str(out)))) for word in words]

    def complaint(self, command: str, run: str) -> str:
        """Return what a command complains about at a home without damage."""
        if (command, run) not in self._intact:
            home, template = self.folder / "home", self.folder / "template"
            if command in CHANGES:
                template = Path(shutil.copytree(template, self.folder / "intact", symlinks=True))
            os.environ[user_directory.VARIABLE] = str(template)
            _, text = _printed(self.words_for(command, template, run))
            os.environ[user_directory.VARIABLE] = str(home)
            self._intact[command, run] = text.replace(str(template), str(home))
            if command in CHANGES:
                damages.remove(template)
        return self._intact[command, run]


def paths_of(home: Path) -> list[str]:
    """Return all files, folders and links of a home, and the home itself, by their paths."""
    found = ["."] if os.path.lexists(home) else []
    for folder, names, files in os.walk(home):
        found += [os.path.relpath(os.path.join(folder, name), home) for name in (*names, *files)]
    return sorted(found)


def kind_of(path: str) -> str:
    """Return what kind of file or folder a path of a home is."""
    kind = re.sub(r"[0-9a-f]{24,}|(?<=people/)[^/]+", "ID", path)
    kind = re.sub(r"(?<=rows/)[0-9-]+", "N", kind)
    return re.sub(r"^.*/(\S*lock)$", r"\1", kind)


def contents(home: Path) -> dict[str, tuple[object, ...]]:
    """Return what every file, folder and link of a home is.

    Left out are what looking at a home may write: locks, which hold nothing; the log of the people;
    their names, by the login; and the ranked links of an unfinished run, which come from its parts.
    """
    found: dict[str, tuple[object, ...]] = {}
    for name in paths_of(home):
        if name.endswith(_WRITTEN):
            continue
        path = home / name
        facts = path.lstat()
        if stat.S_ISDIR(facts.st_mode):
            found[name] = (facts.st_mode,)
        elif stat.S_ISLNK(facts.st_mode):
            found[name] = (facts.st_mode, os.readlink(path))
        else:
            found[name] = (
                facts.st_mode,
                facts.st_ino,
                facts.st_size,
                facts.st_blocks,
                facts.st_mtime_ns,
                _hash(path, facts),
            )
    return found


def _is_new_home(
    name: str, before: Mapping[str, tuple[object, ...]], after: Mapping[str, tuple[object, ...]]
) -> bool:
    """Return whether a folder is the home of a person that a login has made."""
    is_home = name.startswith(filenames.PEOPLE) and name.count("/") < 2
    return is_home and name not in before and len(after[name]) == 1


def _log_of(home: Path) -> bytes:
    file = home / log.FILE
    is_read = file.is_file() and file.stat().st_size < damages.N_HUGE_BYTES
    return file.read_bytes() if is_read else b""


def _hash(path: Path, facts: os.stat_result) -> str:
    """Return the hash of a file, unless it is none, is huge, or cannot be read."""
    if not stat.S_ISREG(facts.st_mode) or facts.st_size >= damages.N_HUGE_BYTES:
        return ""
    with contextlib.suppress(PermissionError):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return ""


def run_of(path: str) -> str:
    """Return the run that a command should read for damage to matter, by its path in the home."""
    parts = Path(path).parts
    if parts[:1] == (filenames.RUNS,) and len(parts) > 1:
        if len(parts) > 4 and parts[2] == filenames.MEMBERS:
            return "/".join(parts[:4])
        return f"{filenames.RUNS}/{parts[1]}"
    if parts[:1] == (filenames.PEOPLE,) and len(parts) > 1:
        return "/".join((*parts[:2], filenames.RUNS, HERS))
    return f"{filenames.RUNS}/{DONE}"


def _is_pipe(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.is_fifo()
    return False


def _printed(words: Sequence[str]) -> tuple[int, str]:
    """Return the exit code of a command, and what it complained about."""
    printed, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
        code = cli.main(words)
    return code, complained.getvalue()


def command_findings(
    template: Template, home: Path, path: str, commands: Sequence[str], at: Callable[[str], None]
) -> Iterator[tuple[str, str]]:
    """Yield the commands that met the home badly, with what they printed."""
    name, parent = (home / path).name, (home / path).parent.name
    run = run_of(path)
    for command in commands:
        if command == "evaluate" and _is_pipe(home / run):
            continue  # a list of links may come from a pipe
        at(command)
        words = template.words_for(command, home, run)
        with _measured() as excess:
            code, text = _printed(words)
        if excess:
            yield command, f"{excess[0]}\n{text}"
        if "Traceback" in text or "unexpected failure" in text or "enough memory" in text:
            yield command, text
        elif code and not text:
            yield command, f"exit code {code} without a word"
        elif code and name not in text and parent not in text:
            if code == 130 or text == template.complaint(command, run):
                continue
            yield command, text


class _Components:
    """The components that are installed, which Streamlit looks for in each new test of an app."""

    found: Any = None


def page_findings(
    template: Template, home: Path, path: str, visits: Sequence[Visit], at: Callable[[str], None]
) -> Iterator[tuple[str, str]]:
    """Yield the pages that met the home badly, with what they showed."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    run = Path(run_of(path)).name
    top, _, rest = path.partition("/")
    data = rest.split("/")[0] if top == filenames.DATA and rest else template.fingerprint
    query = {"data": data, "experiment": EXPERIMENT}
    for who in dict.fromkeys(each.who for each in visits):
        with contextlib.ExitStack() as stack:
            if who is not None and not home.is_dir():
                continue  # no server begins there
            if who is not None:
                patch = stack.enter_context(pytest.MonkeyPatch.context())
                lab = stack.enter_context(served(home, patch))
                lab.at_work = who
            app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=HANG_SECONDS)
            app._bidi_component_manager = _Components.found
            first = Visit("home", who)
            for visit in (first, *(each for each in visits if each.who == who and each != first)):
                at(str(visit))
                st.cache_data.clear()
                st.cache_resource.clear()
                if visit is not first:
                    app.switch_page(f"pages/{visit.page}/page.py")
                    wanted = {**query, "run": HERS if visit.whose else run, "whose": visit.whose}
                    if visit.page == "compare" and path.startswith("comparisons"):
                        wanted["comparison"] = COMPARISON
                    for key, value in wanted.items():
                        app.query_params[key] = value
                complained = io.StringIO()
                with _measured() as excess, contextlib.redirect_stderr(complained):
                    app.run()
                _Components.found = app._bidi_component_manager
                shown = [str(each.value) for each in (*app.error, *app.exception)]
                text = complained.getvalue()
                if app.exception or "Traceback" in text or "in the program itself" in str(shown):
                    stack_of = [str(getattr(each, "stack_trace", "")) for each in app.exception]
                    yield str(visit), "\n".join([*shown, *stack_of, text])
                elif excess:
                    yield str(visit), excess[0]


@contextlib.contextmanager
def _measured() -> Iterator[list[str]]:
    """Yield a list that then holds a sentence, when the block took much memory or processor."""
    said: list[str] = []
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak is now what is held
    began, held = time.process_time(), _memory("VmRSS")
    yield said
    seconds, n_bytes = time.process_time() - began, _memory("VmHWM") - held
    if seconds > N_READ_SECONDS or n_bytes > N_READ_BYTES:
        said.append(f"it took {seconds:.0f} s and {n_bytes / 1e6:,.0f} MB")


def _memory(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line.split()[1] for line in lines if line.startswith(name)))


def findings(
    template: Template,
    seed: int,
    *,
    n_pages: int,
    n_commands: int = 6,
    at: Callable[[str], None] = lambda where: None,
) -> Iterator[Finding]:
    """Damage a home, and yield what is wrong with how it was met.

    Parameters
    ----------
    template : Template
        The home.
    seed : int
        Chooses damage and readers.
    n_pages, n_commands : int
        How many pages and commands are given the home.
    at : callable
        Takes the name of each before it is.
    """
    random = Random(seed)
    home = template.copy()
    path, damage = template.choose(seed)
    found = damages.damages_of(home / path)
    found[damage](home / path, random, template.folder / "outside")
    before, entries = contents(home), _log_of(home)
    commands, visits = readers_of(path, seed, n_commands=n_commands, n_pages=n_pages)
    with without_root_rights(), nowhere_else():
        for where, text in command_findings(template, home, path, commands, at):
            yield Finding(seed, path, damage, where, text)
        for where, text in page_findings(template, home, path, visits, at) if visits else ():
            yield Finding(seed, path, damage, where, text)
    at("the comparison of the home")
    after = contents(home)
    changed = sorted(
        f"{name}: {before.get(name)} -> {after.get(name)}"
        for name in {*before, *after}
        if before.get(name) != after.get(name)
        and not _is_new_home(name, before, after)
        and (name != _ASKED or name == path)
    )
    if not _log_of(home).startswith(entries):
        changed.append(log.FILE)
    if changed:
        readers = ", ".join([*commands, *map(str, visits)])
        yield Finding(seed, path, damage, "home", f"changed by {readers}: {changed}")
    yield from change_findings(template, seed, home, at)


def change_findings(
    template: Template, seed: int, home: Path, at: Callable[[str], None]
) -> Iterator[Finding]:
    """Give the damaged home to a command that changes a run, and yield what is wrong with that."""
    path, damage = template.choose(seed)
    run, command = run_of(path), list(CHANGES)[seed % len(CHANGES)]
    before = contents(home)
    with without_root_rights(), nowhere_else(), nothing_started():
        for where, text in command_findings(template, home, path, [command], at):
            yield Finding(seed, path, damage, where, text)
    at("the comparison of the home")
    after = contents(home)
    own = tuple(f"{each}/" for each in (run, f"comparisons/{COMPARISON}", "queue", "forecasts"))
    lost = [
        name
        for name in before
        if before[name] != after.get(name)
        and not f"{name}/".startswith(own)
        and (name != _ASKED or name == path)
    ]
    if lost:
        yield Finding(seed, path, damage, "home", f"changed by {command}: {lost}")


@contextlib.contextmanager
def nothing_started() -> Iterator[None]:
    """Let commands start no process: one that is gone already stands for it."""
    gone = replace(this_process(), boot_id="an earlier start")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lifecycle, "spawn", lambda *words, **options: gone)
        yield


@contextlib.contextmanager
def nowhere_else() -> Iterator[None]:
    """Let no command reach a cloud or a cluster: there is neither a key nor a program."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if each.startswith(("AWS_", "SLURM_"))]:
            patch.delenv(name)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        patch.setenv("PATH", os.devnull)
        yield


def _work(pipe: Connection, folder: Path, n_pages: int, n_commands: int) -> None:
    """Damage the homes whose seeds come, in a process of its own, and send what is wrong."""
    from streamlit import config

    for name, value in (("logger.enableRich", False), ("client.showErrorDetails", "full")):
        config.set_option(name, value)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what pages log is in their errors as well
    resource.setrlimit(resource.RLIMIT_AS, (N_ADDRESS_BYTES, N_ADDRESS_BYTES))
    folder.mkdir()
    template = Template(folder)
    pipe.send(("pairs", template.pairs))
    while (seed := pipe.recv()) is not None:
        n = Counter[str]()

        def at(where: str, n: Counter[str] = n) -> None:
            n["pages" if where.startswith("page") else "commands"] += 1
            pipe.send(("at", where))

        try:
            wrong = list(findings(template, seed, n_pages=n_pages, n_commands=n_commands, at=at))
        except Exception:  # noqa: BLE001 -- this module is at fault
            wrong = [Finding(seed, *template.choose(seed), "the tool", traceback.format_exc())]
        n["commands"] -= 1  # the comparison
        texts = [astuple(each) for each in wrong]  # pages run as another `__main__`
        pipe.send(("done", (template.choose(seed), texts, n)))


@dataclass(slots=True)
class _Worker:
    """A process that reads damaged homes."""

    process: multiprocessing.process.BaseProcess
    pipe: Connection
    seed: int | None = None
    where: str = "its beginning"
    since: float = field(default_factory=time.monotonic)


@dataclass(slots=True)
class Pool:
    """Processes that read damaged homes; one that does not come to an end is replaced.

    Parameters
    ----------
    folder : Path
        Where their homes lie.
    options : Namespace
        Of the command line.
    """

    folder: Path
    options: argparse.Namespace
    counts: Counter[str] = field(default_factory=Counter)
    table: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: Counter[tuple[str, str]] = field(default_factory=Counter)
    n_pairs: int = 0
    _seeds: Iterator[int] = field(default_factory=lambda: iter(()))
    _n_started: int = 0

    def work(self, seeds: Sequence[int]) -> None:
        """Read the homes of the seeds, and print what is wrong."""
        self._seeds = iter(seeds)
        workers = [self._started() for _ in range(self.options.processes)]
        while workers:
            ready = wait([each.pipe for each in workers], timeout=_LOOK_SECONDS)
            for each in list(workers):
                try:
                    is_at_work = each.pipe not in ready or self._take(each)
                except (EOFError, ConnectionError):
                    self._lose(each, "its process ended")
                    workers[workers.index(each)] = self._started()
                    continue
                if not is_at_work:
                    each.process.join()
                    workers.remove(each)
                elif time.monotonic() - each.since > self.options.patience:
                    each.process.kill()
                    self._lose(each, "it does not end")
                    workers[workers.index(each)] = self._started()

    def _started(self) -> _Worker:
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        self._n_started += 1
        folder = self.folder / str(self._n_started)
        options = (theirs, folder, self.options.pages, self.options.commands)
        process = context.Process(target=_work, args=options, daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _lose(self, worker: _Worker, reason: str) -> None:
        if worker.seed is None:
            raise RuntimeError(f"{reason} before it had a home")
        print(f"seed {worker.seed}: {worker.where}: {reason}", flush=True)
        self.counts["homes"] += 1
        self.counts["met badly"] += 1

    def _take(self, worker: _Worker) -> bool:
        """Take a message of a process, and return whether it goes on."""
        kind, content = worker.pipe.recv()
        worker.since = time.monotonic()
        if kind == "at":
            worker.where = content
            return True
        if kind == "pairs":
            self.n_pairs = len(content)
        else:
            self._count(*content)
        worker.seed = next(self._seeds, None)
        worker.pipe.send(worker.seed)
        return worker.seed is not None

    def _count(self, pair: tuple[str, str], wrong: list[tuple[Any, ...]], n: Counter[str]) -> None:
        path, damage = pair
        row = path.split("/")[0] if "/" in path or path != "." else "the home itself"
        self.table[row, damage] += 1
        self.wrong[row, damage] += bool(wrong)
        self.counts += n
        self.counts["homes"] += 1
        self.counts["met badly"] += bool(wrong)
        for each in (Finding(*values) for values in wrong):
            print(f"seed {each.seed}, {each.file}, {each.damage}: {each.where}\n    {each.text}")
        if self.counts["homes"] % 50 == 0:
            print(f"{self.counts['homes']} homes so far", flush=True)

    def rows(self) -> Iterator[str]:
        """Yield a table of Markdown: how many homes were damaged where and how; how many badly."""
        columns = [*damages.OF_FILES, *(set(damages.OF_FOLDERS) - set(damages.OF_FILES))]
        columns = [each for each in columns if any(damage == each for _, damage in self.table)]
        yield f"| damaged | {' | '.join(columns)} |"
        yield f"|---|{'---:|' * len(columns)}"
        for row in sorted({row for row, _ in self.table}):
            cells = [
                str(self.table[row, column])
                + (f" ({self.wrong[row, column]} badly)" if self.wrong[row, column] else "")
                for column in columns
            ]
            yield f"| {row} | {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Damage homes, print what is wrong, and count."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("number", type=int)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("--pages", type=int, default=3, help="pages opened with each home")
    parser.add_argument("--commands", type=int, default=6, help="commands given each home")
    parser.add_argument("--processes", type=int, default=2, help="homes read at a time")
    parser.add_argument("--patience", type=float, default=120.0, help="seconds for a reader")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        pool = Pool(Path(name), options)
        try:
            pool.work(range(options.first, options.first + options.number))
        finally:
            for folder in Path(name).iterdir():
                damages.remove(folder)
    print("\n".join(pool.rows()))
    counted = ", ".join(f"{number:,} {what}" for what, number in sorted(pool.counts.items()))
    print(f"{counted}; {pool.n_pairs:,} pairs of kinds; {time.monotonic() - began:,.0f} s")
    return bool(pool.counts["met badly"])


if __name__ == "__main__":
    sys.exit(main())
