"""How long does reading a large text matrix take, and how much memory, beside pandas and pyarrow?

One simulated matrix is written with genes in rows and with genes in columns. Each reader reads
each file in a process of its own, whose libraries are loaded before the clock starts; memory is
the growth of the process's peak, in multiples of the float64 matrix. Every reader ends with the
values as one C-ordered matrix of genes x samples.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

Reader = Callable[[Path, bool], np.ndarray]


def by_genie3_engine(path: Path, genes_in_rows: bool) -> np.ndarray:
    from genie3_engine.data.expression import read_expression

    expression, report = read_expression(path)
    if (report.orientation == "genes-in-rows") != genes_in_rows:
        raise SystemExit(f"wrong orientation: {report.orientation_reason}")
    return expression.values


def by_pandas(path: Path, genes_in_rows: bool) -> np.ndarray:
    import pandas as pd

    values = pd.read_csv(path, sep="\t", index_col=0).to_numpy()
    return np.ascontiguousarray(values if genes_in_rows else values.T)


def by_pyarrow(path: Path, genes_in_rows: bool) -> np.ndarray:
    from pyarrow import csv

    table = csv.read_csv(
        path,
        parse_options=csv.ParseOptions(delimiter="\t"),
        read_options=csv.ReadOptions(use_threads=False, block_size=1 << 24),
    )
    columns = np.stack([column.to_numpy() for column in table.columns[1:]])
    return np.ascontiguousarray(columns.T if genes_in_rows else columns)


READERS: dict[str, Reader] = {
    "genie3_engine": by_genie3_engine,
    "pandas.read_csv": by_pandas,
    "pyarrow.csv": by_pyarrow,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--genes", type=int, default=49_196)
    parser.add_argument("--samples", type=int, default=193)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    matrix_bytes = options.genes * options.samples * 8
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder), options.genes, options.samples)
        print(f"{options.genes:,} genes x {options.samples:,} samples, matrix {mib(matrix_bytes)}")
        print(f"{'file':<18}{'reader':<18}{'seconds':>8}{'peak growth':>14}{'x matrix':>10}")
        for title, path in files.items():
            for name in READERS:
                runs = [measure(name, path, "rows" in title) for _ in range(options.repeats)]
                seconds = statistics.median(run[0] for run in runs)
                growth = statistics.median(run[1] for run in runs)
                print(
                    f"{title:<18}{name:<18}{seconds:>8.2f}{mib(growth):>14}"
                    f"{growth / matrix_bytes:>10.2f}",
                    flush=True,
                )


def write_files(folder: Path, n_genes: int, n_samples: int) -> dict[str, Path]:
    rng = np.random.default_rng(0)
    values = np.round(rng.lognormal(1.0, 1.0, (n_genes, n_samples)), 4)
    genes = [f"ENSG{number:011d}" for number in range(n_genes)]
    samples = [f"S{number:03d}" for number in range(n_samples)]
    files = {
        "genes in rows": (genes, samples, values),
        "genes in columns": (samples, genes, values.T),
    }
    paths = {}
    for title, (rows, columns, matrix) in files.items():
        paths[title] = folder / f"{title.replace(' ', '_')}.tsv"
        with paths[title].open("w") as out:
            out.write("\t".join(("", *columns)) + "\n")
            for name, row in zip(rows, matrix, strict=True):
                out.write("\t".join((name, *map(repr, row.tolist()))) + "\n")
    return paths


def measure(name: str, path: Path, genes_in_rows: bool) -> tuple[float, float]:
    """Return seconds and growth of the peak in bytes, in a fresh process."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=timed, args=(sender, name, path, genes_in_rows))
    process.start()
    sender.close()
    seconds, growth = receiver.recv()
    process.join()
    return float(seconds), float(growth)


def timed(sender: Connection, name: str, path: Path, genes_in_rows: bool) -> None:
    warm = path.with_name("warm.tsv")
    warm.write_text("gene\tS1\tS2\nTP53\t1.5\t2\nMYC\t4\t5\nSOX2\t7\t8\n")
    READERS[name](warm, True)
    before = peak_bytes()
    start = time.perf_counter()
    values = READERS[name](path, genes_in_rows)
    seconds = time.perf_counter() - start
    if not (values.flags.c_contiguous and values.dtype == np.float64 and len(values) > 3):
        raise SystemExit(f"{name} gave something else")
    sender.send((seconds, peak_bytes() - before))


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def mib(count: float) -> str:
    return f"{count / 2**20:,.0f} MiB"


if __name__ == "__main__":
    main()
