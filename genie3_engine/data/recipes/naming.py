"""What is done about gene names that repeat, carry versions or were damaged?"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np

from genie3_engine.data.gene_identifiers import RECORDS, restored, without_version
from genie3_engine.data.raw_expression import FloatMatrix, RawExpression
from genie3_engine.data.recipes.fix import FixKind, Value
from genie3_engine.data.recipes.parts import only_genes


def _average(raw: RawExpression, _: Value | None) -> RawExpression:
    """Put the mean of genes of one name in the place of the first; gaps are left out of it."""
    rows = _rows_of(raw.genes)
    if len(rows) == len(raw.genes):
        return raw
    firsts = np.array([places[0] for places in rows.values()])
    kept = raw.values[firsts]
    values = kept if isinstance(kept, np.ndarray) else kept.tolil()
    for row, places in enumerate(rows.values()):
        if len(places) > 1:
            copies = raw.values[places]
            values[row] = _mean(copies if isinstance(copies, np.ndarray) else copies.toarray())
    if isinstance(values, np.ndarray):
        values.flags.writeable = False
    else:
        values = values.tocsr()
    return replace(raw, values=values, genes=tuple(rows), odd_cells=(), n_odd=0)


def _mean(copies: FloatMatrix) -> FloatMatrix:
    """Return the mean of each column, the same in whatever order its values come."""
    ordered = np.sort(copies, axis=0)
    n = (~np.isnan(ordered)).sum(axis=0)
    sums = np.nan_to_num(ordered).sum(axis=0)
    return np.where(n > 0, sums / np.maximum(1, n), np.nan)


def _suffix(raw: RawExpression, _: Value | None) -> RawExpression:
    """Call the second of one name ``name-2``, the third ``name-3``, and so on."""
    taken = set(raw.genes)
    seen: Counter[str] = Counter()
    names = []
    for name in raw.genes:
        seen[name] += 1
        new, number = name, seen[name]
        if number > 1:
            new = f"{name}-{number}"
            while new in taken:
                number += 1
                new = f"{name}-{number}"
            seen[name] = number
            taken.add(new)
        names.append(new)
    return replace(raw, genes=tuple(names))


def _rows_of(genes: tuple[str, ...]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(genes):
        rows[name].append(row)
    return dict(rows)


def _strip(raw: RawExpression, _: Value | None) -> RawExpression:
    return replace(raw, genes=tuple(without_version(name) for name in raw.genes))


def _restore(raw: RawExpression, _: Value | None) -> RawExpression:
    """Give back the names that a spreadsheet took for dates, where one gene alone is possible."""
    as_mouse = sum(bool(re.fullmatch(r"[A-Z][a-z]\w+", name)) for name in raw.genes)
    title = as_mouse * 2 > len(raw.genes)
    return replace(raw, genes=tuple(restored(name, title=title) or name for name in raw.genes))


def _drop_nameless(raw: RawExpression, _: Value | None) -> RawExpression:
    kept = np.array([bool(name) for name in raw.genes])
    return only_genes(raw, kept, reason="is without a name")


def _drop_records(raw: RawExpression, _: Value | None) -> RawExpression:
    kept = np.array([not RECORDS.fullmatch(name) for name in raw.genes])
    return only_genes(raw, kept, reason="is a record of the counting program or a control")


NAMING = (
    FixKind(
        "average-duplicates",
        "Average the copies",
        "replace genes of one name by their mean",
        "rows of one gene name were averaged",
        _average,
    ),
    FixKind(
        "suffix-duplicates",
        "Number the copies",
        "keep genes of one name apart as name, name-2, name-3",
        "rows of one gene name were kept apart under numbered names",
        _suffix,
    ),
    FixKind(
        "strip-versions",
        "Strip the versions",
        "cut version numbers off identifiers, ENSG00000141510.17 to ENSG00000141510",
        "version numbers were cut off the identifiers",
        _strip,
    ),
    FixKind(
        "restore-excel-names",
        "Restore the names",
        "give back gene names that a spreadsheet turned into dates, 7-Sep to SEPT7, where only one "
        "gene can be meant",
        "gene names that a spreadsheet had turned into dates were restored where unambiguous",
        _restore,
    ),
    FixKind(
        "drop-nameless",
        "Drop the nameless",
        "drop the genes that have no name",
        "rows without a gene name were removed",
        _drop_nameless,
    ),
    FixKind(
        "drop-records",
        "Drop these rows",
        "drop rows that are no genes: records of counting programs, spike-ins, array controls",
        "records of the counting program, spike-ins and array controls were removed",
        _drop_records,
    ),
)
