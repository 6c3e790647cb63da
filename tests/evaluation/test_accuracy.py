from __future__ import annotations

import csv
import gzip
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.errors import InputError
from genie3_engine.evaluation.accuracy import evaluate

# arboreto's evaluation of 2018 (DREAM5's own script), to seven digits
PUBLISHED = {
    ("GENIE3", 1): (0.2909863, 0.8148355),
    ("GENIE3", 3): (0.09302545, 0.6170165),
    ("GENIE3", 4): (0.02065091, 0.5176411),
    ("GRNBoost2", 1): (0.3558841, 0.8155145),
    ("GRNBoost2", 3): (0.1222214, 0.6335665),
    ("GRNBoost2", 4): (0.02299922, 0.5238476),
}
LISTS = {
    "GENIE3": "DREAM5_NetworkInference_Other1_Network{}.txt.gz",
    "GRNBoost2": "grnboost2_net{}.sgbm.denorm.tsv.gz",
}


def naive_aupr_dream4(found, n_true):
    """DREAM4's area for a full list without ties, one true link at a time."""
    area, n_found, n_false = 0.0, 0, 0
    for depth, is_true in enumerate(found, 1):
        if is_true:
            n_found += 1
            area += 1 if depth == 1 else 1 - n_false * np.log(depth / (depth - 1))
        else:
            n_false += 1
    return area / n_true


def write(path: Path, rows) -> Path:
    path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
    return path


def naive_accuracy(links, gold):
    """DREAM5's evaluation, one position at a time; equal scores share their true links evenly."""
    truth = {(a, b): label for a, b, label in gold if a != b}
    scores = {(a, b): s for a, b, s in links if (a, b) in truth}
    n, p = len(truth), sum(truth.values())
    groups = [[k for k in scores if scores[k] == s] for s in sorted(set(scores.values()))[::-1]]
    groups.append([k for k in truth if k not in scores])
    found = [sum(truth[k] for k in group) / len(group) for group in groups if group for _ in group]
    true_positives = np.cumsum(found)
    depth = np.arange(1, n + 1)
    recall, precision = true_positives / p, true_positives / depth
    false_rate = (depth - true_positives) / (n - p)
    return {
        "auroc": np.trapezoid([0, *recall], [0, *false_rate]),
        "aupr": np.trapezoid(precision, recall) / (1 - 1 / p) if p > 1 else None,
        "early_precision": precision[p - 1],
    }


@pytest.mark.parametrize(("method", "network"), PUBLISHED)
def test_evaluate__reproduces_published_dream5(shared_data, method, network):
    accuracy = evaluate(
        shared_data / "dream5_reference" / LISTS[method].format(network),
        shared_data / f"dream5/DREAM5_NetworkInference_GoldStandard_Network{network}.tsv.gz",
    )
    aupr, auroc = PUBLISHED[method, network]
    assert accuracy.aupr == pytest.approx(aupr, abs=2e-6)
    assert accuracy.auroc == pytest.approx(auroc, abs=2e-6)
    assert (accuracy.n_links, accuracy.n_ignored) == (100_000, 100_000 - accuracy.n_scored)


def test_evaluate__published_table_holds_the_same_numbers(shared_data):
    path = shared_data / "dream5_reference" / "arboreto_eval.sgbm.denorm.win.25.txt"
    with path.open() as file:
        table = {row["metric"]: row for row in csv.DictReader(file)}
    for (method, network), (aupr, auroc) in PUBLISHED.items():
        column = method.removesuffix("2")
        assert float(table[f"Net{network} AUPR"][column]) == pytest.approx(aupr, rel=1e-6)
        assert float(table[f"Net{network} AUROC"][column]) == pytest.approx(auroc, rel=1e-6)


@pytest.mark.parametrize("network", [1, 3, 4])
def test_evaluate__true_links_alone_give_the_listed_universe(shared_data, tmp_path, network):
    source = shared_data / f"dream5/DREAM5_NetworkInference_GoldStandard_Network{network}.tsv.gz"
    with gzip.open(source, "rt") as file:
        positives = write(tmp_path / "gold.tsv", (r.split() for r in file if r.split()[2] == "1"))
    links = shared_data / "dream5_reference" / LISTS["GENIE3"].format(network)
    full, alone = evaluate(links, source), evaluate(links, positives)
    assert alone.n_universe == full.n_universe
    assert (alone.aupr, alone.auroc) == (full.aupr, full.auroc)
    assert alone.universe != full.universe


