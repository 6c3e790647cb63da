from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genie3_engine.errors import RunError
from genie3_engine.networks.export_selection import all_links
from genie3_engine.networks.exports import export_format
from genie3_engine.networks.hub_weighting import WEIGHTING, favour_hubs
from genie3_engine.networks.links import ranked_links
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.parts import part_schema
from genie3_engine.store.ranking import rank_links

N_GENES = 30


def network(folder, values):
    """Write the non-zero links of a matrix of regulators x targets as ranked links."""
    regulators, targets = np.nonzero(values)
    columns = [
        pa.array(regulators.astype(np.int32)),
        pa.array(targets.astype(np.int32)),
        pa.array(values[regulators, targets].astype(np.float32)),
    ]
    pq.write_table(pa.Table.from_arrays(columns, schema=part_schema()), folder / "part.parquet")
    genes = [f"g{i:02d}" for i in range(len(values))]
    rank_links(
        [folder / "part.parquet"], folder / "links.parquet", genes, about={"scale": "raw: x"}
    )
    return folder / "links.parquet"


@pytest.fixture
def values():
    rng = np.random.default_rng(0)
    values = rng.gamma(0.5, 0.1, (N_GENES, N_GENES)) * (rng.random((N_GENES, N_GENES)) < 0.6)
    np.fill_diagonal(values, 0)
    return values.astype(np.float32)


def test_favour_hubs__is_the_variance_of_each_row(tmp_path, values):
    links = network(tmp_path, values)
    before = links.read_bytes()
    assert favour_hubs(links, tmp_path / "hubs.parquet") == np.count_nonzero(values)
    variance = values.astype(np.float64).var(axis=1)
    expected = values * variance[:, None] / variance.max()
    found = ranked_links(tmp_path / "hubs.parquet", top=10_000)
    of = [
        expected[int(a[1:]), int(b[1:])] for a, b in zip(found.regulator, found.target, strict=True)
    ]
    assert found.importance.to_numpy() == pytest.approx(np.array(of), rel=1e-5)
    assert np.all(np.diff(found.importance) <= 0)
    assert links.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "hubs.parquet",
        "links.parquet",
        "part.parquet",
    ]


def test_favour_hubs__exports_name_the_weighting(tmp_path, values):
    favour_hubs(network(tmp_path, values), tmp_path / "hubs.parquet")
    assert RankedLinks(tmp_path / "hubs.parquet").about["scale"] == f"raw: x, {WEIGHTING}"
    file = io.BytesIO()
    export_format("graphml").write(all_links(tmp_path / "hubs.parquet"), file)
    assert WEIGHTING in file.getvalue().decode()


def test_favour_hubs__keeps_the_order_of_equal_regulators(tmp_path):
    values = np.zeros((4, 4), np.float32)
    values[0, 1:] = values[1, [0, 2, 3]] = [0.3, 0.2, 0.1]
    links = network(tmp_path, values)
    favour_hubs(links, tmp_path / "hubs.parquet")
    pd.testing.assert_frame_equal(ranked_links(links), ranked_links(tmp_path / "hubs.parquet"))


def test_favour_hubs__network_without_links(tmp_path):
    assert favour_hubs(network(tmp_path, np.zeros((3, 3))), tmp_path / "hubs.parquet") == 0


def test_favour_hubs__needs_a_network(tmp_path):
    with pytest.raises(RunError):
        favour_hubs(tmp_path, tmp_path / "hubs.parquet")
