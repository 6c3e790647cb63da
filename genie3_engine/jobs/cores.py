"""The cores that this process may use, and the threads of numerical libraries."""

from __future__ import annotations

import math
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.errors import Genie3Error
from genie3_engine.jobs.limits import limits_or_none_set
from genie3_engine.jobs.scheduler import scheduled_cores

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


def usable_cores(root: Path = Path("/")) -> int:
    """Count the cores that this process may keep busy.

    Parameters
    ----------
    root : Path
        Where ``proc`` and ``sys`` are mounted.

    Returns
    -------
    int
        The machine's cores, or fewer where the affinity of the process or its control group (the
        limit of a container) allows fewer, the scheduler of a cluster has given fewer to its job,
        or the limits of the server allow a person fewer; at least 1.
    """
    if hasattr(os, "sched_getaffinity"):
        n_cores = len(os.sched_getaffinity(0))
    else:
        n_cores = os.cpu_count() or 1
    n_cores = min(n_cores, scheduled_cores() or _allowed_cores() or n_cores)
    quotas = [quota for quota in _quotas(root) if quota > 0]
    return max(1, min([n_cores, *(math.ceil(quota) for quota in quotas)]))


def _allowed_cores() -> int | None:
    """Return the cores that the limits of the server allow one job; None without a limit."""
    try:
        return limits_or_none_set().cores_of_a_job
    except Genie3Error:  # there is no home
        return None


def _quotas(root: Path) -> Iterator[float]:
    """Yield the cores that each control group above this process allows."""
    return map(_quota, control_groups("cpu", root=root))


def control_groups(controller: str, *, root: Path = Path("/")) -> Iterator[Path]:
    """Yield the folders of the control groups above this process, such as those of a container.

    Parameters
    ----------
    controller : str
        What they limit: ``cpu`` or ``memory``.
    root : Path
        Where ``proc`` and ``sys`` are mounted.
    """
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, group = line.split(":", 2)
        if controllers == "":
            mount = root / "sys/fs/cgroup"
        elif controller in controllers.split(","):
            mount = root / "sys/fs/cgroup" / controller
        else:
            continue
        inside = mount / group.lstrip("/")
        for folder in (inside, *inside.parents):
            yield folder
            if folder == mount:
                break


def _quota(folder: Path) -> float:
    """Return the cores that one control group allows; 0 when it sets no limit."""
    try:
        if (folder / "cpu.max").exists():
            quota, period = (folder / "cpu.max").read_text().split()
        else:
            quota = (folder / "cpu.cfs_quota_us").read_text()
            period = (folder / "cpu.cfs_period_us").read_text()
        return max(0.0, int(quota) / int(period))
    except (OSError, ValueError, ZeroDivisionError):
        return 0.0


@contextmanager
def single_threaded_libraries() -> Iterator[None]:
    """Keep BLAS and OpenMP to one thread each, here and in processes started meanwhile.

    The layout alone sets the number of busy cores; libraries with threads of their own would share
    the same cores.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    before = {name: os.environ.get(name) for name in _VARIABLES}
    os.environ.update(dict.fromkeys(_VARIABLES, "1"))
    try:
        with threadpool_limits(limits=1):
            yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def single_threaded_here() -> None:
    """Keep the libraries that the calling thread uses to one thread, for good.

    OpenMP keeps a limit for each thread of the program.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1)


def library_threads() -> dict[str, int]:
    """Return how many threads each BLAS and OpenMP library of this process may use now."""
    from threadpoolctl import threadpool_info

    threads: dict[str, int] = {}
    for library in threadpool_info():
        name = str(library["internal_api"])
        threads[name] = max(threads.get(name, 0), int(library["num_threads"]))
    return threads
