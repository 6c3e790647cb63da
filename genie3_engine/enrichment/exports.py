"""Write enriched sets as text tables."""

from __future__ import annotations

from typing import IO

from genie3_engine.enrichment.over_representation import Enrichment

SUFFIXES = {".csv": ","}


def write_enrichment(enrichment: Enrichment, file: IO[bytes], *, delimiter: str = "\t") -> None:
    r"""Write a line for each enriched set of a group, folded ones with the set they are behind.

    Parameters
    ----------
    enrichment : Enrichment
        The enriched sets.
    file : binary file
        Where to.
    delimiter : str
        A tab, or a comma.

    Notes
    -----
    Numbers have six digits. A p-value below 1e-308 is written as 0; ``log10_q`` has its size.
    """
    text = enrichment.table.to_csv(
        sep=delimiter, index=False, lineterminator="\n", float_format="%.6g"
    )
    file.write(text.encode())
