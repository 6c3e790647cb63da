from genie3_engine.labels import PHASES
from genie3_engine.runs.timing_figure import phase_seconds, timings_figure

SECONDS = {"computing": 8.0, "reading": 1.0, "waiting": 0.0, "total": 9.0}


def test_phase_seconds__has_the_steps_that_took_time_in_their_order():
    assert list(phase_seconds(SECONDS)) == [PHASES["reading"], PHASES["computing"]]
    assert sum(phase_seconds(SECONDS).values()) == 9.0


def test_timings_figure__draws_one_bar_of_the_steps():
    figure = timings_figure({"run": SECONDS}, dark=True)
    assert [trace.name for trace in figure.data] == list(phase_seconds(SECONDS))
    assert figure.layout.barmode == "stack"


def test_timings_figure__tells_every_two_steps_apart():
    figure = timings_figure({"run": dict.fromkeys(PHASES, 1.0)})
    looks = [(trace.marker.color, trace.marker.pattern.shape) for trace in figure.data]
    assert len(set(looks)) == len(PHASES)


def test_timings_figure__draws_a_bar_for_each_run():
    figure = timings_figure({"first": SECONDS, "<b>second</b>": {"writing": 2.0}})
    bars = {trace.name: dict(zip(trace.y, trace.x, strict=True)) for trace in figure.data}
    second = "&lt;b&gt;second&lt;/b&gt;"
    assert bars[PHASES["computing"]] == {"first": 8.0, second: 0.0}
    assert bars[PHASES["writing"]] == {"first": 0.0, second: 2.0}
    assert figure.layout.yaxis.showticklabels


def test_timings_figure__has_its_legend_below_where_no_tool_bar_lies():
    legend = timings_figure({"run": SECONDS}).layout.legend
    assert (legend.y, legend.yref, legend.yanchor) == (0, "container", "bottom")
