"""Read an expression file, and prepare a matrix that GENIE3 can use.

The page, the command line and Python all use these functions, so the same file and the same fixes
give the same matrix.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from genie3_engine.data.column_roles import interpret_columns
from genie3_engine.data.decisions import Decision
from genie3_engine.data.expression import Expression
from genie3_engine.data.gene_labels import gene_columns, name_genes
from genie3_engine.data.gene_table_files import gene_table_of_expression
from genie3_engine.data.io import read_file
from genie3_engine.data.io.size_limits import check_declared
from genie3_engine.data.io.table import ReadOptions, Table
from genie3_engine.data.joined_files import FilePart, files_to_join, join_parts
from genie3_engine.data.orientation import Orientation, orientation_of
from genie3_engine.data.quality import Effect, apply, finalise, parse_recipe
from genie3_engine.data.quality.context import some
from genie3_engine.data.raw_expression import OddCell, RawExpression, ReadReport
from genie3_engine.data.sheet_sources import (
    AUTO,
    DIAGONAL,
    NAMES,
    NONE,
    SOURCES,
    SUBJECT,
    SampleFacts,
    find_sheet,
    sheet_options,
)
from genie3_engine.data.sparse_genes import GeneRows
from genie3_engine.data.sparse_reading import genes_of_matrix
from genie3_engine.data.table_corner import first_cells
from genie3_engine.errors import InputError, OptionError
from genie3_engine.labels import count

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Prepared:
    """A matrix with its history.

    Parameters
    ----------
    expression : Expression
        The matrix, after the fixes.
    report : ReadReport
        How the file was read.
    effects : tuple of Effect
        What each fix did.
    """

    expression: Expression
    report: ReadReport
    effects: tuple[Effect, ...] = ()

    @property
    def recipe(self) -> tuple[str, ...]:
        """Return the fixes as texts, in their order."""
        return tuple(str(effect.fix) for effect in self.effects)

    def with_decisions(self, decisions: Sequence[Decision]) -> Prepared:
        """Return the same with further decisions, such as on a list read next to the file."""
        report = replace(self.report, decisions=(*self.report.decisions, *decisions))
        return replace(self, report=report)

    def to_report(self) -> dict[str, Any]:
        """Return what is stored with the data set, as plain JSON values."""
        report = self.report.to_dict()
        report["n_genes"], report["n_samples"] = self.expression.values.shape
        report["recipe"] = [effect.to_dict() for effect in self.effects]
        return report


def prepare(path: Path | str, *, recipe: Sequence[str] = (), **options: Any) -> Prepared:  # noqa: ANN401 - as read_raw
    """Read a file and apply fixes to it.

    Parameters
    ----------
    path : Path or str
        The file, or a folder where a format has several files.
    recipe : sequence of str
        Fixes, in the order in which they are applied.
    **options
        As for `read_raw`.

    Returns
    -------
    Prepared
        The matrix and its history.

    Raises
    ------
    InputError
        When the file cannot be read, a fix cannot be applied, or the result is not complete.
    OptionError
        When there is no such fix, orientation, sheet or layer.
    """
    fixes = parse_recipe(recipe)
    raw, report = read_raw(path, **options)
    result = apply(raw, fixes)
    del raw
    return Prepared(finalise(result.raw, name=_name(path)), report, result.effects)


def read_expression(path: Path | str, **options: Any) -> tuple[Expression, ReadReport]:  # noqa: ANN401 - as read_raw
    """Read an expression matrix that is complete as it is: `prepare` without fixes.

    Parameters
    ----------
    path, **options
        As for `read_raw`.

    Returns
    -------
    Expression
        Genes and samples in the file's order.
    ReadReport
        What was detected, and why.

    Raises
    ------
    InputError
        When the file cannot be read or used: it names the value, its row and column, and what to
        do. Missing values are refused, because GENIE3 needs complete data; so are genes named
        twice, and what would not fit in memory. Samples named twice are kept, with a warning.
    OptionError
        As `read_raw`.
    """
    prepared = prepare(path, **options)
    return prepared.expression, prepared.report


def read_raw(
    path: Path | str,
    *,
    join: Sequence[Path | str] | None = None,
    **options: Any,  # noqa: ANN401 - as ReadOptions
) -> tuple[RawExpression, ReadReport]:
    """Read a file, complete or not.

    Parameters
    ----------
    path : Path or str
        A file of any of the formats that `genie3_engine.data.readable_names` lists, a folder with
        the three files of 10x, or a folder of files of the same genes, which are joined.
    join : sequence of Path or str, optional
        Further files of the same genes, whose samples are added.
    **options
        Options of the user about the file: fields of `ReadOptions` (orientation, header_row,
        name_column, set_aside, keep, gene_names, sheet, layer, regulators, sample_sheet,
        sheet_columns). None is the default.

    Returns
    -------
    RawExpression
        Genes in rows; sparse where the file is. Values may be missing, names may repeat.
    ReadReport
        What was detected, and why.

    Raises
    ------
    InputError
        When the file cannot be read, or files cannot be joined.
    OptionError
        When the orientation is an unknown word, or there is no such sheet, layer or column.
    """
    raw, report = _read_files(files_to_join(path, join or ()), options)
    if options.get("sheet_columns") and raw.sheet is None and not options.get("sample_sheet"):
        raise OptionError(
            "--sheet-columns names columns of a sample sheet, and there is none.",
            "Give the file of the sheet: --sample-sheet FILE.",
        )
    return raw, report


def _read_files(files: Sequence[Path], options: dict[str, Any]) -> tuple[RawExpression, ReadReport]:
    """Read one file, or several that are joined."""
    if len(files) == 1:
        return _read_file(files[0], options)
    source = str(options.get("sample_sheet") or AUTO)
    has_own_sheet = source not in SOURCES
    parts = [
        _read_part(file, {**options, "sample_sheet": NONE if has_own_sheet else source})
        for file in files
    ]
    raw, report = join_parts(parts)
    if not has_own_sheet:
        return raw, report
    report = replace(
        report, decisions=tuple(each for each in report.decisions if each.subject != SUBJECT)
    )
    return _with_sheet(
        raw,
        report,
        "",
        ReadOptions(sample_sheet=source, sheet_columns=options.get("sheet_columns") or ()),
    )


def _read_part(path: Path, options: dict[str, Any]) -> FilePart:
    """Read one of several files; what another one alone states of its samples is not required."""
    try:
        raw, report = _read_file(path, options)
    except InputError as error:
        if options["sample_sheet"] not in (NAMES, DIAGONAL):
            raise _of_file(error, path) from error
        raw, report = _read_file(path, {**options, "sample_sheet": AUTO})
    return FilePart(path.name, raw, report)


def _of_file(error: InputError, path: Path) -> InputError:
    """Return an error that names its file, which a folder's message may not do."""
    if path.name in error.message:
        return error
    return InputError(f"{path.name}: {error.message}", error.remedy, code=error.code)


