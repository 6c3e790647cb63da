"""Regulons are pySCENIC's modules."""

import numpy as np
import pytest

from genie3_engine.errors import InputError, OptionError, RunError
from genie3_engine.regulons import selection
from genie3_engine.regulons.regulon import Sign
from genie3_engine.regulons.rules import PYSCENIC_RULES, Rule, parse_rules
from genie3_engine.regulons.selection import RegulonOptions, dataset_of, regulons_of
from genie3_engine.store.evidence import EvidenceWriter
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.run_folder import RunFolder
from tests import naive
from tests.regulons.networks import expression, links_of, write_run

NUMBERS = {Sign.ACTIVATING: 1, Sign.REPRESSING: -1, Sign.UNSIGNED: 0}
OTHER_RULES = parse_rules("quantile=0,quantile=0.37,quantile=1,targets=3,regulators=1")


@pytest.fixture
def run(home, tmp_path):
    return write_run(tmp_path / "run", expression())


def found(regulons):
    return [
        (NUMBERS[each.sign], each.rule, each.regulator, set(regulons.genes_of(each)))
        for each in regulons
    ]


@pytest.mark.parametrize("rules", [PYSCENIC_RULES, OTHER_RULES])
@pytest.mark.parametrize("signs", ["activating", "both", "none"])
@pytest.mark.parametrize("min_genes", [1, 6])
@pytest.mark.parametrize("piece", [7, 1 << 16])
def test_regulons_of__gives_pyscenic_s_sets(run, monkeypatch, rules, signs, min_genes, piece):
    monkeypatch.setattr(selection, "_PIECE", piece)
    data = expression()
    oracle = naive.modules_from_adjacencies(
        links_of(run),
        dict(zip(data.genes, data.values, strict=True)),
        [(rule.name, rule.value) for rule in rules],
        signs=[NUMBERS[sign] for sign in selection.SIGNS[signs]],
        min_genes=min_genes,
    )
    regulons = regulons_of(run, RegulonOptions(rules, signs, min_genes))
    assert oracle
    assert found(regulons) == [
        (sign, str(Rule(*rule)), regulator, genes) for sign, rule, regulator, genes in oracle
    ]


pytestmark = pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")


def test_regulons_of__pyscenic_s_own_thresholds_are_the_defaults_of_its_rules():
    assert [str(rule) for rule in parse_rules("pyscenic")] == [
        *("quantile=0.75", "quantile=0.9", "targets=50"),
        *("regulators=5", "regulators=10", "regulators=50"),
    ]
    assert (RegulonOptions().min_genes, selection.LEAST_CORRELATION) == (20, 0.03)
    assert RegulonOptions().signs == "activating"


def test_regulons_of__simple_cuts(run):
    links = links_of(run)
    for rule, kept in [
        (Rule("strongest", 25), links[:25]),
        (Rule("importance", 0.2), [link for link in links if np.float32(link[2]) >= 0.2]),
    ]:
        regulons = regulons_of(run, RegulonOptions((rule,), "none", 1))
        pairs = {(each.regulator, gene) for each in regulons for gene in regulons.genes_of(each)}
        assert pairs == {(a, b) for a, b, _ in kept} | {(a, a) for a, _, _ in kept}


def test_regulons_of__targets_come_strongest_first_with_their_importance(run):
    links = {(a, b): score for a, b, score in links_of(run)}
    for each in (regulons := regulons_of(run, RegulonOptions(min_genes=2))):
        scores = [links[each.regulator, gene] for gene in regulons.genes_of(each)[1:]]
        assert scores == each.importance.astype(float).tolist() == sorted(scores, reverse=True)


def test_regulons_of__names_differ(run):
    regulons = regulons_of(run, RegulonOptions(PYSCENIC_RULES, "both", 2))
    names = [each.name for each in regulons]
    assert len(names) == len(set(names))
    assert "g00(+) top5perTarget" in names
    assert regulons_of(run, RegulonOptions(min_genes=2)).regulons[0].name == "g00(+)"


def test_regulons_of__file_of_links_serves_as_well(run):
    options = RegulonOptions(min_genes=2)
    assert found(regulons_of(RunFolder(run).links_path, options)) == found(
        regulons_of(run, options)
    )


def test_regulons_of__many_chosen_links_are_refused(run, monkeypatch):
    monkeypatch.setattr(selection, "MOST_LINKS", 5)
    with pytest.raises(OptionError, match="more than 5 links"):
        regulons_of(run)


def test_regulons_of__no_run(home, tmp_path):
    with pytest.raises(RunError):
        regulons_of(tmp_path / "nothing")


def test_regulons_of__deleted_data_set_leaves_unsigned_regulons(run, home):
    with pytest.raises(InputError, match="not stored"):
        regulons_of(run, home=home / "other")
    assert len(regulons_of(run, RegulonOptions(signs="none", min_genes=2), home=home / "other"))


def test_dataset_of__is_the_run_s(run):
    assert dataset_of(run) == RunFolder(run).spec.dataset == expression().fingerprint


def test_options__wrong_values_are_refused():
    for wrong in ({"rules": ()}, {"signs": "up"}, {"min_genes": 0}):
        with pytest.raises(OptionError):
            RegulonOptions(**wrong)


def test_regulons_of__network_without_links(home, tmp_path):
    run = write_run(tmp_path / "empty", expression(), n_regulators=0)
    assert len(regulons_of(run, RegulonOptions(PYSCENIC_RULES, "none"))) == 0
    assert len(regulons_of(run, RegulonOptions(PYSCENIC_RULES))) == 0


class TestEvidence:
    @pytest.fixture
    def evidence(self, run):
        """Evidence that does not follow the ranks."""
        rng = np.random.default_rng(5)
        links = RankedLinks(run)
        found = {name: rng.random(len(links)).astype(np.float32) for name in ("q", "stability")}
        path = run / "evidence.parquet"
        with EvidenceWriter(path, genes=links.genes, columns=list(found), about={}) as writer:
            writer.add(found)
        return found

    @pytest.mark.parametrize("piece", [7, 1 << 16])
    @pytest.mark.parametrize("rule", ["q=0.3", "stability=0.7", "q=0", "stability=0"])
    def test_regulons_of__cut_by_evidence(self, run, evidence, monkeypatch, rule, piece):
        monkeypatch.setattr(selection, "_PIECE", piece)
        ((name, value),) = [(each.name, np.float32(each.value)) for each in parse_rules(rule)]
        is_kept = evidence[name] <= value if name == "q" else evidence[name] >= value
        expected = {}
        for link, kept in zip(links_of(run), is_kept, strict=True):
            if kept:
                expected.setdefault(link[0], {link[0]}).add(link[1])
        regulons = regulons_of(run, RegulonOptions(parse_rules(rule), "none", min_genes=1))
        assert {each.regulator: set(regulons.genes_of(each)) for each in regulons} == expected

    def test_regulons_of__refuse_a_run_without_that_evidence(self, run):
        options = RegulonOptions(parse_rules("q"), "none")
        with pytest.raises(OptionError, match="no q of its links"):
            regulons_of(run, options)