def test_evaluate__worked_by_hand(tmp_path):
    gold = write(tmp_path / "gold", [("A", "B", 1), ("A", "C", 0), ("B", "A", 1), ("B", "C", 0)])
    links = write(tmp_path / "links", [("A", "B", 4), ("B", "C", 3), ("B", "A", 2), ("A", "C", 1)])
    accuracy = evaluate(links, gold)
    # found 1 0 1 0: precision 1, 1/2, 2/3, 1/2 at recall 1/2, 1/2, 1, 1
    assert accuracy.auroc == pytest.approx(0.75)
    assert accuracy.aupr == pytest.approx((1 / 2 + 2 / 3) / 2 * 0.5 / (1 - 1 / 2))
    assert accuracy.average_precision == pytest.approx((1 + 2 / 3) / 2)
    assert accuracy.early_precision == pytest.approx(0.5)
    assert accuracy.early_precision_ratio == pytest.approx(1.0)
    assert accuracy.roc.x[0] == accuracy.roc.y[0] == 0
    assert accuracy.roc.x[-1] == accuracy.roc.y[-1] == 1


def test_evaluate__dream4_s_area_from_recall_0(tmp_path):
    rng = np.random.default_rng(2)
    labels = (rng.random(400) < 0.1).astype(int)
    pairs = [(f"r{i // 20}", f"t{i % 20}") for i in range(400)]
    gold = write(tmp_path / "gold", [(*p, x) for p, x in zip(pairs, labels, strict=True)])
    links = write(tmp_path / "links", [(*p, 400 - i) for i, p in enumerate(pairs)])
    expected = naive_aupr_dream4(labels, labels.sum())
    assert evaluate(links, gold).aupr_dream4 == pytest.approx(expected)


def test_evaluate__perfect_list_scores_one(tmp_path):
    gold = write(tmp_path / "gold", [("A", "B"), ("B", "C"), ("C", "D")])
    accuracy = evaluate(gold, gold)
    assert (accuracy.auroc, accuracy.aupr, accuracy.early_precision) == pytest.approx((1, 1, 1))
    assert accuracy.aupr_dream4 == pytest.approx(1)
    assert (accuracy.n_universe, accuracy.n_absent) == (9, 6)


def test_evaluate__single_true_link_uses_average_precision(tmp_path):
    gold = write(tmp_path / "gold", [("A", "B", 1), ("A", "C", 0)])
    assert evaluate(write(tmp_path / "l", [("A", "C", 2), ("A", "B", 1)]), gold).aupr == 0.5


def test_evaluate__two_links_with_whole_scores_are_read_by_the_genes_of_the_other_file(tmp_path):
    pairs = [(a, b) for a in "ABCD" for b in "ABCDEF"]
    gold = write(tmp_path / "gold", [(*pair, int(i > 20)) for i, pair in enumerate(pairs)])
    links = write(tmp_path / "links", [("A", "A", 0), ("A", "B", 2)])
    assert evaluate(links, gold).n_absent == 19


@given(data=st.data())
def test_evaluate__agrees_with_naive_definition(tmp_path_factory, data):
    pairs = [(a, b) for a in "ABCD" for b in "ABCDEF"]
    labels = data.draw(st.lists(st.sampled_from([0, 0, 1]), min_size=24, max_size=24))
    gold = [(a, b, label) for (a, b), label in zip(pairs, labels, strict=True)]
    n_true = sum(label for a, b, label in gold if a != b)
    if n_true < 2 or n_true == 20:
        return
    listed = data.draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1))
    links = [(*pair, data.draw(st.sampled_from([0, 0.25, 0.5, 2]))) for pair in listed]
    if all(a == b for a, b in listed):
        return
    folder = tmp_path_factory.mktemp("case")
    accuracy = evaluate(write(folder / "links", links), write(folder / "gold", gold))
    for name, value in naive_accuracy(links, gold).items():
        assert getattr(accuracy, name) == pytest.approx(value, abs=1e-12), name


def test_evaluate__agrees_with_scikit_learn_on_a_full_list_with_ties(tmp_path):
    from sklearn.metrics import average_precision_score, roc_auc_score

    rng = np.random.default_rng(5)
    pairs = [(f"r{i}", f"t{j}") for i in range(30) for j in range(60)]
    labels, scores = rng.random(len(pairs)) < 0.1, rng.integers(0, 40, len(pairs))
    gold = write(tmp_path / "gold", ((*p, int(x)) for p, x in zip(pairs, labels, strict=True)))
    links = write(tmp_path / "links", ((*p, x) for p, x in zip(pairs, scores, strict=True)))
    accuracy = evaluate(links, gold)
    assert accuracy.auroc == pytest.approx(roc_auc_score(labels, scores))
    assert accuracy.average_precision == pytest.approx(average_precision_score(labels, scores))


def test_evaluate__order_of_rows_does_not_matter(tmp_path):
    rows = [(a, b, (ord(a) * ord(b)) % 5) for a in "ABCDEFG" for b in "ABCDEFG"]
    gold = write(tmp_path / "gold", [("A", "B"), ("C", "D"), ("D", "A"), ("F", "G")])
    expected = evaluate(write(tmp_path / "links", rows), gold).to_dict()
    random.Random(1).shuffle(rows)
    assert evaluate(write(tmp_path / "links", rows), gold).to_dict() == expected


