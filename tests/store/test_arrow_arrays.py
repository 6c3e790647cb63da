from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from genie3_engine.store import arrow_arrays


@pytest.mark.parametrize("type_", [pa.int32(), pa.int64(), pa.float32(), pa.float64()])
def test_number_array__is_what_pyarrow_makes_and_is_read_back(type_):
    values = np.arange(-3, 7)
    made = arrow_arrays.number_array(values, type_)
    made.validate(full=True)
    assert made.equals(pa.array(values.astype(type_.to_pandas_dtype()), type_))
    assert arrow_arrays.numbers_of(made.slice(2, 5)).tolist() == values[2:7].tolist()


def test_number_array__has_null_for_nan_where_that_is_asked_for():
    values = np.array([np.nan, 0.5] * 9)
    made = arrow_arrays.number_array(values, pa.float64(), nan_is_null=True)
    made.validate(full=True)
    assert made.to_pylist() == [None, 0.5] * 9
    whole = arrow_arrays.number_array(8 * values, pa.int32(), nan_is_null=True)
    assert whole.to_pylist() == [None, 4] * 9
    assert arrow_arrays.number_array(values, pa.float64()).null_count == 0


@pytest.mark.parametrize("texts", [(), ("",), ("gene", "", "Gène", "شبكة\x00\n")])
def test_text_array__is_what_pyarrow_makes(texts):
    made = arrow_arrays.text_array(texts)
    made.validate(full=True)
    assert made.equals(pa.array(texts, pa.string()))
