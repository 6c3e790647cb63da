from __future__ import annotations

from genie3_engine import planning
from genie3_engine.benchmark import configurations_of, preset_named
from genie3_engine.benchmark.instance_figure import instance_figure
from genie3_engine.benchmark.instance_forecasts import type_forecasts
from genie3_engine.benchmark.reference_benchmarks import published
from genie3_engine.benchmark.speedup import results
from tests.benchmark.measured import jobs, measurement


def test_instance_figure__shows_measured_forecast_and_published_rows():
    on_type = jobs(32, n_targets=100, instance="ml.m4.xlarge")
    rows = results([measurement(jobs(1, n_targets=100), 80), measurement(on_type, 40, dollars=1)])
    forecasts = type_forecasts(
        configurations_of(preset_named("experiment-3"), n_cores=2, has_types=True),
        rows,
        machine={},
        catalogue=planning.catalogue(),
    )
    figure = instance_figure(rows, forecasts, published().experiment(3))
    traces = {trace.name: trace for trace in figure.data}
    assert list(traces["scikit-learn, measured"].x) == [40]
    assert list(traces["scikit-learn, measured"].y) == ["ml.m4.xlarge, 100 targets"]
    assert list(traces["scikit-learn, measured"].text) == ["$1.00 paid"]
    assert len(traces["scikit-learn, forecast"].x) == 4
    assert list(traces["scikit-learn, published"].x) == [591, 374, 347, 342]
    assert set(traces["scikit-learn, published"].y) == set(traces["scikit-learn, forecast"].y)


def test_instance_figure__of_nothing_is_empty():
    assert len(instance_figure([], [], [], dark=True).data) == 0
