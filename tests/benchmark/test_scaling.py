from __future__ import annotations

import math

import numpy as np
import pytest

from genie3_engine.benchmark.scaling import fit_amdahl, fit_universal, fits
from genie3_engine.benchmark.speedup import results, series
from tests.benchmark.measured import scaling, threads

WORKERS = [1, 2, 4, 8, 16, 32]


def amdahl_time(serial):
    return lambda n: 100 * (serial + (1 - serial) / n)


def universal_time(contention, coherency):
    return lambda n: 100 * (1 + contention * (n - 1) + coherency * n * (n - 1)) / n


def fitted(time_of, *, workers=WORKERS, n_cores=64):
    (found,) = fits(series(results(scaling(threads, workers, time_of))), n_cores=n_cores)
    return found


@pytest.mark.parametrize("serial", [0.0, 0.06, 0.5, 1.0])
def test_fits__recover_amdahls_serial_share(serial):
    assert fitted(amdahl_time(serial)).amdahl.serial == pytest.approx(serial, abs=1e-9)


@pytest.mark.parametrize(("contention", "coherency"), [(0.0, 0.0), (0.05, 0.001), (0.2, 0.01)])
def test_fits__recover_the_universal_laws_parameters(contention, coherency):
    found = fitted(universal_time(contention, coherency)).universal
    assert found.contention == pytest.approx(contention, abs=1e-9)
    assert found.coherency == pytest.approx(coherency, abs=1e-9)


def test_fits__bear_noise():
    rng = np.random.default_rng(1)
    speedups = [100 / (amdahl_time(0.1)(n) * rng.normal(1, 0.01)) for n in WORKERS * 3]
    assert fit_amdahl(WORKERS * 3, speedups).serial == pytest.approx(0.1, abs=0.01)
    assert fit_universal(WORKERS * 3, speedups).contention == pytest.approx(0.1, abs=0.02)


def test_fits__never_fall_below_zero():
    assert fit_amdahl([1, 2, 4], [1, 2.2, 4.9]).serial == 0
    assert fit_universal([1, 2, 4], [1, 2.2, 4.9]).coherency == 0


def test_fits__leave_out_more_workers_than_cores():
    found = fitted(lambda n: 100 / min(n, 4), n_cores=4)
    assert found.amdahl.serial == pytest.approx(0, abs=1e-9)


def test_fits__need_enough_points():
    found = fitted(amdahl_time(0.1), workers=[1, 2])
    assert found.amdahl is not None
    assert found.universal is None
    assert fitted(amdahl_time(0.1), n_cores=1).amdahl is None


def test_words__say_the_parameters():
    assert fit_amdahl(WORKERS, [100 / amdahl_time(0.06)(n) for n in WORKERS]).words.startswith(
        "6 % of this work does not run in parallel: no number of workers makes it more than 16.7"
    )
    law = fit_universal(WORKERS, [100 / universal_time(0.1, 0.009)(n) for n in WORKERS])
    assert law.best_workers == pytest.approx(10)
    assert "10 % of this work waits" in law.words
    assert "0.90 %" in law.words
    assert "fastest with 10 workers" in law.words
    assert fit_amdahl([1, 2], [1, 2]).limit == math.inf
