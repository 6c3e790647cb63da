"""A small network whose links anyone can make again, and a writer of them that can be killed."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.filenames import PartName
from genie3_engine.model import TargetLinks
from genie3_engine.store.parts import PartWriter
from tests.clock import Clock

FINGERPRINT = "0123456789abcdef" * 4
GENES = tuple(f"gene {position:03d}" for position in range(40))


def links_into(target: int, n_genes: int = len(GENES), keep: int | None = None) -> TargetLinks:
    """Make a target's links: always the same, many of the same importance."""
    rng = np.random.default_rng(target)
    importance = np.round(rng.exponential(0.05, n_genes), 2).astype(np.float32)
    importance[target] = 0
    order = np.lexsort((np.arange(n_genes), -importance))
    order = order[importance[order] > 0][:keep].astype(np.int32)
    oob_r2 = math.nan if target % 7 == 0 else float(rng.uniform(-1, 1))
    return TargetLinks(target, order, importance[order], oob_r2, seconds=target / 8)


def write_parts(
    folder: Path,
    targets: Iterable[int],
    *,
    batch: int = 5,
    shard: tuple[int, int] = (0, 1),
    genes: Sequence[str] = GENES,
    fingerprint: str = FINGERPRINT,
) -> None:
    """Write targets as parts of ``batch`` targets each."""
    with PartWriter(
        folder,
        fingerprint,
        shard_index=shard[0],
        n_shards=shard[1],
        genes=genes,
        clock=Clock(),
    ) as writer:
        for number, target in enumerate(targets, 1):
            writer.add(links_into(target, len(genes)))
            if number % batch == 0:
                writer.flush()


def write_for_ever(folder: Path) -> None:
    """Write a target a part, over and over, until somebody kills this process."""
    with PartWriter(folder, FINGERPRINT, genes=GENES) as writer:
        print("writing", flush=True)
        while True:
            for target in range(len(GENES)):
                writer.add(links_into(target))
                writer.flush()


def take_part(folder: Path, shard_index: int) -> None:
    """Begin to write a shard of two, write a part, and take it away; fails where it is lost."""
    with PartWriter(
        folder, FINGERPRINT, shard_index=shard_index, n_shards=2, genes=GENES
    ) as writer:
        writer.add(links_into(shard_index, keep=2))
    (folder / str(PartName(shard_index, 2, writer._batch - 1))).unlink()


def take_parts(folder: Path, n_parts: int) -> None:
    """Begin to write the first shard again and again, on a disk that is not waited for."""
    atomic_write.sync = lambda path: None
    print("writing", flush=True)
    for _ in range(n_parts):
        take_part(folder, 0)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        take_parts(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        write_for_ever(Path(sys.argv[1]))
