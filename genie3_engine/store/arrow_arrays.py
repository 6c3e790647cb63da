"""Arrow arrays of numbers and texts, made and read without pandas.

``pyarrow.array`` and ``Array.to_numpy`` import pandas to recognise its objects, which takes a
quarter of the processor time of a small run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


def number_array(
    values: NDArray[Any], type_: pa.DataType, *, nan_is_null: bool = False
) -> pa.Array:
    """Return an Arrow array of numbers, whose memory it shares where the type is the same.

    Parameters
    ----------
    values : (n,) numbers
        The numbers.
    type_ : pyarrow.DataType
        A type of whole or floating-point numbers.
    nan_is_null : bool
        Store NaN as null.
    """
    import numpy as np
    import pyarrow as pa

    valid = None
    if nan_is_null and (is_null := np.isnan(values)).any():
        valid = pa.py_buffer(np.packbits(~is_null, bitorder="little"))
        values = np.where(is_null, 0, values)
    values = np.ascontiguousarray(values, type_.to_pandas_dtype())
    return pa.Array.from_buffers(type_, len(values), [valid, pa.py_buffer(values)])


def text_array(texts: Sequence[str]) -> pa.Array:
    """Return an Arrow array of texts.

    Parameters
    ----------
    texts : sequence of str
        Less than 2 GB in UTF-8.
    """
    import numpy as np
    import pyarrow as pa

    encoded = [text.encode() for text in texts]
    ends = np.zeros(len(encoded) + 1, np.int32)
    np.cumsum([len(text) for text in encoded], out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def numbers_of(array: pa.Array) -> NDArray[Any]:
    """Return the numbers of an Arrow array that has no nulls; they share its memory.

    Parameters
    ----------
    array : pyarrow.Array
        Whole or floating-point numbers.
    """
    import numpy as np

    values = np.frombuffer(array.buffers()[1], array.type.to_pandas_dtype())
    return values[array.offset : array.offset + len(array)]
