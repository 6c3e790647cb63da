"""Measure reading, checking and inferring an atlas of cells that would not fit in memory dense.

The file is simulated: an AnnData file with sparse counts (CSR, as scanpy writes it), in which cells
are mixtures of types and differ in how many molecules were counted. Every step is a process of its
own; its time and the most memory of it or of one of its children are printed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
CELLS_AT_ONCE = 500
N_TYPES = 12
MOLECULES = 2_500  # of a cell, median
FULL = (100_000, 20_000, 1_500)


def main() -> None:
    """Make the file, and measure step by step."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, size in zip(("cells", "genes", "regulators"), FULL, strict=True):
        parser.add_argument(f"--{name}", type=int, default=size)
    parser.add_argument("--targets", type=int, default=100)
    parser.add_argument("--trees", type=int, default=100)
    parser.add_argument("--method", default="RF", help="RF or ET")
    parser.add_argument("--fix", action="append", default=[], help="such as log1p-cpm")
    parser.add_argument("--folder", type=Path, help="where files go; a temporary one by default")
    parser.add_argument("--make", type=Path, help="make this file and nothing else")
    args = parser.parse_args()
    if args.make is not None:
        write_atlas(args.make, args.cells, args.genes)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        cells = folder / f"atlas-{args.cells}x{args.genes}.h5ad"
        regulators = folder / "regulators.txt"
        print(f"{args.cells:,} cells x {args.genes:,} genes, {args.regulators:,} regulators")
        print(f"{'step':<28} {'s':>7} {'processor s':>12} {'peak, GB':>9}")
        if not cells.exists():
            sizes = ["--cells", str(args.cells), "--genes", str(args.genes)]
            measure("make the file", [__file__, "--make", str(cells), *sizes])
        names = [gene_name(i) for i in range(0, args.genes, args.genes // args.regulators)]
        regulators.write_text("\n".join(names[: args.regulators]) + "\n")
        os.environ["GENIE3_HOME"] = str(folder / "home")
        fixes = [word for fix in args.fix for word in ("--fix", fix)]
        program = ["-m", "genie3_engine"]
        chosen = ["--regulators", str(regulators)]
        measure("read and check (doctor)", [*program, "doctor", str(cells), *chosen, *fixes])
        run = folder / f"run-{args.method}-{time.time_ns()}"
        measure(
            f"infer {args.targets} x {args.trees} trees",
            [
                *(*program, "infer", str(cells), *chosen, *fixes, "--method", args.method),
                *("--targets", str(args.targets), "--trees", str(args.trees), "--out", str(run)),
            ],
        )
        measure("links", [*program, "links", str(run), "--top", "3"])
        print(f"file: {cells.stat().st_size / 1e6:,.0f} MB; stored: {stored(folder):,.0f} MB")


def measure(step: str, arguments: list[str]) -> None:
    """Run Python with some arguments, and print what it took."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    unit = 1 if sys.platform == "darwin" else 1024
    spent = used.ru_utime + used.ru_stime
    peak = used.ru_maxrss * unit / 1e9
    failed = f"  exit code {process.returncode}" if process.returncode else ""
    print(f"{step:<28} {seconds:>7.1f} {spent:>12.1f} {peak:>9.2f}{failed}", flush=True)


def stored(folder: Path) -> float:
    """Return the size of the stored data set, in MB."""
    files = (folder / "home" / "data").rglob("values.*")
    return sum(file.stat().st_size for file in files) / 1e6


def gene_name(number: int) -> str:
    """Return the name of a gene."""
    return f"GENE{number:05d}"


def write_atlas(path: Path, n_cells: int, n_genes: int, seed: int = 1) -> None:
    """Write simulated counts, some cells at a time.

    Parameters
    ----------
    path : Path
        The file.
    n_cells, n_genes : int
        Its size; about 6 % of the counts of 20,000 genes are above zero.
    seed : int
        Of the random numbers.
    """
    rng = np.random.default_rng(seed)
    level = rng.lognormal(0.0, 2.1, n_genes)
    profiles = level * rng.lognormal(0.0, 0.8, (N_TYPES, n_genes))
    profiles = np.cumsum(profiles / profiles.sum(axis=1, keepdims=True), axis=1)
    text = h5py.string_dtype()
    with h5py.File(path, "w") as root:
        root.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
        group = root.create_group("X")
        group.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0"})
        group.attrs["shape"] = (n_cells, n_genes)
        arrays = {
            name: group.create_dataset(
                name, (0,), dtype, maxshape=(None,), chunks=(1 << 16,), compression="gzip"
            )
            for name, dtype in (("data", np.float32), ("indices", np.int32))
        }
        ends = [np.zeros(1, np.int64)]
        for first in range(0, n_cells, CELLS_AT_ONCE):
            n = min(CELLS_AT_ONCE, n_cells - first)
            codes, counts = _counts(rng, profiles, n)
            sizes = np.bincount(codes // n_genes, minlength=n)
            ends.append(ends[-1][-1] + np.cumsum(sizes))
            for name, values in (("data", counts), ("indices", codes % n_genes)):
                start = arrays[name].shape[0]
                arrays[name].resize((start + len(values),))
                arrays[name][start:] = values
        group.create_dataset("indptr", data=np.concatenate(ends))
        for key, names in (
            ("obs", [f"cell{i:06d}" for i in rng.permutation(n_cells)]),
            ("var", [gene_name(i) for i in range(n_genes)]),
        ):
            frame = root.create_group(key)
            frame.attrs.update({"_index": "_index", "encoding-type": "dataframe"})
            frame.attrs.update({"encoding-version": "0.2.0", "column-order": []})
            frame.create_dataset("_index", data=names, dtype=text)


def _counts(
    rng: np.random.Generator, profiles: np.ndarray, n_cells: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return cell x gene, as one number, of the counts above zero, and these counts."""
    n_genes = profiles.shape[1]
    molecules = rng.lognormal(np.log(MOLECULES), 0.5, n_cells).astype(np.int64) + 200
    share = rng.beta(0.5, 0.5, n_cells)  # of the first of two types that a cell is between
    types = rng.integers(N_TYPES, size=(2, n_cells))
    cell = np.repeat(np.arange(n_cells), molecules)
    of_first = rng.random(len(cell)) < share[cell]
    kind = np.where(of_first, types[0][cell], types[1][cell])
    gene = np.empty(len(cell), np.int64)
    for each in range(N_TYPES):
        inside = np.flatnonzero(kind == each)
        gene[inside] = np.searchsorted(profiles[each], rng.random(len(inside)))
    codes, counts = np.unique(cell * n_genes + np.minimum(gene, n_genes - 1), return_counts=True)
    return codes, counts.astype(np.float32)


if __name__ == "__main__":
    main()
