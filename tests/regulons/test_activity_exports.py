import io

import numpy as np
import pandas as pd
import pytest

from genie3_engine.errors import OptionError
from genie3_engine.regulons import activity as activity_module
from genie3_engine.regulons.activity import Activity
from genie3_engine.regulons.activity_exports import FORMATS, activity_format
from tests.regulons.test_activity import data, some_regulons


@pytest.fixture
def activity(monkeypatch):
    monkeypatch.setattr(activity_module, "_BLOCK_VALUES", 80)
    return Activity(data(2), some_regulons(2), top_share=0.2)


READERS = {
    "tsv": lambda file: pd.read_csv(file, sep="\t", index_col=0),
    "csv": lambda file: pd.read_csv(file, index_col=0),
    "parquet": lambda file: pd.read_parquet(file).set_index("sample"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats__read_back(name, activity):
    file = io.BytesIO()
    FORMATS[name].write(activity, file)
    table = READERS[name](io.BytesIO(file.getvalue()))
    assert table.index.name == "sample"
    assert tuple(table.index) == activity.samples
    assert tuple(table.columns) == activity.names
    assert (table.to_numpy().astype(np.float32) == activity.matrix()).all()


def test_activity_format__by_name_or_ending():
    assert activity_format(None, ".parquet").name == "parquet"
    assert activity_format(None, ".x").name == "tsv"
    with pytest.raises(OptionError, match="xlsx"):
        activity_format("xlsx", "")
