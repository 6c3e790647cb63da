"""Is there a number everywhere?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from genie3_engine.data.quality.context import Case, count, names_at, percent, some
from genie3_engine.data.quality.findings import Finding, Severity
from genie3_engine.data.summary_statistics import dense_blocks

_MOST_FILLED = 0.3
_WHY = (
    "Trees compare numbers: GENIE3 needs a value for every gene in every sample, and nothing is "
    "filled in behind your back."
)


def empty(case: Case) -> Iterator[Finding]:
    """Report genes and samples without any value."""
    measures, raw = case.measures, case.raw
    for what, axis, names, whole, fix in (
        ("gene", measures.genes, raw.genes, raw.n_samples, "drop-missing-genes"),
        ("sample", measures.samples, raw.samples, raw.n_genes, "drop-missing-samples"),
    ):
        lost = names_at(names, axis.n_missing == whole) if whole else []
        if lost and len(lost) < len(names):
            verb = "has" if len(lost) == 1 else "have"
            yield Finding(
                f"empty-{what}s",
                Severity.PROBLEM,
                f"{count(len(lost), what)} {verb} no value at all: {some(lost)}.",
                _WHY,
                (fix,),
            )


def missing(case: Case) -> Iterator[Finding]:
    """Report values that are missing or no numbers, and where."""
    measures, raw = case.measures, case.raw
    n_missing = measures.n_missing
    if n_missing == 0:
        return
    genes, samples = measures.genes.n_missing, measures.samples.n_missing
    n_genes, n_samples = int((genes > 0).sum()), int((samples > 0).sum())
    lost_genes = int((genes == raw.n_samples).sum())
    lost_samples = int((samples == raw.n_genes).sum())
    told = lost_genes * raw.n_samples + lost_samples * raw.n_genes - lost_genes * lost_samples
    if n_missing == told and lost_genes < raw.n_genes:
        return  # by `empty`
    n_text = min(raw.n_odd, n_missing)
    share = percent(n_missing, raw.n_genes * raw.n_samples)
    first = int(np.flatnonzero(genes)[0])
    place = f"gene '{raw.genes[first]}' in sample '{raw.samples[_first_gap(case, first)]}'"
    sentence = f"1 value is missing: {place}."
    if n_missing > 1:
        sentence = (
            f"{count(n_missing, 'value')} ({share}) are missing, in {count(n_genes, 'gene')} and "
            f"{count(n_samples, 'sample')}, first {place}."
        )
    yield Finding(
        "missing-values", Severity.PROBLEM, sentence, _WHY, _remedies(case, n_genes, n_samples)
    )
    if n_text:
        yield _text(case, n_text)


def _first_gap(case: Case, gene: int) -> int:
    (_, row), *_ = dense_blocks(case.raw.values[[gene]])
    return int(np.flatnonzero(np.isnan(row[0]))[0])


def _text(case: Case, n_text: int) -> Finding:
    raw = case.raw
    places = "; ".join(
        f"'{cell.text}' for gene '{raw.genes[cell.gene]}' in sample '{raw.samples[cell.sample]}'"
        for cell in raw.odd_cells[:3]
    )
    more = f", and {n_text - 3:,} more" if n_text > 3 else ""
    verb = "holds" if n_text == 1 else "hold"
    return Finding(
        "not-numbers",
        Severity.WARNING,
        f"{count(n_text, 'cell')} {verb} no finite number: {places}{more}.",
        "They are taken for missing values. Text in one row or column may be a description that "
        "does not belong among the values.",
    )


def _remedies(case: Case, n_genes: int, n_samples: int) -> tuple[str, ...]:
    """Return the fixes, the one that costs least first: what is dropped, or made up."""
    raw, genes = case.raw, case.measures.genes.n_missing
    made_up = case.measures.n_missing / (raw.n_genes * raw.n_samples)
    riddled = genes.max() > _MOST_FILLED * raw.n_samples
    costs = {
        "fill-missing": made_up / 2 + (0.1 if riddled else 0.0),
        "drop-missing-genes": n_genes / raw.n_genes,
        "drop-missing-samples": n_samples / raw.n_samples,
    }
    return tuple(fix for fix in sorted(costs, key=costs.__getitem__) if costs[fix] < 1)
