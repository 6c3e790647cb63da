"""Expression tables made from labelled parts, with the matrix that each of them holds."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.generated.names import GENES, HUMAN, SAMPLES, Random

Matrix = NDArray[np.float64]
GENE_CORNERS = (
    *("", "", "gene", "Gene", "gene_id", "symbol", "ID", "Unnamed: 0", "GeneSymbol", "probe_id"),
    *("X", "rownames", "target_id", "feature_id", "tracking_id", "ORF", "locus_tag", "Name"),
    *("#gene", "my_genes"),
)
SAMPLE_CORNERS = (
    *("", "", "sample", "cell", "Unnamed: 0", "barcode", "id", "Sample_ID", "X", "rownames"),
    "subject",
)
NUMERIC_GENES = ("Entrez", "long Entrez", "Affymetrix Gene ST")
NUMERIC_SAMPLES = ("numbers", "donor numbers", "short numbers")
# Names that genes of some organism have, although they are also headers and descriptions.
ODD_GENES = {
    "zebrafish symbols": ("key", "age", "time", "set", "row"),
    "E. coli symbols": ("key", "age", "time"),
    "fly symbols": ("key", "row", "Batch", "Length", "time"),
}
TEXT_FORMATS = ("csv", "tsv", "semicolon", "decimal comma", "space", "bar", "csv.gz")
ROWS_OF_TEXT = (*TEXT_FORMATS, "xlsx")
FORMATS = (*TEXT_FORMATS, "csv", "tsv", "xlsx", "parquet", "feather", "gct")


@dataclass(slots=True)
class Column:
    """A column that is not a sample or a gene: its heading and its cells as text or numbers."""

    name: str
    cells: list[Any]
    place: str = "front"


@dataclass(slots=True)
class Labelled:
    """A file, and what it holds.

    Parameters
    ----------
    path : Path
        The file.
    genes : list of str
        The right names of the genes, in the file's order.
    samples : list of str or None
        The right names of the samples; None where the file has none.
    values : (n_genes, n_samples) float64
        The right values.
    parts : dict of str to str
        The parts that it was made of, for the confusion table.
    """

    path: Path
    genes: list[str]
    samples: list[str] | None
    values: Matrix
    parts: dict[str, str] = field(default_factory=dict)


def pick(random: Random, choices: tuple[Any, ...] | list[Any]) -> Any:
    """Return one of several choices."""
    return choices[int(random.integers(len(choices)))]


def expression(random: Random, n_genes: int, n_samples: int) -> tuple[str, Matrix]:
    """Return values of one of five scales, whose genes have levels and modules of their own."""
    level = random.normal(4.0, 1.8, (n_genes, 1))
    modules = random.normal(0, 1, (3, n_samples))
    loading = random.normal(0, 0.7, (n_genes, 3))
    logs = level + loading @ modules + random.normal(0, 0.4, (n_genes, n_samples))
    logs += random.normal(0, 0.2, (1, n_samples))
    scale = pick(random, ["counts", "TPM", "logs", "intensities", "z-scores"])
    if scale == "counts":
        values = random.poisson(
            np.exp2(np.clip(logs + 2, 0, 14)) * random.gamma(5, 0.2, logs.shape)
        )
        values = values.astype(np.float64)
    elif scale == "TPM":
        values = np.round(np.exp2(logs), int(random.integers(2, 5)))
    elif scale == "logs":
        values = np.round(np.log2(np.exp2(logs) + 1), int(random.integers(3, 7)))
    elif scale == "intensities":
        values = np.round(np.clip(logs + 4, 2.5, 15.5), int(random.integers(3, 7)))
    else:
        centred = logs - logs.mean(axis=1, keepdims=True)
        values = np.round(centred / centred.std(axis=1, keepdims=True), int(random.integers(4, 9)))
    return scale, values + 0.0


def _entrez(random: Random, values: Matrix) -> list[int]:
    return [int(i) for i in random.choice(90_000, size=len(values), replace=False) + 1]


def _ensembl(random: Random, values: Matrix) -> list[str]:
    return GENES["Ensembl human"](random, len(values))


def _symbols(random: Random, values: Matrix) -> list[str]:
    return [HUMAN[i] for i in random.permutation(len(HUMAN))[: len(values)]]


def _start(random: Random, values: Matrix) -> list[int]:
    return [int(i) for i in random.integers(10_000, 240_000_000, len(values))]


def _length(random: Random, values: Matrix) -> list[int]:
    return [int(i) for i in np.exp(random.normal(7.5, 0.8, len(values))) + 60]


def _gc(random: Random, values: Matrix) -> list[float]:
    return [round(float(x), 4) for x in random.beta(20, 22, len(values))]


def _fold_change(random: Random, values: Matrix) -> list[float]:
    return [round(float(x), 6) for x in random.normal(0, 1.2, len(values))]


def _p_values(random: Random, values: Matrix) -> list[float]:
    return [float(f"{x:.5g}") for x in random.random(len(values)) ** 3]


def _mean(_: Random, values: Matrix) -> list[float]:
    return [round(float(x), 6) for x in values.mean(axis=1)]


def _sd(_: Random, values: Matrix) -> list[float]:
    return [round(float(x), 6) for x in values.std(axis=1, ddof=1)]


def _total(_: Random, values: Matrix) -> list[float]:
    return [round(float(x), 6) for x in values.sum(axis=1)]


def _words(*words: str) -> Callable[[Random, Matrix], list[str]]:
    return lambda random, values: [pick(random, words) for _ in range(len(values))]


def _chromosomes(random: Random, values: Matrix) -> list[str]:
    return [f"chr{random.integers(1, 23)}" for _ in range(len(values))]


def _descriptions(random: Random, values: Matrix) -> list[str]:
    return [
        f"{pick(random, ['zinc finger', 'kinase', 'transporter'])} family, member {i}"
        for i in range(len(values))
    ]


def _whole(low: int, high: int) -> Callable[[Random, Matrix], list[int]]:
    return lambda random, values: [int(i) for i in random.integers(low, high, len(values))]


def _percent(random: Random, values: Matrix) -> list[float]:
    return [round(float(x), 4) for x in random.gamma(2, 2.5, len(values))]


def _ratio(random: Random, values: Matrix) -> list[float]:
    return [round(float(x), 5) for x in random.random(len(values))]


# What tables hold about genes, by kind: the possible headings, the cells, the usual place.
Make = Callable[[Random, Matrix], list[Any]]
ABOUT_GENES: dict[str, tuple[tuple[str, ...], Make, str]] = {
    "Entrez": (
        ("ENTREZID", "entrez", "EntrezGeneID", "NCBI.GeneID", "entrezgene"),
        _entrez,
        "front",
    ),
    "Ensembl": (("ensembl_gene_id", "Ensembl", "ENSEMBL"), _ensembl, "front"),
    "symbols": (("symbol", "gene_name", "SYMBOL", "hgnc_symbol", "Gene.symbol"), _symbols, "front"),
    "chromosome": (("Chr", "chromosome", "seqnames", "chrom"), _chromosomes, "front"),
    "strand": (("Strand", "strand"), _words("+", "-"), "front"),
    "start": (("Start", "start_position", "txStart", "start"), _start, "front"),
    "length": (("Length", "length", "gene_length", "width", "eff_length"), _length, "front"),
    "GC": (("GC", "gc_content", "percentage_gene_gc_content"), _gc, "front"),
    "biotype": (
        ("gene_biotype", "biotype", "gene_type"),
        _words("protein_coding", "lncRNA", "pseudogene"),
        "front",
    ),
    "description": (("description", "Description", "Gene.title"), _descriptions, "front"),
    "fold change": (("log2FoldChange", "logFC", "log2FC"), _fold_change, "end"),
    "p-value": (("pvalue", "P.Value", "PValue", "p_val"), _p_values, "end"),
    "adjusted p-value": (("padj", "adj.P.Val", "FDR", "qvalue"), _p_values, "end"),
    "mean": (("Mean", "mean", "baseMean", "AveExpr", "average"), _mean, "end"),
    "SD": (("SD", "sd", "stdev", "std"), _sd, "end"),
    "total": (("Total", "total", "sum", "row_sum"), _total, "end"),
    "peptides": (("Peptides", "Unique peptides", "Number of proteins"), _whole(1, 60), "front"),
    "map position": (("cM Position", "genetic_position"), _percent, "front"),
    "membership": (("kME", "module_membership"), _ratio, "end"),
    "empty": (("Reverse", "class_code", "Only identified by site"), _words(""), "end"),
}
ABOUT_SAMPLES: dict[str, tuple[tuple[str, ...], Make, str]] = {
    "counts": (("n_counts", "nCount_RNA", "total_counts", "nUMI"), _total, "either"),
    "cluster": (("seurat_clusters", "cluster", "leiden", "louvain"), _whole(0, 6), "either"),
    "mitochondrial": (("percent.mt", "pct_counts_mt", "percent_mito"), _percent, "either"),
    "batch": (("batch", "Batch", "plate", "run"), _whole(1, 4), "either"),
    "batch in words": (("batch", "dataset", "orig.ident"), _words("A1", "B2", "C3"), "either"),
    "sex": (("sex", "Sex", "gender"), _words("F", "M"), "either"),
    "sex in numbers": (("sex", "Sex", "gender"), _whole(0, 2), "either"),
    "age": (("age", "Age", "age_years"), _whole(18, 90), "either"),
    "pseudotime": (("pseudotime", "dpt_pseudotime", "Pseudotime"), _ratio, "either"),
    "cell type": (("cell_type", "celltype", "tissue"), _words("T cell", "B cell", "NK"), "either"),
    "condition": (("condition", "group", "treatment"), _words("control", "treated"), "either"),
    "place": (("in_tissue", "array_row", "pxl_col_in_fullres"), _whole(0, 900), "either"),
}


def make(seed: int, folder: Path) -> Labelled:
    """Make one file.

    Parameters
    ----------
    seed : int
        Different files for different seeds; the same file for the same one.
    folder : Path
        Where to write it.
    """
    random = np.random.default_rng([20_261_129, seed])
    n_genes, n_samples = int(random.integers(15, 70)), int(random.integers(8, 40))
    if random.random() < 0.15:
        n_genes, n_samples = n_samples + 4, n_genes + 4
    scale, values = expression(random, n_genes, n_samples)
    gene_naming, sample_naming = pick(random, list(GENES)), pick(random, list(SAMPLES))
    genes = GENES[gene_naming](random, n_genes)
    if gene_naming in ODD_GENES and random.random() < 0.3:
        genes[int(random.integers(n_genes))] = str(pick(random, ODD_GENES[gene_naming]))
    samples: list[str] | None = SAMPLES[sample_naming](random, n_samples)
    in_rows = random.random() < 0.6
    form = pick(random, FORMATS if in_rows else FORMATS[:-1])
    parts = {
        "genes": gene_naming,
        "samples": sample_naming,
        "scale": scale,
        "orientation": "genes in rows" if in_rows else "genes in columns",
        "format": form,
    }
    header = _header(random, gene_naming, scale, form, in_rows=in_rows)
    extras, kinds = [], []
    row_total = row_of_words = False
    if header not in ("no header", "no sample names") and form != "gct":
        extras, kinds = _extras(
            random, gene_naming, scale, values if in_rows else values.T, in_rows=in_rows
        )
        row_of_words = in_rows and form in ROWS_OF_TEXT and random.random() < 0.08
        row_total = in_rows and scale == "counts" and random.random() < 0.08
    if "symbols" in kinds:
        genes_read = next(
            e.cells for e, kind in zip(extras, kinds, strict=True) if kind == "symbols"
        )
    else:
        genes_read = genes
    if header in ("no header", "no sample names"):
        samples = None
    parts["header"] = header
    parts["extra"] = "+".join(sorted(kinds)) or "none"
    if row_total:
        parts["extra"] += "+Total row"
    if row_of_words:
        parts["extra"] += "+row of words"
    if "kinds" in kinds and samples is not None:
        samples_read: list[str] | None = [f"{name}_TPM" for name in samples]
    else:
        samples_read = samples
    corner = _corner(random, header, in_rows)
    parts["corner"] = corner
    grid = _grid(
        values if in_rows else values.T,
        genes if in_rows else samples,
        samples if in_rows else genes,
        corner,
        extras,
        total=row_total,
    )
    if row_of_words:
        _insert_words(random, grid, extras)
    path = folder / f"table{seed}"
    path = _write(random, path, grid, form, header)
    return Labelled(path, list(genes_read), samples_read, values, parts)


def _header(random: Random, genes: str, scale: str, form: str, *, in_rows: bool) -> str:
    if form == "gct":
        return "usual"
    choice = random.random()
    if in_rows and choice < 0.06 and form in TEXT_FORMATS:
        # Numbers without a header among whole numbers could be anything.
        return "usual" if genes in NUMERIC_GENES and scale == "counts" else "no header"
    if not in_rows and choice < 0.08:
        return "no sample names"
    if choice < 0.2 and form in TEXT_FORMATS:
        return "R"
    return "usual"


def _corner(random: Random, header: str, in_rows: bool) -> str:
    if header != "usual":
        return ""
    return str(pick(random, GENE_CORNERS if in_rows else SAMPLE_CORNERS))


def _extras(
    random: Random, genes: str, scale: str, rows: Matrix, *, in_rows: bool
) -> tuple[list[Column], list[str]]:
    if random.random() < 0.45:
        return [], []
    kinds = ABOUT_GENES if in_rows else ABOUT_SAMPLES
    if in_rows and random.random() < 0.1:
        return [Column("", _p_values(random, rows), "pairs")], ["detection p-values"]
    if in_rows and scale == "TPM" and random.random() < 0.2:
        return [Column("", [], "kinds")], ["kinds"]
    chosen = [list(kinds)[i] for i in random.permutation(len(kinds))[: random.integers(1, 4)]]
    coded = ("Ensembl human", "Ensembl with version", "Affymetrix", "Entrez", "Illumina")
    chosen = [kind for kind in chosen if kind != "symbols" or genes in coded]
    chosen = [kind for kind in chosen if kind != "Entrez" or genes not in NUMERIC_GENES]
    chosen = [kind for kind in chosen if kind != "Ensembl" or "Ensembl" not in genes]
    extras = []
    for kind in chosen:
        headings, cells, place = kinds[kind]
        where = place if place != "either" else str(pick(random, ["front", "end"]))
        extras.append(Column(str(pick(random, headings)), cells(random, rows), where))
    return extras, chosen


def _grid(
    rows: Matrix,
    row_names: list[str] | None,
    column_names: list[str] | None,
    corner: str,
    extras: list[Column],
    *,
    total: bool,
) -> list[list[Any]]:
    front = [extra for extra in extras if extra.place == "front"]
    end = [extra for extra in extras if extra.place == "end"]
    paired = any(extra.place == "pairs" for extra in extras)
    values: list[list[Any]] = rows.tolist()
    if column_names is not None and paired:
        column_names = [each for name in column_names for each in (name, f"{name}.Detection Pval")]
        noise = np.random.default_rng(len(values)).random(rows.shape) ** 4
        pairs = np.dstack([rows, np.round(noise, 5)]).reshape(len(values), -1)
        values = pairs.tolist()
    if column_names is not None and any(extra.place == "kinds" for extra in extras):
        column_names = [f"{name}_{kind}" for name in column_names for kind in ("count", "TPM")]
        values = np.dstack([np.floor(rows * 7.3), rows]).reshape(len(values), -1).tolist()
    whole = bool((rows == np.floor(rows)).all())
    grid: list[list[Any]] = []
    if column_names is not None:
        corners = [corner] if row_names is not None else []
        grid.append([*corners, *(e.name for e in front), *column_names, *(e.name for e in end)])
    for i, row in enumerate(values):
        cells = [int(x) if whole and not paired else x for x in row]
        names = [row_names[i]] if row_names is not None else []
        grid.append([*names, *(e.cells[i] for e in front), *cells, *(e.cells[i] for e in end)])
    if total:
        sums = [int(x) if whole else x for x in np.asarray(values).sum(axis=0).tolist()]
        blanks = ["" for _ in front]
        grid.append(["Total", *blanks, *sums, *("" for _ in end)])
    return grid


def _insert_words(random: Random, grid: list[list[Any]], extras: list[Column]) -> None:
    """Insert a row that describes the samples in words."""
    n_front = sum(extra.place == "front" for extra in extras)
    n_end = sum(extra.place == "end" for extra in extras)
    n_samples = len(grid[0]) - 1 - n_front - n_end
    name, *words = pick(random, [("Sex", "F", "M"), ("smoker", "yes", "no"), ("Tissue", "A", "B")])
    cells = [words[i % 2] for i in random.permutation(n_samples)]
    row = [name, *[""] * n_front, *cells, *[""] * n_end]
    grid.insert(int(random.integers(1, len(grid) + 1)), row)


def _write(random: Random, path: Path, grid: list[list[Any]], form: str, header: str) -> Path:
    if header == "R":
        grid = [grid[0][1:], *grid[1:]]
    if form in TEXT_FORMATS:
        return _write_text(random, path, grid, form)
    if form == "xlsx":
        return _write_workbook(random, path, grid)
    if form == "gct":
        return _write_gct(path, grid)
    return _write_arrow(path, grid, form)


def _write_text(random: Random, path: Path, grid: list[list[Any]], form: str) -> Path:
    marks = {"tsv": "\t", "semicolon": ";", "decimal comma": ";", "space": " ", "bar": "|"}
    delimiter = marks.get(form, ",")
    quoting = pick(random, [csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])
    if form == "decimal comma":
        grid = [
            [repr(x).replace(".", ",") if isinstance(x, float) else x for x in row] for row in grid
        ]
        quoting = csv.QUOTE_MINIMAL
    if form == "space":
        quoting = csv.QUOTE_NONNUMERIC  # an empty cell and a name with spaces need their marks
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(grid)
    content = text.getvalue().encode()
    if form == "csv.gz":
        path = path.with_suffix(".csv.gz")
        path.write_bytes(gzip.compress(content, 1, mtime=0))
        return path
    path = path.with_suffix(
        ".csv" if delimiter in ",;" else ".tsv" if delimiter == "\t" else ".txt"
    )
    path.write_bytes(content)
    return path


def _typed(cell: Any) -> Any:
    return int(cell) if isinstance(cell, str) and cell.isascii() and cell.isdecimal() else cell


def _write_workbook(random: Random, path: Path, grid: list[list[Any]]) -> Path:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    typed = random.random() < 0.7
    for row in grid:
        sheet.append([_typed(cell) if typed else cell for cell in row])
    path = path.with_suffix(".xlsx")
    book.save(path)
    return path


def _write_arrow(path: Path, grid: list[list[Any]], form: str) -> Path:
    import pyarrow as pa
    import pyarrow.feather
    import pyarrow.parquet

    names: list[str] = []
    for i, name in enumerate(str(cell) for cell in grid[0]):
        known = name or ("__index_level_0__" if i == 0 else f"column{i}")
        names.append(known if known not in names else f"{known}.{i}")
    columns = []
    for cells in zip(*grid[1:], strict=True):
        typed = [_typed(cell) for cell in cells]
        if all(isinstance(cell, int) for cell in typed):
            columns.append(pa.array(typed, pa.int64()))
        elif any(isinstance(cell, str) and cell for cell in cells):
            columns.append(pa.array([str(cell) for cell in cells]))
        else:
            numbers = [None if cell == "" else float(cell) for cell in cells]
            columns.append(pa.array(numbers, pa.float64()))
    table = pa.Table.from_arrays(columns, names=names)
    path = path.with_suffix(f".{form}")
    if form == "parquet":
        pyarrow.parquet.write_table(table, path)
    else:
        pyarrow.feather.write_feather(table, str(path))
    return path


def _write_gct(path: Path, grid: list[list[Any]]) -> Path:
    first, *rest = grid
    lines = [
        "#1.2",
        f"{len(rest)}\t{len(first) - 1}",
        "\t".join(["Name", "Description", *map(str, first[1:])]),
    ]
    lines += ["\t".join([str(row[0]), "na", *map(str, row[1:])]) for row in rest]
    path = path.with_suffix(".gct")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
