from dataclasses import replace

import pytest

from genie3_engine.planning import Experience, catalogue, forecast, offers, pareto_front
from genie3_engine.planning.figures import forecast_figure
from tests.planning.pilots import pilot, shape, spec


@pytest.fixture
def found(tmp_path):
    run = spec(1000)
    return forecast(run, shape(20_000), pilot(), past=Experience(), home_folder=tmp_path)


def test_forecast_figure__shows_every_priced_offer_once(found):
    all_offers = offers(found, catalogue(), counts=(2,))
    figure = forecast_figure(found, all_offers)
    shown = [text for trace in figure.data if trace.mode == "markers" for text in trace.text]
    priced = [one for one in all_offers if one.dollars is not None]
    assert sorted(shown) == sorted(f"2 × {one.instance_type}" for one in priced)
    (line,) = (trace for trace in figure.data if trace.name == "best")
    assert list(line.x) == [one.dollars for one in pareto_front(all_offers)]
    (here,) = (trace for trace in figure.data if trace.name == "here")
    assert set(here.y) == {found.wall_seconds / 60}


def test_forecast_figure__marks_what_does_not_fit(found):
    large = replace(found, high_memory_bytes=found.memory_bytes * 1000)
    figure = forecast_figure(large, offers(large, catalogue()), dark=True)
    (misfits,) = (trace for trace in figure.data if trace.name == "too small")
    assert misfits.marker.symbol == "x"
    assert all("too little memory" in reason for reason in misfits.customdata)
