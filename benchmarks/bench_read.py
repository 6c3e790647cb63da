"""Measure time and memory of reading a large matrix, compared with other libraries.

Text: a simulated matrix with genes in rows and in columns, and two real sets next to the project
(human single cells, human counts), compared with pandas and pyarrow. Single cells: a simulated
sparse .h5ad file, compared with anndata, which needs an environment of its own
(``--anndata PYTHON``). Other formats: one file each. ``--other FOLDER`` is a checkout of another
version, whose reader takes turns with that of this one on every file.

Each reader reads each file in a process of its own, whose libraries are loaded before the clock
starts; memory is the growth of the process's peak, and that of the process apart in which HDF5 is
read. Text and "dense" end as one C-ordered float64 matrix of genes x samples, "sparse" as a CSR
matrix with genes in rows. Ratios, of CPU seconds and of memory, are to genie3_engine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
REAL = {
    "20,684 genes x 100 cells": "human_hnscc_sc/GSE103322_sample_100cells.tsv.gz",
    "38,415 genes x 69 counts": "human_lcl/pickrell1_counts_38415x69.tsv.gz",
}
Reader = Callable[[Path, bool], Any]


def by_genie3_engine(path: Path, genes_in_rows: bool) -> Any:  # noqa: ANN401
    from genie3_engine.data.prepare import read_expression

    expression, report = read_expression(path)
    if (report.orientation == "genes-in-rows") != genes_in_rows:
        raise SystemExit(f"wrong orientation: {report.orientation_reason}")
    return expression.values


def by_genie3_engine_sparse(path: Path, genes_in_rows: bool) -> Any:  # noqa: ANN401
    from genie3_engine.data.prepare import read_raw

    del genes_in_rows
    return read_raw(path)[0].values


def by_pandas(path: Path, genes_in_rows: bool) -> Any:  # noqa: ANN401
    import pandas as pd

    values = pd.read_csv(path, sep="\t", index_col=0).to_numpy(np.float64)
    return np.ascontiguousarray(values if genes_in_rows else values.T)


def by_pyarrow(path: Path, genes_in_rows: bool) -> Any:  # noqa: ANN401
    from pyarrow import csv

    table = csv.read_csv(
        path,
        parse_options=csv.ParseOptions(delimiter="\t"),
        read_options=csv.ReadOptions(use_threads=False, block_size=1 << 24),
    )
    columns = np.stack([column.to_numpy().astype(np.float64) for column in table.columns[1:]])
    return np.ascontiguousarray(columns.T if genes_in_rows else columns)


def by_anndata(path: Path, genes_in_rows: bool) -> Any:  # noqa: ANN401
    import anndata

    del genes_in_rows
    return anndata.read_h5ad(path).X.T.toarray(order="C").astype(np.float64)


def by_anndata_sparse(path: Path, genes_in_rows: bool) -> Any:  # noqa: ANN401
    import anndata

    del genes_in_rows
    return anndata.read_h5ad(path).X.T.tocsr()


TEXT: dict[str, Reader] = {
    "genie3_engine": by_genie3_engine,
    "pandas": by_pandas,
    "pyarrow": by_pyarrow,
}
CELLS: dict[str, Reader] = {
    "genie3_engine, sparse": by_genie3_engine_sparse,
    "anndata, sparse": by_anndata_sparse,
    "genie3_engine, dense": by_genie3_engine,
    "anndata, dense": by_anndata,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--genes", type=int, default=49_196)
    parser.add_argument("--samples", type=int, default=193)
    parser.add_argument("--cells", type=int, default=50_000)
    parser.add_argument("--cell-genes", type=int, default=5_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--anndata", metavar="PYTHON", help="a Python that has anndata")
    parser.add_argument("--other", metavar="FOLDER", type=Path, help="another checkout")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    parser.add_argument("--root", default=str(ROOT), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        sys.path.insert(0, options.root)
        reader, file, in_rows, warm = options.one
        timed(reader, Path(file), in_rows == "rows", Path(warm))
        return
    columns = f"{'seconds':>9}{'CPU':>7}{'ratio':>7}{'peak growth':>13}{'ratio':>7}"
    print(f"{'file':<27}{'reader':<23}{columns}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        warm = folder / "warm.tsv"
        warm.write_text("gene\tS1\tS2\nTP53\t1.5\t2\nMYC\t4\t5\nSOX2\t7\t8\n")
        simulated = write_tables(folder, options.genes, options.samples)
        for title, (path, axis) in {**simulated, **real_files()}.items():
            compare(title, path, axis, dict.fromkeys(TEXT, sys.executable), warm, options)
        own = {"genie3_engine": sys.executable}
        for title, path in write_formats(folder).items():
            compare(title, path, "rows", own, path, options)
        for compression in (None, "gzip"):
            path, warm = folder / f"cells-{compression}.h5ad", folder / "warm.h5ad"
            write_cells(warm, 30, 20, None)
            write_cells(path, options.cells, options.cell_genes, compression)
            title = f"h5ad, {compression or 'plain'}, {mib(path.stat().st_size)}"
            pythons = {
                name: sys.executable if "genie3" in name else options.anndata for name in CELLS
            }
            known = {name: python for name, python in pythons.items() if python}
            compare(title, path, "columns", known, warm, options)


def compare(
    title: str,
    path: Path,
    axis: str,
    pythons: dict[str, str],
    warm: Path,
    options: argparse.Namespace,
) -> None:
    """Time readers in turns, each by its own Python, and print a line for each."""
    base: dict[str, tuple[float, float]] = {}
    readers = {name: (name, python, ROOT) for name, python in pythons.items()}
    if options.other:
        others = [name for name in pythons if "genie3" in name]
        for name in others:
            readers[name.replace("genie3_engine", "other")] = (name, pythons[name], options.other)
    measured: dict[str, list[dict[str, float]]] = {name: [] for name in readers}
    for _ in range(options.repeats):
        for shown, (name, python, root) in readers.items():
            measured[shown].append(measure(python, name, path, axis, warm, root))
    for name, runs in measured.items():
        seconds, cpu, growth = (
            statistics.median(run[key] for run in runs) for key in ("seconds", "cpu", "growth")
        )
        kind = name.partition(", ")[2]
        own_cpu, own_growth = base.setdefault(kind, (cpu, growth))
        print(
            f"{title:<27}{name:<23}{seconds:>9.2f}{cpu:>7.2f}{cpu / max(own_cpu, 1e-3):>7.2f}"
            f"{mib(growth):>13}{growth / max(own_growth, 1):>7.2f}",
            flush=True,
        )


def measure(
    python: str, name: str, path: Path, axis: str, warm: Path, root: Path
) -> dict[str, float]:
    """Return seconds and growth of the peak in bytes, in a fresh process."""
    command = [python, "-W", "ignore", __file__, "--one", name, str(path), axis, str(warm)]
    command += ["--root", str(root)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def timed(name: str, path: Path, genes_in_rows: bool, warm: Path) -> None:
    """Read one file and print how that went."""
    reader = {**TEXT, **CELLS}[name]
    reader(warm, warm.suffix == ".tsv" or genes_in_rows)
    before = peak_bytes(os.getpid())
    start, used = time.perf_counter(), cpu_seconds()
    values = reader(path, genes_in_rows)
    seconds, used = time.perf_counter() - start, cpu_seconds() - used
    growth = peak_bytes(os.getpid()) - before
    if values.ndim != 2 or values.shape[0] < 4:
        raise SystemExit(f"{name} gave something else")
    if "genie3" in name:
        from genie3_engine.data.io.sandbox import client as sandbox

        growth += sum(peak_bytes(child.pid) for child in psutil.Process().children())
        sandbox.close()
    print(json.dumps({"seconds": seconds, "cpu": used, "growth": growth}))


def cpu_seconds() -> float:
    """Return what this process and those it started have computed.

    Other programs disturb it less than the clock.
    """
    me = psutil.Process()
    times = [process.cpu_times() for process in (me, *me.children())]
    return float(sum(used.user + used.system for used in times))


def peak_bytes(pid: int) -> int:
    """Return the most memory that a process ever had; getrusage counts its parent's too."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def real_files() -> dict[str, tuple[Path, str]]:
    axes = {name: "columns" if "hnscc" in name else "rows" for name in REAL.values()}
    found = {title: (DATA / name, axes[name]) for title, name in REAL.items()}
    return {title: file for title, file in found.items() if file[0].is_file()}


