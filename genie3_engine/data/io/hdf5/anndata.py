"""Read AnnData files (.h5ad): cells in rows, genes in columns, dense or sparse."""

from __future__ import annotations

from genie3_engine.data.io.hdf5 import matrices, safe_file
from genie3_engine.data.io.hdf5.data_frames import Frame, read_frame
from genie3_engine.data.io.hdf5.safe_file import Node, child, opened
from genie3_engine.data.io.input_file import Source
from genie3_engine.data.io.sandbox.client import isolated
from genie3_engine.data.io.table import (
    FloatMatrix,
    Format,
    Part,
    ReadOptions,
    Table,
    chosen_part,
)
from genie3_engine.errors import InputError

_MAIN, _RAW = "X", "raw"


def read_anndata(source: Source, options: ReadOptions) -> Table:
    """Read one matrix of an AnnData file, with the names and annotations around it.

    Parameters
    ----------
    source : Source
        The open file.
    options : ReadOptions
        Which layer: ``X``, ``raw`` or one of the layers; X, or what there is, by default.

    Returns
    -------
    Table
        Cells in rows. Sparse numbers stay sparse.

    Raises
    ------
    InputError
        When the file is damaged, reaches for other files, or lacks a matrix or names.
    OptionError
        When there is no such layer.
    """
    name = source.path.name
    with opened(source) as root:
        layers = _layers(root)
        if not layers:
            raise InputError(
                f"{name} has no matrix, neither X nor layers.", "Export it with its expression."
            )
        part = chosen_part(name, "layer", list(layers), options.layer, usual=next(iter(layers)))
        node = layers[part.name]
        cells = read_frame(child(root, "obs"), "the cells' names")
        genes_of = child(root, _RAW) if part.name == _RAW else root
        genes = read_frame(child(genes_of, "var"), "the genes' names")
        return _table(name, node, part, cells, genes)


ANNDATA = Format(
    "AnnData file",
    (".h5ad",),
    lambda source: safe_file.kind_of(source) == "anndata",
    isolated("hdf5.anndata", "read_anndata"),
    part="layer",
    fixed=("header_row", "name_column"),
)


def _layers(root: Node) -> dict[str, Node]:
    """Return the matrices that there are by their names."""
    found = {_MAIN: child(root, _MAIN)}
    raw = child(root, _RAW)
    if raw is not None:
        found[_RAW] = child(raw, "X")
    layers = child(root, "layers")
    for name in layers if layers is not None else ():
        found[str(name)] = child(layers, name)
    return {name: node for name, node in found.items() if node is not None and _is_matrix(node)}


def _is_matrix(node: Node) -> bool:
    return safe_file.is_numbers(node, n_axes=2) or child(node, "indptr") is not None


def _table(name: str, node: Node, part: Part, cells: Frame, genes: Frame) -> Table:
    shape = (len(cells.names), len(genes.names))
    blocks: list[FloatMatrix] = []
    sparse = None
    if safe_file.is_numbers(node, n_axes=2):
        declared = tuple(int(n) for n in node.shape)
        if declared == shape:
            blocks, sparse = matrices.matrix(node, part.name)
    else:
        declared = _declared_shape(node)
        if declared == shape:
            kind = _attribute(node, "encoding-type") or _attribute(node, "h5sparse_format")
            sparse = matrices.compressed(node, shape, part.name, by_rows="csc" not in kind)
    if declared != shape:
        raise InputError(
            f"{name}: the matrix {part.name} has {' x '.join(f'{n:,}' for n in declared)} values "
            f"where there are {shape[0]:,} cells and {shape[1]:,} genes.",
            "The file is damaged: write it again.",
        )
    return Table(
        blocks,
        genes.names,
        cells.names,
        label="index",
        column_annotations=genes.columns,
        sparse=sparse,
        genes_in_rows=False,
        orientation_reason="An AnnData file has its genes in the columns.",
        row_annotations=cells.columns,
        part=part,
    )


def _declared_shape(node: Node) -> tuple[int, ...]:
    for key in ("shape", "h5sparse_shape"):
        if key in node.attrs:
            return tuple(int(n) for n in node.attrs[key])
    return ()


def _attribute(node: Node, key: str) -> str:
    value = node.attrs.get(key, "")
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
