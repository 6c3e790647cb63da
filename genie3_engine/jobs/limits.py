"""The limits of a server: what all people together, and each of them, may use.

They are in the file ``limits.toml`` of the server's home. Without it there are none, and the jobs
of the home take turns, one at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from genie3_engine import labels
from genie3_engine.errors import LimitError
from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.stored_files import open_stored
from genie3_engine.jobs.user_directory import server_of

FILE = "limits.toml"
DAY_SECONDS = 86_400.0
_SIZES = {"kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 2.0**10, "MiB": 2.0**20}
_SIZES |= {"GiB": 2.0**30, "TiB": 2.0**40}
_TIMES = {"hour": 3600.0, "hours": 3600.0, "day": DAY_SECONDS, "days": DAY_SECONDS}
_AMOUNT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]+)\s*")
_LARGEST_FILE = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be used; None sets no limit.

    Parameters
    ----------
    machine_runs : int
        Jobs of all people that are at work at the same time.
    machine_cores : int, optional
        Cores of all jobs at work.
    machine_memory_bytes : float, optional
        Memory of all jobs at work, by their forecasts.
    free_disk_bytes : float
        Disk that jobs and uploads leave free, as far as it is not more than a tenth of the disk.
    runs : int, optional
        Jobs of one person that are at work at the same time.
    waiting : int, optional
        Jobs of one person that wait.
    cores : int, optional
        Cores of the jobs of one person at work.
    memory_bytes : float, optional
        Memory of the jobs of one person at work, by their forecasts.
    disk_bytes : float, optional
        Disk of one person: data sets, runs and uploads.
    upload_bytes : float, optional
        One upload.
    leftovers_seconds : float
        Age at which leftovers are removed.
    unused_uploads_seconds : float, optional
        Age at which uploads that nothing refers to are removed; by default they stay.
    """

    machine_runs: int = 1
    machine_cores: int | None = None
    machine_memory_bytes: float | None = None
    free_disk_bytes: float = 100e6
    runs: int | None = None
    waiting: int | None = None
    cores: int | None = None
    memory_bytes: float | None = None
    disk_bytes: float | None = None
    upload_bytes: float | None = None
    leftovers_seconds: float = DAY_SECONDS
    unused_uploads_seconds: float | None = None

    @property
    def are_set(self) -> bool:
        """Whether any limit differs from that of one person's own machine."""
        return self != Limits()

    @property
    def cores_of_a_job(self) -> int | None:
        """Cores that one job may keep busy."""
        return min((n for n in (self.cores, self.machine_cores) if n is not None), default=None)


@dataclass(frozen=True, slots=True)
class LimitInfo:
    """A limit, for people.

    Parameters
    ----------
    field : str
        Its name in `Limits`.
    section, key : str
        Where it is in the file.
    unit : str
        ``size``, ``time``, or what it counts, in the singular.
    label : str
        What it limits.
    """

    field: str
    section: str
    key: str
    unit: str
    label: str

    def words(self, value: float | None) -> str:
        """Return a value in words."""
        if value is None:
            return "no limit"
        if self.unit == "size":
            return labels.size(value)
        if self.unit == "time":
            return labels.duration(value)
        return labels.count(int(value), self.unit)


LIMITS = (
    LimitInfo("machine_runs", "machine", "runs", "job", "Jobs at work, all people"),
    LimitInfo("machine_cores", "machine", "cores", "core", "Cores of jobs at work, all people"),
    LimitInfo("machine_memory_bytes", "machine", "memory", "size", "Memory of jobs at work"),
    LimitInfo("free_disk_bytes", "machine", "free_disk", "size", "Disk that stays free"),
    LimitInfo("runs", "person", "runs", "job", "Jobs at work, each person"),
    LimitInfo("waiting", "person", "waiting", "job", "Jobs in the queue, each person"),
    LimitInfo("cores", "person", "cores", "core", "Cores of jobs at work, each person"),
    LimitInfo("memory_bytes", "person", "memory", "size", "Memory of jobs at work, each person"),
    LimitInfo("disk_bytes", "person", "disk", "size", "Disk, each person"),
    LimitInfo("upload_bytes", "person", "upload", "size", "One upload"),
    LimitInfo("leftovers_seconds", "cleaning", "leftovers", "time", "Leftovers go after"),
    LimitInfo(
        "unused_uploads_seconds", "cleaning", "unused_uploads", "time", "Unused uploads go after"
    ),
)


