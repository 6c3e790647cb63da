"""Measure time and memory of reading, compared with other libraries and with another version.

Each part is a format; each format has a small file and a large one, simulated, and text has two
real ones besides, from the sets next to the project. ``--other FOLDER`` is a checkout of another
version. Text is compared with pandas and pyarrow too (``--libraries``), sparse cells with anndata,
which needs an environment of its own (``--anndata PYTHON``).

    python benchmarks/bench_read.py parquet loom --other ../older --seconds 20

Readers of one file take turns. Each reading is a process of its own, forked from one that has
loaded the libraries and read a tiny file, so that no cache is warmer than in real use; what is
read by a process apart, such as HDF5, has that process started before. The figures are medians;
a ratio is the median of the ratios of neighbours, CPU seconds of this version divided by those of
the other reader, with the quartiles of these ratios. Memory is the growth of the peak, that of the
process apart included.

Dense readings end as one C-ordered float64 matrix of genes x samples, sparse ones as a CSR matrix
with genes in rows. Reading links ends with the gold standard's judgement of each link.
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
REAL = {
    "real, 20,684 x 100": ("human_hnscc_sc/GSE103322_sample_100cells.tsv.gz", "columns"),
    "real, 38,415 x 69": ("human_lcl/pickrell1_counts_38415x69.tsv.gz", "rows"),
}
FEWEST, MOST = 5, 60
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


def links_by_genie3_engine(path: Path, genes_in_rows: bool) -> Any:  # noqa: ANN401
    from genie3_engine.evaluation.matches import judged_links

    del genes_in_rows
    return judged_links(path, path.with_suffix(".gold"))


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


READERS: dict[str, Reader] = {
    "genie3_engine": by_genie3_engine,
    "genie3_engine, sparse": by_genie3_engine_sparse,
    "genie3_engine, links": links_by_genie3_engine,
    "pandas": by_pandas,
    "pyarrow": by_pyarrow,
    "anndata": by_anndata,
    "anndata, sparse": by_anndata_sparse,
}


@dataclass(frozen=True)
class Part:
    """A format that is measured.

    Parameters
    ----------
    write : callable
        Writes a file: folder, genes, samples.
    sizes : dict of str to (int, int)
        Genes and samples of each size.
    axis : {'rows', 'columns'}
        Where the genes are.
    reader : str
        How this program reads it.
    libraries : tuple of str
        Readers of other libraries.
    """

    write: Callable[[Path, int, int], Path]
    sizes: dict[str, tuple[int, int]]
    axis: str = "rows"
    reader: str = "genie3_engine"
    libraries: tuple[str, ...] = ()


@dataclass
class Measured:
    """What the readings of one reader took, in their order."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    growth: list[float] = field(default_factory=list)

    def add(self, found: dict[str, float]) -> None:
        """Take what one reading took."""
        for key, value in found.items():
            getattr(self, key).append(value)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--sizes", nargs="+", default=["small", "large"])
    parser.add_argument("--seconds", type=float, default=20.0, help="for each file, about")
    parser.add_argument("--libraries", action="store_true", help="compare with pandas and pyarrow")
    parser.add_argument("--anndata", metavar="PYTHON", help="a Python that has anndata")
    parser.add_argument("--other", metavar="FOLDER", type=Path, help="another checkout")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    print(f"{'file':<34}{'reader':<24}{'n':>3}{'seconds':>9}{'CPU':>8}", end="")
    print(f"{'ratio':>7}  {'quartiles':<12}{'growth':>10}{'ratio':>7}")
    for name in options.parts or PARTS:
        part = PARTS[name]
        with tempfile.TemporaryDirectory() as place:
            tiny = Path(place) / "tiny"
            tiny.mkdir()
            warm = part.write(tiny, 40, 20)
            for size in options.sizes:
                if size in part.sizes:
                    genes, samples = part.sizes[size]
                    path = part.write(Path(place), genes, samples)
                    compare(f"{name}, {genes:,} x {samples:,}", path, warm, part, options)
            if name.startswith("text") and "large" in options.sizes:
                for title, (file, axis) in REAL.items():
                    if axis == part.axis and (DATA / file).is_file():
                        compare(title, DATA / file, warm, part, options)


