from __future__ import annotations

import pandas as pd
import pytest

from genie3_engine.evaluation.accuracy import accuracy_of, evaluate
from genie3_engine.evaluation.matches import JudgedLinks, Verdict, judged_links

GOLD = [("A", "B", 1), ("A", "C", 0), ("B", "A", 1), ("B", "C", 0), ("C", "A", 1), ("C", "B", 0)]
LINKS = [("A", "B", 0.9), ("B", "C", 0.8), ("A", "X", 0.7), ("B", "A", 0.5), ("A", "C", 0.1)]


def judged(tmp_path, links=LINKS, gold=GOLD, header="") -> JudgedLinks:
    for name, rows in (("links", links), ("gold", gold)):
        lines = ["\t".join(map(str, row)) for row in rows]
        text = header + "\n".join(lines) if name == "links" else "\n".join(lines)
        (tmp_path / name).write_text(text + "\n")
    return judged_links(tmp_path / "links", tmp_path / "gold")


def rows(table: pd.DataFrame) -> list[tuple[object, ...]]:
    return [
        (None if pd.isna(rank) else rank, regulator, target)
        for rank, regulator, target in table[["rank", "regulator", "target"]].itertuples(
            index=False
        )
    ]


def test_table__found_are_true_links_within_the_depth(tmp_path):
    found = judged(tmp_path)
    assert rows(found.table(Verdict.FOUND, 2)) == [(1, "A", "B")]
    assert rows(found.table(Verdict.FOUND, 4)) == [(1, "A", "B"), (3, "B", "A")]


def test_table__missed_are_true_links_further_down_or_absent(tmp_path):
    missed = judged(tmp_path).table(Verdict.MISSED, 2)
    assert rows(missed) == [(3, "B", "A"), (None, "C", "A")]
    assert missed["score"].iloc[0] == 0.5
    assert pd.isna(missed["score"].iloc[1])


def test_table__wrong_are_the_others_within_the_depth(tmp_path):
    assert rows(judged(tmp_path).table(Verdict.WRONG, 4)) == [(2, "B", "C"), (4, "A", "C")]


def test_table__pages_hold_all_rows_once(tmp_path):
    found = judged(tmp_path)
    whole = found.table(Verdict.MISSED, 1)
    pages = [found.table(Verdict.MISSED, 1, offset=i, limit=1) for i in range(3)]
    assert rows(pd.concat(pages)) == rows(whole)
    assert found.count(Verdict.MISSED, 1) == len(whole) == 2


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 10])
def test_count__found_and_missed_are_all_true_links(tmp_path, depth):
    found = judged(tmp_path)
    total = found.count(Verdict.FOUND, depth) + found.count(Verdict.MISSED, depth)
    assert total == found.gold.n_positives
    predicted = found.count(Verdict.FOUND, depth) + found.count(Verdict.WRONG, depth)
    assert predicted == min(depth, len(found.keys))


def test_table__ranks_are_shown_as_they_were_given(tmp_path):
    links = [(a, b, rank) for rank, (a, b, _) in enumerate(LINKS, 1)]
    found = judged(tmp_path, links, header="regulator\ttarget\trank\n")
    assert found.table(Verdict.FOUND, 4)["score"].tolist() == [1.0, 4.0]


def test_judged_links__give_evaluate_s_figures(tmp_path):
    found = judged(tmp_path)
    again = evaluate(tmp_path / "links", tmp_path / "gold")
    assert accuracy_of(found).to_dict() == again.to_dict()
    assert (again.n_links, again.n_scored, again.n_ignored) == (5, 4, 1)


@pytest.mark.parametrize("header", ["regulator\ttarget\timportance\n", ""])
def test_judged_links__rank_by_size_and_keep_the_sign(tmp_path, header):
    signed = [(a, b, -score if i % 2 else score) for i, (a, b, score) in enumerate(LINKS)]
    found = judged(tmp_path, links=signed, header=header)
    assert rows(found.table(Verdict.FOUND, 4)) == [(1, "A", "B"), (3, "B", "A")]
    assert found.table(Verdict.FOUND, 4)["score"].tolist() == [0.9, -0.5]
    (said,) = [each for each in found.decisions if each.subject == "sign"]
    assert "2 negative values and is ranked the largest size first" in said.taken
    assert "--links-columns score=" in said.advice


def test_judged_links__noise_below_0_is_not_a_sign(tmp_path):
    noisy = [*LINKS[:-1], ("A", "C", -0.01)]
    found = judged(tmp_path, links=noisy, header="regulator\ttarget\timportance\n")
    assert rows(found.table(Verdict.WRONG, 9)) == [(2, "B", "C"), (4, "A", "C")]
