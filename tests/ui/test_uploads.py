from __future__ import annotations

import io

import pytest

from genie3_engine.errors import InputError
from ui import uploads


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("table.csv", ".csv"),
        ("TABLE.TSV.GZ", ".tsv.gz"),
        ("../../etc/passwd", ".txt"),
        ("x.exe", ".txt"),
        ("a/b.csv/..", ".txt"),
        ("", ".txt"),
    ],
)
def test_keep__takes_a_known_ending_and_never_a_path(name, ending):
    path = uploads.keep(io.BytesIO(b"content"), name=name)
    assert path.read_bytes() == b"content"
    assert "".join(path.suffixes) == ending
    assert path.parent == uploads.keep(io.BytesIO(b""), name="other").parent
    assert "passwd" not in path.name


def test_called__lets_errors_speak_of_the_users_name(tmp_path):
    path = tmp_path / "0123.csv"
    with pytest.raises(InputError) as raised, uploads.called("mine.csv", path):
        raise InputError(f"{path.name} is empty, see {path}.")
    assert raised.value.message == "mine.csv is empty, see mine.csv."
