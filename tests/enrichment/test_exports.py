"""Tables of enriched sets are read back with their names and values."""

import io

import pandas as pd
import pytest

from genie3_engine.enrichment.exports import write_enrichment
from genie3_engine.enrichment.over_representation import over_representation
from tests.enrichment.sets import sets_of

GENES = tuple(f"g{i}" for i in range(300))


@pytest.mark.parametrize("delimiter", ["\t", ","])
def test_export__has_every_row(delimiter):
    sets = {'a, "quoted"\tset': GENES[:40], "part": GENES[:30]}
    found = over_representation({"one": GENES[:45]}, sets_of(sets, GENES))
    file = io.BytesIO()
    write_enrichment(found, file, delimiter=delimiter)
    file.seek(0)
    read = pd.read_csv(file, sep=delimiter, keep_default_na=False)
    assert list(read.columns) == list(found.table.columns)
    assert read["set"].tolist() == found.table["set"].tolist()
    assert read["behind"].tolist() == found.table["behind"].tolist()
    assert read["p"].tolist() == pytest.approx(found.table["p"].tolist(), rel=1e-5)
