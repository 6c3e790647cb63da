from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.data.decisions import Certainty
from genie3_engine.evaluation.link_roles import Pair
from genie3_engine.evaluation.link_values import Order, find_label, find_score
from tests.evaluation.test_link_roles import TARGETS, TFS, file_of

PAIR = (("TF", TFS), ("gene", TARGETS))
FALLING = [str(1 - i / 20) for i in range(12)]
RISING = FALLING[::-1]
DRAWN = [str((7 * i % 12 + 1) / 12) for i in range(12)]
COUNTED = [str(i) for i in range(1, 13)]


def score_of(*columns, told=None):
    file = file_of(*PAIR, *columns, option="links_columns", told=told)
    return find_score(file, Pair(*file.columns[:2]))


@pytest.mark.parametrize(
    ("columns", "name", "order"),
    [
        ([("importance", RISING)], "importance", Order.SIGNED),
        ([("p", RISING), ("weight", FALLING)], "weight", Order.SIGNED),
        ([("x", FALLING), ("padj", RISING)], "x", Order.SIGNED),
        ([("padj", RISING)], "padj", Order.SMALLEST),
        ([("rank", COUNTED)], "rank", Order.SMALLEST),
        ([("logp", [f"-{cell}" for cell in FALLING])], "logp", Order.SMALLEST),
        ([("PMID", ["123456"] * 12), ("mass", FALLING)], "mass", Order.SIGNED),
        ([("size", RISING), ("mass", FALLING)], "mass", Order.SIGNED),
        ([("share", FALLING), ("relative_importance", DRAWN)], "share", Order.SIGNED),
        ([("relative_importance", DRAWN)], "relative_importance", Order.SIGNED),
        ([("rank", COUNTED), ("stability", DRAWN)], "rank", Order.SMALLEST),
        ([("rank", COUNTED), ("weight", FALLING)], "weight", Order.SIGNED),
        ([("rank", DRAWN), ("spearman", DRAWN)], "spearman", Order.SIGNED),
    ],
)
def test_find_score__prefers_known_names(columns, name, order):
    found = score_of(*columns)
    assert (found.column.name, found.order) == (name, order)


def test_find_score__an_order_of_rows_that_speaks_against_it_is_a_guess():
    found = score_of(("mass", RISING))
    assert found.decision.certainty is Certainty.GUESS
    assert "--links-columns rank=mass" in found.decision.advice
    assert score_of(("mass", FALLING)).decision.certainty is Certainty.CLEAR


def test_find_score__obeys_the_user():
    assert score_of(("mass", RISING), told={"rank": "mass"}).order is Order.SMALLEST
    assert score_of(("mass", RISING), told={"score": "none"}).column is None


N_ROWS = 200
RANDOM = np.random.default_rng(11)
P_VALUES = [f"{p:.3g}" for p in np.append(RANDOM.random(N_ROWS - 60), RANDOM.random(60) ** 12)]
KEPT = np.append(RANDOM.random(N_ROWS - 60), RANDOM.random(60) ** 9)  # below 0.05
EVEN = [f"{p:.6f}" for p in RANDOM.permutation(N_ROWS) / N_ROWS]
IMPORTANCES = [f"{x:.6f}" for x in RANDOM.gamma(0.4, 0.02, N_ROWS)]
PROBABILITIES = [f"{x:.6f}" for x in RANDOM.beta(0.2, 3, N_ROWS)]


def score_of_many(cells, name=None):
    headers = (None, None) if name is None else ("TF", "gene")
    genes = [f"T{i % 7}" for i in range(N_ROWS)], [f"G{i}" for i in range(N_ROWS)]
    names = zip(headers, genes, strict=True)
    file = file_of(*names, (name, cells), option="links_columns")
    return find_score(file, Pair(*file.columns[:2]))


@pytest.mark.parametrize("name", [None, "mass"])
@pytest.mark.parametrize(
    ("cells", "order", "certainty"),
    [
        (P_VALUES, Order.SMALLEST, Certainty.GUESS),
        (P_VALUES[::-1], Order.SMALLEST, Certainty.GUESS),
        ([f"{0.05 * p:.3g}" for p in KEPT], Order.SMALLEST, Certainty.GUESS),
        ([f"{0.01 * p:.3g}" for p in KEPT], Order.SMALLEST, Certainty.GUESS),
        ([f"{0.05 * float(p):.3g}" for p in EVEN], Order.SIGNED, Certainty.GUESS),
        ([f"{0.07 * p:.3g}" for p in KEPT], Order.SIGNED, Certainty.CLEAR),
        (EVEN, Order.SIGNED, Certainty.GUESS),
        (IMPORTANCES, Order.SIGNED, Certainty.CLEAR),
        (PROBABILITIES, Order.SIGNED, Certainty.CLEAR),
    ],
)
def test_find_score__ranks_what_is_distributed_as_p_values_by_the_smallest(
    cells, order, certainty, name
):
    found = score_of_many(cells, name)
    assert (found.order, found.decision.certainty) == (order, certainty)
    if certainty is Certainty.GUESS:
        role = "score" if order is Order.SMALLEST else "rank"
        assert f"--links-columns {role}={name or 3}" in found.decision.advice


def test_find_score__a_header_decides_what_numbers_are():
    assert score_of_many(P_VALUES, "weight").order is Order.SIGNED
    assert score_of_many(EVEN, "pvalue").decision.certainty is Certainty.CLEAR


