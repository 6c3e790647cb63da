"""The samples that forests of time series learn from: pairs of successive points, steady states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from genie3_engine.data.logarithm import log1p
from genie3_engine.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression
    from genie3_engine.data.sample_sheet import SampleSheet

    Floats = NDArray[np.float64]

FEWEST = 3
_FLOOR = 1e-6
_VALUES_AT_ONCE = 2048  # bounds the memory of copies


@dataclass(frozen=True, slots=True, eq=False)
class LearningSample:
    """Pairs of samples: from the first, the second is learned.

    Parameters
    ----------
    now : (n_pairs,) intp
        Positions of the samples that predict: all points of a series but its last, series after
        series, then steady states.
    next : (n_pairs,) intp
        Positions of the samples that follow them; a steady state follows itself.
    interval : (n_pairs,) float64
        Time between the two, above zero; 1 for steady states, where it plays no part.
    n_successive : int
        Pairs of successive points, which come first.
    """

    now: NDArray[np.intp]
    next: NDArray[np.intp]
    interval: Floats
    n_successive: int

    def response(self, values: Floats, decay_rate: float | None) -> Floats:
        """Return what a forest learns of one target.

        Parameters
        ----------
        values : (n_samples,) float64
            Expression of the target.
        decay_rate : float or None
            In the inverse of the unit of time; None learns the next value itself.

        Returns
        -------
        (n_pairs,) float64
            ``x(next)``, or ``(x(next) - x(now)) / interval + decay_rate * x(now)``; not finite
            where the interval is too small.

        Notes
        -----
        The second is the right-hand side ``f(x)`` of ``dx/dt = -decay_rate x + f(x)`` (Huynh-Thu
        and Geurts 2018, equations 3 to 6). With equal intervals dt, the first is the second with
        the decay rate 1/dt, times dt.
        """
        now, following = values[self.now], values[self.next]
        if decay_rate is None:
            return following
        with np.errstate(over="ignore", invalid="ignore"):
            change: Floats = (following - now) / self.interval + decay_rate * now
        return change

    def next_value(self, response: Floats, values: Floats, decay_rate: float | None) -> Floats:
        """Return the target's value at the next points that predicted responses mean.

        Parameters
        ----------
        response : (n_pairs,) float64
            Predictions of `response`.
        values, decay_rate
            As in `response`.

        Returns
        -------
        (n_pairs,) float64
            By a step of Euler's method.
        """
        if decay_rate is None:
            return response
        now = values[self.now]
        carried: Floats = now + self.interval * (response - decay_rate * now)
        return carried


def learning_sample(sheet: SampleSheet, *, with_steady_states: bool) -> LearningSample:
    """Return the pairs of samples that a sample sheet gives.

    Parameters
    ----------
    sheet : SampleSheet
        Series and times, of samples in canonical order.
    with_steady_states : bool
        Whether samples of no series are learned from too.

    Raises
    ------
    InputError
        When there are fewer than three pairs, or no two successive points.

    Notes
    -----
    A series of one point has no pair, and the point is not a steady state either: it is left out.
    """
    series = list(sheet.series_positions().values())
    now = [position for positions in series for position in positions[:-1]]
    following = [position for positions in series for position in positions[1:]]
    n_successive = len(now)
    if with_steady_states:
        steady = [sample for sample, name in enumerate(sheet.series) if not name]
        now, following = now + steady, following + steady
    if n_successive == 0 or len(now) < FEWEST:
        raise InputError(
            f"The time series have {n_successive} pairs of successive points"
            + (f", and there are {len(now) - n_successive} steady states" if now else "")
            + f"; {FEWEST} are the fewest to learn from.",
            "Add points to the series in the sample sheet, or choose another method, such as RF.",
        )
    times = np.array(sheet.time)
    interval = np.ones(len(now))
    successive = slice(n_successive)
    interval[successive] = times[following[successive]] - times[now[successive]]
    return LearningSample(
        np.array(now, np.intp), np.array(following, np.intp), interval, n_successive
    )


def decay_rates(expression: Expression) -> Floats:
    """Estimate the rate at which the product of each gene decays, from time series alone.

    Parameters
    ----------
    expression : Expression
        Data with a sample sheet.

    Returns
    -------
    (n_genes,) float64
        In the inverse of the unit of time; 0 for a gene that is constant in every series.

    Notes
    -----
    As dynGENIE3 (Huynh-Thu and Geurts 2018): between its highest and its lowest value in a series,
    a gene is taken to decay as ``A exp(-rate t) + C``, C being the smallest value of all series;
    the largest rate over the series counts. Differences to C are at least 1e-6.
    """
    sheet = expression.sheet
    rates = np.zeros(expression.n_genes)
    if sheet is None:
        return rates
    times = np.array(sheet.time)
    series = [np.array(each, np.intp) for each in sheet.series_positions().values()]
    if not series:
        return rates
    step = max(1, _VALUES_AT_ONCE // expression.n_samples)
    blocks = [slice(first, first + step) for first in range(0, expression.n_genes, step)]
    taken = np.concatenate(series)
    smallest = min(float(expression.values[block][:, taken].min()) for block in blocks)
    for block in blocks:
        values = np.asarray(expression.values[block], dtype=np.float64)
        for positions in series:
            rate = _rates_in_series(values[:, positions], times[positions], smallest)
            np.maximum(rates[block], rate, out=rates[block])
    return rates


def _rates_in_series(values: Floats, times: Floats, smallest: float) -> Floats:
    """Return the decay rate of each gene between its highest and its lowest value in a series."""
    genes = np.arange(len(values))
    lowest, highest = values.argmin(axis=1), values.argmax(axis=1)
    low = np.maximum(values[genes, lowest] - smallest, _FLOOR)
    high = np.maximum(values[genes, highest] - smallest, _FLOOR)
    time = np.abs(times[lowest] - times[highest])
    rates: Floats = np.zeros_like(low)
    np.divide(log1p(high / low - 1.0), time, out=rates, where=time > 0.0)
    return rates
