from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genie3_engine.errors import OptionError
from genie3_engine.model import ImportanceScale
from genie3_engine.networks.exports import tables
from genie3_engine.networks.exports.link_source import Links


def links_of(scale=ImportanceScale.RAW):
    table = pa.table(
        {
            "regulator": ["a", 'q"t'],
            "target": ["b", "tab\there"],
            "importance": pa.array([0.1, 1e-7], pa.float32()),
        }
    )
    return Links(table.to_batches, scale, "share of the target's variance")


def written(write, links):
    file = io.BytesIO()
    write(links, file)
    return file.getvalue()


def test_write_tsv__quotes_only_what_needs_it():
    assert written(tables.write_tsv, links_of()).decode() == (
        'regulator\ttarget\timportance\na\tb\t0.1\n"q""t"\t"tab\there"\t1e-7\n'
    )


def test_write_pyscenic__has_its_header_and_refuses_ranks():
    assert written(tables.write_pyscenic, links_of()).startswith(b"TF\ttarget\timportance\n")
    with pytest.raises(OptionError, match="ranks"):
        written(tables.write_pyscenic, links_of(ImportanceScale.RANK))


def test_write_parquet__encodes_genes_and_holds_the_meaning_of_the_score():
    table = pq.read_table(io.BytesIO(written(tables.write_parquet, links_of())))
    assert table.column_names == ["regulator", "target", "importance"]
    assert pa.types.is_dictionary(table.schema.field("regulator").type)
    assert any(b"share of the target" in value for value in table.schema.metadata.values())


def test_write_parquet__of_no_links_has_the_columns():
    table = pq.read_table(io.BytesIO(written(tables.write_parquet, Links(list))))
    assert (table.num_rows, table.num_columns) == (0, 3)
