"""Write AnnData, loom and Matrix Market files from parts, with known right answers.

Run ``python -m tests.generated.cells 3000`` for the counts of outcomes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from scipy import io, sparse

from tests.generated.confusion import Outcome, outcome_of, print_figures
from tests.generated.names import GENES, SAMPLES, Random
from tests.generated.tables import Labelled, pick

TEXT = h5py.string_dtype()
SYMBOLS = ("human symbols", "mouse symbols", "yeast symbols", "fly symbols", "E. coli symbols")
IDENTIFIERS = (
    *("Ensembl human", "Ensembl with version", "Ensembl mouse", "Entrez", "long Entrez"),
    *("RefSeq", "yeast ORFs", "Arabidopsis", "FlyBase", "WormBase", "UniProt", "Trinity"),
    *("E. coli b-numbers", "maize", "Affymetrix"),
)
CELLS = tuple(name for name in SAMPLES if name not in ("numbers", "donor numbers", "array files"))
SYMBOL_COLUMNS = (
    *("feature_name", "gene_symbols", "gene_name", "features", "symbol", "Gene", "_index", "x"),
    *("gene_short_name", "hgnc_symbol", "SYMBOL", "names"),
)
IDENTIFIER_COLUMNS = ("gene_ids", "ensembl_id", "Accession", "gene_id", "ID", "y")
FORMATS = ("h5ad", "h5ad", "loom", "mtx")


@dataclass(slots=True)
class CellFile(Labelled):
    """A file of cells, and the list of regulators given with it."""

    regulators: tuple[str, ...] = ()


def make(seed: int, folder: Path) -> CellFile:
    """Write one file.

    Parameters
    ----------
    seed : int
        Decides everything.
    folder : Path
        Where to.
    """
    random = np.random.default_rng(seed)
    form = str(pick(random, FORMATS))
    n_genes = int(random.integers(20, 60))
    n_cells = n_genes if random.random() < 0.15 else int(random.integers(20, 80))
    levels = random.gamma(0.8, 4.0, (n_genes, 1))
    sizes = random.gamma(8, 1 / 8, n_cells)
    values = random.poisson(levels * sizes).astype(np.float64)
    kinds = {"symbols": str(pick(random, SYMBOLS)), "identifiers": str(pick(random, IDENTIFIERS))}
    labels = {what: GENES[kind](random, n_genes) for what, kind in kinds.items()}
    labels["numbers"] = [str(i) for i in range(n_genes)]
    cells = SAMPLES[str(pick(random, CELLS))](random, n_cells)
    index = str(pick(random, ("symbols", "identifiers", "numbers", "symbols", "identifiers")))
    index = "identifiers" if index == "numbers" and form != "h5ad" else index
    other = {"symbols": "identifiers", "identifiers": "symbols", "numbers": "symbols"}[index]
    has_other = bool(random.random() < 0.7) or index == "numbers"
    known = [index, other] if has_other else [index]
    listed = str(pick(random, ("nothing", *known))) if random.random() < 0.5 else "nothing"
    wanted = listed if listed in ("symbols", "identifiers") else ""
    right = wanted or ("symbols" if "symbols" in known else index)
    is_turned = form != "mtx" and bool(random.random() < 0.3)
    regulators = tuple(labels[wanted][:: max(1, n_genes // 6)]) if wanted else ()
    column = pick(random, SYMBOL_COLUMNS if other == "symbols" else IDENTIFIER_COLUMNS)
    about_genes = {str(column): labels[other]} if has_other else {}
    about_genes |= {
        "chromosome": [f"chr{i}" for i in random.integers(1, 23, n_genes)],
        "biotype": [str(pick(random, ("protein_coding", "lncRNA"))) for _ in range(n_genes)],
        "n_cells": [str(n) for n in (values > 0).sum(axis=1)],
    }
    about_cells = {"cluster": [str(pick(random, ("B", "T", "NK"))) for _ in range(n_cells)]}
    path = folder / f"{seed}.{form}"
    parts = {
        **{"format": form, "index": f"{index}: {kinds.get(index, '')}", "cells": cells[0]},
        **{"column": str(column) if has_other else "", "list": listed, "turned": str(is_turned)},
        "square": str(n_genes == n_cells),
    }
    axes = [(labels[index], about_genes), (cells, about_cells)]
    if form == "mtx":
        path = _write_mtx(
            random, path, values, [labels[index], labels[other]][: 1 + has_other], cells
        )
    elif (form == "h5ad") != is_turned:
        _WRITE[form](random, path, values.T, axes[::-1])
    else:
        _WRITE[form](random, path, values, axes)
    return CellFile(path, labels[right], cells, values, parts, regulators)


Axis = tuple[list[str], dict[str, list[str]]]


def _write_h5ad(random: Random, path: Path, values: np.ndarray, axes: list[Axis]) -> None:
    with h5py.File(path, "w") as root:
        kind = pick(random, ("dense", "csr", "csc"))
        if kind == "dense":
            root["X"] = values.astype(np.float32)
        else:
            held = sparse.csr_matrix(values) if kind == "csr" else sparse.csc_matrix(values)
            group = root.create_group("X")
            group.attrs.update({"encoding-type": f"{kind}_matrix", "shape": values.shape})
            for key in ("data", "indices", "indptr"):
                group[key] = getattr(held, key)
        for key, (names, columns) in zip(("obs", "var"), axes, strict=True):
            frame = root.create_group(key)
            index = "_index" if "_index" not in columns else "index"
            frame.attrs["_index"] = index
            frame.create_dataset(index, data=names, dtype=TEXT)
            for column, texts in columns.items():
                if column == "n_cells":
                    frame[column] = np.array(texts, dtype=np.int64)
                elif random.random() < 0.5:
                    levels, codes = np.unique(texts, return_inverse=True)
                    group = frame.create_group(column)
                    group.create_dataset("categories", data=levels.tolist(), dtype=TEXT)
                    group["codes"] = codes.astype(np.int32)
                else:
                    frame.create_dataset(column, data=texts, dtype=TEXT)


def _write_loom(random: Random, path: Path, values: np.ndarray, axes: list[Axis]) -> None:
    with h5py.File(path, "w") as root:
        root["matrix"] = values.astype(np.float32)
        root.create_group("layers")
        called = pick(random, ("Gene", "var_names")), pick(random, ("CellID", "obs_names"))
        called = ("var_names", called[1]) if "Gene" in axes[0][1] else called
        for key, own, (names, columns) in zip(("row", "col"), called, axes, strict=True):
            group = root.create_group(f"{key}_attrs")
            for column, texts in {**columns, own: names}.items():
                group.create_dataset(column, data=texts, dtype=TEXT)


def _write_mtx(
    random: Random, path: Path, values: np.ndarray, genes: list[list[str]], cells: list[str]
) -> Path:
    path.mkdir()
    is_transposed, are_swapped = random.random() < 0.3, random.random() < 0.2
    matrix = sparse.coo_matrix(values.T if is_transposed else values)
    io.mmwrite(path / "matrix.mtx", matrix, field="integer")
    names = ("barcodes.tsv", "features.tsv") if are_swapped else ("features.tsv", "barcodes.tsv")
    lines = ["\t".join(each) for each in zip(*genes, strict=True)]
    for name, content in zip(names, (lines, cells), strict=True):
        (path / name).write_text("\n".join(content) + "\n")
    return path / "matrix.mtx"


_WRITE = {"h5ad": _write_h5ad, "loom": _write_loom}


def outcomes(seeds: Iterable[int]) -> Iterator[tuple[int, CellFile, Outcome]]:
    """Write and read one file after the other."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            made = make(seed, Path(folder))
            yield seed, made, outcome_of(made, regulators=made.regulators)


if __name__ == "__main__":
    print_figures(outcomes, __doc__)
