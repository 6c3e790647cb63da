"""Add up the recovery curves of sets of genes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genie3_engine.kernels._jit import kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@kernel
def add_recoveries(
    ranked: NDArray[np.int32],
    starts: NDArray[np.int64],
    members: NDArray[np.int32],
    areas: NDArray[np.int64],
) -> None:
    """Add the area under each set's recovery curve in each sample.

    Parameters
    ----------
    ranked : (n_samples, n_top) int32
        Positions of each sample's highest genes, the highest first.
    starts : (n_genes + 1,) int64
        Where the sets of each gene begin in ``members``.
    members : (n,) int32
        The sets that hold each gene, gene by gene.
    areas : (n_samples, n_sets) int64
        What is added to: a gene of rank r, from 0, adds ``n_top - r`` to each of its sets.
    """
    n_samples, n_top = ranked.shape
    for sample in range(n_samples):
        for rank in range(n_top):
            gene = ranked[sample, rank]
            for i in range(starts[gene], starts[gene + 1]):
                areas[sample, members[i]] += n_top - rank
