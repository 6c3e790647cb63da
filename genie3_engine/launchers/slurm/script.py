"""The scripts of a run's jobs, and the commands that submit them."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.errors import RunError
from genie3_engine.jobs import filenames
from genie3_engine.jobs.process import environment
from genie3_engine.jobs.user_directory import VARIABLE
from genie3_engine.launchers.slurm.errors import UNREACHABLE, WAIT, SlurmError
from genie3_engine.launchers.slurm.options import slurm_time

if TYPE_CHECKING:
    from genie3_engine.launchers.slurm.options import SlurmOptions
    from genie3_engine.launchers.slurm.record import Submission

TASK_MODULE = "genie3_engine.launchers.slurm.task"
MERGE_MODULE = "genie3_engine.worker"
# Nothing else of the environment reaches a job: that of a page's server may hold secrets.
EXPORTED = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "XDG_CACHE_HOME",
    "NUMBA_CACHE_DIR",
)
_SET = (VARIABLE, "PYTHONUNBUFFERED")
_UNSET = ("SLURM_JWT", "SLURM_TIME_FORMAT")  # sbatch passes on all SLURM_ variables; one is secret
LONGEST_WARNING_SECONDS = 120
_WARNING_SHARE = 4  # of the time limit, at most


def array_script(
    run: Path, options: SlurmOptions, n_tasks: int, *, home: Path | None, step: int = 0
) -> str:
    """Return the script of each task.

    Parameters
    ----------
    run : Path
        The run's folder.
    options : SlurmOptions
        Its options; the lines of ``setup`` are the only ones of the user's.
    n_tasks : int
        How many tasks share the run.
    home : Path or None
        The home; the user's for None.
    step : int
        Which of the arrays, from 0.
    """
    words = [TASK_MODULE, str(run), "--tasks", str(n_tasks), "--requeues", str(options.requeues)]
    if step:
        words += ["--step", str(step + 1)]
    return job_script(options, words, home=home)


def merge_script(
    run: Path, options: SlurmOptions, *, home: Path | None, module: str = MERGE_MODULE
) -> str:
    """Return the script of the job that merges the parts with a module; see `array_script`."""
    return job_script(options, [module, str(run)], home=home)


def array_command(
    run: Path, options: SlurmOptions, submission: Submission, *, step: int = 0
) -> list[str]:
    """Return the command that submits the tasks as one job array; its input is the script.

    Parameters
    ----------
    run : Path
        The run's folder.
    options : SlurmOptions
        Its options.
    submission : Submission
        Names the job.
    step : int
        Which of the arrays, from 0; a later one waits for the one before.
    """
    tasks = f"0-{submission.n_tasks - 1}"
    if options.at_once is not None:
        tasks += f"%{options.at_once}"
    return [
        *job_command(run, options, submission.array_names[step]),
        *(_after(submission.arrays[step - 1]) if step else []),
        f"--array={tasks}",
        f"--cpus-per-task={options.n_cores}",
        f"--signal=B:USR1@{warning_seconds(options)}",
        f"--output={_pattern(run)}/slurm-%A_%a.txt",
        *options.sbatch,
    ]


def merge_command(run: Path, options: SlurmOptions, submission: Submission) -> list[str]:
    """Return the command that submits the merge, which waits for the tasks; see `array_command`."""
    return [
        *job_command(run, options, submission.merge_name),
        "--cpus-per-task=1",
        *_after(submission.arrays[-1]),
        f"--output={_pattern(run)}/slurm-%j.txt",
        *options.sbatch,
    ]


def _after(job: str) -> list[str]:
    """Return the options of a job that starts once all tasks of another one are done."""
    return [f"--dependency=afterok:{job}", "--kill-on-invalid-dep=yes"]


def warning_seconds(options: SlurmOptions) -> int:
    """Return how long before the time limit a task is asked to stop and to begin again."""
    if options.time is None:
        return LONGEST_WARNING_SECONDS
    return min(LONGEST_WARNING_SECONDS, options.time // _WARNING_SHARE)


def require_writable_name(run: Path) -> None:
    """Refuse a run in a folder whose name Slurm cannot write to.

    Raises
    ------
    RunError
        When the path contains a backslash: Slurm drops it, and starts no job.
    """
    if "\\" in str(run.absolute()):
        raise RunError(
            f"Slurm cannot write to {run}: the path contains a backslash.",
            "Choose a folder without one.",
        )


def _pattern(run: Path) -> str:
    """Return where a run's jobs write their output, for --output."""
    # sbatch replaces %j and the like in the folder of --chdir, too
    return str(run / filenames.TASKS).replace("%", "%%")


def job_number(answer: str) -> str:
    r"""Return the job's number of what ``sbatch --parsable`` prints, last of all.

    Raises
    ------
    SlurmError
        When there is none. A job that was submitted all the same is found by its name.

    Examples
    --------
    >>> job_number("A note of the site.\n1234;cluster\n")
    '1234'
    """
    last = answer.strip().rpartition("\n")[2]
    number = last.partition(";")[0]
    if not re.fullmatch(r"\d+", number, re.ASCII):
        raise SlurmError(
            f"sbatch has not printed the number of a job, but {last[:80]!r}.",
            WAIT,
            code=UNREACHABLE,
        )
    return number


def job_command(run: Path, options: SlurmOptions, name: str) -> list[str]:
    """Return the part of the command that submits a job which all jobs have in common.

    Parameters
    ----------
    run : Path
        The folder that the job starts in.
    options : SlurmOptions
        Of the run.
    name : str
        The job's name.
    """
    command = [
        "sbatch",
        "--parsable",
        "--requeue",
        "--open-mode=append",
        f"--job-name={name}",
        f"--chdir={run}",
        "--nodes=1",
        "--ntasks=1",
        f"--export={','.join(EXPORTED)}",
    ]
    given = {
        "mem": options.memory,
        "time": None if options.time is None else slurm_time(options.time),
        "partition": options.partition,
        "account": options.account,
        "qos": options.qos,
        "constraint": options.constraint,
    }
    return command + [f"--{option}={value}" for option, value in given.items() if value]


def job_script(options: SlurmOptions, module: list[str], *, home: Path | None) -> str:
    """Return the script of a job.

    Parameters
    ----------
    options : SlurmOptions
        Of the run; the lines of ``setup`` are the only ones of the user's.
    module : list of str
        The program's module, and its arguments.
    home : Path or None
        The home; the user's for None.
    """
    variables = environment(home)
    exports = [f"export {name}={shlex.quote(variables[name])}" for name in _SET]
    # what the lines of the user's have added stays
    search = f'{shlex.quote(variables["PYTHONPATH"])}"${{PYTHONPATH:+:$PYTHONPATH}}"'
    python = os.path.abspath(sys.executable)
    lines = [
        "#!/bin/bash -l",
        "set -e",
        "trap '' USR1",  # the warning may come before the program listens, and would kill the job
        f"unset {' '.join(_UNSET)}",
        *options.setup,
        *exports,
        f"export PYTHONPATH={search}",
        f"exec {shlex.join([python, '-P', '-m', *module])}",
    ]
    return "\n".join(lines) + "\n"
