"""Homes in which one file is damaged, and what the command line and the pages make of them.

    python -m tests.generated.damaged_homes 2000 [first seed] [--pages N]

Each kind of file of a home meets each kind of damage in turn; the seed decides where a file is cut
or which bits are flipped. Every command that reads is given the damaged home, and some of the pages
of the dashboard, in turn. None may fail unexpectedly, every error must name the file or its folder,
and no other file of the home may change.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import logging
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from genie3_engine import cli, runs, worker
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.jobs import filenames
from genie3_engine.model import (
    ConfidenceSpec,
    ForestSpec,
    JobState,
    LayoutSpec,
    RunStatus,
)
from genie3_engine.networks.saved_views import save_view
from genie3_engine.store.merge import rank_partly
from genie3_engine.store.run_folder import RunFolder
from tests.waiting import HANG_SECONDS
from tools.faults.rights import without_root_rights
from tools.faults.small_runs import expression

ROOT = Path(__file__).resolve().parents[2]
DONE, PARTIAL, EVIDENCE = "done", "partial", "evidence"
N_HUGE_BYTES = 10 * 10**9
PAGES = (
    *("home", "data", "regulators", "infer", "runs", "network", "regulons", "compare"),
    *("accuracy", "speedup", "sagemaker", "storage"),
)
COMMANDS = (
    ("status", "RUN"),
    ("logs", "RUN"),
    ("links", "RUN", "--top", "3", "-o", "OUT/links.tsv"),
    ("genes", "RUN"),
    ("views", "RUN"),
    ("regulons", "RUN", "--rule", "targets=3", "--min-genes", "1", "-o", "OUT/regulons.gmt"),
    ("activity", "RUN", "--min-genes", "1", "--top-share", "0.5", "-o", "OUT/activity.tsv"),
    ("report", "RUN", "-o", "OUT/report.html"),
    ("archive", "RUN", "-o", "OUT/run.zip"),
    ("evaluate", "RUN", "--gold", "GOLD"),
    ("compare", "RUN", "OTHER"),
    ("cleanup", "--dry-run"),
)


def make_home(home: Path) -> str:
    """Fill a home with one of each kind of file, and return the data set's fingerprint."""
    from tests.pages.experiment import put_experiment
    from tests.small_views import small_saved_view

    os.environ["GENIE3_HOME"] = str(home)
    data = expression()
    fingerprint = runs.save_dataset(data, name="small")
    table = GeneTable(data.genes, {"symbol": data.genes[::-1]}, {"symbol": "symbol"}, "t.tsv")
    runs.attach_gene_table(fingerprint, table)
    runs.label_dataset(fingerprint, name="small data", note="a note")
    with io.BytesIO(_table_text(data).encode()) as file:
        upload = runs.keep_upload([("small.tsv", file)])
    runs.remember_reading(fingerprint, upload=upload.id, reading={})
    gmt = "one\t\t" + "\t".join(data.genes[:4]) + "\n"
    runs.keep_gene_sets([("sets.gmt", io.BytesIO(gmt.encode()))], name="sets")
    threads = LayoutSpec(n_threads=1)
    for name, confidence in ((DONE, None), (EVIDENCE, ConfidenceSpec())):
        run = home / filenames.RUNS / name
        forest = ForestSpec(n_trees=4, seed=1)
        runs.infer(data, run, source="small", forest=forest, layout=threads, confidence=confidence)
        runs.label(run, name=f"the run {name}", tags=["a"], note="b")
        save_view(run, small_saved_view(run=run, genes=data.genes[:3]))
    job = runs.create_confidence(home / filenames.RUNS / DONE)
    job.write_status(replace(job.read_status(), state=JobState.CANCELLED, ended=time.time()))
    _make_partial(home, fingerprint)
    put_experiment(home / "experiments" / "one")
    return fingerprint


def _make_partial(home: Path, fingerprint: str) -> None:
    """Put a run into a home whose targets are computed and not ranked."""
    data = runs.open_dataset(fingerprint)
    run = home / filenames.RUNS / PARTIAL
    spec = runs.build_run_spec(
        data, dataset=fingerprint, forest=ForestSpec(n_trees=4), layout=LayoutSpec(n_threads=1)
    )
    runs.create(spec, run)
    worker.run(run, parts_only=True)
    folder = RunFolder.open(run)
    rank_partly(folder, data.genes)
    now = time.time()
    folder.write_status(
        RunStatus(
            JobState.CANCELLED, targets_done=4, targets_total=8, created=now, started=now, ended=now
        )
    )


