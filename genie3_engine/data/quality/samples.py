"""Are samples copies of one another, and do they fall into blocks?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from genie3_engine.data.quality.context import Case, count
from genie3_engine.data.quality.findings import Finding, Severity
from genie3_engine.data.quality.references import BATCHES, CONFOUNDERS
from genie3_engine.data.sample_similarity import Blocks, blocks, near_pairs

_FEWEST_GENES = 50  # of fewer, whole cells and conditions look alike by chance
_NEAR = 0.01
_BLOCKY, _VERY_BLOCKY = 0.2, 0.28


def copies(case: Case) -> Iterator[Finding]:
    """Report samples that equal another one in every gene."""
    raw = case.raw
    groups = case.copies if raw.n_genes > 1 else []
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
        "A copy counts double: it lands in a tree's bag and outside it at once, so the out-of-bag "
        "R² flatters and its pattern gains weight.",
        ("drop-copied-samples",),
    )


def near_copies(case: Case) -> Iterator[Finding]:
    """Report samples that are nearly the same."""
    raw, alike = case.raw, case.likeness
    if alike is None or alike.n_genes < _FEWEST_GENES:
        return
    exact = {sample for group in case.copies for sample in group}
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


def batches(case: Case) -> Iterator[Finding]:
    """Say whether samples fall into blocks, and whether names or annotations explain them."""
    alike = case.likeness
    if alike is None or alike.n_genes < _FEWEST_GENES:
        return
    found = blocks(alike)
    if found is None or found.separation < _BLOCKY:
        return
    sizes = found.sizes
    shown = f"{', '.join(map(str, sizes[:-1]))} and {sizes[-1]}"
    part = "" if len(alike.compared) == case.raw.n_samples else f" (of {len(alike.compared)} seen)"
    reason = _explanation(case, found)
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


def _explanation(case: Case, found: Blocks) -> str:
    """Name the annotation, or the part of the samples' names, that goes with the blocks."""
    alike = case.likeness
    if alike is None:
        return ""
    compared = [int(sample) for sample in alike.compared]
    candidates = {
        f"the annotation '{name}'": [entries[sample] for sample in compared]
        for name, entries in case.raw.annotations.items()
    }
    if case.raw.has_sample_names:
        parts = [re.split(r"[_.\-: ]+", case.raw.samples[sample]) for sample in compared]
        for place in range(min(3, min(len(part) for part in parts))):
            candidates[f"part {place + 1} of the samples' names"] = [part[place] for part in parts]
    for name, labels in candidates.items():
        if _goes_with(labels, found.labels.tolist()):
            return f"; they go with {name}"
    return ""


def _goes_with(labels: list[str], block_of: list[int]) -> bool:
    """Tell whether labels, two to a few, predict the block of nine samples in ten."""
    kinds = set(labels)
    if not 2 <= len(kinds) <= max(2, len(labels) // 4):
        return False
    right = sum(
        max(Counter(b for label, b in zip(labels, block_of, strict=True) if label == kind).values())
        for kind in kinds
    )
    largest = max(Counter(block_of).values())
    return right >= 0.9 * len(labels) and right > largest
