"""What do the folder and the HDF5 file of 10x Genomics have in common?"""

from __future__ import annotations

from genie3_engine.data.io.table import SparseMatrix
from genie3_engine.errors import InputError

TENX_REASON = "A matrix of 10x has its genes (features) in the rows and cells in the columns."
_EXPRESSION = "Gene Expression"


def only_expression(
    counts: SparseMatrix, labels: dict[str, list[str]], types: list[str]
) -> tuple[SparseMatrix, dict[str, list[str]], list[str]]:
    """Leave out the features that are antibodies, guides or peaks.

    Parameters
    ----------
    counts : scipy.sparse matrix
        Features in rows.
    labels : dict of str to list of str
        Their names of each kind.
    types : list of str
        Their types; empty when there are none.

    Returns
    -------
    counts, labels
        Of those that are genes.
    warnings : list of str
        How many were left out.

    Raises
    ------
    InputError
        When the types do not fit the features.
    """
    if not types or all(kind == _EXPRESSION for kind in types) or _EXPRESSION not in types:
        return counts, labels, []
    if len(types) != counts.shape[0]:
        raise InputError(
            f"There are {counts.shape[0]:,} features and {len(types):,} types of them.",
            "The file is damaged: export it again.",
        )
    kept = [i for i, kind in enumerate(types) if kind == _EXPRESSION]
    others = sorted(set(types) - {_EXPRESSION})
    warning = (
        f"{len(types) - len(kept):,} features that are no gene expression "
        f"({', '.join(others[:3])}) are left out."
    )
    labels = {key: [names[i] for i in kept] for key, names in labels.items()}
    return counts.tocsr()[kept], labels, [warning]
