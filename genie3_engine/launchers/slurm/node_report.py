"""Program of a short job that reports what a node of the cluster sees."""

from __future__ import annotations

import argparse
import fcntl
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.jobs.machine import machine
from genie3_engine.version import __version__

QUESTION = "question.txt"  # written here, and read on the node
REPORT = "report.json"
_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class NodeReport:
    """What a node sees.

    Parameters
    ----------
    node : str
        Its name.
    question : str
        The text that was written for it to read.
    engine, python : str
        Version of the engine, and the Python that runs it.
    n_cores : int
        Cores that a process there can use.
    n_cores_given : int
        Cores that Slurm has given to the job.
    processor : str
        Name of its processor.
    scratch : str
        Folder for temporary files.
    scratch_bytes : int
        What is free there.
    has_locks : bool
        Whether files of the home can be locked.
    """

    node: str
    question: str
    engine: str
    python: str
    n_cores: int
    n_cores_given: int
    processor: str
    scratch: str
    scratch_bytes: int
    has_locks: bool

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> NodeReport:
        """Rebuild a report from its values in JSON."""
        return cls(**values)


def report(folder: Path) -> NodeReport:
    """Return what this node sees.

    Parameters
    ----------
    folder : Path
        A folder of the home, with a file to read.
    """
    scratch = Path(os.environ.get("SLURM_TMPDIR") or tempfile.gettempdir())
    return NodeReport(
        node=os.environ.get("SLURMD_NODENAME") or platform.node(),
        question=(folder / QUESTION).read_text("utf-8"),
        engine=__version__,
        python=sys.executable,
        n_cores=usable_cores(),
        n_cores_given=int(os.environ.get("SLURM_CPUS_PER_TASK") or 1),
        processor=str(machine()["processor"]),
        scratch=str(scratch),
        scratch_bytes=shutil.disk_usage(scratch).free,
        has_locks=_can_lock(folder / _LOCK),
    )


def _can_lock(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the report of this node into a folder.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line's by default.
    """
    parser = argparse.ArgumentParser(prog="python -m genie3_engine.launchers.slurm.node_report")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    atomic_write.write_json(folder / REPORT, asdict(report(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