def _table_text(data: object) -> str:
    rows = ["\t".join(["gene", *data.samples])]  # type: ignore[attr-defined]
    for name, values in zip(data.genes, data.values, strict=True):  # type: ignore[attr-defined]
        rows.append("\t".join([name, *map(str, values)]))
    return "\n".join(rows) + "\n"


def _cut(file: Path, random: Random, outside: Path) -> None:
    os.truncate(file, random.randrange(max(1, file.stat().st_size)))


def _flip(file: Path, random: Random, outside: Path) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(8 if content else 0):
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    file.write_bytes(content)


def _empty(file: Path, random: Random, outside: Path) -> None:
    os.truncate(file, 0)


def _garble(file: Path, random: Random, outside: Path) -> None:
    file.write_bytes(random.randbytes(random.choice([3, 300, 30_000])))


def _become_folder(file: Path, random: Random, outside: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "inside").write_text("x")


def _dangle(file: Path, random: Random, outside: Path) -> None:
    file.unlink()
    file.symlink_to(outside / "nowhere")


def _point_elsewhere(file: Path, random: Random, outside: Path) -> None:
    file.unlink()
    file.symlink_to(outside / "foreign.txt")


def _vanish(file: Path, random: Random, outside: Path) -> None:
    file.unlink()


def _close(file: Path, random: Random, outside: Path) -> None:
    file.chmod(0)


def _grow(file: Path, random: Random, outside: Path) -> None:
    os.truncate(file, N_HUGE_BYTES)


def _come_from_a_later_version(file: Path, random: Random, outside: Path) -> None:
    """Change a file as a later version of the program might have written it."""
    if file.suffix != ".json":
        file.write_bytes(b"GENIE3 2\n" + file.read_bytes())
        return
    values = json.loads(file.read_text())
    if not isinstance(values, dict):
        values = {"version": 99, "content": values}
    else:
        values["added_later"] = {"version": 99}
        old = random.choice(sorted(values))
        values[old] = random.choice([{"as": "an object"}, "a word", 99, [1, 2], None])
    file.write_text(json.dumps(values))


