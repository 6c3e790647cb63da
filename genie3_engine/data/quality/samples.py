"""Samples: copies, near copies, blocks, empty and constant ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from genie3_engine.data.quality.context import QualityContext, names_at, some
from genie3_engine.data.quality.findings import BATCHES, CONFOUNDERS, Finding, Severity
from genie3_engine.data.quality.recipe import FixKind, Value
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.sample_similarity import Blocks, blocks, copied_samples, near_pairs
from genie3_engine.data.summary_statistics import measure
from genie3_engine.labels import count

_FEWEST_GENES = 50  # of fewer, whole cells and conditions look alike by chance
_NEAR = 0.01
_BLOCKY, _VERY_BLOCKY = 0.2, 0.28


def copies(context: QualityContext) -> Iterator[Finding]:
    """Report samples that equal another one in every gene."""
    raw = context.raw
    groups = context.copies if raw.n_genes > 1 else []
    if not groups or len(groups[0]) == raw.n_samples:
        return
    n_spare = sum(len(group) - 1 for group in groups)
    first = " = ".join(f"'{raw.samples[sample]}'" for sample in groups[0][:3])
    verb = "is an exact copy" if n_spare == 1 else "are exact copies"
    yield Finding(
        "copied-samples",
        Severity.WARNING,
        f"{count(n_spare, 'sample')} {verb} of another one: {first}"
        + (f", and {count(len(groups) - 1, 'more group')}." if len(groups) > 1 else "."),
        "A copy counts double: it lands in a tree's bag and outside it together, so the out-of-bag "
        "R² flatters and its pattern gains weight.",
        ("drop-copied-samples",),
    )


def near_copies(context: QualityContext) -> Iterator[Finding]:
    """Report samples that are nearly the same."""
    raw, alike = context.raw, context.sample_distances
    if alike is None or alike.n_genes < _FEWEST_GENES:
        return
    exact = {sample for group in context.copies for sample in group}
    pairs = [pair for pair in near_pairs(alike, within=_NEAR) if not exact.issuperset(pair)]
    if not pairs:
        return
    one, other = (raw.samples[sample] for sample in pairs[0])
    verb = "is" if len(pairs) == 1 else "are"
    yield Finding(
        "near-copies",
        Severity.NOTE,
        f"{count(len(pairs), 'pair')} of samples {verb} nearly identical, '{one}' and '{other}' "
        "most of all.",
        "Technical replicates are not independent samples: average them beforehand, or read the "
        "out-of-bag R² with caution.",
    )


def batches(context: QualityContext) -> Iterator[Finding]:
    """Report whether samples fall into blocks, and whether names or annotations explain them."""
    alike = context.sample_distances
    if alike is None or alike.n_genes < _FEWEST_GENES:
        return
    found = blocks(alike)
    if found is None or found.separation < _BLOCKY:
        return
    sizes = found.sizes
    shown = f"{', '.join(map(str, sizes[:-1]))} and {sizes[-1]}"
    part = (
        "" if len(alike.compared) == context.raw.n_samples else f" (of {len(alike.compared)} seen)"
    )
    reason = _explanation(context, found)
    strong = found.separation >= _VERY_BLOCKY
    yield Finding(
        "blocks",
        Severity.WARNING if strong else Severity.NOTE,
        f"The samples fall into {len(sizes)} blocks of {shown}{part} that are "
        f"{'much ' if strong else ''}alike within{reason}.",
        "If the blocks are batches or tissues, every gene that differs between them seems to "
        f"regulate every other: correct for batches before the run ({BATCHES}; {CONFOUNDERS}). If "
        "they are the conditions you study, this is the signal itself.",
    )


def flat_samples(context: QualityContext) -> Iterator[Finding]:
    """Report samples in which nothing was measured, or everything alike."""
    measures, raw = context.measures.samples, context.raw
    if raw.n_genes < 2:
        return
    empty = (measures.n_zero + measures.n_missing == raw.n_genes) & (measures.n_zero > 0)
    if empty.any() and not empty.all():
        n_empty = int(empty.sum())
        verb = "is" if n_empty == 1 else "are"
        yield Finding(
            "empty-libraries",
            Severity.WARNING,
            f"{count(n_empty, 'sample')} {verb} zero for every gene: "
            f"{some(names_at(raw.samples, empty))}.",
            "A failed sample makes all genes look coordinated, and counts per million cannot be "
            "taken of it.",
            ("drop-empty-samples",),
        )
    flat = (measures.low == measures.high) & ~empty
    if flat.any() and not context.measures.is_constant.all():
        n_flat = int(flat.sum())
        yield Finding(
            "constant-samples",
            Severity.WARNING,
            f"{count(n_flat, 'sample')} {'has' if n_flat == 1 else 'have'} one value for every "
            f"gene: {some(names_at(raw.samples, flat))}.",
            "Such a sample is not a measurement. Is it a column of ranks, batches or numbers?",
        )


def sample_names(context: QualityContext) -> Iterator[Finding]:
    """Report samples that share a name."""
    if not context.raw.has_sample_names or context.raw.sheet is not None:
        return  # a sample sheet distinguishes samples of one name
    repeated = [name for name, number in Counter(context.raw.samples).items() if number > 1]
    if repeated:
        verb = "occurs" if len(repeated) == 1 else "occur"
        yield Finding(
            "sample-names",
            Severity.NOTE,
            f"{count(len(repeated), 'sample name')} {verb} more than once: {some(repeated)}.",
            "Each is kept as a sample of its own. If they are one sample, it counts double.",
        )


def _explanation(context: QualityContext, found: Blocks) -> str:
    """Name the annotation, or the part of the samples' names, that goes with the blocks."""
    alike = context.sample_distances
    if alike is None:
        return ""
    compared = [int(sample) for sample in alike.compared]
    candidates = {
        f"the annotation '{name}'": [entries[sample] for sample in compared]
        for name, entries in context.raw.annotations.items()
    }
    if context.raw.has_sample_names:
        parts = [re.split(r"[_.\-: ]+", context.raw.samples[sample]) for sample in compared]
        for place in range(min(3, min(len(part) for part in parts))):
            candidates[f"part {place + 1} of the samples' names"] = [part[place] for part in parts]
    for name, labels in candidates.items():
        if _goes_with(labels, found.labels.tolist()):
            return f"; they go with {name}"
    return ""


