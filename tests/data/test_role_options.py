from __future__ import annotations

import pytest

from genie3_engine.data.role_options import columns_of
from genie3_engine.errors import OptionError

EXAMPLE = "time=hours"


def test_columns_of__several_texts_and_names_with_commas():
    assert columns_of(["time=a, b,series=c", "block = d"], "--sheet-columns", example=EXAMPLE) == {
        "time": "a, b",
        "series": "c",
        "block": "d",
    }
    assert columns_of([], "--sheet-columns", example=EXAMPLE) == {}


@pytest.mark.parametrize("text", ["time", "time=", "a,time=b", ""])
def test_columns_of__refuses_another_form(text):
    with pytest.raises(OptionError, match=f"--sheet-columns is '{text}'") as refused:
        columns_of([text], "--sheet-columns", example=EXAMPLE)
    assert EXAMPLE in refused.value.remedy
