"""Submit the jobs of a run, find them when Slurm's answer was lost, and cancel them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.launchers.slurm import script
from genie3_engine.launchers.slurm.asking import ask, known_cluster_name
from genie3_engine.launchers.slurm.errors import ELSEWHERE, NO_JOB, SlurmError
from genie3_engine.launchers.slurm.record import save
from genie3_engine.model import ErrorRecord

if TYPE_CHECKING:
    from genie3_engine.launchers.shared_jobs import SharedJob
    from genie3_engine.launchers.slurm.record import SlurmRecord, Submission


def send(folder: SharedJob, record: SlurmRecord, *, home: Path | None) -> None:
    """Submit what is not submitted yet of the last submission: the arrays, and then the merge.

    Parameters
    ----------
    folder : SharedJob
        The run; the caller is alone with it.
    record : SlurmRecord
        What is remembered of it; saved after each answer.
    home : Path or None
        The home; the user's for None.

    Raises
    ------
    SlurmError
        When Slurm refuses or does not answer. Arrays without those that follow are cancelled,
        unless there was no answer.
    """
    submission, run = record.submissions[-1], folder.path.absolute()
    options = record.in_use
    try:
        for step in range(len(submission.arrays), submission.n_steps):
            text = script.array_script(run, options, submission.n_tasks, home=home, step=step)
            answer = ask(*script.array_command(run, options, submission, step=step), stdin=text)
            first, *later = (*submission.arrays, script.job_number(answer))
            submission = record.amend(array_job=first, later_jobs=tuple(later))
            save(folder, record)
        if not submission.merge_job:
            text = script.merge_script(run, options, home=home, module=folder.module)
            answer = ask(*script.merge_command(run, options, submission), stdin=text)
            record.amend(merge_job=script.job_number(answer))
            save(folder, record)
    except SlurmError as error:
        if submission.arrays and not error.is_unanswered:
            cancel(submission)
        raise


def find(submission: Submission) -> Submission:
    """Return a submission with the numbers of all its jobs that Slurm knows, by their names.

    Raises
    ------
    SlurmError
        When Slurm cannot be asked.
    """
    names, user = (*submission.array_names, submission.merge_name), str(os.getuid())
    text = ask("squeue", "-h", "-u", user, "-t", "all", "-n", ",".join(names), "-o", "%j|%F")
    found = dict(line.strip().rsplit("|", 1) for line in text.splitlines() if "|" in line)
    arrays = list(submission.arrays)
    for name in submission.array_names[len(arrays) :]:
        if name not in found:  # and no later one can wait for it
            break
        arrays.append(found[name])
    merge_job = found.get(submission.merge_name, submission.merge_job)
    return replace(submission.with_arrays(arrays), merge_job=merge_job)


def elsewhere(submission: Submission) -> ErrorRecord | None:
    """Return why the jobs of a submission cannot be seen or changed from here; None if they can.

    Notes
    -----
    A home may be shared by clusters and a folder by users. On another cluster the same numbers are
    those of other jobs.
    """
    here = known_cluster_name()
    if submission.cluster and here and submission.cluster != here:
        return ErrorRecord(
            ELSEWHERE,
            f"The jobs of the run are on the cluster {submission.cluster}; this is {here}.",
            f"Look at the run from a login node of {submission.cluster}.",
        )
    if submission.user is not None and submission.user != os.getuid():
        return ErrorRecord(
            ELSEWHERE,
            f"The jobs of the run are those of the user {submission.user}.",
            "Ask that user to look at the run.",
        )
    return None


def cancel(submission: Submission) -> None:
    """Cancel the jobs of a submission, the merge first, unless they are elsewhere.

    A number that Slurm has given to another job since is left alone: the names must agree too.

    Raises
    ------
    SlurmError
        When Slurm refuses or cannot be asked.
    """
    if elsewhere(submission) is not None:
        return
    named = dict(zip(submission.arrays, submission.array_names, strict=False))
    named[submission.merge_job] = submission.merge_name
    for job in reversed(submission.jobs):
        try:
            ask("scancel", f"--name={named[job]}", job)
        except SlurmError as error:
            if error.code != NO_JOB:
                raise
