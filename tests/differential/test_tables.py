from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genie3_engine.differential.tables import write_named, write_table
from genie3_engine.errors import OptionError

TABLE = pa.table(
    {
        "regulator": pa.array(["a", 'b,"c"', "d\te"]).dictionary_encode(),
        "z": pa.array([0.1, None, -2.5], pa.float32()),
        "rank": pa.array([1, 2, 3], pa.int32()),
    }
)


def text(form):
    file = io.BytesIO()
    write_table(TABLE, file, form)
    return file.getvalue().decode()


def test_tables__have_short_numbers_and_quote_only_what_needs_it():
    assert text("csv") == 'regulator,z,rank\na,0.1,1\n"b,""c""",,2\nd\te,-2.5,3\n'
    assert text("tsv") == 'regulator\tz\trank\na\t0.1\t1\n"b,""c"""\t\t2\n"d\te"\t-2.5\t3\n'


def test_tables__are_written_into_a_new_folder(tmp_path):
    (path,) = write_named({"changes": TABLE}, tmp_path / "new", "parquet")
    assert path == tmp_path / "new" / "changes.parquet"
    assert pq.read_table(path).equals(TABLE)


def test_tables__refuse_an_unknown_format():
    with pytest.raises(OptionError, match=r"'xlsx'.*tsv, csv, parquet"):
        text("xlsx")
