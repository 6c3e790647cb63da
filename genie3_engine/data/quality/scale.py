"""Is the scale one on which variance means something, and are the libraries comparable?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from genie3_engine.data.quality.context import Case, percent
from genie3_engine.data.quality.findings import Fact, Finding, Severity
from genie3_engine.data.quality.references import GENIE3
from genie3_engine.data.value_scale import ScaleKind

_UNEQUAL = 3.0
_VERY_UNEQUAL = 10.0
_VARIANCE = f"GENIE3 explains each gene's variance ({GENIE3})"


def describe(case: Case) -> Iterator[Fact]:
    """Say which scale the values are on, and how large libraries are."""
    scale = case.scale
    if scale.kind is ScaleKind.NOTHING:
        yield Fact("Scale", "no values at all")
        return
    zeros = percent(case.measures.n_zero, case.measures.n_values)
    zeros = f"{zeros} zeros" if case.measures.n_zero else "no zeros"
    text = f"{scale.kind.value}, {_number(scale.low)} to {_number(scale.high)}; {zeros}"
    yield Fact("Scale", text)
    if scale.kind in {ScaleKind.COUNTS, ScaleKind.PER_MILLION, ScaleKind.LINEAR}:
        sizes = case.library_sizes
        yield Fact(
            "Library sizes",
            f"{_number(sizes.min())} to {_number(sizes.max())}, median {_number(np.median(sizes))}",
        )


def not_logs(case: Case) -> Iterator[Finding]:
    """Advise logarithms for counts and intensities."""
    kind = case.scale.kind
    if kind is ScaleKind.COUNTS:
        yield Finding(
            "counts",
            Severity.WARNING,
            f"These are raw counts, up to {_number(case.scale.high)}.",
            f"{_VARIANCE}: of raw counts that is mostly the depth of sequencing and a few samples "
            "with extreme values, and genes seem to regulate one another because they share them.",
            ("log1p-cpm",),
        )
    elif kind in {ScaleKind.PER_MILLION, ScaleKind.LINEAR} and case.scale.low >= 0:
        yield Finding(
            "linear-scale",
            Severity.WARNING,
            f"The values reach {_number(case.scale.high)} and look like {kind.value}.",
            f"{_VARIANCE}: on a linear scale a few samples with extreme values make most of it.",
            ("log1p",) if kind is ScaleKind.PER_MILLION else ("log1p", "log1p-cpm"),
        )
    elif kind is ScaleKind.LINEAR:
        yield Finding(
            "wide-scale",
            Severity.WARNING,
            f"The values go from {_number(case.scale.low)} to {_number(case.scale.high)}: neither "
            "counts nor logarithms.",
            f"{_VARIANCE}, so extreme values decide. Negative ones often come from subtracting a "
            "background; log ratios would be smaller.",
        )


def libraries(case: Case) -> Iterator[Finding]:
    """Warn of libraries of very different sizes."""
    if case.scale.kind not in {ScaleKind.COUNTS, ScaleKind.SMALL_NUMBERS}:
        return
    sizes = case.library_sizes[case.library_sizes > 0]
    if len(sizes) < 2:
        return
    ratio = float(sizes.max() / sizes.min())
    if ratio < _UNEQUAL:
        return
    yield Finding(
        "library-sizes",
        Severity.WARNING if ratio >= _VERY_UNEQUAL else Severity.NOTE,
        f"The largest library has {ratio:,.0f} times as many counts as the smallest "
        f"({_number(sizes.max())} and {_number(sizes.min())}).",
        "A gene then rises and falls with the depth of sequencing, as all others do, and that "
        "looks like regulation.",
        ("log1p-cpm",),
    )


def centred(case: Case) -> Iterator[Finding]:
    """Say that z-scores are welcome, and what they hide."""
    if case.scale.kind not in {ScaleKind.Z_SCORES, ScaleKind.CENTRED}:
        return
    yield Finding(
        "centred",
        Severity.NOTE,
        f"These are {case.scale.kind.value}.",
        "GENIE3 scales every target itself, so nothing is won or lost; but which genes varied "
        "much can no longer be seen, so do not choose genes by variance now.",
    )


def negatives(case: Case) -> Iterator[Finding]:
    """Say where values below zero stand among what looks like logarithms."""
    measures, kind = case.measures, case.scale.kind
    if measures.n_negative == 0 or kind is not ScaleKind.LOGS:
        return
    yield Finding(
        "negative-values",
        Severity.NOTE,
        f"{measures.n_negative:,} values ({percent(measures.n_negative, measures.n_values)}) are "
        f"below zero, down to {_number(case.scale.low)}.",
        "Logarithms and log ratios may be negative, and GENIE3 takes them as they are; counts "
        "and intensities may not.",
    )


def _number(value: float) -> str:
    """Return a number of any size, short."""
    if value == 0 or not np.isfinite(value):
        return "0" if value == 0 else str(value)
    size = abs(value)
    if size >= 1e6:
        return f"{value / 1e6:,.3g} million" if size < 1e9 else f"{value:.3g}"
    if size >= 1000 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.3g}"
