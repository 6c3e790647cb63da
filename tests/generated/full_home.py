"""A home of a server with one of each kind of file that the program writes."""

from __future__ import annotations

import io
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from genie3_engine import combined_runs, planning, runs, worker
from genie3_engine.archives.deposit import Deposit, save_deposit
from genie3_engine.data.expression import Expression
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.data.sparse_genes import HeldGenes
from genie3_engine.jobs import atomic_write, filenames, limits, queue, turns, user_directory
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.jobs.folder import StartedProcess
from genie3_engine.jobs.process import ProcessId
from genie3_engine.jobs.task_folder import task_path
from genie3_engine.launchers.sagemaker import state
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.launchers.shared_jobs import open_shared
from genie3_engine.launchers.slurm import record as slurm_record
from genie3_engine.launchers.slurm.options import SlurmOptions
from genie3_engine.model import (
    IN_VIVO,
    ConfidenceSpec,
    ForestSpec,
    JobState,
    LayoutSpec,
    RunSpec,
    RunStatus,
)
from genie3_engine.networks.saved_views import save_view
from genie3_engine.people import group, links, log
from genie3_engine.people.ended_logins import EndedLogins
from genie3_engine.people.group import Shared
from genie3_engine.people.homes import prepare_home
from genie3_engine.people.person import Person
from genie3_engine.planning.forecast_history import note
from genie3_engine.planning.pilot import pilot_file
from genie3_engine.runs import CLUSTER, LAUNCHERS
from genie3_engine.store.merge import rank_partly
from genie3_engine.store.run_folder import RunFolder
from tests.pages.comparison import put_comparison
from tests.pages.experiment import put_experiment
from tests.pages.people import ADA, GRACE, ROOT
from tests.planning.pilots import pilot
from tests.small_views import small_saved_view
from tools.faults.small_runs import expression

DONE, PARTIAL, EVIDENCE, TASKS = "done", "partial", "evidence", "tasks"
INSIDE, COMBINED, HERS = "inside", "combined", "hers"
CLOUD, SLURM = "sagemaker", "slurm"
COMPARISON, EXPERIMENT = "one", "one"
_THREADS = LayoutSpec(n_threads=1)
_LIMITS = '[machine]\nruns = 2\n[person]\ncores = 2\ndisk = "100 GB"\nupload = "1 GB"\n'


def make_home(home: Path) -> str:
    """Fill a home, and return the fingerprint of its data set.

    Parameters
    ----------
    home : Path
        Both the home of one person, who uses the program alone, and that of a server: the folder
        ``people`` holds the home of another person, who shares a run with the group.
    """
    os.environ[user_directory.VARIABLE] = str(home)
    data = expression()
    fingerprint = _put_data(data)
    sparse = np.where(data.values > 1, data.values, 0.0)
    runs.save_dataset(
        Expression(HeldGenes(csr_array(sparse)), data.genes, data.samples), name="sparse"
    )
    with io.BytesIO(_table_text(data).encode()) as file:
        upload = runs.keep_upload([("small.tsv", file)])
    runs.remember_reading(fingerprint, upload=upload.id, reading={})
    gmt = "one\t\t" + "\t".join(data.genes[:4]) + "\n"
    runs.keep_gene_sets([("sets.gmt", io.BytesIO(gmt.encode()))], name="sets")
    for name, confidence in ((DONE, None), (EVIDENCE, ConfidenceSpec())):
        _put_run(data, home / filenames.RUNS / name, confidence=confidence)
    done = home / filenames.RUNS / DONE
    save_deposit(done, Deposit.of("CC-BY-4.0", ["Ada Example"]))
    job = runs.create_confidence(done)
    job.write_status(replace(job.read_status(), state=JobState.CANCELLED, ended=time.time()))
    _put_partial(home, fingerprint)
    _put_tasks(home)
    _put_networks_inside(data, home)
    _put_elsewhere(home, fingerprint)
    put_experiment(home / "experiments" / EXPERIMENT)
    put_comparison(home, COMPARISON)
    _put_forecast(home, fingerprint)
    for launcher, options in (
        ("sagemaker", {"region": "eu-west-1"}),
        (CLUSTER, {"partition": "short"}),
    ):
        if launcher in LAUNCHERS:
            runs.save_options(launcher, options)
    _put_server(home, data)
    return fingerprint


def _put_data(data: Expression) -> str:
    """Store the data set with all that belongs to it."""
    fingerprint = runs.save_dataset(data, name="small")
    table = GeneTable(data.genes, {"symbol": data.genes[::-1]}, {"symbol": "symbol"}, "t.tsv")
    runs.attach_gene_table(fingerprint, table)
    runs.label_dataset(fingerprint, name="small data", note="a note")
    return fingerprint


def _put_run(data: Expression, run: Path, *, confidence: ConfidenceSpec | None = None) -> None:
    forest = ForestSpec(n_trees=4, seed=1)
    runs.infer(data, run, source="small", forest=forest, layout=_THREADS, confidence=confidence)
    runs.label(run, name=f"the run {run.name}", tags=["a"], note="b")
    save_view(run, small_saved_view(run=run, genes=data.genes[:3]))