def _read_file(path: Path | str, options: dict[str, Any]) -> tuple[RawExpression, ReadReport]:
    """Read one file; see `read_raw`."""
    asked = ReadOptions(**{key: value for key, value in options.items() if value is not None})
    format_name, table = read_file(path, asked)
    first = first_cells(table)
    table = interpret_columns(table, asked)
    decided = orientation_of(table, wanted=asked.orientation, regulators=asked.regulators)
    in_rows = decided.genes_in_rows
    if table.sparse is None:
        n_bytes = table.n_rows * table.n_columns * 8
        check_declared(_name(path), "the matrix", n_bytes, stored=n_bytes)
    columns = gene_columns(table, genes_in_rows=in_rows)
    table = name_genes(table, asked, genes_in_rows=in_rows)
    samples, warnings = sample_names(table, genes_in_rows=in_rows)
    doubt = "" if decided.is_guess else decided.warning  # a guess is reported as a decision
    warnings = [*left_out(table, genes_in_rows=in_rows), doubt, *warnings]
    report = _report(format_name, table, decided, warnings)
    report = replace(report, corner=first.interpreted(report.decisions, genes_in_rows=in_rows))
    header = "" if in_rows else table.corner
    genes = tuple((table.row_names if in_rows else table.column_names) or ())
    raw = RawExpression(
        oriented(table, genes_in_rows=in_rows),
        genes,
        samples or tuple(f"sample {i + 1}" for i in range(report.n_samples)),
        samples is not None,
        {
            column: tuple(labels)
            for column, labels in (
                table.column_annotations if in_rows else table.row_annotations
            ).items()
        },
        tuple(
            OddCell(
                cell.row if in_rows else cell.column,
                cell.column if in_rows else cell.row,
                cell.text,
                cell.place,
            )
            for cell in table.odd_cells
        ),
        table.n_odd,
        gene_table=gene_table_of_expression(genes, columns),
    )
    return _with_sheet(raw, report, header, asked)


