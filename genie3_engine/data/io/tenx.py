"""What the folder and the HDF5 file of 10x Genomics have in common."""

from __future__ import annotations

import re
from pathlib import Path

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
        f"{len(types) - len(kept):,} features that are not gene expression "
        f"({', '.join(others[:3])}) are left out."
    )
    labels = {key: [names[i] for i in kept] for key, names in labels.items()}
    return counts.tocsr()[kept], labels, [warning]


def matrix_in(folder: Path) -> Path:
    """Find the Matrix Market file in a folder; those with its names lie next to it.

    Parameters
    ----------
    folder : Path
        Such as Cell Ranger's ``filtered_feature_bc_matrix``.

    Returns
    -------
    Path
        Its ``matrix.mtx``, plain or gzip, or the only file of that ending.

    Raises
    ------
    InputError
        When there is none, or several that might be meant.
    """
    try:
        names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    except OSError as error:
        raise InputError(f"{folder} may not be read by you.", "Change its permissions.") from error
    found = [name for name in names if re.search(r"\.mtx(\.gz)?$", name, re.IGNORECASE)]
    usual = [name for name in found if re.fullmatch(r"matrix\.mtx(\.gz)?", name, re.IGNORECASE)]
    if len(found) == 1 or usual:
        return folder / (usual or found)[0]
    if found:
        raise InputError(
            f"{folder} is a folder with {len(found)} matrices: {', '.join(found[:3])}.",
            "Give the path of the one that you mean.",
        )
    raise InputError(
        f"{folder} is a folder, not a file, and has no matrix.mtx of 10x in it.",
        "Give the path of the file inside it; a folder of 10x has matrix.mtx, features.tsv and "
        "barcodes.tsv, plain or .gz.",
    )