DAMAGES: dict[str, Callable[[Path, Random, Path], None]] = {
    "truncated": _cut,
    "bits flipped": _flip,
    "emptied": _empty,
    "garbage": _garble,
    "a folder": _become_folder,
    "a link that leads nowhere": _dangle,
    "a link to a foreign file": _point_elsewhere,
    "missing": _vanish,
    "not readable": _close,
    "huge": _grow,
    "of a later version": _come_from_a_later_version,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with how a damaged home was met.

    Parameters
    ----------
    seed : int
        Of the home.
    file, damage : str
        Which file was damaged, and how.
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
    """

    folder: Path
    fingerprint: str = ""
    files: tuple[str, ...] = ()
    intact: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the home."""
        home = self.folder / "template"
        self.fingerprint = make_home(home)
        files = [
            file for file in sorted(home.rglob("*")) if file.is_file() and "lock" not in file.name
        ]
        self.files = tuple(str(file.relative_to(home)) for file in files)
        outside = self.folder / "outside"
        outside.mkdir()
        (outside / "foreign.txt").write_text("something of somebody else\n")
        (outside / "gold.tsv").write_text("gene00\tgene03\ngene01\tgene04\n")
        for run in (DONE, EVIDENCE, PARTIAL):
            found = dict(command_findings(self, self.copy(), run, "@/@"))
            self.intact[run] = found

    def copy(self) -> Path:
        """Return a fresh copy of the home, always at the same place."""
        home = self.folder / "home"
        if home.exists():
            _remove(home)
        shutil.copytree(self.folder / "template", home, symlinks=True)
        os.environ["GENIE3_HOME"] = str(home)
        return home

    def choose(self, seed: int) -> tuple[str, str]:
        """Return the file and the damage of a seed: all pairs in turn."""
        n_pairs = len(self.files) * len(DAMAGES)
        place = seed * 7919 % n_pairs if n_pairs % 7919 else seed % n_pairs
        return self.files[place // len(DAMAGES)], list(DAMAGES)[place % len(DAMAGES)]


def contents(home: Path) -> dict[str, str]:
    """Return hashes of all files of a home; lock files hold nothing."""
    found = {}
    for file in sorted(home.rglob("*")):
        name = str(file.relative_to(home))
        if file.is_symlink():
            found[name] = os.readlink(file)
        elif file.is_file() and "lock" not in file.name:
            size = file.stat().st_size
            is_huge = size >= N_HUGE_BYTES
            found[name] = str(size) if is_huge else hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def _remove(folder: Path) -> None:
    shutil.rmtree(folder)


def run_of(file: str) -> str:
    """Return the run that a command should read for a damaged file to matter."""
    parts = Path(file).parts
    return parts[1] if parts[0] == filenames.RUNS and len(parts) > 2 else DONE


def command_findings(
    template: Template,
    home: Path,
    run: str,
    file: str,
    *,
    commands: Sequence[tuple[str, ...]] = COMMANDS,
) -> Iterator[tuple[str, str]]:
    """Yield the commands that met the home badly, with what they printed."""
    out = template.folder / "written"
    for words in commands:
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        outside = template.folder / "outside"
        places = {
            "RUN": str(home / filenames.RUNS / run),
            "OTHER": str(home / filenames.RUNS / (EVIDENCE if run == DONE else DONE)),
            "GOLD": str(outside / "gold.tsv"),
        }
        argv = [places.get(word, word.replace("OUT", str(out))) for word in words]
        printed, complained = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
            code = cli.main(argv)
        text = complained.getvalue()
        if template.intact.get(run, {}).get(words[0]) == text:
            continue
        name, parent = Path(file).name, Path(file).parent.name
        if "Traceback" in text or "unexpected failure" in text:
            yield words[0], text
        elif code and not text:
            yield words[0], f"exit code {code} without a word"
        elif code and name not in text and parent not in text and code != 130:
            yield words[0], text


def page_findings(template: Template, pages: Sequence[str], run: str) -> Iterator[tuple[str, str]]:
    """Yield the pages that met the home badly, with what they showed."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    for page in pages:
        st.cache_data.clear()
        st.cache_resource.clear()
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=HANG_SECONDS)
        app.switch_page(f"pages/{page}/page.py")
        app.query_params["data"] = template.fingerprint
        app.query_params["run"] = run
        app.run()
        shown = [str(each.value) for each in (*app.error, *app.exception)]
        if app.exception or any("in the program itself" in text for text in shown):
            stack = [str(getattr(each, "stack_trace", "")) for each in app.exception]
            yield f"page {page}", "\n".join([*shown, *stack])


def findings(
    template: Template, seed: int, *, n_pages: int, n_commands: int = len(COMMANDS)
) -> Iterator[Finding]:
    """Damage a home, and yield what is wrong with how it was met."""
    random = Random(seed)
    home = template.copy()
    file, damage = template.choose(seed)
    DAMAGES[damage](home / file, random, template.folder / "outside")
    before = contents(home) if damage != "not readable" else {}
    run = run_of(file)
    pages = [PAGES[(seed * n_pages + number) % len(PAGES)] for number in range(n_pages)]
    turn = [COMMANDS[(seed * n_commands + number) % len(COMMANDS)] for number in range(n_commands)]
    with without_root_rights():
        for where, text in command_findings(template, home, run, file, commands=turn):
            yield Finding(seed, file, damage, where, text)
        for where, text in page_findings(template, pages, run):
            yield Finding(seed, file, damage, where, text)
    if before:
        after = contents(home)
        changed = {
            name
            for name in {*before, *after}
            if before.get(name) != after.get(name) and not _may_change(name, file)
        }
        if changed:
            yield Finding(seed, file, damage, "home", f"changed: {sorted(changed)}")


def _may_change(name: str, damaged: str) -> bool:
    """Return whether reading a home may change a file of it."""
    return name == damaged or name.startswith(f"{damaged}/")


def main(arguments: Sequence[str] | None = None) -> int:
    """Damage homes, print what is wrong, and count."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("number", type=int)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("--pages", type=int, default=2, help="pages opened with each home")
    options = parser.parse_args(arguments)
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # there is no server
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        template = Template(Path(name))
        print(f"{len(template.files)} kinds of files, {len(DAMAGES)} kinds of damage", flush=True)
        for seed in range(options.first, options.first + options.number):
            wrong = list(findings(template, seed, n_pages=options.pages))
            for each in wrong:
                print(f"{each.seed} {each.file}, {each.damage}: {each.where}\n    {each.text}")
                sys.stdout.flush()
            counts["homes"] += 1
            if counts["homes"] % 25 == 0:
                print(f"{counts['homes']} homes so far", flush=True)
            counts["met badly"] += bool(wrong)
            counts["commands"] += len(COMMANDS)
            counts["pages"] += options.pages
    print(", ".join(f"{number:,} {what}" for what, number in counts.items()))
    return bool(counts["met badly"])


if __name__ == "__main__":
    sys.exit(main())
