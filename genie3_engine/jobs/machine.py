"""The machine, the versions of the programs and the memory of a run."""

from __future__ import annotations

import os
import platform
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from genie3_engine.version import __version__

_PACKAGES = ("numpy", "numba", "scikit-learn", "pyarrow", "duckdb")


def machine() -> dict[str, Any]:
    """Return what kind of computer this is, as plain values."""
    import psutil

    from genie3_engine.jobs.cores import usable_cores

    return {
        "host": platform.node(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": psutil.cpu_count(logical=False),
        "logical_cores": os.cpu_count(),
        "usable_cores": usable_cores(),
        "memory_bytes": usable_memory(),
    }


def _processor() -> str:
    with suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Return the versions of this program and of what it computes with."""
    installed = {"genie3_engine": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        with suppress(PackageNotFoundError):
            installed[package] = version(package)
    return installed


def usable_memory(root: Path = Path("/")) -> int:
    """Return the memory in bytes that this process may use.

    Parameters
    ----------
    root : Path
        Where ``proc`` and ``sys`` are mounted.

    Returns
    -------
    int
        The machine's, or less where a control group (the limit of a container) allows less.
    """
    import psutil

    from genie3_engine.jobs.cores import control_groups

    allowed = [int(psutil.virtual_memory().total)]
    for folder in control_groups("memory", root=root):
        for name in ("memory.max", "memory.limit_in_bytes"):
            with suppress(OSError, ValueError):  # "max" sets no limit
                allowed.append(int((folder / name).read_text()))
    return min(allowed)


def children_memory_bytes() -> int:
    """Return the resident memory of the processes that this one has started, all together."""
    import psutil

    held = 0
    with suppress(psutil.Error):
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                held += child.memory_info().rss
    return held


def peak_memory_bytes() -> int:
    """Return the most memory that this process has held since its program was started.

    Notes
    -----
    ``ru_maxrss`` would also count the process that started it: a child begins as a copy of its
    parent, and Linux keeps that copy's peak when the program is replaced.
    """
    with suppress(OSError, ValueError), open("/proc/self/status", encoding="ascii") as lines:
        for line in lines:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


class MemoryPeak:
    """The most memory that this process and its children have held together.

    Attributes
    ----------
    n_bytes : int
        As of the last call of `sample`.
    """

    def __init__(self) -> None:
        self.n_bytes = 0

    def sample(self) -> None:
        """Look at the memory now."""
        self.n_bytes = max(self.n_bytes, peak_memory_bytes() + children_memory_bytes())
