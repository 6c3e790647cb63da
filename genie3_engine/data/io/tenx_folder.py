"""Which file of a folder holds the matrix of 10x Genomics?"""

from __future__ import annotations

import re
from pathlib import Path

from genie3_engine.errors import InputError


def matrix_in(folder: Path) -> Path:
    """Find the Matrix Market file in a folder; those that hold its names lie beside it.

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
