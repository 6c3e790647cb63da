"""Gene sets as files list them, and matched with the genes of a network."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from genie3_engine import labels
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.errors import InputError

Positions = npt.NDArray[np.int32]

_ACCESSION = re.compile(r"[A-Za-z]{1,12}[:_.-]?\d{2,}(\.\d+)?")
_SHOWN = 3


def set_label(name: str, description: str) -> str:
    """Return what a set is called in a figure: an accession by its description.

    Examples
    --------
    >>> set_label("GO:0006355", "regulation of transcription"), set_label("APOPTOSIS", "na")
    ('regulation of transcription (GO:0006355)', 'APOPTOSIS')
    """
    is_described = description and not description.lower().startswith(("http", "> http"))
    return f"{description} ({name})" if is_described and _ACCESSION.fullmatch(name) else name


@dataclass(frozen=True, slots=True)
class NamedGene:
    """A gene as a file of gene sets names it.

    Parameters
    ----------
    name : str
        Its first name, such as a symbol.
    others : tuple of str
        Further names that are the gene's own, such as an accession.
    synonyms : tuple of str
        Names that other genes may have as well; used where no other name is known.
    """

    name: str
    others: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class GeneSets:
    """Gene sets of a file, before they are matched with the genes of a network.

    Parameters
    ----------
    names : tuple of str
        Each once.
    descriptions : tuple of str
        A text for each set, perhaps empty.
    genes : tuple of NamedGene
        The genes of all sets.
    set_of, gene_of : (n_memberships,) int32
        The set and the gene of each membership, as positions in ``names`` and ``genes``.
    notes : tuple of str
        What was taken for what, and what was left out: sentences.
    """

    names: tuple[str, ...]
    descriptions: tuple[str, ...]
    genes: tuple[NamedGene, ...]
    set_of: Positions
    gene_of: Positions
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of sets."""
        return len(self.names)


class SetBuilder:
    """Collects gene sets while a file is read."""

    def __init__(self) -> None:
        self._sets: dict[str, int] = {}
        self._descriptions: list[str] = []
        self._genes: dict[Hashable, int] = {}
        self._named: list[NamedGene] = []
        self._set_of: list[int] = []
        self._gene_of: list[int] = []

    def set_place(self, name: str, description: str = "") -> int:
        """Return the position of a set, which is new or known by its name."""
        place = self._sets.setdefault(name, len(self._sets))
        if place == len(self._descriptions):
            self._descriptions.append(description)
        return place

    def gene_place(self, gene: NamedGene, key: Hashable = None) -> int:
        """Return the position of a gene, which is new or known by its key: all names by default."""
        place = self._genes.setdefault(key or gene, len(self._genes))
        if place == len(self._named):
            self._named.append(gene)
        return place

    def add(self, set_place: int, gene_places: Collection[int]) -> None:
        """Add genes to a set."""
        self._gene_of.extend(gene_places)
        self._set_of.extend([set_place] * len(gene_places))

    def gene_sets(self, notes: Iterable[str] = ()) -> GeneSets:
        """Return what was collected."""
        return GeneSets(
            tuple(self._sets),
            tuple(self._descriptions),
            tuple(self._named),
            np.array(self._set_of, np.int32),
            np.array(self._gene_of, np.int32),
            tuple(notes),
        )


@dataclass(frozen=True, slots=True, eq=False)
class MatchedSets:
    """Gene sets whose genes are those of a network.

    Parameters
    ----------
    table : GeneTable
        The genes of the network, with their symbols.
    names, descriptions : tuple of str
        Of the sets that have a gene of the network.
    members : (n_sets, n_genes) sparse bool
        Which genes a set has.
    n_sets : int
        Sets in the file.
    n_named, n_found : int
        Genes that the file names, and those of them that are genes of the network.
    notes : tuple of str
        What to know about the sets: sentences.
    """

    table: GeneTable
    names: tuple[str, ...]
    descriptions: tuple[str, ...]
    members: sparse.csr_array
    n_sets: int
    n_named: int
    n_found: int
    notes: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        """Return the number of sets that have a gene of the network."""
        return len(self.names)

    @property
    def genes(self) -> tuple[str, ...]:
        """Identifiers of the genes of the network."""
        return self.table.genes

    @property
    def annotated(self) -> npt.NDArray[np.bool_]:
        """Which genes of the network are in at least one set; (n_genes,)."""
        found = np.zeros(len(self.genes), np.bool_)
        found[self.members.indices] = True
        return found

    @property
    def sentence(self) -> str:
        """How many sets and genes were matched."""
        n_annotated = int(self.annotated.sum())
        return (
            f"{labels.count(len(self), 'set')} of {self.n_sets:,} have genes of this network; "
            f"{n_annotated:,} of its {labels.count(len(self.genes), 'gene')} are in at least one "
            f"set. Of the {self.n_named:,} genes that the file names, {self.n_found:,} were found."
        )


