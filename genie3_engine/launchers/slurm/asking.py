"""Ask one of Slurm's programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from genie3_engine.launchers.slurm.errors import (
    NO_PROGRAM,
    UNREACHABLE,
    WAIT,
    SlurmError,
    refusal,
)

LONGEST_SECONDS = 8.0
# Options from outside would change the meaning of what is asked. A page that runs in a job of its
# own has that job's variables too.
_FOREIGN = ("SBATCH_", "SCANCEL_", "SINFO_", "SQUEUE_", "SACCT_", "SLURM_")
_CLUSTER = re.compile(r"^ClusterName\s*=\s*(\S+)", re.M)
_cluster_names: dict[tuple[str, ...], str] = {}  # those of the places that were asked
_KEPT = {"SLURM_CONF", "SLURM_CLUSTERS", "SLURM_JWT"}  # without them Slurm is not found


def ask(*command: str, stdin: str = "", seconds: float = LONGEST_SECONDS) -> str:
    """Run one of Slurm's programs, and return what it prints; times are seconds since the epoch.

    Parameters
    ----------
    *command : str
        The program, such as ``squeue``, and its arguments; no shell reads them.
    stdin : str
        Its input, such as a script.
    seconds : float
        How long it may take.

    Raises
    ------
    SlurmError
        When there is no such program here, it does not answer in time, or Slurm refuses.
    """
    name = command[0]
    program = shutil.which(name)
    if program is None:
        raise SlurmError(
            f"There is no {name} on this machine.",
            "Work on a login node of the cluster, where Slurm's programs are installed.",
            code=NO_PROGRAM,
        )
    try:
        done = subprocess.run(
            [os.path.abspath(program), *command[1:]],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            env=environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise SlurmError(
            f"Slurm cannot be asked: {name} did not answer within {seconds:g} s.",
            WAIT,
            code=UNREACHABLE,
        ) from error
    except OSError as error:
        raise SlurmError(
            f"{program} cannot be run: {error.strerror}.",
            "Ask the support of the cluster.",
            code=NO_PROGRAM,
        ) from error
    if done.returncode:
        raise refusal(name, done.stderr or done.stdout, exit_code=done.returncode)
    return done.stdout


def require_controller() -> None:
    """Refuse to go on while no controller of the cluster is up; raises `SlurmError`.

    Notes
    -----
    The other programs wait for many seconds for a controller that is down, and a submission that is
    not answered may have arrived or not. This question is answered immediately.
    """
    try:
        ask("scontrol", "ping")
    except SlurmError as error:
        if " is UP" not in error.message:  # a second controller may be
            raise


def cluster_name() -> str:
    """Return the name of the cluster that is asked here, which is asked for once.

    Returns
    -------
    str
        Empty where Slurm does not report it.

    Raises
    ------
    SlurmError
        When Slurm cannot be asked.
    """
    place = _place()
    if place not in _cluster_names:
        try:
            found = _CLUSTER.search(ask("scontrol", "show", "config"))
        except SlurmError as error:
            if error.is_unanswered:
                raise
            found = None
        _cluster_names[place] = found[1] if found else ""
    return _cluster_names[place]


def known_cluster_name() -> str:
    """Return the name of the cluster without asking; empty before it was asked for."""
    return _cluster_names.get(_place(), "")


def _place() -> tuple[str, ...]:
    return tuple(os.environ.get(name, "") for name in ("SLURM_CONF", "SLURM_CLUSTERS"))


def is_here() -> bool:
    """Return whether Slurm's programs are installed on this machine."""
    return shutil.which("sbatch") is not None


def environment() -> dict[str, str]:
    """Return the environment of Slurm's programs: this one's, without options for them."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or not name.startswith(_FOREIGN)
    }
    return {**kept, "SLURM_TIME_FORMAT": "%s", "LC_ALL": "C"}
