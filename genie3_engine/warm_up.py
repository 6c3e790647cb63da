"""Compile all kernels before a run needs them: ``python -m genie3_engine.warm_up``.

What is compiled is stored for this kind of processor; see `genie3_engine.kernels._cache`. A run
that needs a kernel that is being compiled waits for it. Each kernel is compiled by a process of its
own, since the compiler keeps the memory that it took, 0.4 GB a kernel.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import platform
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from genie3_engine.jobs.locks import wait_for_lock
from genie3_engine.jobs.process import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess
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

    Returns
    -------
    int
        0, or ``os.EX_SOFTWARE`` when a kernel was not compiled.
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
    from genie3_engine.inference import boosting
    from genie3_engine.inference.compiled import KERNEL_SIZES, compile_kernels
    from genie3_engine.kernels._jit import CACHE_FOLDER

    if CACHE_FOLDER is None:
        return os.EX_OK
    kernels: list[Callable[[], None]] = [
        partial(compile_kernels, *size, has_random_splits=has_random_splits)
        for has_random_splits in (False, True)
        for size in KERNEL_SIZES
    ]
    kernels.append(boosting.compile_kernels)
    with alone(CACHE_FOLDER):
        codes = [_compile_apart(kernel, parent) for kernel in kernels]
    return os.EX_SOFTWARE if any(codes) else os.EX_OK


def _compile_apart(compile_kernel: Callable[[], None], parent: int | None) -> int | None:
    """Compile a kernel in a process of its own; return that process's exit code."""
    # What a forked process needs is imported already; elsewhere than on Linux, libraries of the
    # system may not work in one.
    context: BaseContext = multiprocessing.get_context(
        "fork" if sys.platform == "linux" else "spawn"
    )
    process: BaseProcess = context.Process(target=_compile, args=(compile_kernel,), daemon=True)  # type: ignore[attr-defined]
    process.start()
    while process.is_alive():
        process.join(_LOOK_SECONDS)
        if parent is not None and os.getppid() != parent:
            process.kill()
            os._exit(os.EX_OK)
    return process.exitcode


def _compile(compile_kernel: Callable[[], None]) -> None:
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    compile_kernel()


def _end_with(parent: int) -> None:
    """End this process soon after its parent has, however that ended."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(os.EX_OK)


if __name__ == "__main__":
    sys.exit(main())