def match_sets(sets: GeneSets, table: GeneTable) -> MatchedSets:
    """Find the genes of sets among those of a network.

    Parameters
    ----------
    sets : GeneSets
        The sets of a file.
    table : GeneTable
        The genes of the network, with their symbols.

    Returns
    -------
    MatchedSets
        A gene of the network belongs to a set when the set lists it by any of its names. Genes
        that share a symbol belong to the sets of that symbol, each by itself.

    Raises
    ------
    InputError
        When no gene of the sets is a gene of the network.
    """
    found, n_inexact = _found(sets.genes, table)
    counts = np.array([len(genes) for genes in found], np.int64)
    n_found = int((counts > 0).sum())
    if not n_found:
        raise _no_overlap(sets, table)
    place = {gene: i for i, gene in enumerate(table.genes)}
    places = np.array([place[gene] for genes in found for gene in genes], np.int64)
    starts = np.cumsum(counts) - counts
    repeats = counts[sets.gene_of]
    rows = np.repeat(sets.set_of, repeats)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    columns = places[np.repeat(starts[sets.gene_of], repeats) + within]
    shape = (len(sets), len(table.genes))
    members = sparse.csr_array((np.ones(len(rows), np.bool_), (rows, columns)), shape=shape)
    members.sum_duplicates()
    kept = np.flatnonzero(np.diff(members.indptr))
    notes = list(sets.notes)
    if 2 * n_inexact > n_found:
        notes.append(
            f"{labels.count(n_inexact, 'gene')} of {n_found:,} match in another case or version "
            "only: check that the sets are of the same species."
        )
    return MatchedSets(
        table=table,
        names=tuple(sets.names[i] for i in kept),
        descriptions=tuple(sets.descriptions[i] for i in kept),
        members=members[kept],
        n_sets=len(sets),
        n_named=len(sets.genes),
        n_found=n_found,
        notes=tuple(notes),
    )


def _found(genes: Sequence[NamedGene], table: GeneTable) -> tuple[list[tuple[str, ...]], int]:
    """Return what genes of the network each gene is, and how many have another spelling there.

    A synonym counts only where neither another gene has it as a name nor two as a synonym.
    """
    own = {name for gene in genes for name in (gene.name, *gene.others)}
    shared = Counter(synonym for gene in genes for synonym in set(gene.synonyms))
    found: list[tuple[str, ...]] = []
    n_inexact = 0
    for gene in genes:
        synonyms = (name for name in gene.synonyms if name not in own and shared[name] == 1)
        names = (gene.name, *gene.others, *synonyms)
        name, matched = next(
            ((name, matched) for name in names if (matched := table.find(name))), ("", ())
        )
        found.append(matched)
        n_inexact += bool(matched) and not any(
            name in (each, table.symbol(each)) for each in matched
        )
    return found, n_inexact


def _no_overlap(sets: GeneSets, table: GeneTable) -> InputError:
    shown = "', '".join(gene.name for gene in sets.genes[:_SHOWN])
    own = "', '".join(table.genes[:_SHOWN])
    return InputError(
        f"None of the {labels.count(len(sets.genes), 'gene')} of the sets ('{shown}', ...) is a "
        f"gene of this network ('{own}', ...).",
        "Use sets of the same species with identifiers or symbols as in the expression file.",
    )
