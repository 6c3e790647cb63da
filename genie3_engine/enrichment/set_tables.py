"""Read gene sets from tables: a column of genes, and a column of the sets that they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from genie3_engine.data.gene_table import GeneTable
from genie3_engine.data.io.text.cell_values import is_number
from genie3_engine.data.list_columns import rows_of_lines
from genie3_engine.data.name_lists import sheets_of_file
from genie3_engine.enrichment.gene_sets import GeneSets, NamedGene, SetBuilder
from genie3_engine.errors import InputError, OptionError

GENE, SET = "gene", "set"
_MOST_DIFFERENT = 0.9  # of a column that may name sets: different texts by rows
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class SetTable:
    """A table of genes and sets as it was read.

    Parameters
    ----------
    name : str
        What the file is called.
    rows : list of list of str
        Cells; the first row may be a header.
    notes : tuple of str
        How the text is encoded, where it is not UTF-8.
    """

    name: str
    rows: list[list[str]]
    notes: tuple[str, ...] = ()

    @property
    def titles(self) -> tuple[str, ...]:
        """The cells of the first row, or the number of a column without one."""
        return tuple(cell or str(i) for i, cell in enumerate(self.rows[0], 1))

    def column(self, place: int) -> list[str]:
        """Return the cells of a column, with the first row."""
        return [row[place] for row in self.rows]

    def gene_sets(self, table: GeneTable, columns: Mapping[str, str] | None = None) -> GeneSets:
        """Return the sets, with the column of genes found by matching.

        Parameters
        ----------
        table : GeneTable
            The genes of the network, with their symbols.
        columns : mapping of str to str, optional
            The header or number of the columns ``gene`` and ``set``, where the user chose them.

        Raises
        ------
        OptionError
            When there is no such column, or it is the same for genes and sets.
        InputError
            When no column has a gene of the network.
        """
        chosen = {role: self._place_of(wanted) for role, wanted in (columns or {}).items()}
        gene = chosen.get(GENE, -1)
        if gene < 0:
            gene = self._gene_column(table, without=chosen.get(SET))
        set_ = chosen.get(SET, -1)
        others: list[int] = []
        if set_ < 0:
            set_, others = self._set_column(gene)
        if gene == set_:
            raise OptionError(
                f"Genes and sets are both in column {gene + 1} of {self.name}.",
                "Choose another column for one of them.",
            )
        builder = SetBuilder()
        has_header = not table.find(self.rows[0][gene])
        for row in self.rows[has_header:]:
            if row[gene] and row[set_]:
                builder.add(
                    builder.set_place(row[set_]), [builder.gene_place(NamedGene(row[gene]))]
                )
        quoted = [self._quoted(place, has_header=has_header) for place in (gene, set_, *others)]
        note = f"{self.name}: genes are in {quoted[0]}, sets in {quoted[1]}."
        if others:
            note += f" Other columns may name sets: {', '.join(quoted[2:])}."
        return builder.gene_sets([*self.notes, note])

    def names_of(self, sets: Sequence[str]) -> dict[str, str]:
        """Return names by set where the table names most sets of another file; empty otherwise."""
        known = set(sets)
        for place in range(2):
            cells = self.column(place)
            if 2 * len(known.intersection(cells)) >= len(known):
                return dict(zip(cells, self.column(1 - place), strict=True))
        return {}

    def _gene_column(self, table: GeneTable, *, without: int | None) -> int:
        n_columns = len(self.rows[0])
        hits = [
            -1 if i == without else sum(bool(table.find(cell)) for cell in set(self.column(i)))
            for i in range(n_columns)
        ]
        best = max(range(n_columns), key=hits.__getitem__)
        if hits[best] <= 0:
            shown = "', '".join(cell for cell in self.rows[-1][:_SHOWN])
            raise InputError(
                f"No column of {self.name} ('{shown}') has a gene of this network "
                f"('{table.genes[0]}', ...).",
                "Use a table of the same species with identifiers or symbols as in the expression "
                "file.",
            )
        return best

    def _set_column(self, gene: int) -> tuple[int, list[int]]:
        """Return the column of sets, and others that may be it."""
        others = [i for i in range(len(self.rows[0])) if i != gene]
        if len(others) == 1:
            return others[0], []
        likely = [i for i in others if self._may_name_sets(i)]
        return (likely or others)[0], likely[1:]

    def _may_name_sets(self, place: int) -> bool:
        cells = [cell for cell in self.column(place)[1:] if cell]
        n_different = len(set(cells))
        is_repeated = 1 < n_different <= _MOST_DIFFERENT * len(cells)
        return is_repeated and not all(map(is_number, cells))

    def _place_of(self, wanted: str) -> int:
        titles = [title.casefold() for title in self.titles]
        if wanted.strip().casefold() in titles:
            return titles.index(wanted.strip().casefold())
        if wanted.strip().isdecimal() and 0 < int(wanted) <= len(titles):
            return int(wanted) - 1
        shown = ", ".join(repr(title) for title in self.titles)
        raise OptionError(
            f"{self.name} has no column {wanted!r}.", f"Its columns are {shown}, or give a number."
        )

    def _quoted(self, place: int, *, has_header: bool) -> str:
        return f"column {place + 1} ({'' if has_header else 'such as '}'{self.titles[place]}')"


def read_set_table(path: Path) -> SetTable:
    """Read a table with a column of genes and a column of sets.

    Parameters
    ----------
    path : Path
        Text with tabs, commas or semicolons, plain or gzip, or a workbook.

    Raises
    ------
    InputError
        When it is not a table of two columns or more.
    """
    sheets, decisions = sheets_of_file(path)
    lines = next(iter(sheets.values()))
    rows, _ = rows_of_lines(path, lines)
    if not rows or len(rows[0]) < 2:
        raise InputError(
            f"{path.name} is neither GMT, GAF, OBO nor a table of two columns.",
            "Give gene sets as GMT or GAF, or a table with a column of genes and one of sets.",
        )
    return SetTable(path.name, rows, tuple(each.taken for each in decisions))
