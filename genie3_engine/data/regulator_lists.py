"""Lists of transcription factors that ship with the program, and the one that data match best.

A list holds names only, one row for each factor and one column for each kind of name. Names are
found among the genes of the data as they are spelt, versions aside, or among their symbols.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from genie3_engine.data.gene_identifiers import identifiers, without_version
from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.errors import InputError
from genie3_engine.labels import percent
from genie3_engine.registry import Registry

_FOLDER = Path(__file__).with_name("transcription_factors")
_FACTS = "names are facts and free to use"
# A list is proposed for more than a panel of genes, where this many of its names are genes, and
# they are a part of the list or of the genes that chance does not give.
_SMALLEST, _FEWEST, _OF_LIST, _OF_GENES = 100, 5, 0.25, 0.02


@dataclass(frozen=True, slots=True)
class RegulatorList:
    """A list of candidate regulators that ships with the program.

    Parameters
    ----------
    name : str
        What the command line calls it, such as ``human``.
    species : str
        Such as ``Bacillus subtilis 168``.
    source : str
        Where the names come from.
    date : str
        When the source had these names: a year, or a year and a month.
    licence : str
        What is known of the rights of the source.
    size : int
        Number of factors.
    guesses : tuple of str
        Species that `identifiers` recognises and the list is for.
    path : Path or None
        Table of the names, tab separated, with a header; the program's own by default.
    """

    name: str
    species: str
    source: str
    date: str
    licence: str
    size: int
    guesses: tuple[str, ...] = ()
    path: Path | None = None

    @property
    def phrase(self) -> str:
        """What it is, such as ``transcription factors of human``."""
        return f"transcription factors of {self.species}"

    @property
    def title(self) -> str:
        """What it is, at the begin of a line."""
        return self.phrase[:1].upper() + self.phrase[1:]

    @property
    def provenance(self) -> str:
        """Name, source and date in words, as runs store them."""
        return f"the list '{self.name}' of this program ({self.source}, {self.date})"

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The names by kind, in one order; empty where a factor has none of the kind."""
        return _columns(self.path or _FOLDER / f"{self.name}.tsv")

    @property
    def names(self) -> tuple[str, ...]:
        """All names of all kinds."""
        return tuple(name for names in self.columns.values() for name in names if name)


@cache
def _columns(path: Path) -> dict[str, tuple[str, ...]]:
    header, *rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return dict(zip(header, zip(*rows, strict=True), strict=True))


_SCENIC = (
    "SCENIC protocol, aertslab/scenic-nf",
    f"GPL-3 repository; {_FACTS}",
)
_INFERELATOR = f"repository with BSD licence; {_FACTS}"
HUMAN = RegulatorList(
    "human",
    "human",
    f"{_SCENIC[0]}, with identifiers of Ensembl 63",
    "January 2019",
    _SCENIC[1],
    size=1_797,
    guesses=("human",),
)
MOUSE = RegulatorList(
    "mouse",
    "mouse",
    _SCENIC[0],
    "May 2019",
    _SCENIC[1],
    size=1_721,
    guesses=("mouse", "mouse or rat"),
)
FRUIT_FLY = RegulatorList(
    "fruit-fly",
    "fruit fly",
    _SCENIC[0],
    "May 2019",
    _SCENIC[1],
    size=815,
    guesses=("fruit fly",),
)
E_COLI = RegulatorList(
    "e-coli",
    "E. coli K-12",
    "regulators of the networks of PRECISE, Sastry et al., and DREAM5, Marbach et al.",
    "2019 and 2012",
    f"from RegulonDB; {_FACTS}",
    size=293,
    guesses=("E. coli K-12",),
)
B_SUBTILIS = RegulatorList(
    "b-subtilis",
    "Bacillus subtilis 168",
    "Arrieta-Ortiz et al. 2015, as in the Inferelator's data",
    "August 2016",
    _INFERELATOR,
    size=239,
    guesses=("Bacillus subtilis",),
)
YEAST = RegulatorList(
    "yeast",
    "baker's yeast",
    "the Inferelator's data",
    "February 2017",
    f"{_INFERELATOR}; holds proteins of chromatin and RNA polymerases, too",
    size=561,
    guesses=("baker's yeast",),
)
REGULATOR_LISTS: Registry[RegulatorList] = Registry(
    "list of regulators",
    group="genie3.regulator_lists",
    built_in={
        each.name: f"{__name__}:{constant}"
        for constant, each in (
            ("HUMAN", HUMAN),
            ("MOUSE", MOUSE),
            ("FRUIT_FLY", FRUIT_FLY),
            ("E_COLI", E_COLI),
            ("B_SUBTILIS", B_SUBTILIS),
            ("YEAST", YEAST),
        )
    },
)