def _goes_with(labels: list[str], block_of: list[int]) -> bool:
    """Return whether labels, two to a few, predict the block of nine samples in ten."""
    kinds = set(labels)
    if not 2 <= len(kinds) <= max(2, len(labels) // 4):
        return False
    right = sum(
        max(Counter(b for label, b in zip(labels, block_of, strict=True) if label == kind).values())
        for kind in kinds
    )
    largest = max(Counter(block_of).values())
    return right >= 0.9 * len(labels) and right > largest


def _drop_empty(raw: RawExpression, _: Value | None) -> RawExpression:
    measures = measure(raw.values).samples
    empty = measures.n_zero + measures.n_missing == raw.n_genes
    return raw.keep_samples(~empty, reason="is empty")


def _drop_copies(raw: RawExpression, _: Value | None) -> RawExpression:
    kept = np.ones(raw.n_samples, dtype=bool)
    for group in copied_samples(raw):
        kept[list(group[1:])] = False
    return raw.keep_samples(kept, reason="is a copy")


FIXES = (
    FixKind(
        "drop-empty-samples",
        "Drop empty samples",
        "drop the samples in which nothing was measured above zero",
        "samples without any value above zero were removed",
        _drop_empty,
    ),
    FixKind(
        "drop-copied-samples",
        "Drop the copies",
        "drop samples that equal another one in every gene",
        "exact copies of samples were removed",
        _drop_copies,
    ),
)
