"""Read a gene table from a file, and find its columns by matching them with the genes.

Any table with a column of the genes' identifiers is read: an export of BioMart, a table made of a
GTF file, a platform table of GEO, NCBI's gene_info.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.gene_spelling import GeneSpelling
from genie3_engine.data.gene_table import EXPRESSION_FILE, GeneRole, GeneTable
from genie3_engine.data.gene_table_roles import roles_of_columns
from genie3_engine.data.list_columns import rows_of_lines
from genie3_engine.data.name_lists import sheets_of_file
from genie3_engine.errors import InputError, OptionError
from genie3_engine.labels import count

SUBJECT = "gene-table"
OPTION = "gene_table_columns"
NO_COLUMN = "none"
MOST_COLUMNS = 50
LONGEST_TEXT = 300
_LINES_FOR_DELIMITER = 200
_FEW = 0.1  # of the genes: other columns may be meant
_FEWEST_SURE = 0.5
_SHOWN = 3
_FRAME = re.compile(r"[!^]")  # lines around the table in SOFT files of GEO
_BETWEEN = re.compile(r"\s*(?:///?|[|;,])\s*")  # names in one cell
# A terminal would obey them; the last ones write what follows, such as an identifier, backwards.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_BLANK = frozenset({"", "-", ".", "---", "\u2013"})
_MAY_BE_BLANK = frozenset({"na", "n/a", "nan", "none", "null", "unknown"})


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of a table about genes.

    Parameters
    ----------
    header : str
        Its header, or its number from 1.
    texts : tuple of str
        One a row.
    """

    header: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundGeneTable:
    """A gene table, and how it was found.

    Parameters
    ----------
    table : GeneTable
        The rows of the genes of the data.
    decision : Decision
        Which column was taken for what, with the number of genes matched.
    headers : tuple of str
        All columns of the file.
    """

    table: GeneTable
    decision: Decision
    headers: tuple[str, ...]


def read_gene_table(
    path: Path | str,
    genes: Sequence[str],
    *,
    columns: Mapping[str, str] | None = None,
    name: str = "",
) -> FoundGeneTable:
    """Read a gene table and match it with the genes of the data.

    Parameters
    ----------
    path : Path or str
        A text table, plain or gzip, or an Excel workbook, whose longest sheet is read.
    genes : sequence of str
        The identifiers: names of the genes of the data.
    columns : mapping of str to str, optional
        The user's word on columns, header or number by `GeneRole`; ``none`` for no column. What is
        missing is detected.
    name : str
        What to call the file; its name by default.

    Returns
    -------
    FoundGeneTable
        The table. A gene with several rows has the first text of each column.

    Raises
    ------
    InputError
        When the file cannot be read, is not a table, or has no gene of the data.
    OptionError
        When the user names a role or a column that does not exist.
    """
    name = name or Path(path).name
    rows = _rows(path, name)
    spelling = GeneSpelling(genes)
    table = _columns(rows, spelling)
    chosen = _chosen(columns or {}, table, name)
    key = _key_column(table, spelling, chosen.get(GeneRole.IDENTIFIER, ""))
    if not key.row_of:
        raise _no_match(table, genes, name)
    others = _texts_of_genes(table, key, genes)
    if not others:
        raise InputError(
            f"{name} has the identifiers of {count(len(key.row_of), 'gene')}, and no other column.",
            "Give a table that also has a column of symbols or of descriptions.",
        )
    roles = dict(roles_of_columns(others, genes))
    for role in (GeneRole.SYMBOL, GeneRole.DESCRIPTION):
        header = chosen.get(role)
        if header == "":
            roles.pop(role, None)
        elif header is not None:
            roles = {other: own for other, own in roles.items() if own != header} | {role: header}
    found = GeneTable(
        tuple(genes),
        others,
        {GeneRole.IDENTIFIER.value: key.header} | {role.value: own for role, own in roles.items()},
        name,
    )
    headers = tuple(each.header for each in table)
    return FoundGeneTable(found, _decision(found, key, chosen, others), headers)


def gene_table_of_expression(
    genes: Sequence[str], columns: Mapping[str, Sequence[str]]
) -> GeneTable:
    """Return what an expression file has about its genes as a gene table.

    Parameters
    ----------
    genes : sequence of str
        Names of the genes, as they are used.
    columns : mapping of str to sequence of str
        A text for each gene, by header.
    """
    names = tuple(genes)
    texts = {
        header: tuple(_tidy(column))
        for header, column in list(columns.items())[:MOST_COLUMNS]
        if len(column) == len(names) and tuple(column) != names
    }
    texts = {header: column for header, column in texts.items() if any(column) and column != names}
    roles = roles_of_columns(texts, genes)
    return GeneTable(
        names, texts, {role.value: own for role, own in roles.items()}, EXPRESSION_FILE
    )


