"""Which genes and samples say nothing?"""

from __future__ import annotations

from collections.abc import Iterator

from genie3_engine.data.quality.context import Case, count, names_at, percent, some
from genie3_engine.data.quality.findings import Finding, Severity

_KEPT_VARIABLE = 5_000
_RARE_PERCENT = 10


def constant_genes(case: Case) -> Iterator[Finding]:
    """Report genes that are the same in every sample."""
    measures, raw = case.measures, case.raw
    constant = measures.is_constant
    n_constant = int(constant.sum())
    if n_constant == 0 or raw.n_samples < 2:
        return
    n_zero = int((constant & (measures.genes.high == 0)).sum())
    if n_constant == raw.n_genes:
        yield Finding(
            "constant-genes",
            Severity.PROBLEM,
            "Every gene has the same value in every sample.",
            "Where nothing varies, nothing explains anything.",
        )
        return
    verb = "is" if n_constant == 1 else "are"
    zero = f", {n_zero:,} of them zero throughout" if n_zero else ""
    if n_zero == n_constant:
        zero = ", zero throughout"
    share = percent(n_constant, raw.n_genes)
    yield Finding(
        "constant-genes",
        Severity.WARNING if n_constant >= 0.1 * raw.n_genes else Severity.NOTE,
        f"{count(n_constant, 'gene')} ({share}) {verb} constant{zero}: "
        f"{some(names_at(raw.genes, constant))}.",
        "They get no links and give none, yet as candidates they take the place of genes that "
        "could explain something.",
        ("drop-constants",),
    )


def rare_genes(case: Case) -> Iterator[Finding]:
    """Say how many genes are zero nearly everywhere."""
    measures, raw = case.measures.genes, case.raw
    if raw.n_samples < 2 * _RARE_PERCENT or case.scale.low < 0:
        return
    above = raw.n_samples - measures.n_zero - measures.n_missing
    rare = (above * 100 < _RARE_PERCENT * raw.n_samples) & ~case.measures.is_constant
    if rare.sum() < max(10, 0.05 * raw.n_genes):
        return
    yield Finding(
        "rare-genes",
        Severity.NOTE,
        f"{count(int(rare.sum()), 'gene')} ({percent(int(rare.sum()), raw.n_genes)}) are above "
        f"zero in fewer than {_RARE_PERCENT} % of the samples.",
        "A gene that is on in a handful of samples is explained by whatever else is on in them.",
        () if (rare | case.measures.is_constant).all() else (f"keep-expressed={_RARE_PERCENT}",),
    )


def flat_samples(case: Case) -> Iterator[Finding]:
    """Report samples in which nothing was measured, or everything alike."""
    measures, raw = case.measures.samples, case.raw
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
    if flat.any() and not case.measures.is_constant.all():
        n_flat = int(flat.sum())
        yield Finding(
            "constant-samples",
            Severity.WARNING,
            f"{count(n_flat, 'sample')} {'has' if n_flat == 1 else 'have'} one value for every "
            f"gene: {some(names_at(raw.samples, flat))}.",
            "Such a sample is no measurement. Is it a column of ranks, batches or numbers?",
        )


def many_genes(case: Case) -> Iterator[Finding]:
    """Suggest fewer genes where there are very many and no list of regulators."""
    raw = case.raw
    if raw.n_genes < 2 * _KEPT_VARIABLE or case.wanted is not None or raw.n_samples < 2:
        return
    yield Finding(
        "many-genes",
        Severity.NOTE,
        f"All {raw.n_genes:,} genes would be regulators of all others: "
        f"{raw.n_genes * (raw.n_genes - 1) / 1e6:,.0f} million possible links.",
        "A list of transcription factors makes ranks better and the run faster; so does leaving "
        "out genes that hardly vary.",
        (f"keep-variable={_KEPT_VARIABLE}", f"restrict-targets={_KEPT_VARIABLE}"),
    )
