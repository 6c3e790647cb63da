"""The options of a run on a Slurm cluster, each declared once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genie3_engine.errors import OptionError
from genie3_engine.launchers.options import LauncherOptions
from genie3_engine.model.settings import setting

MOST_TASKS = 10_000
USUAL_CORES = 4
LONGEST_SECONDS = 365 * 24 * 3600
_BY_FORECAST = "by the forecast"
_BYTES = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_NAME = r"[\w.@+-]{1,100}(,[\w.@+-]{1,100})*"
# The scripts rely on these options of sbatch, or nothing would be submitted with them; other
# settings of a run give some of them.
_RESERVED = {
    "array": "tasks and --at-once",
    "chdir": "",
    "clusters": "",
    "cpus-per-task": "cpus",
    "account": "account",
    "constraint": "constraint",
    "dependency": "",
    "error": "",
    "export": "",
    "export-file": "",
    "gid": "",
    "help": "",
    "input": "",
    "job-name": "",
    "kill-on-invalid-dep": "",
    "mem": "memory",
    "mem-per-cpu": "memory",
    "nodes": "tasks",
    "ntasks": "tasks",
    "open-mode": "",
    "output": "",
    "parsable": "",
    "partition": "partition",
    "qos": "qos",
    "signal": "",
    "test-only": "",
    "time": "time",
    "uid": "",
    "usage": "",
    "version": "",
    "wait": "",
    "wrap": "",
}


@dataclass(frozen=True, slots=True)
class SlurmOptions(LauncherOptions):
    """Options of a run on a Slurm cluster.

    Each field declares a setting, of which the command line, the forms, the validation and a run's
    details are made.

    Raises
    ------
    OptionError
        When a value is not allowed.
    """

    place = "Slurm"

    tasks: int | None = setting(
        "Tasks",
        "Jobs that share the targets: twice as many take about half the time.",
        None,
        kind="integer",
        minimum=1,
        maximum=MOST_TASKS,
        unset=_BY_FORECAST,
        metavar="N",
    )
    at_once: int | None = setting(
        "Tasks at the same time, at most",
        "Tasks that run at the same time, at most.",
        None,
        kind="integer",
        minimum=1,
        maximum=MOST_TASKS,
        unset="no limit",
        metavar="N",
    )
    cpus: int | None = setting(
        "Cores of a task",
        "Cores of each task.",
        None,
        kind="integer",
        minimum=1,
        maximum=1024,
        unset=f"{USUAL_CORES}, or all of a smaller node",
        metavar="N",
    )
    memory: str | None = setting(
        "Memory of a task",
        "Memory of each task, such as 4G.",
        None,
        pattern=r"[1-9]\d{0,6}[KMGT]",
        example="a size such as 500M or 4G",
        unset=_BY_FORECAST,
        metavar="SIZE",
    )
    time: int | None = setting(
        "Longest time of a task",
        "Longest time of each task, such as 90m, 2h or 2:00:00.",
        None,
        kind="duration",
        minimum=60,
        maximum=LONGEST_SECONDS,
        unset=_BY_FORECAST,
    )
    partition: str = setting(
        "Partition",
        "Partition of the cluster (default: the cluster's own).",
        "",
        pattern=_NAME,
        example="the name of a partition",
        placeholder="the cluster's default",
        metavar="NAME",
    )
    account: str = setting(
        "Account",
        "Account that the cores are charged to.",
        "",
        pattern=_NAME,
        example="the name of an account",
        metavar="NAME",
        is_advanced=True,
    )
    qos: str = setting(
        "Quality of service",
        "Quality of service (QOS) of the jobs.",
        "",
        pattern=_NAME,
        example="the name of a QOS",
        metavar="NAME",
        is_advanced=True,
    )
    constraint: str = setting(
        "Constraint",
        "Features that the nodes must have.",
        "",
        pattern=r"[\w.,:&|!*()\[\]@+-]{1,200}",
        example="features such as haswell or avx2&ib",
        metavar="FEATURES",
        is_advanced=True,
    )
    setup: tuple[str, ...] = setting(
        "Lines before the start",
        "Line of shell before the start, such as `module load python`. A line that fails ends the "
        "task.",
        (),
        kind="lines",
        pattern=r"[^\x00-\x08\x0a-\x1f\x7f]{0,1000}",
        example="lines of text",
        metavar="LINE",
        is_advanced=True,
    )
    sbatch: tuple[str, ...] = setting(
        "More options of sbatch",
        "Another option of sbatch, such as --sbatch=--reservation=course.",
        (),
        kind="lines",
        pattern=r"--[a-z][a-z0-9-]*(=[^\x00-\x1f\x7f]{1,1000})?",
        example="options such as --exclusive or --reservation=course",
        metavar="OPTION",
        is_advanced=True,
    )
    requeues: int = setting(
        "Restarts at the time limit, at most",
        "Times that a task at its longest time is submitted again, at most.",
        10,
        kind="integer",
        minimum=0,
        maximum=1000,
        metavar="N",
        is_advanced=True,
    )

    def __post_init__(self) -> None:
        """Require values that a job can have."""
        LauncherOptions.__post_init__(self)  # slots break super() in Python 3.11
        for option in self.sbatch:
            name = option.removeprefix("--").partition("=")[0]
            # sbatch takes the beginning of a name for the name
            if reserved := [each for each in _RESERVED if each.startswith(name)]:
                own = _RESERVED[reserved[0]]
                raise OptionError(
                    f"--sbatch is {option[:80]!r}, which the scripts of a run set themselves.",
                    f"Use --{own} instead." if own else "Leave it out.",
                )

    @property
    def n_cores(self) -> int:
        """Cores of each task."""
        return self.cpus or USUAL_CORES

    @property
    def memory_bytes(self) -> int | None:
        """Memory of each task; None where the forecast decides."""
        if not self.memory:
            return None
        return int(self.memory[:-1]) * _BYTES[self.memory[-1]]


def slurm_time(seconds: float) -> str:
    """Return a duration as Slurm writes it, rounded up to a minute.

    Examples
    --------
    >>> slurm_time(3601), slurm_time(90_000)
    ('1:01:00', '1-01:00:00')
    """
    minutes = -(-int(seconds) // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    return f"{days}-{hours:02d}:{minutes:02d}:00" if days else f"{hours}:{minutes:02d}:00"


def slurm_memory(n_bytes: float) -> str:
    """Return a size as `SlurmOptions.memory` has it, rounded up to megabytes.

    Examples
    --------
    >>> slurm_memory(1.2 * 2**30), slurm_memory(4 * 2**30)
    ('1229M', '4G')
    """
    megabytes = -(-int(n_bytes) // _BYTES["M"])
    return f"{megabytes // 1024}G" if megabytes % 1024 == 0 else f"{megabytes}M"


def parse_memory(text: str) -> int | None:
    """Return the bytes of a size as Slurm writes it; None for other texts.

    Parameters
    ----------
    text : str
        A number of megabytes, or with one of the letters K, M, G and T.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT]?)[cn+]?", text.strip())
    return None if match is None else int(float(match[1]) * _BYTES[match[2] or "M"])


def parse_time(text: str) -> int | None:
    """Return the seconds of a time limit as Slurm writes it; None where there is no limit.

    Parameters
    ----------
    text : str
        Such as ``1-12:00:00``, ``2:00:00``, ``30:00`` or ``infinite``.

    Examples
    --------
    >>> parse_time("1-12:00:00"), parse_time("30:00"), parse_time("infinite")
    (129600, 1800, None)
    """
    match = re.fullmatch(r"(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)", text.strip())
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