@dataclass(frozen=True, slots=True)
class ListMatch:
    """The genes of a data set that a list names.

    Parameters
    ----------
    listed : RegulatorList
        The list.
    genes : tuple of str
        Those of the data that are named, in their order.
    missing : tuple of str
        Names of the matched kind that are not genes of the data.
    n_genes : int
        Genes of the data.
    kind : str
        The kind of name that was matched, such as ``symbol``.
    """

    listed: RegulatorList
    genes: tuple[str, ...]
    missing: tuple[str, ...]
    n_genes: int
    kind: str

    @property
    def n_found(self) -> int:
        """Factors of the list that are genes of the data."""
        return self.listed.size - len(self.missing)

    @property
    def sentence(self) -> str:
        """How many of the list and of the genes match."""
        share = percent(len(self.genes) / max(1, self.n_genes))
        return (
            f"{self.n_found:,} of its {self.listed.size:,} names are genes of the data "
            f"({share} of the genes)."
        )

    @property
    def is_likely(self) -> bool:
        """Whether so many names are genes that the list is for these data."""
        return (
            self.n_genes >= _SMALLEST
            and self.n_found >= _FEWEST
            and (
                self.n_found >= _OF_LIST * self.listed.size
                or len(self.genes) >= _OF_GENES * self.n_genes
            )
        )

    def require_any(self) -> ListMatch:
        """Return the match itself where a gene is found.

        Raises
        ------
        InputError
            When none is.
        """
        if self.genes:
            return self
        first = "', '".join(self.missing[:3])
        raise InputError(
            f"None of the {self.listed.size:,} names of the list '{self.listed.name}' ('{first}', "
            f"...) is among the {self.n_genes:,} genes.",
            "Choose the list of the data's species, or give a list with names of the same kind as "
            "in the expression file.",
        )


def match_list(
    listed: RegulatorList, genes: Sequence[str], *, table: GeneTable = NO_GENE_TABLE
) -> ListMatch:
    """Find the genes that a list names, by the kind of name with most of them.

    Parameters
    ----------
    listed : RegulatorList
        The list.
    genes : sequence of str
        The genes of the data.
    table : GeneTable
        Their symbols, where they are known.

    Returns
    -------
    ListMatch
        Perhaps without any gene.
    """
    own = {gene: without_version(gene) for gene in genes}
    ways = [own, {gene: table.symbol(gene) for gene in genes}] if table.has_symbols else [own]
    found = [
        _matched(listed, kind, names, way) for kind, names in listed.columns.items() for way in ways
    ]
    kind, named, missing = max(found, key=lambda each: len(each[1]))
    return ListMatch(
        listed, tuple(gene for gene in genes if gene in named), missing, len(genes), kind
    )


def _matched(
    listed: RegulatorList, kind: str, names: Sequence[str], names_of: Mapping[str, str]
) -> tuple[str, frozenset[str], tuple[str, ...]]:
    """Return the genes that a column names, and the names of it that no gene has."""
    wanted = set(names) - {""}
    named = frozenset(gene for gene, name in names_of.items() if gene in wanted or name in wanted)
    found = {names_of[gene] for gene in named} | named
    any_name = next(iter(listed.columns.values()))
    missing = tuple(
        name or other for name, other in zip(names, any_name, strict=True) if name not in found
    )
    return kind, named, missing


def proposed_list(genes: Sequence[str], *, table: GeneTable = NO_GENE_TABLE) -> ListMatch | None:
    """Return the list that matches most genes of the data; None where none is for them.

    Parameters
    ----------
    genes : sequence of str
        The genes of the data.
    table : GeneTable
        Their symbols, where they are known.

    Returns
    -------
    ListMatch or None
        Of a species that the genes' identifiers do not exclude.
    """
    species = identifiers(genes).species
    lists = [each for each in REGULATOR_LISTS.records() if not species or species in each.guesses]
    matches = [match_list(each, genes, table=table) for each in lists]
    best = max(matches, key=lambda match: len(match.genes), default=None)
    return best if best is not None and best.is_likely else None


def list_of_provenance(text: str) -> RegulatorList | None:
    """Return the shipped list that a run's regulators come from; None for other origins."""
    return next((each for each in REGULATOR_LISTS.records() if each.provenance == text), None)
