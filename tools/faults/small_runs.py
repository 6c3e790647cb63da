"""Small runs of every method and layout, begun in a process that can be killed at any instant."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from genie3_engine import combined_runs, confidence_worker, runs, worker
from genie3_engine.data.expression import Expression
from genie3_engine.data.sample_sheet import SampleSheet
from genie3_engine.errors import Genie3Error
from genie3_engine.inference import boosting, compiled
from genie3_engine.jobs import attempt, filenames
from genie3_engine.model import (
    COMBINED,
    GRNBOOST2,
    METHODS,
    TIME_SERIES,
    ConfidenceSpec,
    ForestSpec,
    LayoutSpec,
)
from genie3_engine.store import parts
from genie3_engine.store.run_folder import RunFolder
from tools.faults.disk import watched
from tools.faults.power import Recorder

N_GENES, N_SERIES, N_POINTS = 8, 10, 4
_BROKEN = 70


@dataclass(frozen=True, slots=True)
class SmallRun:
    """A run, from its data to its result.

    Parameters
    ----------
    name : str
        Its method and layout, in words.
    act : callable
        Takes the folder of the run, and does what is missing of it.
    before : SmallRun, optional
        The run whose result lies in the folder at the beginning.
    is_nested : bool
        Whether other runs are inside it, whose targets it counts with its own.
    """

    name: str
    act: Callable[[Path], object]
    before: SmallRun | None = None
    is_nested: bool = False

    def results(self, folder: Path) -> dict[str, bytes]:
        """Return the bytes of links and evidence, by file, those of networks inside too."""
        names = {filenames.LINKS, filenames.EVIDENCE}
        files = [file for file in folder.rglob("*.parquet") if file.name in names]
        return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(files)}


def expression() -> Expression:
    """Return a small data set: time series in which genes follow the first three."""
    random = np.random.default_rng(0)
    values = random.normal(size=(N_GENES, N_SERIES * N_POINTS))
    values[3:] += values[random.integers(0, 3, N_GENES - 3)]
    rows = [
        (f"series {series}", float(point), (), "", "", "")
        for series in range(N_SERIES)
        for point in range(N_POINTS)
    ]
    return Expression(
        values,
        tuple(f"gene{gene:02d}" for gene in range(N_GENES)),
        tuple(f"sample {sample:02d}" for sample in range(len(rows))),
        has_sample_names=True,
        sheet=SampleSheet.of_rows(rows),
    )


def small_runs(sources: Path) -> Iterator[SmallRun]:
    """Yield runs of every method, with threads and with processes, with and without evidence.

    Parameters
    ----------
    sources : Path
        A folder in which the finished runs that are combined may be made.
    """
    threads, processes = LayoutSpec(n_threads=2), LayoutSpec(n_processes=2, n_threads=1)
    for method in METHODS:
        if method == COMBINED:
            continue
        trees = {GRNBOOST2: 40}.get(method, 20)
        for words, layout in (("threads", threads), ("processes", processes)):
            act = partial(_infer, forest=ForestSpec(method, n_trees=trees, seed=1), layout=layout)
            is_nested = bool(METHODS[method].members)
            plain = SmallRun(f"{METHODS[method].label}, {words}", act, is_nested=is_nested)
            yield plain
            if method == TIME_SERIES or METHODS[method].no_confidence:
                continue
            with_evidence = partial(act, confidence=ConfidenceSpec())
            yield SmallRun(f"{plain.name}, with evidence", with_evidence)
            if words == "threads":
                yield SmallRun(f"{plain.name}, evidence afterwards", _add_evidence, before=plain)
    yield SmallRun("a combination", partial(_combine, sources=sources))


def _infer(folder: Path, *, forest: ForestSpec, **choices: Any) -> None:  # noqa: ANN401
    runs.infer(expression(), folder, resume=True, source="small", forest=forest, **choices)


def _add_evidence(folder: Path) -> None:
    if not RunFolder.open(folder).lacks_evidence and (folder / filenames.EVIDENCE).exists():
        return  # it was killed between the end of its work and that of the job
    job = runs.create_confidence(folder)
    confidence_worker.run(job.path, layout=LayoutSpec(n_threads=2))


def _combine(folder: Path, *, sources: Path) -> None:
    for seed in (1, 2):
        source = sources / str(seed)
        if not (source / filenames.TARGETS).exists():
            _infer(source, forest=ForestSpec(n_trees=5, seed=seed), layout=LayoutSpec(n_threads=1))
    made = combined_runs.create_combination([sources / "1", sources / "2"], folder, resume=True)
    worker.run(made.path)


def warm_up() -> None:
    """Import and compile what the runs need, so that their processes begin with it."""
    import duckdb  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    for has_random_splits in (False, True):
        for size in compiled.KERNEL_SIZES:
            compiled.compile_kernels(*size, has_random_splits=has_random_splits)
    boosting.compile_kernels()
    # More is written, and more often: thirty parts and twenty statuses a second.
    parts.FLUSH_SECONDS = parts.LONGEST_FLUSH_SECONDS = 0.03
    attempt.BEAT_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Ending:
    """How the process of a run ended.

    Parameters
    ----------
    seconds : float
        How long it was at work.
    code : int
        Its exit code, negative for a signal.
    output : str
        What it printed.
    """

    seconds: float
    code: int
    output: str


def in_process(
    run: SmallRun,
    home: Path,
    *,
    kill_after: float | None = None,
    recorded: Path | None = None,
) -> Ending:
    """Do what is missing of a run in a process of its own, and perhaps kill it.

    Parameters
    ----------
    run : SmallRun
        The run; its folder is ``home / "runs" / "run"``.
    home : Path
        The home.
    kill_after : float, optional
        Seconds after which the process and its children are killed.
    recorded : Path, optional
        The folder of a `Recorder` of all changes in the home.
    """
    output = home.with_name(f"{home.name}.output")
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _work(run, home, output, recorded)
    if kill_after is not None:
        _wait(pid, began + kill_after)
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:  # it has not made its group yet, or has ended
            os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    text = output.read_text(errors="replace") if output.exists() else ""
    return Ending(time.monotonic() - began, code, text)


def _wait(pid: int, until: float) -> None:
    """Wait until a date or until a child has ended, which stays to be waited for."""
    while (left := until - time.monotonic()) > 0:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return
        time.sleep(min(left, 0.002))


def _work(run: SmallRun, home: Path, output: Path, recorded: Path | None) -> None:
    """Do a run in a process that was forked for it, and end the process."""
    code = _BROKEN
    try:
        os.setsid()
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        os.environ["GENIE3_HOME"] = str(home)
        with ExitStack() as stack:
            if recorded is not None:
                stack.enter_context(watched(home, Recorder(recorded)))
            run.act(home / filenames.RUNS / "run")
        code = os.EX_OK
    except Genie3Error as error:
        print(error, file=sys.stderr, flush=True)
        code = error.exit_code
    except BaseException:  # noqa: BLE001 -- nothing may run on in the copy of the caller
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)
