"""Find the gene that a name means, without regard to case and version where that is unique."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

_VERSION = re.compile(r"\.\d{1,3}$")
# Genes that are named by their clone: their numbers are no versions.
_OF_CLONE = re.compile(
    r"(rp\d{1,2}|ct[a-d]|xx[a-z]*|gs\d|ll[a-z0-9]*|kb)-.+|a[bcdfjlp]\d{6}|bx\d{6}"
)


class GeneSpelling:
    """How the genes of a data set are spelt.

    Parameters
    ----------
    genes : iterable of str
        Names of the genes.

    Examples
    --------
    >>> spelling = GeneSpelling(["ENSG00000141510", "Trp53", "b0001"])
    >>> [spelling.of(name) for name in ("ENSG00000141510.17", "TRP53", "b0002")]
    ['ENSG00000141510', 'Trp53', 'b0002']
    """

    def __init__(self, genes: Iterable[str]) -> None:
        self.known = frozenset(genes)
        by_key: dict[str, set[str]] = defaultdict(set)
        for gene in self.known:
            by_key[gene.strip().casefold()].add(gene)
            by_key[plain_name(gene)].add(gene)
        self._by_key: Mapping[str, set[str]] = by_key

    def of(self, name: str) -> str:
        """Return the gene that a name means, or the name itself."""
        if name in self.known:
            return name
        for key in (name.casefold(), plain_name(name)):
            meant = self._by_key.get(key, set())
            if len(meant) == 1:
                return next(iter(meant))
        return name

    def is_gene(self, name: str) -> bool:
        """Return whether a name means a gene."""
        return self.of(name) in self.known


def plain_name(name: str) -> str:
    """Return a name in lower case, without a version at its end."""
    plain = name.strip().casefold()
    stem = _VERSION.sub("", plain)
    return plain if _OF_CLONE.fullmatch(stem) else stem
