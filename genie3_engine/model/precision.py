"""The method that scores links by a shrunken precision matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genie3_engine.model.methods import Method

if TYPE_CHECKING:
    from genie3_engine.model.engines import ForestSize

DEFAULT_SHRINKAGE = 0.8


_TILE, _ROWS_AT_ONCE = 256, 1024  # as the factors are made


def _memory_bytes(size: ForestSize) -> float:
    """Return the bytes while the factors are made, or while links are scored by them."""
    short = min(size.n_genes, size.n_samples)
    matrix = 8.0 * short * (short + _TILE)
    rows = min(_ROWS_AT_ONCE, max(size.n_genes, size.n_samples))
    products = 8.0 * rows * (3 * short + _TILE)
    factors = 8.0 * short * (size.n_genes + _TILE)
    standardised = 8.0 * size.n_genes * size.n_samples
    is_every_gene = size.n_regulators == size.n_genes
    scored = factors if is_every_gene else factors + 8.0 * short * (size.n_regulators + _TILE)
    block = 3.0 * 8.0 * 64 * (size.n_regulators + _TILE)
    making = standardised + matrix + max(products, factors)
    return max(making, scored + size.n_workers * block)


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
    holds_matrix=True,
    memory_bytes=_memory_bytes,
    null_builder="genie3_engine.inference.precision_nulls:PrecisionNulls",
    null_work=10.0,  # measured; a target takes some 0.01 ms
    half_work=0.6,
)
