from __future__ import annotations

from genie3_engine.kernels import threshold_lanes, threshold_vectors


def test_operations__are_defined_in_threshold_lanes():
    names = {"grid_extremes", "draw_cuts", "sums_below", "lane_gains"}
    assert names <= set(dir(threshold_lanes)) & set(dir(threshold_vectors))