def describe_gene_table(table: GeneTable) -> str:
    """Return one sentence on a gene table: its columns, and how many genes it has.

    Parameters
    ----------
    table : GeneTable
        A table with rows.
    """
    if table.source == EXPRESSION_FILE:
        return _describe_columns(table)
    matched = f"{table.n_known:,} of {count(len(table.genes), 'gene')}"
    key = table.roles.get(GeneRole.IDENTIFIER)
    by = f" by its column '{key}'" if key else ""
    symbols = _from(table, GeneRole.SYMBOL, "symbols")
    descriptions = _from(table, GeneRole.DESCRIPTION, "descriptions")
    return f"{table.source} has {matched}{by}; {symbols}, {descriptions}."


def _describe_columns(table: GeneTable) -> str:
    """Return one sentence on what an expression file has about its genes besides their names."""
    used = set(table.roles.values())
    others = [f"'{header}'" for header in table.columns if header not in used]
    parts = [
        f"{noun} from '{table.roles[role]}'"
        for role, noun in ((GeneRole.SYMBOL, "symbols"), (GeneRole.DESCRIPTION, "descriptions"))
        if role in table.roles
    ]
    if others:
        more = f" and {len(others) - _SHOWN:,} more" if len(others) > _SHOWN else ""
        parts.append(f"columns {', '.join(others[:_SHOWN])}{more}")
    return f"{table.source} also has, about its genes: {'; '.join(parts)}."


def _from(table: GeneTable, role: GeneRole, noun: str) -> str:
    header = table.roles.get(role)
    return f"{noun} are from '{header}'" if header else f"it has no {noun}"


def _rows(path: Path | str, name: str) -> list[list[str]]:
    """Return the rows of a table, the header first where there is one."""
    sheets, _ = sheets_of_file(path, keep_comments=True)
    lines = [line for line in next(iter(sheets.values())) if not _FRAME.match(line)]
    body = [line for line in lines if not line.startswith("#")]
    if lines and body:
        # NCBI writes its header as a comment.
        last = lines[max(0, lines.index(body[0]) - 1)]
        if last.startswith("#") and last.count("\t") == body[0].count("\t") > 0:
            body.insert(0, last.lstrip("#"))
    _, mark = rows_of_lines(path, body[:_LINES_FOR_DELIMITER])
    rows = rows_of_lines(path, body, delimiters=mark)[0] if mark else []
    if len(rows) < 2:
        raise InputError(
            f"{name} is not a gene table: it has no rows with several columns.",
            "Give a table with a column of identifiers and one of symbols.",
        )
    return rows


def _columns(rows: Sequence[Sequence[str]], spelling: GeneSpelling) -> tuple[TextColumn, ...]:
    """Return the columns; a first row with a gene of the data is not a header."""
    is_header = not any(map(spelling.is_gene, rows[0]))
    columns: list[TextColumn] = []
    taken: set[str] = set()
    for place, texts in enumerate(zip(*rows, strict=True)):
        header = (texts[0] if is_header else "") or str(place + 1)
        if header in taken:
            header = f"{header} ({place + 1})"
        taken.add(header)
        columns.append(TextColumn(header, texts[1:] if is_header else texts))
    return tuple(columns)


def _chosen(
    wanted: Mapping[str, str], table: Sequence[TextColumn], name: str
) -> dict[GeneRole, str]:
    """Return the headers that the user names, by role; empty for no column."""
    roles = [role.value for role in GeneRole]
    by_name = {each.header.casefold(): each.header for each in reversed(table)}
    chosen: dict[GeneRole, str] = {}
    for role, text in wanted.items():
        if role not in roles:
            raise OptionError(f"A gene table has no role {role!r}.", f"Give {', '.join(roles)}.")
        header = by_name.get(text.casefold())
        if header is None and text.isdecimal() and 0 < int(text) <= len(table):
            header = table[int(text) - 1].header
        if header is None and text.casefold() == NO_COLUMN and role != GeneRole.IDENTIFIER:
            header = ""
        if header is None:
            known = ", ".join(repr(each.header) for each in table)
            raise OptionError(
                f"{name} has no column {text!r}.", f"Its columns are {known}, or give a number."
            )
        chosen[GeneRole(role)] = header
    return chosen


@dataclass(frozen=True, slots=True)
class _Key:
    """The column of the identifiers: the first row of each gene, and the rows of all."""

    header: str
    row_of: dict[str, list[int]]
    rivals: tuple[tuple[str, int], ...] = ()
    is_told: bool = False


