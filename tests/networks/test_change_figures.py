from __future__ import annotations

import numpy as np
import pandas as pd

from genie3_engine.networks.change_figures import (
    ConditionSamples,
    conditions_figure,
    rewiring_figure,
    statistics_figure,
)


def test_conditions_figure__has_the_same_axes_in_both_conditions():
    conditions = [
        ConditionSamples("well", ["s1", "s2"], np.array([0.0, 1.0]), np.array([5.0, 6.0])),
        ConditionSamples("<b>ill</b>", ["s3"], np.array([9.0]), np.array([-4.0])),
    ]
    figure = conditions_figure(conditions, "R", "T")
    assert figure.layout.xaxis.range == figure.layout.xaxis2.range
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range
    assert figure.layout.xaxis.range[0] < 0 < 9 < figure.layout.xaxis.range[1]
    assert figure.layout.yaxis.range[0] < -4 < 6 < figure.layout.yaxis.range[1]
    titles = [each.text for each in figure.layout.annotations]
    assert titles == ["well<br>n = 2", "&lt;b&gt;ill&lt;/b&gt;<br>n = 1"]


def test_rewiring_figure__separates_rewired_targets_and_marks_the_chosen_one():
    targets = pd.DataFrame(
        {
            "target": ["a", "b", "c"],
            "oob_r2_1": [0.8, 0.5, np.nan],
            "oob_r2_2": [0.6, 0.5, 0.4],
            "r2_1_on_2": [-3.0, 0.5, 0.2],
            "r2_2_on_1": [-3.0, 0.4, 0.1],
            "rewiring_q": [0.01, 0.8, np.nan],
        }
    )
    figure = rewiring_figure(targets, gene="b", dark=True)
    points = {trace.name: (list(trace.x), list(trace.y)) for trace in figure.data}
    assert points["Rewired, q ≤ 0.05"] == ([0.7], [-1.0])
    assert points["b"] == ([0.5], [0.45])
    assert len(points["Other targets"][0]) == 1
    assert "b" not in {trace.name for trace in rewiring_figure(targets).data}


def test_statistics_figure__draws_each_kind_of_change():
    changes = pd.DataFrame(
        {
            "regulator": ["a", "b"],
            "target": ["x", "y"],
            "z": [3.0, -2.0],
            "fisher_z": [1.0, -1.0],
            "q": [0.01, 0.2],
            "change": ["gained", "kept"],
        }
    )
    figure = statistics_figure(changes)
    points = {trace.name: list(trace.y) for trace in figure.data}
    assert points == {"Kept": [-2.0], "Reversed": [], "Lost": [], "Gained": [3.0]}