def limits_of(home_folder: Path | None = None) -> Limits:
    """Return the limits of the server that a home belongs to.

    Parameters
    ----------
    home_folder : Path, optional
        The home; that of the person at work by default.

    Raises
    ------
    LimitError
        When the file is damaged; the message names the place and the reason.
    """
    path = server_of(home_folder) / FILE
    return _read(path, atomic_write.last_written(path))


def limits_or_none_set(home_folder: Path | None = None) -> Limits:
    """Return the limits as `limits_of`, and none where the file is damaged.

    For jobs that were accepted: a damaged file stops none of them.
    """
    try:
        return limits_of(home_folder)
    except LimitError:
        return Limits()


def limit_rows(limits: Limits, *, only_set: bool = False) -> list[tuple[str, str]]:
    """Return the limits as labels and values for people; all of them, or those that are set."""
    values = ((info, getattr(limits, info.field)) for info in LIMITS)
    return [
        (info.label, info.words(value))
        for info, value in values
        if value is not None or not only_set
    ]


@lru_cache(maxsize=64)
def _read(path: Path, written: tuple[int, int, int]) -> Limits:
    if written == (0, 0, 0):
        return Limits()
    import tomllib

    try:
        with open_stored(path) as file:
            text = file.read(_LARGEST_FILE + 1)
        if len(text) > _LARGEST_FILE:
            raise ValueError("it is too large")
        values = tomllib.loads(text.decode())
    except OSError as error:
        raise _damaged(error.strerror or "the disk refuses") from error
    except (ValueError, RecursionError) as error:
        raise _damaged(str(error) or "it is nested too deeply") from error
    return _limits(values)


def _limits(values: Mapping[str, Any]) -> Limits:
    known = {(info.section, info.key): info for info in LIMITS}
    changes: dict[str, float | int] = {}
    for section, entries in values.items():
        if not isinstance(entries, dict):
            raise _damaged(f"{section!r} is in no section, such as [person]")
        for key, value in entries.items():
            info = known.get((section, key))
            if info is None:
                names = ", ".join(f"[{each.section}] {each.key}" for each in LIMITS)
                raise _damaged(f"[{section}] {key} is not a limit; there are {names}")
            try:
                changes[info.field] = _amount(info, value)
            except ValueError as error:
                raise _damaged(f"[{section}] {key} is {value!r}: {error}") from error
    return replace(Limits(), **changes)  # type: ignore[arg-type]


def _amount(info: LimitInfo, value: object) -> float | int:
    """Return a value of the file in bytes, seconds or as a number; raises `ValueError`."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if info.unit in {"size", "time"}:
        units = _SIZES if info.unit == "size" else _TIMES
        match = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
        if match is None or match[2] not in units or float(match[1]) <= 0:
            example = "500 MB" if info.unit == "size" else "30 days"
            raise ValueError(f'give a number with a unit, such as "{example}"')
        return float(match[1]) * units[match[2]]
    match = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    if match is not None and match[2] in {info.unit, f"{info.unit}s", info.key}:
        value, is_number = (int(match[1]), True) if match[1].isdecimal() else (value, False)
    if not (is_number and isinstance(value, int) and 1 <= value <= 1_000_000):
        raise ValueError(f"give a whole number of {info.unit}s from 1")
    return value


def _damaged(reason: str) -> LimitError:
    line = " ".join(reason.split()).rstrip(".")
    return LimitError(
        f"The limits in {FILE} of the server's home cannot be read: {line}.",
        "Correct the file, or remove it for no limits. What is at work goes on.",
        code="limits",
    )