def _put_partial(home: Path, fingerprint: str) -> None:
    """Put a run into a home whose targets are computed and not ranked."""
    data = runs.open_dataset(fingerprint)
    run = home / filenames.RUNS / PARTIAL
    spec = runs.build_run_spec(
        data, dataset=fingerprint, forest=ForestSpec(n_trees=4), layout=_THREADS
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


def _put_tasks(home: Path) -> None:
    """Put a run whose targets several processes shared, with what each of them leaves."""
    run = home / filenames.RUNS / TASKS
    shutil.copytree(home / filenames.RUNS / PARTIAL, run)
    task = task_path(run, TaskName(0, 2))
    task.mkdir(parents=True)
    for name in (filenames.STATUS, filenames.TIMINGS, filenames.LOG):
        shutil.copy(run / name, task / name)
    atomic_write.write_json(task / filenames.REQUEUES, 1)
    (run / filenames.STOP).touch()
    process = ProcessId(1, 1.0, "an earlier start", "another machine")
    RunFolder.open(run).write_submission(StartedProcess(process, time.time()))


def _put_networks_inside(data: Expression, home: Path) -> None:
    """Put a run that infers networks and combines them, and a combination of two runs."""
    runs_folder = home / filenames.RUNS
    forest = ForestSpec(IN_VIVO, n_trees=4, seed=1)
    runs.infer(data, runs_folder / INSIDE, source="small", forest=forest, layout=_THREADS)
    made = combined_runs.create_combination(
        [runs_folder / DONE, runs_folder / EVIDENCE], runs_folder / COMBINED
    )
    worker.run(made.path)


def _put_elsewhere(home: Path, fingerprint: str) -> None:
    """Put a run that SageMaker computes, and one that a Slurm cluster does."""
    data, now = runs.open_dataset(fingerprint), time.time()
    job = state.JobRecord(f"genie3-{CLOUD}-1", now, "ml.c5.xlarge", 1, spot=True, usd_an_hour=0.2)
    cloud = state.TrainingState(SageMakerOptions(region="eu-west-1"), key=CLOUD, jobs=[job])
    sent = slurm_record.Submission("12", "13", 2, now, f"genie3-{SLURM}-1")
    cluster = slurm_record.SlurmRecord(SlurmOptions(tasks=2), key=SLURM, submissions=[sent])
    options = {CLOUD: cloud.options.to_dict(), SLURM: cluster.options.to_dict()}
    for launcher in options:
        spec = runs.build_run_spec(
            data, dataset=fingerprint, forest=ForestSpec(n_trees=4), launcher=launcher
        )
        status = RunStatus(
            JobState.RUNNING, targets_total=8, step="computing", created=now, heartbeat=now
        )
        spec = replace(spec, launcher_options=options[launcher])
        RunFolder.create(home / filenames.RUNS / launcher, spec, status)
    state.save(open_shared(home / filenames.RUNS / CLOUD), cloud)
    slurm_record.save(open_shared(home / filenames.RUNS / SLURM), cluster)


def _put_forecast(home: Path, fingerprint: str) -> None:
    """Put a pilot, the forecast of a run that is done, and the pointer to one elsewhere."""
    spec = RunSpec(fingerprint, forest=ForestSpec(n_trees=10))
    measured = pilot(measured_at=time.time())
    file = pilot_file(spec)
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(measured.to_dict()))
    estimate = planning.forecast(spec, runs.open_dataset(fingerprint), measured)
    for run in (home / filenames.RUNS / DONE, home.parent / "elsewhere"):
        run.mkdir(exist_ok=True)
        (run / filenames.FORECAST).write_text(json.dumps(estimate.to_dict()))
    note(home.parent / "elsewhere")


def _put_server(home: Path, data: Expression) -> None:
    """Put what only a server has, and another person's home."""
    (home / limits.FILE).write_text(_LIMITS)
    folder = home / queue.FOLDER
    folder.mkdir()
    claim = turns.Claim(job=str(home / filenames.RUNS / PARTIAL), n_cores=1)
    for ending in ("ticket", "turn"):
        (folder / f"000000000001-0badcafe.{ending}").write_text(json.dumps(asdict(claim)))
    (folder / "turns.json").write_text('{"": 3}\n')
    (home / "page").mkdir(mode=0o700)
    EndedLogins(home / "page" / "ended-logins.json").add({"iss": "a", "sub": "b"})
    (home / "page" / "cookie-secret").write_text("0" * 64)
    with serving(home):
        for each in (GRACE, ROOT):
            prepare_home(each)
        own = prepare_home(ADA)
        with user_directory.at_home(own):
            fingerprint = _put_data(data)
            _put_run(data, own / filenames.RUNS / HERS)
        needs = [Shared(filenames.DATA, fingerprint)]
        group.share(Shared(filenames.RUNS, HERS), needs=needs, owner=ADA)
        log.record(log.Action.STARTED, f"run {HERS}", who=ADA)
    for owner, run in ((Person(""), DONE), (ADA, HERS)):
        links.make_link(
            "<p>a story</p>",
            policy="default-src 'none'",
            run=run,
            title="A story",
            days=3,
            owner=owner,
        )


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """Make the home that of a server while the block runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(user_directory.SERVER_VARIABLE, str(home))
        yield


def _table_text(data: Expression) -> str:
    rows = ["\t".join(["gene", *data.samples])]
    for name, values in zip(data.genes, data.values, strict=True):
        rows.append("\t".join([name, *map(str, values)]))
    return "\n".join(rows) + "\n"
