from __future__ import annotations

import pytest

from genie3_engine.benchmark.measurements import Measurement
from genie3_engine.benchmark.scaling import fits
from genie3_engine.benchmark.speedup import results, series
from genie3_engine.benchmark.summary import headline, summary_sentences
from tests.benchmark.measured import jobs, measurement, processes, scaling, threads


def said(measured, *, n_cores=4, load=0.0):
    rows = results(measured)
    fitted = fits(series(rows), n_cores=n_cores)
    return "\n".join(summary_sentences(rows, fitted, n_cores=n_cores, load_at_start=load))


def test_summary_sentences__say_nothing_of_nothing():
    assert said([]) == ""


def test_summary_sentences__change_when_the_numbers_do():
    serial = measurement(jobs(1), 100)
    fast = said([serial, measurement(processes(4), 40), measurement(jobs(4), 50)])
    slow = said([serial, measurement(processes(4), 80), measurement(jobs(4), 50)])
    same = said([serial, measurement(processes(4), 50), measurement(jobs(4), 50)])
    assert "processes are 25 % faster than jobs" in fast
    assert "jobs are 60 % faster than processes" in slow
    assert "take the same time" in same
    assert "4 processes make scikit-learn 2.50 times as fast: 62 % of each worker" in fast
    assert "4 processes make scikit-learn 1.25 times as fast: 31 % of each worker" in slow


def test_summary_sentences__name_the_serial_share():
    text = said(scaling(threads, [1, 2, 4], lambda n: 10 * (0.06 + 0.94 / n)))
    assert "Compiled by threads: 6 % of this work does not run in parallel" in text


def test_summary_sentences__say_when_a_law_does_not_fit():
    text = said([measurement(threads(n), t) for n, t in ((1, 8), (2, 2), (4, 4))])
    assert "(The law misses a point by " in text


def test_summary_sentences__compare_the_engines():
    text = said([measurement(jobs(1), 90), measurement(threads(1), 3)])
    assert "With 1 worker, the compiled engine is 30 times as fast as scikit-learn." in text
    assert "Fastest: compiled, 1 process x 1 thread, 3.00 s for 10 targets, 30 times" in text


def test_summary_sentences__differences_below_the_spread_mean_nothing():
    measured = [
        measurement(one, seconds, repeat=n)
        for one, times in ((jobs(1), (100, 100)), (processes(4), (40, 50)), (jobs(4), (44, 46)))
        for n, seconds in enumerate(times, 1)
    ]
    text = said(measured)
    assert "take the same time, as far as can be measured" in text
    assert "Repeats of the same configuration differ by up to 22 %" in text


def test_summary_sentences__say_what_too_many_workers_cost():
    text = said([measurement(threads(n), t) for n, t in ((1, 8), (2, 4), (4, 5))], n_cores=2)
    assert "4 threads on 2 cores take 25 % longer than the best that fits them." in text


def test_summary_sentences__weak_scaling():
    text = said(
        [measurement(threads(1, n_targets=10), 10), measurement(threads(4, n_targets=40), 12)]
    )
    assert "With 4 times the targets on 4 times the workers the time grows by 20 %." in text
    assert "does not run in parallel" not in text


def test_summary_sentences__say_what_is_weak():
    measured = [
        measurement(jobs(1, n_targets=100, n_computed=10), 10, overhead=4),
        measurement(jobs(2, n_targets=100), 8, overhead=4),
        Measurement(processes(32, n_targets=100), error="The memory is used up."),
    ]
    text = said(measured, load=3.5)
    assert "is extrapolated: 10 targets were computed for 100" in text
    assert "was not measured: The memory is used up." in text
    assert "load 3.5 on 4 cores" in text
    assert "33 % of the total time goes to starting, reading, compiling and writing" in text
    assert "ran once: small differences may be chance" in text


def test_summary_sentences__speak_of_the_most_targets_where_there_are_several_numbers():
    text = said(
        [
            measurement(threads(n, n_targets=n_targets), seconds)
            for n, n_targets, seconds in ((1, 10, 2), (2, 10, 2), (1, 80, 8), (2, 80, 5))
        ]
    )
    assert "2 threads make the compiled engine with 80 targets 1.60 times as fast" in text
    assert "with 10 targets" not in text


def at_a_glance(measured, *, n_cores=4):
    rows = results(measured)
    return headline(rows, fits(series(rows), n_cores=n_cores), n_cores=n_cores)


def test_headline__is_one_number_and_three_sentences_at_most():
    found = at_a_glance(
        [
            measurement(one, seconds)
            for one, seconds in ((jobs(1), 90), (jobs(4), 40), (threads(1), 3), (threads(4), 1))
        ]
    )
    assert found.number == "90 ×"
    assert found.about.startswith("as fast as one scikit-learn job (compiled, 1 process x 4 th")
    assert found.sentences == (
        "With 1 worker, the compiled engine is 30 times as fast as scikit-learn.",
        "4 threads make the compiled engine 3.00 times as fast: 75 % of each worker is used.",
        "Each configuration ran once: small differences may be chance.",
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.98, "2.04 times as fast: 100 % of each worker is used."),
        (0.6, "3.33 times as fast, more than their number explains: the run on one may"),
    ],
)
def test_summary_sentences__never_use_more_than_all_of_each_worker(seconds, words):
    assert words in said([measurement(threads(1), 2), measurement(threads(2), seconds)])


def test_headline__without_a_reference_compares_with_one_worker_or_with_nothing():
    both = at_a_glance([measurement(threads(1), 8), measurement(threads(2), 4)])
    assert (both.number, both.about[:19]) == ("2 ×", "as fast as one work")
    alone = at_a_glance([measurement(threads(2), 4)])
    assert (alone.number, alone.about[:14]) == ("4.00 s", "is the fastest")
    assert at_a_glance([Measurement(jobs(1), error="The memory is used up.")]) is None


def test_summary_sentences__slower_is_said_plainly():
    text = said([measurement(threads(1), 10), measurement(threads(2), 12)])
    assert "2 threads take 20 % longer than one for the compiled engine." in text