def write_tables(folder: Path, n_genes: int, n_samples: int) -> dict[str, tuple[Path, str]]:
    """Write a matrix as text in both orientations."""
    rng = np.random.default_rng(0)
    values = np.round(rng.lognormal(1.0, 1.0, (n_genes, n_samples)), 4)
    genes = [f"ENSG{number:011d}" for number in range(n_genes)]
    samples = [f"S{number:03d}" for number in range(n_samples)]
    paths = {}
    for axis, rows, columns, matrix in (
        ("rows", genes, samples, values),
        ("columns", samples, genes, values.T),
    ):
        path = folder / f"{axis}.tsv"
        with path.open("w") as out:
            out.write("\t".join(("", *columns)) + "\n")
            for name, row in zip(rows, matrix, strict=True):
                out.write("\t".join((name, *map(repr, row.tolist()))) + "\n")
        paths[f"{n_genes:,} genes in {axis}"] = (path, axis)
    return paths


def write_formats(folder: Path) -> dict[str, Path]:
    """Write one matrix of counts in the other formats, smaller than the text tables."""
    import h5py
    import openpyxl
    import pandas as pd
    from scipy import io, sparse

    rng = np.random.default_rng(2)
    n_genes, n_cells = 4_000, 200
    counts = rng.poisson(rng.gamma(0.5, 4.0, (n_genes, 1)), (n_genes, n_cells))
    genes = [f"ENSG{number:011d}" for number in range(n_genes)]
    cells = [f"cell_{number}" for number in range(n_cells)]
    frame = pd.DataFrame(counts, index=genes, columns=cells)
    frame.to_parquet(folder / "counts.parquet")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("counts")
    for row in (
        ["gene", *cells],
        *([gene, *row.tolist()] for gene, row in zip(genes, counts, strict=True)),
    ):
        sheet.append(row)
    book.save(folder / "counts.xlsx")
    text = frame.reset_index(names="Name")
    text.insert(1, "Description", "na")
    body = text.to_csv(sep="\t", index=False)
    (folder / "counts.gct").write_text(f"#1.2\n{n_genes}\t{n_cells}\n{body}")
    tenx = folder / "tenx"
    tenx.mkdir()
    io.mmwrite(tenx / "matrix.mtx", sparse.coo_matrix(counts), field="integer")
    (tenx / "features.tsv").write_text("".join(f"{gene}\t{gene}\n" for gene in genes))
    (tenx / "barcodes.tsv").write_text("".join(f"{cell}\n" for cell in cells))
    with h5py.File(folder / "counts.loom", "w") as root:
        root["matrix"] = counts.astype(np.float32)
        root.create_group("layers")
        root.create_dataset("row_attrs/Gene", data=genes, dtype=h5py.string_dtype())
        root.create_dataset("col_attrs/CellID", data=cells, dtype=h5py.string_dtype())
    names = ("counts.parquet", "counts.xlsx", "counts.gct", "tenx", "counts.loom")
    return {f"{name}, 4,000 x 200": folder / name for name in names}


