from __future__ import annotations

import numpy as np
import pytest

from genie3_engine import worker
from genie3_engine.errors import RunError
from genie3_engine.networks.hub_weighting import favour_hubs
from genie3_engine.networks.link_evidence import evidence_of, with_evidence
from genie3_engine.networks.links import ranked_links
from genie3_engine.networks.summary import network_summary
from genie3_engine.networks.thresholds import ThresholdKind
from tests.simulated_networks import tiny_run


@pytest.fixture
def run(tmp_path, home):
    path = tiny_run(tmp_path / "run").path
    worker.run(path)
    return path


def test_network_summary__counts_the_links_of_each_gene(run):
    links, genes = ranked_links(run), network_summary(run).genes.set_index("gene")
    assert len(genes) == 8
    for gene in genes.index:
        assert genes.loc[gene, "n_targets"] == (links["regulator"] == gene).sum()
        assert genes.loc[gene, "n_regulators"] == (links["target"] == gene).sum()
        strength = links.loc[links["regulator"] == gene, "importance"].astype(float).sum()
        assert genes.loc[gene, "strength"] == pytest.approx(strength)


def test_network_summary__counts_what_thresholds_keep(run):
    links, found = ranked_links(run), network_summary(run)
    for row in found.by_rank.itertuples():
        kept = links.head(row.n_links)
        assert row.importance == pytest.approx(kept["importance"].iloc[-1])
        assert row.n_regulators == kept["regulator"].nunique()
        assert row.n_genes == len({*kept["regulator"], *kept["target"]})
    by_target = links.groupby("target").size()
    for row in found.by_target.itertuples():
        assert row.n_links == by_target.clip(upper=row.per_target).sum()


def test_network_summary__counts_what_evidence_keeps(evident_run):
    links = with_evidence(evidence_of(evident_run), ranked_links(evident_run))
    found = network_summary(evident_run)
    keeps = {"q": links["q"].le, "stability": links["stability"].ge}
    assert set(found.by_evidence) == set(keeps)
    for kind, keep in keeps.items():
        column, table = found.curve(ThresholdKind(kind))
        assert column == kind
        for row in table.itertuples():
            kept = links[keep(np.float32(getattr(row, kind)))]
            assert row.n_links == len(kept) > 0
            assert row.n_genes == len({*kept["regulator"], *kept["target"]})
            assert row.n_regulators == kept["regulator"].nunique()
    assert {0.05, 1.0} <= set(found.by_evidence["q"]["q"])


def test_network_summary__in_another_order_has_no_evidence(evident_run, tmp_path):
    favour_hubs(evident_run, tmp_path / "hubs.parquet")
    assert network_summary(evident_run, links=tmp_path / "hubs.parquet").by_evidence == {}


def test_network_summary__refuses_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(RunError, match="There is no run in"):
        network_summary(tmp_path / "nothing")