def compare(title: str, path: Path, warm: Path, part: Part, options: argparse.Namespace) -> None:
    """Measure the readers of a file in turns, and print a line for each."""
    readers = {part.reader: (part.reader, sys.executable, ROOT)}
    if options.other:
        readers["the other version"] = (part.reader, sys.executable, options.other)
    for name in part.libraries:
        python = options.anndata if "anndata" in name else sys.executable
        if python and ("anndata" in name or options.libraries):
            readers[name] = (name, python, ROOT)
    measured = {shown: Measured() for shown in readers}
    servers = {shown: server(python, root) for shown, (_, python, root) in readers.items()}
    end = time.monotonic() + options.seconds
    n = 0
    while n < FEWEST or (n < MOST and time.monotonic() < end):
        turn = list(readers.items())
        for shown, (name, *_) in turn if n % 2 else turn[::-1]:
            measured[shown].add(ask(servers[shown], name, path, part.axis, warm))
        n += 1
    for each in servers.values():
        each.communicate()
    own = measured[part.reader]
    for shown, found in measured.items():
        seconds, cpu, growth = (
            statistics.median(runs) for runs in (found.seconds, found.cpu, found.growth)
        )
        line = f"{title:<34}{shown:<24}{n:>3}{seconds:>9.3f}{cpu:>8.3f}"
        ratios = [mine / max(it, 1e-4) for mine, it in zip(own.cpu, found.cpu, strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        memory = statistics.median(own.growth) / max(growth, 2**20)
        line += f"{middle:>7.2f}  {f'{low:.2f}-{high:.2f}':<12}{growth / 2**20:>6,.0f} MiB"
        print(f"{line}{memory:>7.2f}", flush=True)


def server(python: str, root: Path) -> subprocess.Popen[str]:
    """Start a process that reads files by the code of a checkout."""
    command = [python, "-W", "ignore", __file__, "--serve", str(root.resolve())]
    return subprocess.Popen(
        command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    )


def ask(
    process: subprocess.Popen[str], name: str, path: Path, axis: str, warm: Path
) -> dict[str, float]:
    """Return seconds, CPU seconds and growth of the peak in bytes of one reading."""
    assert process.stdin is not None
    assert process.stdout is not None
    print(json.dumps([name, str(path), axis, str(warm)]), file=process.stdin, flush=True)
    line = process.stdout.readline()
    if not line.startswith("{"):
        raise SystemExit(f"{name} did not read {path.name}: {line}")
    found: dict[str, float] = json.loads(line)
    return found


def serve(root: Path) -> None:
    """Read files in forks of this process until the input ends."""
    sys.path.insert(0, str(root))
    is_first = True
    for line in sys.stdin:
        name, path, axis, warm = json.loads(line)
        if is_first and "genie3" in name:
            import genie3_engine

            if not str(genie3_engine.__file__).startswith(f"{root}/"):
                raise SystemExit(f"{genie3_engine.__file__} is not of {root}")
        if is_first:
            READERS[name](Path(warm), axis == "rows")
        is_first = False
        child = os.fork()
        if not child:
            try:
                timed(name, Path(path), axis == "rows", Path(warm))
            finally:
                sys.stdout.flush()
                os._exit(0)
        os.waitpid(child, 0)


def timed(name: str, path: Path, genes_in_rows: bool, warm: Path) -> None:
    """Read one file and print how that went."""
    reader = READERS[name]
    if path.suffix in (".h5ad", ".loom"):  # the process apart is not inherited
        reader(warm, genes_in_rows)
    before = peak_bytes(os.getpid())
    start, used = time.perf_counter(), cpu_seconds()
    values = reader(path, genes_in_rows)
    seconds, used = time.perf_counter() - start, cpu_seconds() - used
    growth = peak_bytes(os.getpid()) - before
    if hasattr(values, "shape") and (values.ndim != 2 or values.shape[0] < 4):
        raise SystemExit(f"{name} gave something else")
    if "genie3" in name:
        from genie3_engine.data.io.sandbox import client as sandbox

        growth += sum(map(peak_bytes, children()))
        sandbox.close()
    print(json.dumps({"seconds": seconds, "cpu": used, "growth": growth}))


def cpu_seconds() -> float:
    """Return what this process and those it started have computed.

    Other programs disturb it less than the clock.
    """
    threads = (task for pid in children() for task in Path(f"/proc/{pid}/task").iterdir())
    of_children = sum(int((task / "schedstat").read_text().split()[0]) for task in threads)
    return time.process_time() + of_children / 1e9


def children() -> list[int]:
    """Return the processes that this one has started."""
    tasks = Path("/proc/self/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]


def peak_bytes(pid: int) -> int:
    """Return the most memory that a process ever had; getrusage counts its parent's too."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def text_in_rows(folder: Path, n_genes: int, n_samples: int) -> Path:
    """Write fractions as text."""
    return _text(folder / "rows.tsv", _genes(n_genes), _samples(n_samples), n_genes)


def text_in_columns(folder: Path, n_genes: int, n_samples: int) -> Path:
    """Write fractions as text, genes in columns."""
    return _text(folder / "columns.tsv", _samples(n_samples), _genes(n_genes), n_genes)


def _text(path: Path, rows: list[str], columns: list[str], n_genes: int) -> Path:
    rng = np.random.default_rng(0)
    levels = rng.normal(1.0, 1.0, n_genes)
    levels = levels[:, None] if len(rows) == n_genes else levels
    values = np.round(rng.lognormal(levels, 0.5, (len(rows), len(columns))), 4)
    with path.open("w") as out:
        out.write("\t".join(("", *columns)) + "\n")
        for name, row in zip(rows, values, strict=True):
            out.write("\t".join((name, *map(repr, row.tolist()))) + "\n")
    return path


def _genes(n: int) -> list[str]:
    return [f"ENSG{number:011d}" for number in range(n)]


def _samples(n: int) -> list[str]:
    return [f"S{number:03d}" for number in range(n)]


def _counts(n_genes: int, n_samples: int) -> Any:  # noqa: ANN401
    rng = np.random.default_rng(2)
    return rng.poisson(rng.gamma(0.5, 4.0, (n_genes, 1)), (n_genes, n_samples))


def _frame(n_genes: int, n_samples: int) -> Any:  # noqa: ANN401
    import pandas as pd

    counts = _counts(n_genes, n_samples)
    return pd.DataFrame(counts, index=_genes(n_genes), columns=_samples(n_samples))


def parquet(folder: Path, n_genes: int, n_samples: int) -> Path:
    path = folder / "counts.parquet"
    _frame(n_genes, n_samples).to_parquet(path)
    return path


def feather(folder: Path, n_genes: int, n_samples: int) -> Path:
    path = folder / "counts.feather"
    _frame(n_genes, n_samples).reset_index(names="gene").to_feather(path)
    return path


def excel(folder: Path, n_genes: int, n_samples: int) -> Path:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("counts")
    sheet.append(["gene", *_samples(n_samples)])
    for gene, row in zip(_genes(n_genes), _counts(n_genes, n_samples), strict=True):
        sheet.append([gene, *row.tolist()])
    path = folder / "counts.xlsx"
    book.save(path)
    return path


def gct(folder: Path, n_genes: int, n_samples: int) -> Path:
    frame = _frame(n_genes, n_samples).reset_index(names="Name")
    frame.insert(1, "Description", "na")
    path = folder / "counts.gct"
    path.write_text(f"#1.2\n{n_genes}\t{n_samples}\n{frame.to_csv(sep=chr(9), index=False)}")
    return path


def tenx(folder: Path, n_genes: int, n_samples: int) -> Path:
    from scipy import io, sparse

    path = folder / "tenx"
    path.mkdir(exist_ok=True)
    counts = sparse.coo_matrix(_counts(n_genes, n_samples))
    io.mmwrite(path / "matrix.mtx", counts, field="integer")
    genes = _genes(n_genes)
    (path / "features.tsv").write_text("".join(f"{gene}\t{gene}\n" for gene in genes))
    (path / "barcodes.tsv").write_text("".join(f"cell_{i}\n" for i in range(n_samples)))
    return path


def loom(folder: Path, n_genes: int, n_samples: int) -> Path:
    import h5py

    path = folder / "counts.loom"
    cells = [f"cell_{i}" for i in range(n_samples)]
    with h5py.File(path, "w") as root:
        root["matrix"] = _counts(n_genes, n_samples).astype(np.float32)
        root.create_group("layers")
        text = h5py.string_dtype()
        root.create_dataset("row_attrs/Gene", data=_genes(n_genes), dtype=text)
        root.create_dataset("col_attrs/CellID", data=cells, dtype=text)
    return path


def h5ad(folder: Path, n_genes: int, n_samples: int) -> Path:
    return _h5ad(folder / "plain.h5ad", n_samples, n_genes, None)


def h5ad_gzip(folder: Path, n_genes: int, n_samples: int) -> Path:
    return _h5ad(folder / "gzip.h5ad", n_samples, n_genes, "gzip")


def _h5ad(path: Path, n_cells: int, n_genes: int, compression: str | None) -> Path:
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
    return path


def links(folder: Path, n_targets: int, n_regulators: int) -> Path:
    """Write all links of some regulators, the best first, and one link in fifty as known."""
    rng = np.random.default_rng(3)
    genes = np.array(_genes(n_targets + 1))
    regulators, targets = np.meshgrid(np.arange(n_regulators), np.arange(n_targets + 1))
    is_link = regulators != targets
    regulators, targets = genes[regulators[is_link]], genes[targets[is_link]]
    order = rng.permutation(len(targets))
    scores = np.sort(rng.exponential(1e-3, len(targets)))[::-1]
    path = folder / "links.tsv"
    with path.open("w") as out:
        out.write("regulator\ttarget\timportance\n")
        for i, score in zip(order.tolist(), scores.tolist(), strict=True):
            out.write(f"{regulators[i]}\t{targets[i]}\t{score!r}\n")
    known = order[::50]
    lines = [f"{regulators[i]}\t{targets[i]}\n" for i in known.tolist()]
    path.with_suffix(".gold").write_text("".join(lines))
    return path


_DENSE = {"small": (4_000, 200), "large": (20_000, 400)}
_TEXT = {"small": (4_000, 200), "large": (49_196, 193)}
_CELLS = {"small": (4_000, 200), "large": (5_000, 50_000)}
_LIBRARIES = ("pandas", "pyarrow")
PARTS = {
    "text-rows": Part(text_in_rows, _TEXT, libraries=_LIBRARIES),
    "text-columns": Part(text_in_columns, _TEXT, "columns", libraries=_LIBRARIES),
    "gct": Part(gct, _DENSE),
    "parquet": Part(parquet, _DENSE),
    "feather": Part(feather, _DENSE),
    "excel": Part(excel, {"small": (1_000, 100), "large": (4_000, 200)}),
    "10x": Part(tenx, {"small": (4_000, 200), "large": (20_000, 400)}),
    "loom": Part(loom, _DENSE),
    "h5ad": Part(h5ad, _CELLS, "columns", "genie3_engine, sparse", ("anndata, sparse",)),
    "h5ad-gzip": Part(h5ad_gzip, _CELLS, "columns", "genie3_engine, sparse", ("anndata, sparse",)),
    "h5ad-dense": Part(h5ad, _CELLS, "columns", libraries=("anndata",)),
    "links": Part(
        links, {"small": (500, 50), "large": (5_000, 200)}, reader="genie3_engine, links"
    ),
}

if __name__ == "__main__":
    main()
