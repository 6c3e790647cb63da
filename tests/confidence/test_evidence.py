"""Tests of the evidence for the links of a run."""

import numpy as np
import pytest

from genie3_engine import runs, worker
from genie3_engine.confidence import null_forests
from genie3_engine.confidence.evidence import write_evidence
from genie3_engine.confidence.halves import half_plan
from genie3_engine.confidence.null_forests import null_plan
from genie3_engine.confidence.replicates import compute_replicates
from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import open_dataset, save_dataset
from genie3_engine.inference.genie3 import Scores
from genie3_engine.inference.layout import InferencePlan
from genie3_engine.model import (
    ConfidenceSpec,
    ForestSpec,
    JobState,
    LayoutSpec,
    RunSpec,
    RunStatus,
)
from genie3_engine.store import ranking
from genie3_engine.store.evidence import COLUMNS, Evidence
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.shards import positions_of
from tests import naive

N_SAMPLES = 40
FOREST = ForestSpec(n_trees=6, seed=1)


@pytest.fixture(autouse=True)
def small(monkeypatch, home):
    """Few null targets, and several row groups."""
    monkeypatch.setattr(null_forests, "nulls_in_all", lambda n_targets: 40)
    monkeypatch.setattr(ranking, "ROW_GROUP_LINKS", 17)


def expression():
    rng = np.random.default_rng(8)
    values = np.exp(rng.normal(size=(11, N_SAMPLES)))
    values[3] += values[1]
    values[5] = 1.0
    samples = tuple(f"s{i:02d}" for i in range(N_SAMPLES))
    return Expression(values, tuple(f"g{i:02d}" for i in range(11)), samples)


def finished_run(folder, *, asked="both", forest=FOREST, **spec):
    """A run without evidence, which is asked for afterwards."""
    dataset = save_dataset(expression())
    queued = RunStatus(JobState.QUEUED, created=1.0)
    run = RunFolder.create(folder, RunSpec(dataset, forest=forest, **spec), queued)
    worker.run(run.path)
    runs.create_confidence(run.path, ConfidenceSpec.parse(asked))
    return run


def network_of(run):
    genes = expression().genes
    return {
        "targets": positions_of(run.spec.targets, genes),
        "regulators": positions_of(run.spec.regulators, genes),
        "forest": run.spec.forest,
    }


def compute(run, folder, *, n_shards=1):
    """Compute all replicate targets, each shard's in a folder of its own."""
    network = network_of(run)
    data = open_dataset(run.spec.dataset)
    folders = [folder / f"replicates {shard}" for shard in range(n_shards)]
    for make in (null_plan, half_plan):
        plan = make(data, **network)
        for shard, parts in enumerate(folders):
            inference = InferencePlan(
                open_expression=lambda: data,
                **network,
                layout=LayoutSpec(n_threads=1, shard_index=shard, n_shards=n_shards),
            )
            numbers = np.arange(shard, len(plan.names), n_shards, dtype=np.int32)
            compute_replicates(plan, numbers, parts, inference=inference, dataset=run.spec.dataset)
    return folders


def evidence_of(run, folder, **shards):
    write_evidence(run, compute(run, folder, **shards), open_dataset(run.spec.dataset))
    found = Evidence.open(run.path)
    assert len(found) == len(RankedLinks(run.path))
    return found


def links_of(run):
    """(regulator, target, importance), by rank."""
    page = RankedLinks(run.path).page(0, 10**6)
    return list(zip(page["regulator"], page["target"], page["importance"].tolist(), strict=True))