def label_of(*columns, told=None):
    file = file_of(*PAIR, *columns, told=told)
    return find_label(file, Pair(*file.columns[:2]))


@pytest.mark.parametrize(
    ("column", "is_label", "certainty"),
    [
        (("label", ["1", "0"] * 6), True, Certainty.CLEAR),
        (("known", ["True", "False"] * 6), True, Certainty.CLEAR),
        (("x", ["0", "0", "0", "1"] * 3), True, Certainty.GUESS),
        (("x", ["0", "1", "1", "1"] * 3), False, Certainty.GUESS),
        (("x", ["1"] * 12), False, Certainty.CLEAR),
        (("x", ["2", "1", "0.5", "0"] * 3), False, Certainty.CLEAR),
        (("x", ["+", "-"] * 6), False, Certainty.CLEAR),
        (("label", ["1", "-1"] * 6), False, Certainty.GUESS),
        (("n_references", ["1", "0"] * 6), False, Certainty.CLEAR),
        (("consensus_direction", ["1", "0", "0"] * 4), False, Certainty.CLEAR),
        (("is_directed", ["1", "0", "0"] * 4), False, Certainty.CLEAR),
        (("chip_evidence", ["1", "0", "0"] * 4), False, Certainty.GUESS),
        (("label", ["known", "unknown"] * 6), True, Certainty.CLEAR),
        (("class", ["edge", "none"] * 6), True, Certainty.CLEAR),
        (("truth", ["x", ""] * 6), True, Certainty.CLEAR),
        (("class", ["positive", "negative"] * 6), True, Certainty.CLEAR),
        (("group", ["positive", "negative"] * 6), False, Certainty.GUESS),
        (("Type", ["positive", "negative"] * 6), False, Certainty.CLEAR),
    ],
)
def test_find_label__goes_by_header_and_values(column, is_label, certainty):
    found = label_of(column)
    assert (found.column is not None, found.decision.certainty) == (is_label, certainty)


def test_find_label__names_what_is_none():
    decision = label_of(("", [str(i) for i in range(12)])).decision
    assert decision.taken.endswith("Not a label: column 3.")


def test_find_label__obeys_the_user():
    column = ("n_references", ["1", "0"] * 6)
    assert label_of(column, told={"label": "n_references"}).false == {"0"}
    assert label_of(("label", ["1", "0"] * 6), told={"label": "none"}).column is None


def _drawn(n=12):
    return [str(round((7 * i % 12) / 12 + 0.01, 3)) for i in range(n)]


def test_find_score__numbers_from_1_under_an_unknown_header_are_ranks():
    score = score_of(("borda", [str(7 * i % 13) for i in range(1, 13)]))
    assert (score.order, score.decision.certainty) == (Order.SMALLEST, Certainty.GUESS)


def test_find_score__of_two_columns_of_one_word_the_sorted_one_or_a_guess():
    falling = [str(1 - i / 20) for i in range(12)]
    first, second = ("importance_R2G", _drawn()), ("importance_TF2G", falling)
    score = score_of(first, second)
    assert score.column.name == "importance_TF2G"
    assert score.decision.certainty is Certainty.CLEAR
    score = score_of(first, ("importance_TF2G", _drawn()[::-1]))
    assert score.decision.certainty is Certainty.GUESS
    assert score.decision.alternatives[0].options == {"links_columns": "score=importance_TF2G"}


def test_find_score__texts_under_a_known_header_are_said():
    score = score_of(("weight", [f"{number}***" for number in _drawn()]))
    assert score.column is None
    assert score.decision.certainty is Certainty.GUESS
    assert "0.01***" in score.decision.evidence


@pytest.mark.parametrize("header", ["Pr(>|t|)", "bh", "p.adjust"])
def test_find_score__p_values_go_from_the_smallest(header):
    assert score_of((header, _drawn())).order is Order.SMALLEST


def test_find_score__equal_scores_are_a_guess():
    found = score_of_many(["1"] * N_ROWS, "weight")
    assert found.decision.certainty is Certainty.GUESS
    assert "all scores are equal" in found.decision.evidence.lower()
    assert "--links-columns score=none" in found.decision.advice


@pytest.mark.parametrize(
    ("cells", "false"),
    [(["1", "-1"], {"-1"}), (["known", "unknown"], {"unknown"}), (["1.0", "0.0"], {"0.0"})],
)
def test_find_label__a_column_that_the_user_names_has_the_texts_of_no(cells, false):
    found = label_of(("group", cells * 6), told={"label": "group"})
    assert found.false == false
    assert found.decision.taken.endswith("is the label: 6 of 12 pairs are not links.")


@pytest.mark.parametrize("header", ["X", "...1", "__index_level_0__", None])
def test_find_score__row_numbers_are_none(header):
    columns = [(header, [str(i + 1) for i in range(12)]), *PAIR, ("mass", _drawn())]
    file = file_of(*columns, option="links_columns")
    assert find_score(file, Pair(*file.columns[1:3])).column.name == "mass"


def test_find_score__an_index_of_pandas_with_gaps_is_none():
    index = ("__index_level_0__", [str(3 * i) for i in range(12)])
    assert score_of(("mass", _drawn()), index).column.name == "mass"
