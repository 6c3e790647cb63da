"""The gene table of a data set: symbols, descriptions and more, by the identifiers of the genes."""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from genie3_engine.data.gene_spelling import GeneSpelling
from genie3_engine.errors import OptionError

EXPRESSION_FILE = "The expression file"


class GeneRole(StrEnum):
    """What a column of a gene table is used for."""

    IDENTIFIER = "identifier"
    SYMBOL = "symbol"
    DESCRIPTION = "description"


@dataclass(frozen=True, eq=False)
class GeneTable:
    """What is known of the genes of a data set.

    An identifier is the name of a gene in the data set and the key of everything; a symbol only
    labels it. A table without rows stands for no table: each gene is labelled by its identifier.

    Parameters
    ----------
    genes : tuple of str
        Identifiers of all genes of the data set.
    columns : mapping of str to tuple of str
        A text for each of them, by the header of the column; empty where there is none.
    roles : mapping of str to str
        Headers of the columns by their `GeneRole`. The column of the identifiers need not be
        among the columns.
    source : str
        Where the table is from: the name of a file, or `EXPRESSION_FILE`.

    Raises
    ------
    ValueError
        When a column has more or fewer texts than there are genes.

    Examples
    --------
    >>> table = GeneTable(
    ...     ("b0001", "b0002", "b0003"),
    ...     {"name": ("thrL", "insA", "insA")},
    ...     roles={"symbol": "name"},
    ... )
    >>> table.labels(["b0001", "b0002", "b0004"])
    ['thrL', 'insA (b0002)', 'b0004']
    >>> table.find("INSA")
    ('b0002', 'b0003')
    """

    genes: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse columns of another length."""
        if any(len(texts) != len(self.genes) for texts in self.columns.values()):
            raise ValueError(f"columns of a gene table of {len(self.genes)} genes differ in length")

    def __bool__(self) -> bool:
        """Return whether there is a table."""
        return bool(self.genes and self.columns)

    @cached_property
    def version(self) -> str:
        """Names the content; empty for no table."""
        if not self:
            return ""
        return f"{zlib.crc32(json.dumps(self.to_dict()).encode()):08x}"

    @property
    def n_known(self) -> int:
        """The number of genes of which anything is known."""
        return sum(any(texts) for texts in zip(*self.columns.values(), strict=True))

    @property
    def has_symbols(self) -> bool:
        """Whether any gene has a symbol other than its identifier."""
        return bool(self._symbols)

    def symbol(self, gene: str) -> str:
        """Return the symbol of a gene, by its identifier; empty where none is known."""
        return self._symbols.get(gene, "")

    def description(self, gene: str) -> str:
        """Return the description of a gene, by its identifier; empty where none is known."""
        return self._descriptions.get(gene, "")

    def label(self, gene: str) -> str:
        """Return what a gene is labelled by.

        Its symbol; symbol and identifier where several genes share the symbol or it is the
        identifier of another gene; the identifier where there is no symbol.
        """
        return self._labels.get(gene, gene)

    def labels(self, genes: Iterable[str]) -> list[str]:
        """Return the label of each of some genes; see `label`."""
        return [self._labels.get(gene, gene) for gene in genes]

    def full_name(self, gene: str) -> str:
        """Return symbol and identifier of a gene, such as ``thrL (b0001)``."""
        symbol = self._symbols.get(gene)
        return _both(symbol, gene) if symbol else gene

    def find(self, name: str) -> tuple[str, ...]:
        """Return the identifiers of the genes that a name means, sorted.

        Parameters
        ----------
        name : str
            An identifier, a symbol or a label, without regard to case and version.

        Returns
        -------
        tuple of str
            The gene of this identifier, else all genes of this symbol; empty without any.
        """
        if name in self._rows:
            return (name,)
        labelled = self._by_label.get(name)
        if labelled is not None:
            return (labelled,)
        gene = self._spelling.of(name.strip())
        if gene in self._rows:
            return (gene,)
        return self._by_symbol.get(name.strip().casefold(), ())

    def matches(self, gene: str, text: str) -> bool:
        """Return whether the identifier or the symbol of a gene contains a text, in any case."""
        part = text.casefold()
        return part in gene.casefold() or part in self._symbols.get(gene, "").casefold()

    @property
    def attributes(self) -> dict[str, dict[str, str]]:
        """Return texts by gene for each attribute that exports have.

        The attributes ``symbol`` and ``description`` come first; the other columns follow under
        their headers, which differ from ``name`` and ``identifier``. A gene without a text is
        absent.
        """
        found: dict[str, dict[str, str]] = {}
        for name, of in (("symbol", self._symbols), ("description", self._descriptions)):
            if of:
                found[name] = dict(of)
        used = set(self.roles.values())
        for header in self.columns:
            if header not in used:
                is_taken = header.casefold() in {"name", "identifier", *found}
                name = f"{header} (column)" if is_taken else header
                found[name] = self._texts(header)
        return {name: of for name, of in found.items() if of}

    def with_roles(self, **roles: str) -> GeneTable:
        """Return the same table with other columns for the symbol or the description.

        Parameters
        ----------
        **roles : str
            Headers by role; an empty one for none.

        Raises
        ------
        OptionError
            When there is no such column.
        """
        for header in filter(None, roles.values()):
            if header not in self.columns:
                known = ", ".join(repr(each) for each in self.columns)
                raise OptionError(
                    f"The gene table has no column {header!r}.", f"Its columns are {known}."
                )
        changed = {**self.roles, **roles}
        return replace(self, roles={role: header for role, header in changed.items() if header})

    def of_genes(self, genes: Iterable[str]) -> GeneTable:
        """Return the table of other genes, which may differ from those here in case or version."""
        kept = tuple(genes)
        if not self or kept == self.genes:
            return self
        rows = [self._rows.get(self._spelling.of(gene), -1) for gene in kept]
        columns = {
            header: tuple(texts[row] if row >= 0 else "" for row in rows)
            for header, texts in self.columns.items()
        }
        return replace(self, genes=kept, columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "source": self.source,
            "roles": dict(self.roles),
            "genes": list(self.genes),
            "columns": {header: list(texts) for header, texts in self.columns.items()},
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> GeneTable:
        """Return the table that `to_dict` described.

        Raises
        ------
        AttributeError, KeyError, TypeError, ValueError
            When it did not.
        """
        return cls(
            tuple(map(str, values["genes"])),
            {str(name): tuple(map(str, texts)) for name, texts in values["columns"].items()},
            {str(role): str(name) for role, name in values["roles"].items()},
            str(values["source"]),
        )

    def _texts(self, header: str | None) -> dict[str, str]:
        """Return the texts of a column that are not empty, by gene."""
        texts = self.columns.get(header or "", ())
        return {gene: text for gene, text in zip(self.genes, texts, strict=False) if text}

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {gene: row for row, gene in reversed(list(enumerate(self.genes)))}

    @cached_property
    def _spelling(self) -> GeneSpelling:
        return GeneSpelling(self.genes)

    @cached_property
    def _symbols(self) -> dict[str, str]:
        symbols = self._texts(self.roles.get(GeneRole.SYMBOL))
        return {gene: symbol for gene, symbol in symbols.items() if symbol != gene}

    @cached_property
    def _descriptions(self) -> dict[str, str]:
        return self._texts(self.roles.get(GeneRole.DESCRIPTION))

    @cached_property
    def _labels(self) -> dict[str, str]:
        counts = Counter(self._symbols.values())
        return {
            gene: symbol
            if counts[symbol] == 1 and symbol not in self._rows
            else _both(symbol, gene)
            for gene, symbol in self._symbols.items()
        }

    @cached_property
    def _by_label(self) -> dict[str, str]:
        return {label: gene for gene, label in self._labels.items()}

    @cached_property
    def _by_symbol(self) -> dict[str, tuple[str, ...]]:
        by_symbol: dict[str, list[str]] = defaultdict(list)
        for gene, symbol in self._symbols.items():
            by_symbol[symbol.casefold()].append(gene)
        return {symbol: tuple(sorted(genes)) for symbol, genes in by_symbol.items()}


NO_GENE_TABLE = GeneTable()


def _both(symbol: str, gene: str) -> str:
    return f"{symbol} ({gene})"
