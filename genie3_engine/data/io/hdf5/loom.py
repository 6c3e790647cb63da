"""Read Loom files: genes in rows, cells in columns, attributes along both."""

from __future__ import annotations

from genie3_engine.data.io.hdf5 import matrices, safe_file
from genie3_engine.data.io.hdf5.safe_file import Node, child, opened
from genie3_engine.data.io.input_file import Source
from genie3_engine.data.io.sandbox.client import isolated
from genie3_engine.data.io.table import Format, ReadOptions, Table, chosen_part
from genie3_engine.errors import InputError

_MAIN = "matrix"
_GENES = ("Gene", "gene", "Symbol", "GeneName", "var_names", "Name", "Accession", "gene_ids", "Id")
_CELLS = ("CellID", "cell_id", "obs_names", "Barcode", "barcode", "Name", "Id")
_COLUMNS_AT_MOST = 60


def read_loom(source: Source, options: ReadOptions) -> Table:
    """Read one matrix of a loom file, with the names and annotations around it.

    Parameters
    ----------
    source : Source
        The open file.
    options : ReadOptions
        Which layer: ``matrix``, the default, or one of the layers.

    Returns
    -------
    Table
        Genes in rows. A large matrix that is mostly zeros is sparse.

    Raises
    ------
    InputError
        When the file is damaged, reaches for other files, or lacks a matrix or the genes' names.
    OptionError
        When there is no such layer.
    """
    name = source.path.name
    with opened(source) as root:
        layers = _layers(root)
        if not layers:
            raise InputError(f"{name} has no matrix.", "Export it with its expression.")
        part = chosen_part(name, "layer", list(layers), options.layer, usual=next(iter(layers)))
        node = layers[part.name]
        n_genes, n_cells = (int(n) for n in node.shape)
        labels = _attributes(child(root, "row_attrs"), n_genes, first=_GENES)
        about_cells = _attributes(child(root, "col_attrs"), n_cells, first=_CELLS)
        if not labels:
            raise InputError(
                f"{name} has no names for its {n_genes:,} genes.",
                "Write it with a row attribute 'Gene'.",
            )
        label = (
            next(iter(labels))
            if set(labels) & set(_GENES)
            else max(labels, key=lambda key: len(set(labels[key])))
        )
        genes = labels.pop(label)
        cells = _names_of_cells(about_cells)
        blocks, sparse = matrices.matrix(node, part.name)
    return Table(
        blocks,
        cells,
        genes,
        label=label,
        row_annotations=labels,
        sparse=sparse,
        genes_in_rows=True,
        orientation_reason="A loom file has its genes in the rows.",
        column_annotations=about_cells,
        part=part,
    )


LOOM = Format(
    "loom file",
    (".loom",),
    lambda source: safe_file.kind_of(source) == "loom",
    isolated("hdf5.loom", "read_loom"),
    part="layer",
    fixed=("header_row", "name_column"),
)


def _layers(root: Node) -> dict[str, Node]:
    found = {_MAIN: child(root, _MAIN)}
    more = child(root, "layers")
    for layer in more if more is not None else ():
        found[str(layer)] = child(more, layer)
    return {key: node for key, node in found.items() if safe_file.is_numbers(node, n_axes=2)}


def _names_of_cells(about_cells: dict[str, list[str]]) -> list[str] | None:
    """Take the names of the columns out of their attributes; of a transposed file, the genes'."""
    usual = [key for key in (*_CELLS, *_GENES) if key in about_cells]
    unique = [
        key
        for key, texts in about_cells.items()
        if len(set(texts)) == len(texts) and not all(text.lstrip("-").isdecimal() for text in texts)
    ]
    label = next(iter((*usual, *unique)), None)
    return None if label is None else about_cells.pop(label)


def _attributes(group: Node | None, length: int, *, first: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the attributes that are texts or whole numbers, the usual names first."""
    import h5py

    found: dict[str, list[str]] = {}
    if group is None:
        return found
    keys = [str(key) for key in group]
    usual = [key for key in first if key in keys]
    for key in (usual + [key for key in keys if key not in usual])[:_COLUMNS_AT_MOST]:
        node = child(group, key)
        if not isinstance(node, h5py.Dataset) or node.shape != (length,):
            continue
        is_text = h5py.check_string_dtype(node.dtype) is not None
        if is_text or (node.dtype.kind in "iub" and (key in usual or first is _CELLS)):
            found[key] = safe_file.texts(node, key)
    return found
