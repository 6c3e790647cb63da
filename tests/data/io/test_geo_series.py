"""Tests of reading series-matrix files."""

from __future__ import annotations

import pytest

from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import InputError


def test_read_series_matrix__says_where_the_data_are(tmp_path):
    path = tmp_path / "GSE2_series_matrix.txt"
    path.write_text(
        '!Series_title\t"x"\n!series_matrix_table_begin\n"ID_REF"\t"GSM1"\t"GSM2"\n'
        "!series_matrix_table_end\n"
    )
    with pytest.raises(InputError, match=r"no table of values.*supplementary"):
        read_expression(path)
