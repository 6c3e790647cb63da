"""Find Slurm's programs, and list what is missing."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess

# Daemons lie where the search path of an ordinary user does not lead.
_SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin"])
_NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "sinfo")


def find(program: str) -> str:
    """Return the path of a program.

    Raises
    ------
    FileNotFoundError
        When it is not installed.
    """
    path = shutil.which(program, path=_SEARCH_PATH)
    if path is None:
        raise FileNotFoundError(f"{program} is not installed")
    return path


def missing() -> str:
    """Return what a cluster needs and is not there, as a sentence; empty when nothing is."""
    names = [name for name in _NEEDED if shutil.which(name, path=_SEARCH_PATH) is None]
    if not names:
        return "" if user_name() else f"Slurm needs users with a name, and {os.geteuid()} has none"
    return f"Slurm is not installed ({', '.join(names)}); `make slurm` installs it where it can"


def user_name() -> str:
    """Return who this process is, which its environment may not know; empty without a name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return ""


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without what steers Slurm's programs."""
    steering = re.compile("SLURM|SBATCH|SQUEUE|SINFO|SCANCEL|SALLOC|SRUN|SACCT|MUNGE|GENIE3_SLURM")
    kept = {name: value for name, value in os.environ.items() if not steering.match(name)}
    return kept | {"PATH": _SEARCH_PATH} | more


def version() -> tuple[int, int]:
    """Return the release of Slurm, such as ``(22, 5)``."""
    text = subprocess.run(
        [find("slurmctld"), "-V"], capture_output=True, text=True, check=True, env=environment()
    ).stdout
    found = re.search(r"(\d+)\.(\d+)", text)
    if found is None:
        raise ValueError(f"no version in {text!r}")
    return int(found[1]), int(found[2])
