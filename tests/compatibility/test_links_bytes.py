"""One specification and one seed give one ``links.parquet``, byte for byte, in every version.

`links_bytes.json` holds, for each specification, two hashes that version 0.1.0 gave:

- ``links``: the SHA-256 of what the file holds, which depends on nothing but this program: the
  metadata without the version, the genes of both dictionaries, and the positions and the float32
  bits of all links, in their order.
- ``file``: the SHA-256 of the file's bytes. Parquet writes the name of pyarrow's version into each
  file, and the encoders may change, so it is compared under the versions of pyarrow and of this
  program that are written down with it.

To write hashes of specifications that are new: ``python tests/compatibility/test_links_bytes.py``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genie3_engine import __version__, cli

HASHES = Path(__file__).with_name("links_bytes.json")
BULK, TIES, CELLS, ODD = "bulk.tsv", "ties.tsv", "cells", "odd.tsv"
SHORT = ("--trees", "20", "--seed", "7")

SPECIFICATIONS = {
    "Random Forest, K = sqrt": (BULK, *SHORT),
    "Random Forest, K = all": (BULK, *SHORT, "--k", "all"),
    "Random Forest, K = 3, another seed": (BULK, "--trees", "20", "--seed", "8", "--k", "3"),
    "Extra-Trees, K = sqrt": (BULK, *SHORT, "--method", "ET"),
    "Extra-Trees, K = all": (BULK, *SHORT, "--method", "ET", "--k", "all"),
    "Extra-Trees, K = 3": (BULK, *SHORT, "--method", "ET", "--k", "3"),
    "regulators": (BULK, *SHORT, "--regulators", "regulators.txt"),
    "targets": (BULK, *SHORT, "--targets", "targets.txt"),
    "the first targets, links kept": (BULK, *SHORT, "--targets", "9", "--keep", "4"),
    "threads": (BULK, *SHORT, "--threads", "3"),
    "processes": (BULK, *SHORT, "--processes", "2", "--threads", "1"),
    "links kept, Extra-Trees, K = all": (BULK, *SHORT, "--method", "ET", "--k=all", "--keep=3"),
    "scikit-learn, Random Forest": (BULK, *SHORT, "--engine", "scikit-learn"),
    "scikit-learn, Extra-Trees": (BULK, *SHORT, "--engine", "scikit-learn", "--method", "ET"),
    "ties, Random Forest": (TIES, *SHORT),
    "ties, Extra-Trees": (TIES, *SHORT, "--method", "ET", "--keep", "5"),
    "single cells, counts per million": (
        *(CELLS, *SHORT, "--fix", "drop-empty-samples", "--fix", "keep-expressed=10"),
        *("--fix", "log1p-cpm", "--fix", "keep-variable=20"),
    ),
    "single cells as they are": (CELLS, *SHORT, "--fix", "drop-constants", "--method", "ET"),
    "fixes": (
        *(ODD, *SHORT, "--fix", "drop-nameless", "--fix", "average-duplicates"),
        *("--fix", "fill-missing", "--fix", "log1p", "--fix", "restrict-targets=8"),
    ),
}


def as_table(names, samples, cells):
    rows = ["\t".join(("gene", *samples))]
    rows += ["\t".join((name, *row)) for name, row in zip(names, cells, strict=True)]
    return "".join(f"{row}\n" for row in rows)


def write_data(folder: Path) -> None:
    """Simulate the data, by whole numbers only: they are the same on every processor."""
    rng = np.random.default_rng(5)
    n_genes, n_samples = 24, 30
    drawn = rng.integers(0, 40_000, (n_genes, n_samples))
    for gene in range(6, n_genes):
        first, second = rng.integers(0, 6, 2)
        drawn[gene] = (2 * drawn[first] - drawn[second] + drawn[gene] // 2) % 40_000
    genes = [f"gene{number:02d}" for number in rng.permutation(n_genes)]
    samples = [f"s{number:02d}" for number in rng.permutation(n_samples)]
    text = [[f"{value // 1000}.{value % 1000:03d}" for value in row] for row in drawn.tolist()]
    (folder / BULK).write_text(as_table(genes, samples, text))
    (folder / "regulators.txt").write_text("".join(f"{name}\n" for name in sorted(genes)[:7]))
    (folder / "targets.txt").write_text("".join(f"{name}\n" for name in sorted(genes)[3:15]))
    few = [[str(value // 10_000) for value in row] for row in drawn.tolist()]
    (folder / TIES).write_text(as_table(genes, samples, few))

    odd = [list(row) for row in text]
    for gene, sample in rng.integers(0, (n_genes, n_samples), (12, 2)).tolist():
        odd[gene][sample] = "NA"
    names = [*genes[:20], genes[2], genes[3], genes[3], ""]
    (folder / ODD).write_text(as_table(names, samples, odd))

    cells = folder / CELLS
    cells.mkdir()
    n_genes, n_cells = 40, 80
    counts = rng.integers(0, 30, (n_genes, n_cells)) * (rng.integers(0, 4, (n_genes, n_cells)) == 0)
    counts[5:9] = counts[:4] * (rng.integers(0, 9, (4, n_cells)) > 0)
    counts[:, [7, 41]] = 0
    held = [(row + 1, column + 1, counts[row, column]) for row, column in np.argwhere(counts)]
    lines = ["%%MatrixMarket matrix coordinate integer general", f"{n_genes} {n_cells} {len(held)}"]
    lines += [" ".join(map(str, entry)) for entry in held]
    for name, content in {
        "matrix.mtx": lines,
        "features.tsv": [f"ENSG{row:011d}\tGENE{row}\tGene Expression" for row in range(n_genes)],
        "barcodes.tsv": [f"CELL{column:03d}-1" for column in range(n_cells)],
    }.items():
        with gzip.GzipFile(cells / f"{name}.gz", "wb", mtime=0) as stream:
            stream.write("".join(f"{line}\n" for line in content).encode())


def infer(folder: Path, arguments: tuple[str, ...], out: Path) -> Path:
    """Infer a network by the command line; return its links."""
    data, *options = (
        str(folder / text) if (folder / text).exists() else text for text in arguments
    )
    assert cli.main(["infer", data, "--out", str(out), *options]) == 0
    return out / "links.parquet"


def in_shards(folder: Path, out: Path) -> Path:
    """Infer a network in three shards and merge them; return its links."""
    shards = [out / f"shard{index}" for index in (1, 2, 3)]
    for index, shard in enumerate(shards, 1):
        infer(folder, (BULK, *SHORT, "--shard", f"{index}/3"), shard)
    assert cli.main(["merge", *map(str, shards), "--out", str(out / "merged")]) == 0
    return out / "merged" / "links.parquet"


def hashes_of(path: Path) -> dict[str, str]:
    """Return the hashes of a file of links: of what it holds, and of its bytes."""
    table = pq.read_table(path)
    about = json.loads(table.schema.metadata[b"genie3"])
    about.pop("version")
    held = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for name in ("regulator", "target"):
        column = table.column(name).combine_chunks()
        held.update(json.dumps(column.dictionary.to_pylist()).encode())
        held.update(column.indices.to_numpy().astype("<i4").tobytes())
    held.update(table.column("importance").to_numpy().astype("<f4").tobytes())
    return {"links": held.hexdigest(), "file": hashlib.sha256(path.read_bytes()).hexdigest()}


def known() -> dict:
    return json.loads(HASHES.read_text())


def compare(found: dict[str, str], expected: dict[str, str]) -> None:
    assert found["links"] == expected["links"]
    if known()["versions"] == {"pyarrow": pa.__version__, "genie3_engine": __version__}:
        assert found["file"] == expected["file"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_data(folder)
    return folder


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_links__keep_their_bytes(name, data, home, tmp_path):
    if name.startswith("scikit-learn") and version("scikit-learn") != known()["scikit-learn"]:
        pytest.skip("another version of scikit-learn grows other trees")
    found = hashes_of(infer(data, SPECIFICATIONS[name], tmp_path / "run"))
    compare(found, known()["specifications"][name])


def test_links__keep_their_bytes_when_shards_are_merged(data, home, tmp_path):
    found = hashes_of(in_shards(data, tmp_path))
    compare(found, known()["specifications"]["Random Forest, K = sqrt"])


def test_links__do_not_depend_on_threads_or_processes():
    specifications = known()["specifications"]
    one = specifications["Random Forest, K = sqrt"]
    assert specifications["threads"] == specifications["processes"] == one


def write_hashes() -> None:
    """Write the hashes of this version."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GENIE3_HOME"] = f"{folder}/home"
        data = Path(folder) / "data"
        data.mkdir()
        write_data(data)
        hashes = {
            name: hashes_of(infer(data, arguments, Path(folder) / f"run{number}"))
            for number, (name, arguments) in enumerate(SPECIFICATIONS.items())
        }
    written = {
        "versions": {"pyarrow": pa.__version__, "genie3_engine": __version__},
        "scikit-learn": version("scikit-learn"),
        "specifications": hashes,
    }
    HASHES.write_text(json.dumps(written, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(write_hashes())
