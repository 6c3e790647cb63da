"""Tests of reading Parquet and Feather files."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from genie3_engine.data.prepare import read_raw
from genie3_engine.errors import InputError
from tests.data.io.refusals import refused
from tests.data.io.samples import GENES, VALUES


def test_arrow__refuses_objects_and_other_types(tmp_path):
    path = tmp_path / "odd.parquet"
    columns = {"gene": list(GENES), "blob": [b"x"] * len(GENES), "s": VALUES[:, 0]}
    pq.write_table(pa.table(columns), path)
    refused(path, "input", "the column 'blob' has the type binary")


def test_arrow__loads_no_python_objects(tmp_path):
    class Danger(pa.ExtensionType):
        def __init__(self):
            super().__init__(pa.float64(), "danger")

        def __arrow_ext_serialize__(self):
            return b"x"

        @classmethod
        def __arrow_ext_deserialize__(cls, _storage, _serialized):
            raise RuntimeError("code of the file was run")

    path = tmp_path / "danger.feather"
    values = pa.ExtensionArray.from_storage(Danger(), pa.array(VALUES[:, 0]))
    table = pa.table({"gene": list(GENES), "a": values, "b": VALUES[:, 1]})
    with pa.OSFile(str(path), "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    try:
        expression, _ = read_raw(path)
    except InputError:
        return
    assert expression.genes == GENES