def test_evaluate__long_tie_groups_match_the_naive_definition(tmp_path):
    rng = np.random.default_rng(0)
    pairs = [(f"r{i}", f"t{j}") for i in range(40) for j in range(100)]
    gold = [(*pair, int(x)) for pair, x in zip(pairs, rng.random(4000) < 0.05, strict=True)]
    links = [(*pair, x) for pair, x in zip(pairs[:3000], rng.integers(0, 6, 3000), strict=True)]
    accuracy = evaluate(write(tmp_path / "links", links), write(tmp_path / "gold", gold))
    for name, value in naive_accuracy(links, gold).items():
        assert getattr(accuracy, name) == pytest.approx(value, rel=1e-10), name


def test_evaluate__counts_what_it_ignores(tmp_path):
    gold = write(tmp_path / "gold", [("A", "B", 1), ("A", "C", 0), ("A", "A", 1), ("B", "A", 1)])
    rows = [("A", "A", 9), ("A", "B", 8), ("A", "B", 1), ("X", "B", 5), ("C", "A", 4)]
    accuracy = evaluate(write(tmp_path / "links", rows), gold)
    assert (accuracy.n_links, accuracy.n_scored, accuracy.n_ignored) == (5, 1, 4)
    assert (accuracy.n_positives, accuracy.n_universe, accuracy.n_absent) == (2, 3, 2)


def test_evaluate__without_scores_the_order_is_the_ranking(tmp_path):
    gold = write(tmp_path / "gold", [("A", "B", 1), ("A", "C", 0), ("A", "D", 0), ("B", "D", 1)])
    rows = [("A", "B"), ("A", "C"), ("B", "D"), ("A", "D")]
    bare = evaluate(write(tmp_path / "bare", rows), gold)
    ranked = [("regulator", "target", "rank"), *((*r, i) for i, r in enumerate(rows, 1))]
    assert bare.auroc == 0.75
    found = evaluate(write(tmp_path / "ranked", ranked), gold)
    assert {**found.to_dict(), "decisions": []} == {**bare.to_dict(), "decisions": []}


def test_evaluate__reads_a_run_folder(tmp_path):
    gold = write(tmp_path / "gold", [("A", "B", 1), ("A", "C", 0)])
    names = pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.int32()), pa.array(["A"]))
    table = {"regulator": names, "target": ["B", "C"], "importance": pa.array([1, 0.5], "f4")}
    (tmp_path / "run").mkdir()
    with pytest.raises(InputError, match=r"no ranked links"):
        evaluate(tmp_path / "run", gold)
    pq.write_table(pa.table(table), tmp_path / "run" / "links.parquet")
    assert evaluate(tmp_path / "run", gold).auroc == 1.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A\tB\t1\nA\tC\tx\n", r"invalid value 'x'"),
        ("A\tB\t1\nA\tC\tnan\n", r"column 3 is empty in 1 rows"),
        ("A\tB\t1\nA\tC\n", r"rows of different lengths"),
        ("X\tY\t1\n", r"None of the 1 links"),
        ("", r"empty"),
        ("A\nB\n", r"single column"),
    ],
)
def test_evaluate__names_what_is_wrong_with_a_list(tmp_path, text, message):
    gold = write(tmp_path / "gold", [("A", "B", 1), ("A", "C", 0)])
    links = tmp_path / "links"
    links.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        evaluate(links, gold)
    assert links.name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_evaluate__curves_are_short_for_long_lists(tmp_path):
    rng = np.random.default_rng(0)
    gold = write(tmp_path / "gold", [(f"r{i}", f"t{rng.integers(400)}") for i in range(200)])
    links = [(f"r{i}", f"t{j}", rng.random()) for i in range(200) for j in range(400)]
    accuracy = evaluate(write(tmp_path / "links", links), gold)
    for curve in (accuracy.roc, accuracy.precision_recall):
        assert 10_000 < len(curve.x) == len(curve.y) < 25_000
        assert np.all(np.diff(curve.x) >= 0)
    assert np.trapezoid(accuracy.roc.y, accuracy.roc.x) == pytest.approx(accuracy.auroc, abs=1e-3)


def test_evaluate__curves_hold_every_point_of_a_short_list(tmp_path):
    rng = np.random.default_rng(0)
    pairs = [(f"r{i}", f"t{j}") for i in range(50) for j in range(100)]
    gold = write(tmp_path / "gold", [(*pair, int(rng.random() < 0.1)) for pair in pairs])
    links = write(tmp_path / "links", [(*pair, rng.random()) for pair in pairs])
    accuracy = evaluate(links, gold)
    assert len(accuracy.precision_recall.x) == len(pairs)
    assert np.trapezoid(accuracy.roc.y, accuracy.roc.x) == pytest.approx(accuracy.auroc, rel=1e-12)
