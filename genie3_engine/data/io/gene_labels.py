"""Choose the names of genes where a file has several: symbol or identifier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping


def choose_labels(
    candidates: Mapping[str, list[str]], regulators: Collection[str]
) -> tuple[str, list[str], list[str]]:
    """Choose the names of the genes.

    Parameters
    ----------
    candidates : mapping of str to list of str
        What the names are called, and one name a gene; the usual ones first.
    regulators : collection of str
        Names of genes that the user has; the names that match them best are meant.

    Returns
    -------
    str
        What the chosen names are called.
    list of str
        One per gene. A name that repeats or is empty is replaced by the gene's name of another
        kind, where that kind is unique for all genes.
    list of str
        What the user should know.
    """
    wanted = {name.casefold() for name in regulators}

    def n_matching(kind: str) -> int:
        return len(wanted.intersection(name.casefold() for name in candidates[kind]))

    chosen = max(candidates, key=n_matching) if wanted else next(iter(candidates))
    names = candidates[chosen]
    counts = Counter(names)
    doubtful = [name == "" or counts[name] > 1 for name in names]
    if not any(doubtful):
        return chosen, names, []
    for other, others in candidates.items():
        mixed = [o if bad else n for n, o, bad in zip(names, others, doubtful, strict=True)]
        if other != chosen and all(mixed) and len(set(mixed)) == len(mixed):
            warning = (
                f"{sum(doubtful):,} genes share their name ({chosen}) with another one or have "
                f"none; they go by the other name that the file has ({other})."
            )
            return chosen, mixed, [warning]
    return chosen, names, []
