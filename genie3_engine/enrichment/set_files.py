"""Read files of gene sets: GMT, GAF with or without OBO, and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from genie3_engine import labels
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.data.io.entry_lines import refuse_other_formats
from genie3_engine.data.io.excel import EXCEL
from genie3_engine.data.io.input_file import Source, is_binary, open_source, undecodable
from genie3_engine.data.io.text.rows import WESTERN
from genie3_engine.enrichment.gene_ontology import (
    Ontology,
    is_gaf,
    passed_on,
    read_gaf,
    read_obo,
    with_names,
)
from genie3_engine.enrichment.gene_sets import (
    GeneSets,
    MatchedSets,
    NamedGene,
    SetBuilder,
    match_sets,
)
from genie3_engine.enrichment.set_tables import SetTable, read_set_table
from genie3_engine.errors import InputError

_FIRST_LINES = 200
_WEIGHT = re.compile(r",-?\d+(\.\d+)?([eE][+-]?\d+)?$")  # after a gene's name, as Enrichr writes it


def read_gene_sets(
    paths: Sequence[Path], table: GeneTable, *, columns: Mapping[str, str] | None = None
) -> MatchedSets:
    """Read gene sets, and match them with the genes of a network.

    Parameters
    ----------
    paths : sequence of Path
        Files of gene sets; or folders of them. An OBO file, or a table of terms and their names,
        describes the sets of the others.
    table : GeneTable
        The genes of the network, with their symbols.
    columns : mapping of str to str, optional
        The header or number of the columns ``gene`` and ``set`` of tables.

    Returns
    -------
    MatchedSets
        The sets that have genes of the network.

    Raises
    ------
    InputError
        When a file cannot be read, or no gene of the sets is a gene of the network.
    OptionError
        When a table has no such column.
    """
    found: list[GeneSets] = []
    tables: list[SetTable] = []
    ontology: Ontology | None = None
    for path in _files(paths):
        read = _read(path)
        if isinstance(read, Ontology):
            ontology = read
        elif isinstance(read, SetTable):
            tables.append(read)
        else:
            found.append(read)
    known = [name for sets in found for name in sets.names]
    described: dict[str, str] = {}
    for each in tables:
        names = each.names_of(known) if known else {}
        described |= names
        if not names:
            found.append(each.gene_sets(table, columns))
    if not found:
        raise InputError(
            "There are no gene sets: the file has terms of an ontology only.",
            "Give annotations, too, such as a GAF file.",
        )
    if ontology is not None:
        found = [with_names(passed_on(sets, ontology), ontology.names) for sets in found]
    elif described:
        found = [with_names(sets, described) for sets in found]
    return match_sets(_joined(found), table)


def _files(paths: Iterable[Path]) -> list[Path]:
    """Return the files, and those of folders that are not hidden."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        files = [
            file
            for file in sorted(path.iterdir())
            if not file.is_dir() and not file.name.startswith(".")
        ]
        if not files:
            raise InputError(f"The folder {path.name} has no files.", "Give files of gene sets.")
        found += files
    return found


def _read(path: Path) -> GeneSets | Ontology | SetTable:
    with open_source(path, content="gene sets") as source:
        if EXCEL.sniff(source) or is_binary(source.head):
            return read_set_table(path)
        refuse_other_formats(source)
        try:
            return _read_text(source)
        except InputError as error:
            if not isinstance(error.__cause__, UnicodeError) or source.encoding != "utf-8":
                raise
            refused = error
        try:
            read = _read_text(source, WESTERN)
        except InputError as error:
            if isinstance(error.__cause__, UnicodeError):
                raise refused from refused.__cause__
            raise
    if isinstance(read, GeneSets):
        return replace(read, notes=(f"{path.name} is read as Windows-1252.", *read.notes))
    return read


