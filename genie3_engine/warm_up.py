"""Compile all kernels before a run needs them: ``python -m genie3_engine.warm_up``.

What is compiled is stored for this kind of processor; see `genie3_engine.kernels._cache`. A run
that needs a kernel that is being compiled waits for it.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from genie3_engine.jobs.locks import wait_for_lock
from genie3_engine.jobs.process import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

VARIABLE = "GENIE3_WARM_UP"
OFF = "off"
_NICENESS = 10
_LOOK_SECONDS = 1.0
_log = logging.getLogger(__name__)


@contextmanager
def in_background() -> Iterator[subprocess.Popen[bytes] | None]:
    """Compile all kernels in a process of low priority, which ends with the block.

    Yields
    ------
    subprocess.Popen or None
        The process; None when it cannot be started, or ``$GENIE3_WARM_UP`` is ``off``.
    """
    process = None
    if os.environ.get(VARIABLE) != OFF:
        command = [
            sys.executable,
            "-P",
            "-m",
            "genie3_engine.warm_up",
            "--parent",
            str(os.getpid()),
        ]
        nothing = subprocess.DEVNULL
        try:
            process = subprocess.Popen(
                command,
                stdin=nothing,
                stdout=nothing,
                stderr=nothing,
                start_new_session=True,  # Ctrl-C in a terminal is for the parent
                env=environment(),
            )
        except OSError as error:  # runs compile for themselves
            _log.warning("The kernels are not compiled in advance: %s", error)
    try:
        yield process
    finally:
        if process is not None:
            process.kill()
            process.wait()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process of this machine is in such a block.

    Parameters
    ----------
    folder : Path
        What the processes share.
    """
    with (folder / f"warm-up-{platform.node()}.lock").open("w") as lock:
        wait_for_lock(lock.fileno())
        yield


def main(arguments: Sequence[str] | None = None) -> int:
    """Compile all kernels, one after the other, where the code can be stored.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line's by default.
    """
    parser = argparse.ArgumentParser(prog="python -m genie3_engine.warm_up", description=__doc__)
    parser.add_argument(
        "--parent",
        type=int,
        metavar="PROCESS",
        help="work at low priority, and end with the process that started this one",
    )
    parent = parser.parse_args(arguments).parent
    if parent is not None:
        os.nice(_NICENESS)
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    from genie3_engine.inference import boosting
    from genie3_engine.inference.compiled import KERNEL_SIZES, compile_kernels
    from genie3_engine.kernels._jit import CACHE_FOLDER

    if CACHE_FOLDER is not None:
        with alone(CACHE_FOLDER):
            for has_random_splits in (False, True):
                for size in KERNEL_SIZES:
                    compile_kernels(*size, has_random_splits=has_random_splits)
            boosting.compile_kernels()
    return os.EX_OK


def _end_with(parent: int) -> None:
    """End this process soon after its parent has, however that ended."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(os.EX_OK)


if __name__ == "__main__":
    sys.exit(main())
