from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from genie3_engine.errors import InputError
from genie3_engine.evaluation import comparison
from genie3_engine.evaluation.accuracy import evaluate

REGULATORS = [f"r{i}" for i in range(8)]
TARGETS = [f"t{i:02d}" for i in range(40)]


def write(path, rows):
    path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
    return path


@pytest.fixture
def files(tmp_path):
    """A gold standard, and a good, a like and a random list of all its pairs."""
    rng = np.random.default_rng(0)
    pairs = [(a, b) for a in REGULATORS for b in TARGETS]
    is_true = rng.random(len(pairs)) < 0.2
    gold = write(tmp_path / "gold", [(*p, int(x)) for p, x in zip(pairs, is_true, strict=True)])
    sources = {}
    for name, share in (("random", 0.0), ("like", 0.48), ("good", 0.5)):
        scores = share * is_true + rng.random(len(pairs))
        rows = [(*p, f"{x:.6f}") for p, x in zip(pairs, scores, strict=True)]
        sources[name] = write(tmp_path / name, rows)
    return sources, gold


def test_compare__measures_each_list_as_alone(files):
    sources, gold = files
    lists = comparison.compare(sources, gold)
    assert [each.name for each in lists] == list(sources)
    for each in lists:
        alone = evaluate(sources[each.name], gold)
        assert each.accuracy.to_dict() == alone.to_dict()
        low, high = each.intervals()["aupr"]
        assert low < alone.aupr < high


def test_compare__refuses_a_gold_standard_that_is_read_in_two_ways(files):
    sources, gold = files
    one, other, _ = comparison.compare(sources, gold)
    with pytest.raises(InputError, match="random and in another for like"):
        comparison.require_one_truth([one, replace(other, truth="x")])


def test_unique_names__number_what_occurs_before(files):
    [one] = comparison.compare({"run": files[0]["good"]}, files[1])
    other = replace(one, name="run (2)")
    names = [each.name for each in comparison.unique_names([one, other, one])]
    assert names == ["run", "run (2)", "run (3)"]


def test_ranked__sorts_by_measure_or_name(files):
    lists = comparison.compare(*files)
    assert [each.name for each in comparison.ranked(lists)][-1] == "random"
    assert [each.name for each in comparison.ranked(lists, "name")] == ["good", "like", "random"]
    auroc = [each.accuracy.auroc for each in comparison.ranked(lists, "auroc")]
    assert auroc == sorted(auroc, reverse=True)


def test_difference__tells_a_clear_one_from_none(files):
    random, like, good = comparison.compare(*files)
    clear = comparison.difference(random, good, "aupr")
    assert (clear.verdict, clear.is_settled) == ("lower", True)
    assert clear.value == random.accuracy.aupr - good.accuracy.aupr
    assert clear.share_above < 0.01
    assert comparison.difference(good, random, "aupr").verdict == "higher"
    assert comparison.difference(good, like, "auroc").verdict == "no clear difference"
    assert len(list(comparison.all_differences([random, like, good]))) == 9


def test_difference__needs_intervals(files):
    random, _, good = comparison.compare(*files)
    bare = replace(random, resamples=None)
    assert comparison.difference(bare, good, "aupr") is None
    assert comparison.cautions([bare])[0] == comparison.NO_INTERVALS
    assert bare.intervals() == {}


def test_cautions__name_the_list_that_lacks_pairs(files, tmp_path):
    sources, gold = files
    cut = tmp_path / "cut"
    cut.write_text("".join(sources["good"].read_text().splitlines(keepends=True)[:100]))
    lists = comparison.compare({**sources, "cut": cut}, gold)
    assert any("cut lacks 220 pairs" in each for each in comparison.cautions(lists))
    assert comparison.cautions(lists[:1]) == [comparison.LEFT_OUT]


def test_as_tsv__holds_numbers_and_ends(files):
    lists = comparison.compare(*files)
    found = pd.read_csv(io.StringIO(comparison.as_tsv(lists)), sep="\t")
    assert found["run"].tolist() == ["random", "like", "good"]
    for each, row in zip(lists, found.itertuples(), strict=True):
        assert row.aupr == pytest.approx(each.accuracy.aupr, rel=1e-5)
        assert (row.aupr_low, row.aupr_high) == pytest.approx(each.intervals()["aupr"], rel=1e-5)
