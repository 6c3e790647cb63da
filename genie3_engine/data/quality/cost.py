"""The memory and the time that a run takes, roughly."""

from __future__ import annotations

import math
from collections.abc import Iterator

from genie3_engine.data.quality.context import QualityContext
from genie3_engine.data.quality.findings import Fact, Finding, Severity
from genie3_engine.data.sparse_genes import MAX_DENSE_BYTES, SparseGenes
from genie3_engine.labels import size

_TREES = 1_000
_MICROSECONDS_A_SAMPLE = 0.18
_MICROSECONDS_A_SAMPLE_AND_CANDIDATE = 0.005
_BYTES_OF_THE_PROGRAM = 250e6
_BYTES_OF_A_RANK = 3.0  # and of its bin


def describe(context: QualityContext) -> Iterator[Fact]:
    """Estimate what a run with the default settings needs.

    Notes
    -----
    A tree takes so many microseconds a sample, and a sample and candidate; measured with the
    compiled engine on three data sets, see ``docs/performance.md``. The forecast before a run
    measures on this machine instead.
    """
    raw = context.raw
    n_regulators = raw.n_genes if context.wanted is None else max(1, len(context.wanted))
    span = core_time(raw.n_genes, raw.n_samples, n_regulators)
    yield Fact("Time", f"about {span} of one core for {_TREES:,} trees per gene")
    n_bytes = raw.n_genes * raw.n_samples * 8
    matrix, run = size(n_bytes), _BYTES_OF_THE_PROGRAM + 2.5 * n_bytes
    if isinstance(raw.values, SparseGenes) and raw.values.is_large:
        matrix = f"the matrix ({matrix} if it were dense) stays on the disk"
        run = _BYTES_OF_THE_PROGRAM + _BYTES_OF_A_RANK * n_regulators * raw.n_samples
    else:
        matrix = f"{matrix} for the matrix"
    yield Fact("Memory", f"{matrix}, about {size(run)} for a run")


def core_time(n_genes: int, n_samples: int, n_regulators: int) -> str:
    """Return about how long one core takes for the default forests, in words."""
    n_candidates = math.isqrt(n_regulators)
    each = _MICROSECONDS_A_SAMPLE + _MICROSECONDS_A_SAMPLE_AND_CANDIDATE * n_candidates
    return _span(n_genes * _TREES * n_samples * each / 1e6)


def too_large(context: QualityContext) -> Iterator[Finding]:
    """Refuse what would not fit, before it is tried."""
    raw = context.raw
    n_bytes = raw.n_genes * raw.n_samples * 8
    is_sparse = isinstance(raw.values, SparseGenes) and raw.values.is_large
    if n_bytes <= MAX_DENSE_BYTES or is_sparse:
        return
    fitting = max(100, int(0.9 * MAX_DENSE_BYTES / 8 / raw.n_samples) // 100 * 100)
    yield Finding(
        "too-large",
        Severity.PROBLEM,
        f"{raw.n_genes:,} genes x {raw.n_samples:,} samples need {size(n_bytes)} of memory.",
        f"At most {size(MAX_DENSE_BYTES)} are taken: trees need every value at hand.",
        (f"keep-variable={min(fitting, 2000)}",),
    )


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.0f} days"
