"""Evidence for the links of a run that is done: ask for it, watch it, cancel it."""

from __future__ import annotations

import time
from pathlib import Path

from genie3_engine.confidence.costs import replicate_loads
from genie3_engine.confidence.requirements import require_confidence
from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import RunError
from genie3_engine.jobs import admission, lifecycle
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.launchers.machine_needs import claim_of
from genie3_engine.model import ConfidenceSpec, JobState, RunStatus
from genie3_engine.people.log import Action, record
from genie3_engine.runs.lifecycle import status
from genie3_engine.store.confidence_folder import ConfidenceFolder
from genie3_engine.store.evidence import STABILITY, Evidence, P
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.shards import shard_targets

HAS_EVIDENCE = "has-evidence"


def create_confidence(
    run: Path, confidence: ConfidenceSpec | None = None, *, home: Path | None = None
) -> ConfidenceFolder:
    """Create the job that computes evidence for the links of a finished run, without starting it.

    Parameters
    ----------
    run : Path
        The run's folder. It stays done, whatever becomes of the job.
    confidence : ConfidenceSpec, optional
        The evidence, in addition to what there is; all kinds by default.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    ConfidenceFolder
        The job: new, or an earlier one that has ended, with what it has computed.

    Raises
    ------
    OptionError
        When there is no such evidence for the run's method.
    InputError
        When the data set is not stored any more, or has too few samples.
    RunError
        When the run is not done, is a shard, or has that evidence already, or a job for it is at
        work.
    StorageError
        When the disk is full or may not be written.
    """
    folder = RunFolder.open(run)
    _require_done(folder, status(run, home=home))
    spec = folder.spec
    wanted = _with_present(confidence or ConfidenceSpec(), folder)
    if spec.parents:  # it may have no data set
        require_confidence(wanted, spec.forest, n_samples=0)
    expression = open_dataset(spec.dataset, home=home)
    require_confidence(wanted, spec.forest, n_samples=expression.n_samples)
    job = folder.confidence_job
    if job is not None:
        lifecycle.require_idle(job)
    if _present(folder) == wanted:
        raise RunError(
            f"The run in {run} has this evidence already.",
            "See `links`, or the page Network.",
            code=HAS_EVIDENCE,
        )
    n_targets = len(shard_targets(spec, expression.genes))
    new = RunStatus(
        JobState.QUEUED, targets_done=n_targets, targets_total=n_targets, created=time.time()
    )
    return ConfidenceFolder.ask(folder.replicates_folder, wanted, new)


def add_confidence(
    run: Path, confidence: ConfidenceSpec | None = None, *, home: Path | None = None
) -> None:
    """Compute evidence for the links of a finished run in the background, on this machine.

    Parameters
    ----------
    run, confidence, home
        As `create_confidence` takes them.

    Raises
    ------
    Genie3Error
        As `create_confidence`.
    """
    admission.require_room(0, "the evidence", run, home_folder=home)
    job = create_confidence(run.absolute(), confidence, home=home)
    lifecycle.start_in_queue(job, home=home, claim=claim_of(job, home))
    record(Action.STARTED, f"evidence of run {run.name}")


def confidence_status(run: Path) -> RunStatus | None:
    """Return the status of the job that computes evidence for a finished run.

    Parameters
    ----------
    run : Path
        The run's folder.

    Returns
    -------
    RunStatus or None
        None where no evidence was asked for after the run was done.

    Raises
    ------
    RunError
        When the job's folder is damaged.
    """
    job = RunFolder(run).confidence_job
    return None if job is None else lifecycle.reconcile(job)


def confidence_seconds(run: Path, confidence: ConfidenceSpec) -> float | None:
    """Estimate how long evidence for the links of a finished run takes, from the run's own time.

    Parameters
    ----------
    run : Path
        The run's folder.
    confidence : ConfidenceSpec
        The evidence.

    Returns
    -------
    float or None
        Seconds on all cores of this machine, if it is about as fast as that of the run. None where
        the time of the run's targets is not known.

    Raises
    ------
    RunError
        When the run is damaged.
    """
    folder = RunFolder.open(run)
    timings = folder.read_timings() or {}
    n_computed, seconds = (timings.get(name) for name in ("targets_computed", "target_seconds"))
    if not n_computed or not seconds:
        return None
    n_targets = len(folder.finished_targets())
    loads = replicate_loads(confidence, folder.spec.forest, n_targets)
    work = sum(load.number * load.work for load in loads)
    return float(seconds / n_computed * work / usable_cores())


def cancel_confidence(run: Path) -> None:
    """Ask the job that computes evidence for a finished run to stop; it can be started again."""
    job = RunFolder(run).confidence_job
    if job is not None:
        lifecycle.cancel(job)
        record(Action.CANCELLED, f"evidence of run {run.name}")


def _require_done(run: RunFolder, now: RunStatus) -> None:
    layout = run.spec.layout
    if layout.n_shards > 1:
        raise RunError(
            f"The run in {run.path} is one of {layout.n_shards} shards: "
            "evidence takes the whole network.",
            "Merge the shards first.",
        )
    if now.state is not JobState.DONE or not run.has_result:
        raise RunError(
            f"The run in {run.path} is not done.", "Wait until it is, or resume or collect it."
        )


def _present(run: RunFolder) -> ConfidenceSpec | None:
    """Return the evidence that a run has; None without any."""
    evidence = Evidence.open(run.path)
    if evidence is None:
        return None
    return ConfidenceSpec(P in evidence.columns, STABILITY in evidence.columns)


def _with_present(asked: ConfidenceSpec, run: RunFolder) -> ConfidenceSpec:
    """Return the evidence that is asked for, and that there is: the file holds all of it."""
    present = _present(run)
    if present is None:
        return asked
    return ConfidenceSpec(
        p_values=asked.p_values or present.p_values, stability=asked.stability or present.stability
    )
