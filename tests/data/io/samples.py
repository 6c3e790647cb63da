"""One small file of each format."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

FILES = Path(__file__).parent / "files"
GENES = ("TP53", "MYC", "SOX2", "GATA1", "KLF4", "STAT3", "NANOG", "PAX6", "HOXA9", "FOXP3")
IDENTIFIERS = tuple(f"ENSG{i:011d}" for i in range(141510, 141520))
SAMPLES = tuple(f"cell_{letter}{n}" for letter in "AB" for n in (1, 2, 3))
TISSUES = ("liver", "liver", "brain", "brain", "liver", "brain")
VALUES = np.round(np.random.default_rng(8).gamma(0.7, 3.0, (len(GENES), len(SAMPLES))), 3)
VALUES[VALUES < 1.0] = 0.0
COUNTS = np.floor(VALUES)
LOGS = np.round(np.log1p(VALUES), 4)  # the last bit of log1p depends on the processor


def _cells(values: np.ndarray) -> list[list[str]]:
    return [[repr(value) for value in row] for row in values.tolist()]


def _text(corner: str, delimiter: str = "\t", *, decimal: str = ".") -> str:
    lines = [[corner, *SAMPLES]] if corner else [[*SAMPLES]]
    lines += [[gene, *row] for gene, row in zip(GENES, _cells(VALUES), strict=True)]
    body = "\n".join(delimiter.join(line) for line in lines[1:]).replace(".", decimal)
    return delimiter.join(lines[0]) + "\n" + body + "\n"


def write_table(path: Path) -> None:
    """Lay a table out as R's write.table does: names in quotes, no cell above the row names."""
    lines = [" ".join(f'"{name}"' for name in SAMPLES)]
    lines += [f'"{g}" ' + " ".join(row) for g, row in zip(GENES, _cells(VALUES), strict=True)]
    path.write_text("\n".join(lines) + "\n")


def decimal_commas(path: Path) -> None:
    """Lay a table out as Excel does in half of Europe."""
    path.write_text(_text("gene", ";", decimal=","))


def utf_16(path: Path) -> None:
    """Lay a table out as Excel's Unicode text."""
    path.write_bytes(_text("gene").replace("\n", "\r\n").encode("utf-16"))


def tsv_gz(path: Path) -> None:
    """Compress a table."""
    path.write_bytes(gzip.compress(_text("gene").encode(), mtime=0))


def gct_12(path: Path) -> None:
    """Lay a table out by hand as the Broad Institute says."""
    lines = ["#1.2", f"{len(GENES)}\t{len(SAMPLES)}", "\t".join(("Name", "Description", *SAMPLES))]
    lines += [f"{g}\tna\t" + "\t".join(r) for g, r in zip(GENES, _cells(VALUES), strict=True)]
    path.write_text("\n".join(lines) + "\n")


def gct_13(path: Path) -> None:
    """Do the same for version 1.3, with two descriptions of rows and one of columns."""
    lines = ["#1.3", f"{len(GENES)}\t{len(SAMPLES)}\t2\t1", "\t".join(("id", "a", "7", *SAMPLES))]
    lines += ["\t".join(("tissue", "na", "na", *TISSUES))]
    lines += [f"{g}\tx\t3\t" + "\t".join(r) for g, r in zip(GENES, _cells(VALUES), strict=True)]
    path.write_text("\n".join(lines) + "\n")


def series_matrix(path: Path) -> None:
    """Lay a table out as NCBI's GEO does."""
    quoted = "\t".join(f'"{name}"' for name in SAMPLES)
    tissues = "\t".join(f'"tissue: {tissue}"' for tissue in TISSUES)
    lines = ['!Series_title\t"A series"', f"!Sample_title\t{quoted}"]
    lines += [f"!Sample_characteristics_ch1\t{tissues}", "", "!series_matrix_table_begin"]
    lines += [f'"ID_REF"\t{quoted}']
    lines += [f'"{g}"\t' + "\t".join(r) for g, r in zip(GENES, _cells(VALUES), strict=True)]
    path.write_text("\n".join([*lines, "!series_matrix_table_end"]) + "\n")


def xlsx(path: Path) -> None:
    """Write a workbook by openpyxl, a sheet of notes first."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "notes"
    book.active.append(["Made for a test"])
    sheet = book.create_sheet("expression")
    sheet.append(["Table S1"])
    sheet.append([])
    sheet.append(["gene", "description", *SAMPLES])
    for gene, row in zip(GENES, VALUES.tolist(), strict=True):
        sheet.append([gene, f"the gene {gene},\nquoted", *row])
    turned = book.create_sheet("turned")
    turned.append(["sample", *GENES])
    for sample, row in zip(SAMPLES, VALUES.T.tolist(), strict=True):
        turned.append([sample, *row])
    book.save(path)


def _frame():
    import pandas as pd

    return pd.DataFrame(VALUES, index=list(GENES), columns=list(SAMPLES))


def parquet(path: Path) -> None:
    """Write a Parquet file by pandas, the genes as index."""
    _frame().to_parquet(path)


def parquet_polars(path: Path) -> None:
    """Write a Parquet file by pyarrow, the genes as dictionary, compressed by zstd."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    columns = {"gene": pa.array(GENES).dictionary_encode()}
    columns |= {s: pa.array(v) for s, v in zip(SAMPLES, VALUES.T, strict=True)}
    pq.write_table(pa.table(columns), path, compression="zstd")


