from __future__ import annotations

import pytest

from genie3_engine.commands.places import refuse_file
from genie3_engine.errors import OptionError


def test_refuse_file__takes_a_file_in_a_folder_that_exists(tmp_path):
    refuse_file(tmp_path / "new.tsv")


@pytest.mark.parametrize(
    ("name", "message"),
    [("", "is a folder"), ("absent/x.tsv", "no such folder"), ("x.XLSX", "workbook")],
)
def test_refuse_file__names_what_is_wrong(tmp_path, name, message):
    with pytest.raises(OptionError, match=message):
        refuse_file(tmp_path / name)