def plain_p_values(run):
    """p values of all links, from the null targets scored one by one."""
    data, network = open_dataset(run.spec.dataset), network_of(run)
    plan = null_plan(data, **network)
    engine = plan.build(data, network["regulators"], run.spec.forest, n_jobs=1)
    names = [data.genes[i] for i in network["regulators"]]
    nulls = []
    members = plan.build.keywords["nulls"].members
    for number, name in enumerate(plan.names):
        scores = Scores(*engine.importance(number))
        scaled = scores.importance.astype(np.float32) / (scores.n_trees or 1)
        null = dict(zip(names, scaled.tolist(), strict=True))
        null.pop(data.genes[members[number]], None)
        nulls.append((int(name.split()[4]), null))
    groups = null_forests.target_groups(data, network["targets"]).group
    n_trees = {row.target: row.n_trees or 1 for row in run.finished_targets().values()}
    links = [
        (int(groups[data.genes.index(target)]), regulator, value / n_trees[target])
        for regulator, target, value in links_of(run)
    ]
    return naive.p_values(links, nulls, int(groups.max()) + 1)


@pytest.mark.parametrize(
    ("forest", "spec"),
    [
        (FOREST, {}),
        (FOREST, {"keep": 3, "regulators": ("g00", "g01", "g02", "g07")}),
        (ForestSpec("GRNBoost2", n_trees=40), {"targets": ("g00", "g03", "g04", "g09")}),
    ],
    ids=["all", "some links", "boosting"],
)
def test_write_evidence__has_the_p_and_q_values_of_the_plain_definition(tmp_path, forest, spec):
    run = finished_run(tmp_path / "run", forest=forest, **spec)
    run_genes = expression().genes
    found = evidence_of(run, tmp_path)
    expected = np.array(plain_p_values(run))
    np.testing.assert_allclose(found.values("p"), expected, rtol=1e-6)
    regulators, targets = (spec.get(name, run_genes) for name in ("regulators", "targets"))
    n_tests = sum(regulator != target for regulator in regulators for target in targets)
    assert found.about["n_tests"] == n_tests
    p = found.values("p").astype(float).tolist()
    q = naive.false_discovery_rates(p + [1.0] * (n_tests - len(p)))
    np.testing.assert_allclose(found.values("q"), q[: len(p)], rtol=1e-6)
    n_small = np.count_nonzero(found.values("p") <= 0.5)
    if forest is FOREST:
        assert found.about["pi0"] == pytest.approx(min(1.0, 2 * (n_tests - n_small) / n_tests))
    else:  # shares of different numbers of trees
        assert found.about["pi0"] is None


def test_write_evidence__has_every_column(tmp_path):
    run = finished_run(tmp_path / "run")
    found = evidence_of(run, tmp_path)
    assert set(found.columns) == set(COLUMNS)
    best: dict[str, float] = {}
    relative = [value / best.setdefault(target, value) for _, target, value in links_of(run)]
    np.testing.assert_allclose(found.values("relative_importance"), relative, rtol=1e-6)
    stability = found.values("stability")
    assert stability.max() <= 1.0
    assert stability[:5].mean() > stability[-5:].mean()
    rivals = found.rows(np.arange(1, len(found) + 1))["rival"].to_pylist()
    first = {}
    for (regulator, target, _), rival in zip(links_of(run), rivals, strict=True):
        assert (rival is None) == (target not in first)
        first.setdefault(target, regulator)
    assert found.about["n_halves"] == 20
    assert found.about["n_nulls"] * found.about["n_groups"] <= 40


@pytest.mark.parametrize("kind", ["p-values", "stability"])
def test_write_evidence__has_only_what_is_asked_for(tmp_path, kind):
    run = finished_run(tmp_path / "run", asked=kind)
    found = evidence_of(run, tmp_path)
    assert ("p" in found.columns) == ("q" in found.columns) == (kind == "p-values")
    assert ("stability" in found.columns) == (kind == "stability")
    assert ("n_tests" in found.about) == (kind == "p-values")


def test_write_evidence__has_the_same_bytes_from_shards(tmp_path):
    run = finished_run(tmp_path / "run")
    evidence_of(run, tmp_path / "one")
    expected = run.evidence_path.read_bytes()
    run.evidence_path.unlink()
    evidence_of(run, tmp_path / "three", n_shards=3)
    assert run.evidence_path.read_bytes() == expected


def test_write_evidence__of_a_network_without_links_is_empty(tmp_path):
    run = finished_run(tmp_path / "run", targets=("g05",))
    assert len(evidence_of(run, tmp_path)) == 0
