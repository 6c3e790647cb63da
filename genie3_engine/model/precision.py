"""The method that scores links by a shrunken precision matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genie3_engine.model.methods import Method

if TYPE_CHECKING:
    from genie3_engine.model.engines import ForestSize

DEFAULT_SHRINKAGE = 0.8


def _memory_bytes(size: ForestSize) -> float:
    """Return the bytes of expression, factors and matrix, and of each thread's block of scores."""
    short = min(size.n_genes, size.n_samples)
    factors = 8.0 * short * (size.n_genes + size.n_regulators)
    standardised = 8.0 * size.n_genes * size.n_samples
    block = 4.0 * 8.0 * 64 * size.n_regulators
    return standardised + factors + 8.0 * short * short + size.n_workers * block


METHOD = Method(
    label="Precision",
    help="Partial correlations from a shrunken correlation matrix of all genes: seconds of work, "
    "and good on real data.",
    phrase="shrunken precision matrix",
    settings=("shrinkage",),
    paragraph="genie3_engine.reports.method_sentences:precision_sentences",
    scale="size of the partial correlation, as a multiple of what the means of both genes suggest",
    references=(
        "Passemiers A, Moreau Y, Raimondi D (2022) Fast and accurate inference of gene regulatory "
        "networks through robust precision matrix estimation. Bioinformatics 38:2802-2809. "
        "https://doi.org/10.1093/bioinformatics/btac178",
    ),
    builder="genie3_engine.inference.precision:PrecisionScores",
    block_size=64,
    min_samples=3,
    memory_bytes=_memory_bytes,
)