def write_cells(path: Path, n_cells: int, n_genes: int, compression: str | None) -> None:
    """Write sparse counts, one in ten above zero, as anndata lays them out."""
    import h5py

    rng = np.random.default_rng(1)
    per_cell = rng.binomial(n_genes, 0.1, n_cells)
    text = h5py.string_dtype()
    with h5py.File(path, "w") as root:
        group = root.create_group("X")
        group.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0"})
        group.attrs["shape"] = np.array([n_cells, n_genes])
        n_values = int(per_cell.sum())
        indices = np.concatenate(
            [np.sort(rng.choice(n_genes, n, replace=False)).astype(np.int32) for n in per_cell]
        )
        counts = rng.geometric(0.4, n_values).astype(np.float32)
        indptr = np.concatenate([[0], np.cumsum(per_cell)]).astype(np.int32)
        for key, array in (("data", counts), ("indices", indices), ("indptr", indptr)):
            group.create_dataset(key, data=array, compression=compression)
        for key, prefix, count in (("obs", "cell", n_cells), ("var", "GENE", n_genes)):
            frame = root.create_group(key)
            frame.attrs.update(
                {"encoding-type": "dataframe", "encoding-version": "0.2.0", "_index": "_index"}
            )
            frame.attrs.create("column-order", np.array([], dtype="S1"), dtype=text, shape=(0,))
            names = [f"{prefix}{number}" for number in range(count)]
            index = frame.create_dataset("_index", data=names, dtype=text)
            index.attrs.update({"encoding-type": "string-array", "encoding-version": "0.2.0"})


def mib(count: float) -> str:
    return f"{count / 2**20:,.0f} MiB"


if __name__ == "__main__":
    main()
