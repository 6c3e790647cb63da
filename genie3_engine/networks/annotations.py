"""Annotations of genes, from an uploaded table or from the gene table."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneRole, GeneTable
from genie3_engine.data.io.text.rows import read_rows
from genie3_engine.errors import InputError


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """One value per gene: a word or a number.

    Parameters
    ----------
    name : str
        What the values are.
    of : mapping of str to str
        From gene to value; genes without a value are absent.
    """

    name: str
    of: Mapping[str, str]

    @property
    def numbers(self) -> dict[str, float] | None:
        """The values as numbers; None when there are words among them."""
        try:
            values = {gene: float(value) for gene, value in self.of.items()}
        except ValueError:
            return None
        return values if all(map(math.isfinite, values.values())) else None


def annotations_of(table: GeneTable) -> tuple[Annotation, ...]:
    """Return the columns of a gene table besides symbols and descriptions."""
    texts = table.attributes
    named = {GeneRole.SYMBOL.value, GeneRole.DESCRIPTION.value}
    return tuple(Annotation(name, of) for name, of in texts.items() if name not in named)


def read_annotations(
    content: bytes, genes: Collection[str], *, gene_table: GeneTable = NO_GENE_TABLE
) -> tuple[Annotation, ...]:
    """Read a table of genes: names in one column, values in the others.

    Parameters
    ----------
    content : bytes
        Text with tabs, commas or semicolons; the first line names the columns.
    genes : collection of str
        The genes of the network.
    gene_table : GeneTable
        Their symbols, which the table may have in the place of their names.

    Returns
    -------
    tuple of Annotation
        One per column, for genes of the network.

    Raises
    ------
    InputError
        When the file is not such a table, or has no gene of the network.
    """
    rows = read_rows(content, name="The annotation")
    if len(rows) < 2 or len(rows[0]) < 2:
        raise InputError(
            "The annotation is not a table with a header and two columns.",
            "Give a column of gene names and one of values, with a first line of names.",
        )
    known = {name: name for name in genes}
    for name in genes:  # a name counts before a symbol of another gene
        if len(gene_table.find(gene_table.symbol(name))) == 1:
            known.setdefault(gene_table.symbol(name), name)
    header = rows[0]
    hits = [sum(_cell(row, i) in known for row in rows[1:]) for i in range(len(header))]
    keys = max(range(len(header)), key=hits.__getitem__)
    if hits[keys] == 0:
        raise InputError(
            f"No name in the annotation is a gene of this network (first: {_cell(rows[1], 0)!r}).",
            "Use the names of the expression file.",
        )
    return tuple(
        Annotation(
            name.strip() or f"column {i + 1}",
            {
                known[_cell(row, keys)]: _cell(row, i)
                for row in rows[1:]
                if _cell(row, keys) in known and _cell(row, i)
            },
        )
        for i, name in enumerate(header)
        if i != keys
    )


def _cell(row: list[str], place: int) -> str:
    return row[place] if place < len(row) else ""
