from __future__ import annotations

import numpy as np
import pytest

from genie3_engine.evaluation.accuracy import evaluate
from genie3_engine.evaluation.figures import precision_recall_figure, roc_figure


@pytest.fixture
def accuracy(tmp_path):
    (tmp_path / "gold").write_text("A\tB\t1\nA\tC\t0\nB\tA\t1\nB\tC\t0\n")
    (tmp_path / "links").write_text("A\tB\t4\nB\tC\t3\nB\tA\t2\nA\tC\t1\n")
    return evaluate(tmp_path / "links", tmp_path / "gold")


def test_roc_figure__holds_the_curve_and_chance(accuracy):
    chance, curve = roc_figure(accuracy).data
    assert np.array_equal(curve.x, accuracy.roc.x)
    assert np.array_equal(curve.y, accuracy.roc.y)
    assert curve.name == "AUROC 0.7500"
    assert list(chance.x) == list(chance.y) == [0, 1]


@pytest.mark.parametrize("dark", [False, True])
def test_precision_recall_figure__shows_the_base_line_and_early_precision(accuracy, dark):
    chance, curve, early = precision_recall_figure(accuracy, dark=dark).data
    assert set(chance.y) == {0.5}
    assert np.array_equal(curve.y, accuracy.precision_recall.y)
    assert (early.x, early.y) == ((0.5,), (0.5,))
    assert early.name == "First 2 links"
