"""Submit the jobs of a run, find them when Slurm's answer was lost, and cancel them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.launchers.slurm import script
from genie3_engine.launchers.slurm.asking import ask, known_cluster_name
from genie3_engine.launchers.slurm.errors import ELSEWHERE, NO_JOB, SlurmError
from genie3_engine.launchers.slurm.record import save
from genie3_engine.model import ErrorRecord

if TYPE_CHECKING:
    from genie3_engine.launchers.slurm.record import SlurmRecord, Submission
    from genie3_engine.store.run_folder import RunFolder


def send(folder: RunFolder, record: SlurmRecord, *, home: Path | None) -> None:
    """Submit what is not submitted yet of the last submission: the array, and then the merge.

    Parameters
    ----------
    folder : RunFolder
        The run; the caller is alone with it.
    record : SlurmRecord
        What is remembered of it; saved after each answer.
    home : Path or None
        The home; the user's for None.

    Raises
    ------
    SlurmError
        When Slurm refuses or does not answer. An array without a merge is cancelled, unless there
        was no answer.
    """
    submission, run = record.submissions[-1], folder.path.absolute()
    options = record.in_use
    if not submission.array_job:
        text = script.array_script(run, options, submission.n_tasks, home=home)
        answer = ask(*script.array_command(run, options, submission), stdin=text)
        submission = record.amend(array_job=script.job_number(answer))
        save(folder, record)
    if not submission.merge_job:
        text = script.merge_script(run, options, home=home)
        try:
            answer = ask(*script.merge_command(run, options, submission), stdin=text)
        except SlurmError as error:
            if not error.is_unanswered:
                cancel(submission)
            raise
        record.amend(merge_job=script.job_number(answer))
        save(folder, record)


def find(submission: Submission) -> dict[str, str]:
    """Return the numbers of the jobs of a submission that Slurm knows, by their names.

    Raises
    ------
    SlurmError
        When Slurm cannot be asked.
    """
    names = f"{submission.name},{submission.merge_name}"
    user = str(os.getuid())
    text = ask("squeue", "-h", "-u", user, "-t", "all", "-n", names, "-o", "%j|%F")
    return dict(line.strip().rsplit("|", 1) for line in text.splitlines() if "|" in line)


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
    named = {submission.merge_job: submission.merge_name, submission.array_job: submission.name}
    for job in reversed(submission.jobs):
        try:
            ask("scancel", f"--name={named[job]}", job)
        except SlurmError as error:
            if error.code != NO_JOB:
                raise