def _read_text(source: Source, encoding: str | None = None) -> GeneSets | Ontology | SetTable:
    name = source.path.name
    first = list(islice(_lines(source, encoding), _FIRST_LINES))
    if is_gaf(first):
        return read_gaf(_lines(source, encoding), name=name)
    if any(line.rstrip() == "[Term]" for line in first):
        return read_obo(_lines(source, encoding))
    if source.ending == ".gmt" or _is_gmt(first):
        return read_gmt(_lines(source, encoding), name=name)
    return read_set_table(source.path)


def _lines(source: Source, encoding: str | None) -> Iterator[str]:
    number = 0
    try:
        with source.text(encoding) as text:
            for number, line in enumerate(text, 1):  # noqa: B007 -- for the error
                yield line
    except UnicodeError as error:
        raise undecodable(source, error, after_line=number) from error


def _is_gmt(lines: Iterable[str]) -> bool:
    """Return whether lines are sets: cells between tabs, of which each line has its own number."""
    widths = [len(line.rstrip("\n").split("\t")) for line in lines if line.strip()]
    return min(widths, default=0) >= 3 and len(set(widths)) > 1 and max(widths) > 5


def read_gmt(lines: Iterable[str], *, name: str) -> GeneSets:
    """Read GMT: a line for each set, with its name, a description, and its genes.

    Parameters
    ----------
    lines : iterable of str
        Cells with tabs between them. A weight after a gene and a comma, as in libraries of Enrichr,
        is left out.
    name : str
        What the file is called, for messages.

    Raises
    ------
    InputError
        When genes have no name of a set, or no set is left.
    """
    builder = SetBuilder()
    places = _GenePlaces(builder)
    n_empty = n_repeated = n_sets = 0
    name_only = 0
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.rstrip("\r\n").split("\t")
        genes = dict.fromkeys(places[cell] for cell in cells[2:] if cell and not cell.isspace())
        if not genes:
            n_empty += 1
            name_only = name_only or number * (len(cells) == 1)
            continue
        if not cells[0].strip():
            raise _no_gmt(name, number)
        place = builder.set_place(cells[0].strip(), cells[1].strip())
        n_repeated += place < n_sets
        n_sets = max(n_sets, place + 1)
        builder.add(place, genes)
    if not n_sets and name_only:
        raise _no_gmt(name, name_only)
    if not n_sets:
        raise InputError(f"{name} has no gene sets.", "GMT has a set in each line.")
    notes = []
    if n_empty:
        notes.append(f"{labels.count(n_empty, 'set')} without genes left out.")
    if n_repeated:
        notes.append(f"{labels.count(n_repeated, 'line')} of the same set joined.")
    return builder.gene_sets(notes)


class _GenePlaces(dict[str, int]):
    """Positions of the genes of cells; each distinct cell, of millions, is looked at one time."""

    def __init__(self, builder: SetBuilder) -> None:
        super().__init__()
        self._builder = builder

    def __missing__(self, cell: str) -> int:
        place = self._builder.gene_place(NamedGene(_WEIGHT.sub("", cell.strip())))
        self[cell] = place
        return place


def _no_gmt(name: str, number: int) -> InputError:
    return InputError(
        f"{name} has no name and genes with tabs between them in line {number:,}.",
        "GMT has a set in each line: name, description, genes.",
    )


def _joined(found: Sequence[GeneSets]) -> GeneSets:
    """Return the sets of several files as one; sets of one name are one set."""
    if len(found) == 1:
        return found[0]
    builder = SetBuilder()
    set_of, gene_of = [], []
    for sets in found:
        named = zip(sets.names, sets.descriptions, strict=True)
        set_places = np.array([builder.set_place(*each) for each in named], np.int32)
        gene_places = np.array([builder.gene_place(gene) for gene in sets.genes], np.int32)
        set_of.append(set_places[sets.set_of])
        gene_of.append(gene_places[sets.gene_of])
    joined = builder.gene_sets(note for sets in found for note in sets.notes)
    return replace(joined, set_of=np.concatenate(set_of), gene_of=np.concatenate(gene_of))
