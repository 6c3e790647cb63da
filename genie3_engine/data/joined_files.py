"""Join expression files of the same genes, such as time series, knock-outs and a wild type."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from genie3_engine.data.decisions import Certainty, Decision
from genie3_engine.data.quality.context import some
from genie3_engine.data.raw_expression import OddCell, RawExpression, ReadReport
from genie3_engine.data.sample_sheet import Row, SampleSheet
from genie3_engine.data.sheet_sources import SUBJECT
from genie3_engine.errors import InputError
from genie3_engine.labels import count

_ENDINGS = re.compile(r"\.(gz|csv|tsv|txt|tab|xlsx|gct|parquet|feather|h5ad|loom)$", re.I)
_MATRIX = re.compile(r"\.mtx(\.gz)?$", re.I)
_FILE = "file"
JOINED = "joined-files"


@dataclass(frozen=True, slots=True)
class FilePart:
    """One of the files that are joined.

    Parameters
    ----------
    name : str
        The file's name.
    raw : RawExpression
        What it has.
    report : ReadReport
        How it was read.
    """

    name: str
    raw: RawExpression
    report: ReadReport


def files_to_join(path: Path | str, further: Sequence[Path | str] = ()) -> list[Path]:
    """Return the files that are one data set together.

    Parameters
    ----------
    path : Path or str
        A file, or a folder of expression files; hidden files in it are ignored.
    further : sequence of Path or str
        More files.

    Returns
    -------
    list of Path
        One entry where there is nothing to join, as for a folder of 10x.
    """
    first = Path(path)
    files = [first]
    if os.path.isdir(first):
        files_inside = (each for each in first.iterdir() if each.is_file())
        inside = sorted(each for each in files_inside if not each.name.startswith("."))
        has_matrix = any(_MATRIX.search(each.name) for each in inside)
        if len(inside) > 1 and not has_matrix:
            files = inside
    return [*files, *map(Path, further)]


def join_parts(parts: Sequence[FilePart]) -> tuple[RawExpression, ReadReport]:
    """Join the samples of several files.

    Parameters
    ----------
    parts : sequence of FilePart
        The files, whose genes may be in any order.

    Returns
    -------
    RawExpression
        The samples of all files, with an annotation ``file``. Names that would occur in several
        files begin with that of their file. Time series of one name in several files are several.
    ReadReport
        That of the first file, with the decisions and warnings of all.

    Raises
    ------
    InputError
        When the files have different genes, or hold sparse values.
    """
    first = parts[0]
    for part in parts:
        _require_same_genes(first, part)
    places = {gene: place for place, gene in enumerate(first.raw.genes)}
    values = np.empty((first.raw.n_genes, sum(part.raw.n_samples for part in parts)))
    start = 0
    for part in parts:
        rows = [places[gene] for gene in part.raw.genes]
        values[rows, start : start + part.raw.n_samples] = part.raw.values
        start += part.raw.n_samples
    values.flags.writeable = False
    titles = _titles([part.name for part in parts])
    raw = RawExpression(
        values,
        first.raw.genes,
        tuple(_sample_names(parts, titles)),
        annotations=_annotations(parts, titles),
        odd_cells=_odd_cells(parts, places),
        n_odd=sum(part.raw.n_odd for part in parts),
        sheet=_sheet(parts, titles),
        gene_table=first.raw.gene_table,
    )
    return raw, _report(parts, raw)


def _require_same_genes(first: FilePart, part: FilePart) -> None:
    remedy = "Give files of the same genes, or one file alone."
    if part.raw.is_sparse:
        raise InputError(f"{part.name} has sparse values, which are not joined.", remedy)
    for one, other in ((first, part), (part, first)):
        missing = sorted(set(one.raw.genes) - set(other.raw.genes))
        if missing:
            raise InputError(
                f"{first.name} and {part.name} cannot be joined: {other.name} lacks "
                f"{count(len(missing), 'gene')} of {one.name}, {some(missing)}.",
                remedy,
            )
    if len(set(part.raw.genes)) < part.raw.n_genes:
        gene = next(gene for gene, n in Counter(part.raw.genes).items() if n > 1)
        raise InputError(
            f"{part.name} cannot be joined with other files: it has the gene '{gene}' twice.",
            remedy,
        )


def _titles(names: Sequence[str]) -> list[str]:
    """Return short names of files: without endings, and without how all of them begin."""
    stems = list(names)
    while any(map(_ENDINGS.search, stems)):
        stems = [_ENDINGS.sub("", stem) for stem in stems]
    begin = os.path.commonprefix(stems)  # noqa: RUF071 -- of names, sign by sign
    begin = begin[: max(begin.rfind(mark) for mark in "_-. ") + 1]
    short = [stem[len(begin) :] for stem in stems]
    return short if all(short) and len(set(short)) == len(short) else list(names)


def _sample_names(parts: Sequence[FilePart], titles: Sequence[str]) -> list[str]:
    names = [name for part in parts for name in part.raw.samples]
    of_files = [set(part.raw.samples) for part in parts]
    if len(set().union(*of_files)) == sum(map(len, of_files)):
        return names
    return [
        f"{title} {name if part.raw.has_sample_names else place + 1}"
        for part, title in zip(parts, titles, strict=True)
        for place, name in enumerate(part.raw.samples)
    ]


def _annotations(parts: Sequence[FilePart], titles: Sequence[str]) -> dict[str, tuple[str, ...]]:
    labels = dict.fromkeys(label for part in parts for label in part.raw.annotations)
    found = {
        label: tuple(
            text
            for part in parts
            for text in part.raw.annotations.get(label, ("",) * part.raw.n_samples)
        )
        for label in labels
    }
    files = [
        title for part, title in zip(parts, titles, strict=True) for _ in range(part.raw.n_samples)
    ]
    return {**found, _FILE: tuple(files)}


def _odd_cells(parts: Sequence[FilePart], places: dict[str, int]) -> tuple[OddCell, ...]:
    start = 0
    found: list[OddCell] = []
    for part in parts:
        found += [
            replace(
                cell,
                gene=places[part.raw.genes[cell.gene]],
                sample=start + cell.sample,
                place=f"{cell.place} of {part.name}" if cell.place else part.name,
            )
            for cell in part.raw.odd_cells
        ]
        start += part.raw.n_samples
    return tuple(found)


def _sheet(parts: Sequence[FilePart], titles: Sequence[str]) -> SampleSheet | None:
    """Return the sheets of all files; time series of one name in several files are several."""
    if all(part.raw.sheet is None for part in parts):
        return None
    named = [
        name for part in parts if part.raw.sheet is not None for name in set(part.raw.sheet.series)
    ]
    repeated = {name for name in named if name and named.count(name) > 1}
    rows: list[Row] = []
    for part, title in zip(parts, titles, strict=True):
        for sample in range(part.raw.n_samples):
            if part.raw.sheet is None:
                rows.append(("", float("nan"), (), "", "", ""))
                continue
            row = part.raw.sheet.row(sample)
            if row[0] in repeated:
                row = (title if row[0] == "series" else f"{title} {row[0]}", *row[1:])
            rows.append(row)
    return SampleSheet.of_rows(rows)


def _report(parts: Sequence[FilePart], raw: RawExpression) -> ReadReport:
    """Return the report of the first file, with what was decided in each of the others."""
    first = parts[0].report
    listed = ", ".join(f"{part.name} ({count(part.raw.n_samples, 'sample')})" for part in parts)
    joined = Decision(
        JOINED,
        f"{count(len(parts), 'file')} are joined: {listed}.",
        f"They have the same {count(raw.n_genes, 'gene')}.",
        names=tuple(part.name for part in parts),
    )
    decisions = [joined, *first.decisions]
    for part in parts[1:]:
        decisions += [
            replace(each, taken=f"{part.name}: {each.taken}")
            for each in part.report.decisions
            if each.subject == SUBJECT or each.certainty is Certainty.GUESS
        ]
    warnings = [f"{part.name}: {text}" for part in parts for text in part.report.warnings]
    return replace(
        first,
        n_samples=raw.n_samples,
        decisions=tuple(decisions),
        warnings=tuple(warnings),
    )
