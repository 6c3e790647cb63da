"""The scale of the values and the sizes of libraries: report them; take logarithms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from genie3_engine.data.logarithm import log1p
from genie3_engine.data.quality.context import QualityContext
from genie3_engine.data.quality.findings import GENIE3, Fact, Finding, Severity
from genie3_engine.data.quality.recipe import FixKind, Value
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.sparse_genes import FloatMatrix, SparseGenes
from genie3_engine.data.summary_statistics import dense_blocks, library_sizes
from genie3_engine.data.value_scale import ScaleKind
from genie3_engine.errors import InputError
from genie3_engine.labels import proportion

_UNEQUAL = 3.0
_VERY_UNEQUAL = 10.0
_VARIANCE = f"GENIE3 explains each gene's variance ({GENIE3})"


def describe(context: QualityContext) -> Iterator[Fact]:
    """Describe which scale the values are on, and how large libraries are."""
    scale = context.scale
    if scale.kind is ScaleKind.NOTHING:
        yield Fact("Scale", "no values at all")
        return
    zeros = proportion(context.measures.n_zero, context.measures.n_values)
    zeros = f"{zeros} zeros" if context.measures.n_zero else "no zeros"
    text = f"{scale.kind.value}, {_number(scale.low)} to {_number(scale.high)}; {zeros}"
    yield Fact("Scale", text)
    if scale.kind in {ScaleKind.COUNTS, ScaleKind.PER_MILLION, ScaleKind.LINEAR}:
        sizes = context.library_sizes
        yield Fact(
            "Library sizes",
            f"{_number(sizes.min())} to {_number(sizes.max())}, median {_number(np.median(sizes))}",
        )


def not_logs(context: QualityContext) -> Iterator[Finding]:
    """Advise logarithms for counts and intensities."""
    kind = context.scale.kind
    if kind is ScaleKind.COUNTS:
        yield Finding(
            "counts",
            Severity.WARNING,
            f"These are raw counts, up to {_number(context.scale.high)}.",
            f"{_VARIANCE}: of raw counts that is mostly the depth of sequencing and a few samples "
            "with extreme values, and genes seem to regulate one another because they share them.",
            ("log1p-cpm",),
        )
    elif kind in {ScaleKind.PER_MILLION, ScaleKind.LINEAR} and context.scale.low >= 0:
        yield Finding(
            "linear-scale",
            Severity.WARNING,
            f"The values reach {_number(context.scale.high)} and look like {kind.value}.",
            f"{_VARIANCE}: on a linear scale a few samples with extreme values make most of it.",
            ("log1p",) if kind is ScaleKind.PER_MILLION else ("log1p", "log1p-cpm"),
        )
    elif kind is ScaleKind.LINEAR:
        yield Finding(
            "wide-scale",
            Severity.WARNING,
            f"The values go from {_number(context.scale.low)} to {_number(context.scale.high)}: "
            "neither counts nor logarithms.",
            f"{_VARIANCE}, so extreme values decide. Negative ones often come from subtracting a "
            "background; log ratios would be smaller.",
        )


def libraries(context: QualityContext) -> Iterator[Finding]:
    """Warn of libraries of very different sizes."""
    if context.scale.kind not in {ScaleKind.COUNTS, ScaleKind.SMALL_NUMBERS}:
        return
    sizes = context.library_sizes[context.library_sizes > 0]
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


def centred(context: QualityContext) -> Iterator[Finding]:
    """Report centred values, and what they hide."""
    if context.scale.kind not in {ScaleKind.Z_SCORES, ScaleKind.CENTRED}:
        return
    yield Finding(
        "centred",
        Severity.NOTE,
        f"These are {context.scale.kind.value}.",
        "GENIE3 scales every target itself, so nothing is won or lost; but which genes varied "
        "much can no longer be seen, so do not choose genes by variance now.",
    )


def negatives(context: QualityContext) -> Iterator[Finding]:
    """Report values below zero among what looks like logarithms."""
    measures, kind = context.measures, context.scale.kind
    if measures.n_negative == 0 or kind is not ScaleKind.LOGS:
        return
    yield Finding(
        "negative-values",
        Severity.NOTE,
        f"{measures.n_negative:,} values ({proportion(measures.n_negative, measures.n_values)}) "
        f"are below zero, down to {_number(context.scale.low)}.",
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


_MILLION = 1e6


def _log1p_cpm(raw: RawExpression, _: Value | None) -> RawExpression:
    """Return log(1 + counts per million), the natural logarithm."""
    _refuse_negative(raw, "log1p-cpm")
    sizes = library_sizes(raw.values)
    empty = np.flatnonzero(sizes == 0)
    if len(empty):
        raise InputError(
            f"Sample '{raw.samples[empty[0]]}' has no counts at all, so it has no counts per "
            "million.",
            "Apply the fix drop-empty-samples first.",
        )
    factors = _MILLION / sizes
    return _mapped(raw, lambda values, columns: log1p(values * factors[columns]))


def _log1p(raw: RawExpression, _: Value | None) -> RawExpression:
    """Return log(1 + value), the natural logarithm."""
    _refuse_negative(raw, "log1p")
    return _mapped(raw, lambda values, _: log1p(values))


def _mapped(
    raw: RawExpression,
    function: Callable[[FloatMatrix, slice | np.ndarray], FloatMatrix],
) -> RawExpression:
    """Apply a function that keeps zeros to all values, given their columns."""
    if isinstance(raw.values, SparseGenes):
        return replace(raw, values=raw.values.mapped(function))
    mapped = np.empty(raw.values.shape)
    for rows, block in dense_blocks(raw.values):
        mapped[rows] = function(block, slice(None))
    mapped.flags.writeable = False
    return replace(raw, values=mapped)


def _refuse_negative(raw: RawExpression, fix: str) -> None:
    if isinstance(raw.values, SparseGenes) and not any(
        bool((block.data < 0).any()) for _, block in raw.values.blocks()
    ):
        return
    for rows, block in dense_blocks(raw.values):
        below = np.argwhere(block < 0)
        if len(below):
            row, column = (int(place) for place in below[0])
            gene, sample = raw.genes[rows.start + row], raw.samples[column]
            raise InputError(
                f"Gene '{gene}' is {block[row, column]:g} in sample '{sample}', so {fix} cannot "
                "be: logarithms and counts per million are for values from 0.",
                "Leave that fix out; these values are on a logarithmic or a centred scale already.",
            )


FIXES = (
    FixKind(
        "log1p-cpm",
        "Log counts per million",
        "turn counts into log(1 + counts per million)",
        "counts were scaled to counts per million of each sample and transformed by log(1 + x)",
        _log1p_cpm,
    ),
    FixKind(
        "log1p",
        "Take logarithms",
        "take log(1 + value) of every value",
        "values were transformed by log(1 + x)",
        _log1p,
    ),
)
