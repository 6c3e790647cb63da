"""Links and true links of a small network, to be written in many ways."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

REGULATORS = [f"TF{i:02d}" for i in range(1, 9)]
GENES = [*REGULATORS, *(f"GENE{i:03d}" for i in range(1, 23))]
_RANDOM = random.Random(5)
TRUE = [
    (regulator, gene)
    for regulator in REGULATORS
    for gene in GENES
    if gene != regulator and _RANDOM.random() < 0.2
]
LINKS = sorted(
    (
        (regulator, gene, round(_RANDOM.random() + 0.4 * ((regulator, gene) in set(TRUE)), 6))
        for regulator in REGULATORS
        for gene in GENES
        if gene != regulator
    ),
    key=lambda link: -link[2],
)


def write(path: Path, rows: Iterable[Sequence[Any]], delimiter: str = ",") -> Path:
    """Write rows, and return the path."""
    path.write_text("".join(delimiter.join(map(str, row)) + "\n" for row in rows))
    return path