def feather(path: Path) -> None:
    """Write a Feather file by pyarrow, samples in rows."""
    import pyarrow as pa
    from pyarrow import feather as feather_file

    columns = {"sample": pa.array(SAMPLES), "tissue": pa.array(TISSUES)}
    columns |= {g: pa.array(v) for g, v in zip(GENES, VALUES, strict=True)}
    feather_file.write_feather(pa.table(columns), path, compression="lz4")


def loom(path: Path) -> None:
    """Write a loom file by h5py, as loompy lays it out."""
    import h5py

    with h5py.File(path, "w") as root:
        root.attrs["LOOM_SPEC_VERSION"] = "3.0.0"
        root.create_dataset("matrix", data=VALUES, compression="gzip", chunks=(4, 3))
        root.create_dataset("layers/counts", data=COUNTS)
        root["row_attrs/Gene"] = np.array(GENES, dtype="S")
        root["row_attrs/Accession"] = list(IDENTIFIERS)
        root["col_attrs/CellID"] = list(SAMPLES)
        root["col_attrs/tissue"] = list(TISSUES)
        for empty in ("attrs", "col_graphs", "row_graphs"):
            root.create_group(empty)


def tenx_h5(path: Path) -> None:
    """Write a file by h5py, as Cell Ranger 3 lays it out, an antibody among the features."""
    import h5py
    from scipy import sparse

    counts = sparse.csc_matrix(np.vstack([VALUES, np.ones(len(SAMPLES))]))
    with h5py.File(path, "w") as root:
        group = root.create_group("matrix")
        group["shape"] = np.array(counts.shape, dtype=np.int32)
        for key in ("data", "indices", "indptr"):
            group.create_dataset(key, data=getattr(counts, key), compression="gzip")
        group["barcodes"] = np.array(SAMPLES, dtype="S")
        group["features/id"] = np.array([*IDENTIFIERS, "CD3"], dtype="S")
        group["features/name"] = np.array([*GENES, "CD3"], dtype="S")
        kinds = ["Gene Expression"] * len(GENES) + ["Antibody Capture"]
        group["features/feature_type"] = np.array(kinds, dtype="S")


def tenx_h5_v2(path: Path) -> None:
    """Write a file by h5py, as Cell Ranger 2 lays it out."""
    import h5py
    from scipy import sparse

    counts = sparse.csc_matrix(VALUES)
    with h5py.File(path, "w") as root:
        group = root.create_group("GRCh38")
        group["shape"] = np.array(counts.shape)
        for key in ("data", "indices", "indptr"):
            group[key] = getattr(counts, key)
        group["barcodes"] = np.array(SAMPLES, dtype="S")
        group["genes"] = np.array(IDENTIFIERS, dtype="S")
        group["gene_names"] = np.array(GENES, dtype="S")


def _features() -> str:
    pairs = zip(IDENTIFIERS, GENES, strict=True)
    return "".join(f"{i}\t{g}\tGene Expression\n" for i, g in pairs)


def tenx_folder(path: Path) -> None:
    """Write a folder by scipy.io, as Cell Ranger 3 lays it out."""
    from scipy import io, sparse

    path.mkdir(exist_ok=True)
    plain = path / "matrix.mtx"
    io.mmwrite(plain, sparse.coo_matrix(VALUES))
    for name, text in (
        ("matrix.mtx", plain.read_text()),
        ("features.tsv", _features()),
        ("barcodes.tsv", "\n".join(SAMPLES) + "\n"),
    ):
        (path / f"{name}.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    plain.unlink()


def mtx(path: Path) -> None:
    """Write triples by scipy.io, cells in rows, with lists of names beside."""
    from scipy import io, sparse

    io.mmwrite(path, sparse.coo_matrix(VALUES.T))
    path.with_name(f"{path.stem}_genes.txt").write_text("\n".join(GENES))
    path.with_name(f"{path.stem}_barcodes.txt").write_text("\n".join(SAMPLES))


def mtx_dense(path: Path) -> None:
    """Write a dense Matrix Market file by scipy.io."""
    from scipy import io

    io.mmwrite(path, VALUES)
    path.with_name(f"{path.stem}_genes.txt").write_text("\n".join(GENES))
    path.with_name(f"{path.stem}_barcodes.txt").write_text("\n".join(SAMPLES))


def _kept(name: str) -> Callable[[Path], None]:
    def copy(path: Path) -> None:
        shutil.copyfile(FILES / name, path)

    return copy


WRITERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "R's write.table": ("r.txt", write_table),
    "decimal commas": ("commas.csv", decimal_commas),
    "UTF-16": ("unicode.txt", utf_16),
    "tsv.gz": ("plain.tsv.gz", tsv_gz),
    "GCT 1.2": ("old.gct", gct_12),
    "GCT 1.3": ("new.gct", gct_13),
    "series matrix": ("GSE1_series_matrix.txt", series_matrix),
    "xlsx": ("book.xlsx", xlsx),
    "Parquet of pandas": ("pandas.parquet", parquet),
    "Parquet of pyarrow": ("arrow.parquet", parquet_polars),
    "Feather": ("table.feather", feather),
    "loom": ("cells.loom", loom),
    "10x HDF5": ("cells.h5", tenx_h5),
    "10x HDF5 of version 2": ("old.h5", tenx_h5_v2),
    "10x folder": ("filtered_feature_bc_matrix", tenx_folder),
    "Matrix Market": ("cells.mtx", mtx),
    "Matrix Market, dense": ("dense.mtx", mtx_dense),
    "h5ad, dense": ("dense.h5ad", _kept("dense.h5ad")),
    "h5ad, CSR": ("csr.h5ad", _kept("csr.h5ad")),
    "h5ad, CSC": ("csc.h5ad", _kept("csc.h5ad")),
}
