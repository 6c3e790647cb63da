"""Measure time and memory of ranking more links than fit in memory.

Made-up links of 49,196 genes are written as the parts of a run, 1,000 a target as by default, and
ranked. Each step is a process of its own, so that its peak resident memory is its own:

1. writing the parts, as a worker does;
2. ranking them into ``links.parquet``;
3. reading: the first page, a filtered page, the shares.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genie3_engine.model import ImportanceScale, TargetLinks
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.parts import PartWriter
from genie3_engine.store.ranking import SORT_MEMORY_BYTES, rank_links

N_GENES = 49_196
FINGERPRINT = "0" * 64
GENES = [f"ENSG{position:011d}" for position in range(N_GENES)]
POLL_SECONDS = 0.2


def write_parts(folder: Path, n_links: int, keep: int, part_links: int) -> dict[str, float]:
    """Write made-up links as the parts of a run."""
    rng = np.random.default_rng(0)
    started = time.perf_counter()
    with PartWriter(folder, FINGERPRINT, genes=GENES, clock=lambda: 0.0) as writer:
        n_buffered = 0
        for first in range(0, n_links, keep):
            size = min(keep, n_links - first)
            regulators = rng.integers(0, N_GENES, size).astype(np.int32)
            importance = np.sort(rng.exponential(1e-3, size).astype(np.float32))[::-1]
            target = (first // keep) % N_GENES
            writer.add(TargetLinks(target, regulators, importance, 0.5, 1.0))
            n_buffered += size
            if n_buffered >= part_links:
                writer.flush()
                n_buffered = 0
    files = list(folder.iterdir())
    return {
        "seconds": time.perf_counter() - started,
        "files": len(files),
        "megabytes": sum(file.stat().st_size for file in files) / 1e6,
    }


def rank(folder: Path, out: Path, memory_bytes: int) -> dict[str, float]:
    """Rank the parts; watch how much disk the sort takes."""
    overflow = out.with_name("overflow")
    largest = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal largest
        while not done.wait(POLL_SECONDS):
            sizes = [_size(file) for file in overflow.glob("*")]
            largest = max(largest, sum(sizes))

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.perf_counter()
    try:
        n_links = rank_links(
            sorted(folder.iterdir()), out, GENES, memory_bytes=memory_bytes, temporary=overflow
        )
    finally:
        done.set()
        watcher.join()
    return {
        "seconds": time.perf_counter() - started,
        "links": n_links,
        "megabytes": out.stat().st_size / 1e6,
        "overflow megabytes": largest / 1e6,
    }


def read(out: Path) -> dict[str, float]:
    """Read as a page does."""
    seconds = {}
    links = RankedLinks(out)
    questions: dict[str, Callable[[], object]] = {
        "top 100": lambda: links.page(0, 100),
        "page in the middle": lambda: links.page(len(links) // 2, 100),
        "shares of the top 100": lambda: links.page(0, 100, scale=ImportanceScale.SHARE),
    }
    for name, ask in questions.items():
        started = time.perf_counter()
        ask()
        seconds[name] = time.perf_counter() - started
    return seconds


def measured(step: Callable[..., dict[str, float]], *arguments: object) -> dict[str, float]:
    """Run a step in a fresh process; add its peak resident memory, and that of its imports."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_step, (step, arguments))


def _step(step: Callable[..., dict[str, float]], arguments: tuple[Any, ...]) -> dict[str, float]:
    import duckdb  # noqa: F401 -- what it takes to be loaded is not the sort's
    import pandas  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    before = _peak_megabytes()
    figures = step(*arguments)
    after = _peak_megabytes()
    return {**figures, "peak megabytes": after, "of which imports": before}


def _peak_megabytes() -> float:
    in_kilobytes = platform.system() == "Linux"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e3 if in_kilobytes else peak / 1e6


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--links", type=float, default=50e6, help="links in all")
    parser.add_argument("--keep", type=int, default=1000, help="links of each target")
    parser.add_argument("--part-links", type=int, default=20_000, help="links of each part")
    parser.add_argument("--memory", type=float, default=SORT_MEMORY_BYTES / 1e6, help="MB to sort")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=args.folder, prefix="bench-merge-"))
    try:
        parts, out = folder / "parts", folder / "links.parquet"
        figures = {
            "write": measured(write_parts, parts, int(args.links), args.keep, args.part_links),
            "rank": measured(rank, parts, out, int(args.memory * 1e6)),
            "read": measured(read, out),
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if args.json:
        print(json.dumps(figures))
        return
    for name, values in figures.items():
        print(name)
        for what, value in values.items():
            print(f"  {what:24} {value:14,.3f}" if value < 100 else f"  {what:24} {value:14,.0f}")


if __name__ == "__main__":
    main()
