"""Read HDF5 files of Cell Ranger (10x Genomics), version 2 or 3."""

from __future__ import annotations

from genie3_engine.data.io.hdf5 import matrices, safe_file
from genie3_engine.data.io.hdf5.safe_file import Node, child, opened
from genie3_engine.data.io.input_file import Source
from genie3_engine.data.io.sandbox.client import isolated
from genie3_engine.data.io.table import Format, Part, ReadOptions, Table, chosen_part
from genie3_engine.data.io.tenx import TENX_REASON, only_expression
from genie3_engine.errors import InputError

_MAIN = "matrix"


def read_tenx_hdf5(source: Source, options: ReadOptions) -> Table:
    """Read a matrix of counts with its features and barcodes.

    Parameters
    ----------
    source : Source
        The open file.
    options : ReadOptions
        Which genome, as the layer, where the file has a matrix of each, as version 2 writes it.

    Returns
    -------
    Table
        Genes in rows, sparse. Features that are not gene expression are left out.

    Raises
    ------
    InputError
        When the file is damaged, reaches for other files, or lacks a part.
    OptionError
        When there is no such genome.
    """
    name = source.path.name
    with opened(source) as root:
        top = [str(key) for key in root]
        genomes = [_MAIN] if _MAIN in top else top
        if not genomes:
            raise InputError(f"{name} is empty.", "Export it again.")
        part = chosen_part(name, "layer", genomes, options.layer, usual=genomes[0])
        group = child(root, part.name)
        barcodes = None if group is None else child(group, "barcodes")
        if group is None or barcodes is None:
            raise InputError(
                f"{name} is an HDF5 file that is neither AnnData, loom nor Cell Ranger's.",
                "Write the data as .h5ad or as a text table.",
            )
        features = child(group, "features")
        at, keys = (
            (group, ("gene_names", "genes")) if features is None else (features, ("name", "id"))
        )
        labels = _labels(at, keys)
        cells = safe_file.texts(barcodes, "barcodes")
        n_genes = len(next(iter(labels.values())))
        counts = matrices.compressed(group, (n_genes, len(cells)), "matrix", by_rows=False)
        kinds = None if features is None else child(features, "feature_type")
        types = [] if kinds is None else safe_file.texts(kinds, "feature types")
    counts, labels, warnings = only_expression(counts, labels, types)
    if len(genomes) > 1:
        others = [genome for genome in genomes if genome != part.name]
        warnings = [
            *warnings,
            f"The file has matrices of {len(genomes)} genomes: '{part.name}' is read, "
            f"{', '.join(repr(genome) for genome in others[:3])} left out (--layer chooses one).",
        ]
    (label, genes), *further = labels.items()
    return Table(
        [],
        cells,
        genes,
        warnings=warnings,
        label=label,
        row_annotations=dict(further),
        sparse=counts,
        genes_in_rows=True,
        orientation_reason=TENX_REASON,
        part=part if len(genomes) > 1 else Part(),
    )


TENX_HDF5 = Format(
    "10x HDF5 file",
    (".h5",),
    lambda source: safe_file.kind_of(source) == "10x",
    isolated("hdf5.tenx", "read_tenx_hdf5"),
    part="layer",
    fixed=("header_row", "name_column"),
)


def _labels(group: Node, keys: tuple[str, str]) -> dict[str, list[str]]:
    """Return symbols and identifiers."""
    nodes = [child(group, key) for key in keys]
    found = {
        kind: safe_file.texts(node, f"the genes' {kind}s")
        for kind, node in zip(("symbol", "identifier"), nodes, strict=True)
        if node is not None
    }
    if not found or len({len(names) for names in found.values()}) > 1:
        raise InputError("The file lacks its genes' names.", "Export the file again.")
    return found