def _with_sheet(
    raw: RawExpression, report: ReadReport, header: str, asked: ReadOptions
) -> tuple[RawExpression, ReadReport]:
    """Add the sample sheet, and what was taken for what in it."""
    facts = SampleFacts(
        raw.samples,
        raw.genes,
        raw.has_sample_names,
        raw.annotations,
        header,
        raw.values if isinstance(raw.values, np.ndarray) else None,
    )
    found = find_sheet(facts, source=asked.sample_sheet, chosen=sheet_options(asked.sheet_columns))
    report = replace(
        report,
        decisions=(*report.decisions, *found.decisions),
        warnings=(*report.warnings, *found.warnings),
    )
    return replace(raw, sheet=found.sheet), report


def _report(
    format_name: str, table: Table, decided: Orientation, warnings: Sequence[str]
) -> ReadReport:
    in_rows, part = decided.genes_in_rows, table.part
    return ReadReport(
        format_name,
        table.delimiter,
        table.column_names is not None,
        table.row_names is not None,
        decided.name,
        decided.reason,
        table.n_rows if in_rows else table.n_columns,
        table.n_columns if in_rows else table.n_rows,
        table.encoding,
        (*table.warnings, *filter(None, warnings)),
        decisions=(*table.decisions, decided.decision),
        **({part.kind: part.name, f"{part.kind}s": part.names} if part.kind else {}),  # type: ignore[arg-type]
    )


def _name(path: Path | str) -> str:
    return Path(path).name or str(path)


def sample_names(table: Table, *, genes_in_rows: bool) -> tuple[tuple[str, ...] | None, list[str]]:
    """Return the names of the samples, and warnings about them.

    Parameters
    ----------
    table : Table
        What was read.
    genes_in_rows : bool
        Which axis the genes are on.

    Returns
    -------
    names : tuple of str or None
        In the file's order; None when there are none.
    warnings : list of str
        One sentence each.
    """
    names = table.column_names if genes_in_rows else table.row_names
    if names is None:
        return None, []
    warnings = []
    has_repeats = len(set(names)) < len(names)  # quicker than to count them
    repeated = [name for name, n in Counter(names).items() if n > 1 and name] if has_repeats else []
    if repeated:
        warnings.append(
            f"{count(len(repeated), 'sample name')} "
            f"{'occur' if len(repeated) > 1 else 'occurs'} more than once "
            f"({some(repeated, at_most=_SHOWN)}); "
            "each is kept as a sample of its own."
        )
    if not all(names):
        n_nameless = sum(not name for name in names)
        warnings.append(f"{count(n_nameless, 'sample')} without a name: called 'unnamed'.")
        names = [name or "unnamed" for name in names]
    return tuple(names), warnings


def left_out(table: Table, *, genes_in_rows: bool) -> list[str]:
    """Return a note on the columns that describe the genes."""
    annotations = table.row_annotations if genes_in_rows else table.column_annotations
    aside = {name for each in table.decisions if each.subject == "set-aside" for name in each.names}
    found = [name for name in annotations if name not in aside]
    if not found or table.sparse is not None or table.genes_in_rows is not None:
        return []
    axis = "column" if genes_in_rows else "row"
    return [f"{count(len(found), axis)} of text about the genes: {some(found, at_most=_SHOWN)}."]


def oriented(table: Table, *, genes_in_rows: bool) -> GeneRows:
    """Put the numbers of a table into one read-only matrix, and drop them on the way.

    Parameters
    ----------
    table : Table
        What was read; its blocks are gone afterwards.
    genes_in_rows : bool
        Which axis the genes are on.

    Returns
    -------
    (n_genes, n_samples) float64, C order, or SparseGenes
        The values; sparse where the table is.
    """
    if table.sparse is not None:
        sparse, table.sparse = table.sparse if genes_in_rows else table.sparse.T, None
        return genes_of_matrix(sparse)
    shape = (table.n_rows, table.n_columns)
    values = np.empty(shape if genes_in_rows else shape[::-1], dtype=np.float64)
    target = values if genes_in_rows else values.T
    end = shape[0]
    while table.blocks:
        block = table.blocks.pop()
        target[end - len(block) : end] = block
        end -= len(block)
    values.flags.writeable = False
    return values