def _key_column(table: Sequence[TextColumn], spelling: GeneSpelling, chosen: str) -> _Key:
    """Return the column with most of the genes; cells with several names only where none fits."""
    candidates = [each for each in table if chosen in ("", each.header)]
    matched = [(each, _rows_of_genes(each.texts, spelling, whole=True)) for each in candidates]
    n_genes = len(spelling.known)
    if max(len(rows) for _, rows in matched) < _FEW * n_genes:
        parts = [(each, _rows_of_genes(each.texts, spelling, whole=False)) for each in candidates]
        most = max(len(rows) for _, rows in matched)
        if max(len(rows) for _, rows in parts) > 2 * most:
            matched = parts
    ranked = sorted(matched, key=lambda pair: -len(pair[1]))
    best, rows = ranked[0]
    rivals = tuple(
        (other.header, len(found)) for other, found in ranked[1:] if 2 * len(found) > len(rows)
    )
    return _Key(best.header, rows, rivals[:_SHOWN], bool(chosen))


def _rows_of_genes(
    texts: Sequence[str], spelling: GeneSpelling, *, whole: bool
) -> dict[str, list[int]]:
    """Return the rows of each gene that a column names."""
    rows: dict[str, list[int]] = {}
    gene_of: dict[str, tuple[str, ...]] = {}
    for row, text in enumerate(texts):
        if text not in gene_of:
            names = (text,) if whole else _names_in(text)
            meant = dict.fromkeys(map(spelling.of, names))
            gene_of[text] = tuple(gene for gene in meant if gene in spelling.known)
        for gene in gene_of[text]:
            rows.setdefault(gene, []).append(row)
    return rows


def _names_in(cell: str) -> Iterable[str]:
    """Yield the names of a cell such as ``HGNC:HGNC:5|Ensembl:ENSG00000121410``."""
    for part in _BETWEEN.split(cell):
        yield part
        _, mark, after = part.partition(":")
        if mark:
            yield after


def _texts_of_genes(
    table: Sequence[TextColumn], key: _Key, genes: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return the first text of each gene in each column, without the identifiers themselves."""
    found: dict[str, tuple[str, ...]] = {}
    for column in table:
        texts = _tidy(column.texts)
        own = tuple(
            next((texts[row] for row in key.row_of.get(gene, ()) if texts[row]), "")
            for gene in genes
        )
        if not any(own) or column.header == key.header:
            continue
        found[column.header] = own
        if len(found) == MOST_COLUMNS:
            break
    return found


def _tidy(texts: Collection[str]) -> list[str]:
    """Return texts on one line each, cut where they are long, empty where nothing is known.

    A word such as ``NA`` means nothing where it is repeated; a gene may have it as its name.
    """
    seen: dict[str, int] = {}
    for text in texts:
        if text.casefold() in _MAY_BE_BLANK:
            seen[text.casefold()] = seen.get(text.casefold(), 0) + 1
    blank = _BLANK | {word for word, n in seen.items() if n > 1}
    return ["" if text.casefold() in blank else _shortened(text) for text in texts]


def _shortened(text: str) -> str:
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= LONGEST_TEXT else f"{line[: LONGEST_TEXT - 1]}…"


def _decision(
    table: GeneTable,
    key: _Key,
    chosen: Mapping[GeneRole, str],
    columns: Mapping[str, Sequence[str]],
) -> Decision:
    """Return what was taken for what, and the other columns that may be meant."""
    is_sure = table.n_known >= _FEWEST_SURE * len(table.genes)
    certainty = Certainty.CLEAR if is_sure and not key.rivals else Certainty.GUESS
    if key.is_told:
        certainty = Certainty.TOLD
    others = [
        Alternative(
            f"Identifiers from '{header}', {n:,} genes",
            {OPTION: f"{GeneRole.IDENTIFIER.value}={header}"},
        )
        for header, n in key.rivals
        if not key.is_told
    ]
    told = {f"{role.value}={header or NO_COLUMN}" for role, header in chosen.items()}
    return Decision(
        SUBJECT,
        describe_gene_table(table),
        certainty=certainty,
        alternatives=tuple(others),
        names=tuple(columns),
        options={OPTION: ",".join(sorted(told))} if told else {},
    )


def _no_match(table: Sequence[TextColumn], genes: Sequence[str], name: str) -> InputError:
    shown = "; ".join(
        f"'{each.header}' ({', '.join(dict.fromkeys(each.texts[:_SHOWN]))})" for each in table[:6]
    )
    first = "', '".join(genes[:_SHOWN])
    return InputError(
        f"No name in {name} is one of the {len(genes):,} genes ('{first}', ...). It has the "
        f"columns {shown}.",
        "Give a table with a column of the identifiers that the expression file has.",
    )
