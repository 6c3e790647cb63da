from genie3_engine.labels import PHASES
from genie3_engine.runs.timing_figure import phase_seconds, timings_figure

SECONDS = {"computing": 8.0, "reading": 1.0, "waiting": 0.0, "total": 9.0}


def test_phase_seconds__has_the_steps_that_took_time_in_their_order():
    assert list(phase_seconds(SECONDS)) == [PHASES["reading"], PHASES["computing"]]
    assert sum(phase_seconds(SECONDS).values()) == 9.0


def test_timings_figure__draws_one_bar_of_the_steps():
    figure = timings_figure(SECONDS, dark=True)
    assert [trace.name for trace in figure.data] == list(phase_seconds(SECONDS))
    assert figure.layout.barmode == "stack"


def test_timings_figure__tells_every_two_steps_apart():
    figure = timings_figure(dict.fromkeys(PHASES, 1.0))
    looks = [(trace.marker.color, trace.marker.pattern.shape) for trace in figure.data]
    assert len(set(looks)) == len(PHASES)
