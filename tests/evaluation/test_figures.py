from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genie3_engine.evaluation import comparison
from genie3_engine.evaluation.accuracy import Curve, evaluate
from genie3_engine.evaluation.calibration import PrecisionBin
from genie3_engine.evaluation.figures import (
    calibration_figure,
    comparison_figure,
    comparison_numbers,
    precision_recall_figure,
    roc_figure,
)


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


@pytest.fixture
def lists(tmp_path, accuracy):
    """Nine lists of different names with the same links."""
    links, gold = tmp_path / "links", tmp_path / "gold"
    names = [f"<b>run {i}</b> of a long name, longer than a legend" for i in range(9)]
    return comparison.compare(dict.fromkeys(names, links), gold)


def test_comparison_figure__has_both_curves_of_each_list(lists):
    figure = comparison_figure(lists)
    curves = [each for each in figure.data if each.legendgroup]
    assert len(curves) == 2 * len(lists)
    named = [each for each in curves if each.showlegend]
    assert [each.legendgroup for each in named] == [str(i) for i in range(9)]
    assert len({(each.line.color, each.line.dash) for each in named}) == 9
    for name in (each.name for each in named):
        assert name.startswith("&lt;b&gt;run ")
        assert name.endswith("… (AUPR 0.583, AUROC 0.750)")


def test_comparison_figure__is_thinned(lists):
    x = np.linspace(0, 1, 20_000)
    long = replace(lists[0].accuracy, precision_recall=Curve(x, 1 - x), roc=Curve(x, x))
    figure = comparison_figure([replace(lists[0], accuracy=long)])
    for each in figure.data:
        assert len(each.x) <= 2_000
        assert (each.x[0], each.x[-1]) == (0, 1)


def test_comparison_numbers__name_list_and_curve(lists):
    numbers = comparison_numbers(lists[:2])
    assert numbers.groupby(["run", "curve"]).ngroups == 4
    assert numbers.columns.tolist() == ["run", "curve", "x", "y"]


def test_calibration_figure__draws_what_is_judged_with_intervals():
    bins = [
        PrecisionBin(0.0, 0.2, 50, 1),
        PrecisionBin(0.2, 0.5, 0, 0),
        PrecisionBin(0.5, 1, 20, 9),
    ]
    (bars,) = calibration_figure(bins, random_precision=0.02).data
    assert list(bars.x) == ["below 0.2", "0.5 to 1"]
    assert list(bars.y) == [0.02, 0.45]
    tops = bars.y + bars.error_y.array
    assert list(tops) == pytest.approx([each.interval[1] for each in (bins[0], bins[2])])
    assert not calibration_figure([bins[1]], random_precision=0.02).data[0].y.size
