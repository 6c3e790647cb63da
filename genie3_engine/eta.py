"""Speed of a run, and the time until it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from genie3_engine.model.statuses import REPLICATE_STEPS

COUNTED = ("computing", *REPLICATE_STEPS)  # the others take their time as a whole
STEPS = ("starting", "reading", "preparing", "compiling", *COUNTED, "writing", "evidence")
FORECAST_TARGETS = 4.0  # a forecast weighs as much as so many targets that were computed
_MEMORY_TARGETS = 100.0  # older targets count less, once there are so many
_MEMORY_SECONDS = 60.0  # and so long a time


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is known of a run's time before it starts.

    Parameters
    ----------
    step_seconds : mapping
        Seconds of each step, from its forecast; see `STEPS`.
    n_targets : int
        Targets that were forecast.
    """

    step_seconds: Mapping[str, float]
    n_targets: int

    @property
    def seconds(self) -> float:
        """The whole time."""
        return sum(self.step_seconds.values())

    @property
    def seconds_per_target(self) -> float:
        """Seconds by the clock from one finished target to the next."""
        return self.step_seconds["computing"] / self.n_targets


@dataclass(slots=True)
class TimeLeft:
    """Estimates when a run ends, from the forecast at first and then from what it computes.

    Parameters
    ----------
    expectation : Expectation, optional
        The forecast; without one, nothing is estimated before the first target is done.
    n_missing : int
        Targets, or replicate targets, that the present step, or the next that counts any, has not
        computed yet.
    weight : float
        Work of one of them, as a share of that of a target.
    later : mapping, optional
        Work of each later step that counts replicate targets, as a multiple of that of a target;
        the forecast's until it is known.
    at_once : int
        Targets computed in parallel.

    Notes
    -----
    The seconds per target are the forecast's and the measured ones, weighted by the number of
    targets of each; so they lie between the two. While the next target takes longer, they grow with
    the wait. Measured are the seconds from the begin of the step ``computing``, without those of
    loading or compiling kernels. Of each of the targets under way half is done, on average. A
    replicate target counts as its share of a target.
    """

    expectation: Expectation | None = None
    n_missing: int = 0
    at_once: int = 1
    weight: float = 1.0
    later: Mapping[str, float] | None = None
    _step: str = ""
    _step_began: float = 0.0
    _last: float = 0.0
    _seconds: float = field(default=0.0, init=False)
    _targets: float = field(default=0.0, init=False)
    _has_measured: bool = field(default=False, init=False)

    def begin(self, step: str, now: float) -> None:
        """Begin a step; see `STEPS`."""
        self._step, self._step_began = step, now
        if step in COUNTED:
            self._last = now
            if self.expectation is not None and not self._has_measured:
                self._targets = max(FORECAST_TARGETS, float(self.at_once))
                self._seconds = self._targets * self.expectation.seconds_per_target

    def count(self, now: float) -> None:
        """Count a target, or a replicate target, that was computed."""
        self._seconds += now - self._last
        self._targets += self._next_weight
        self._has_measured = True
        self._last = now
        self.n_missing -= 1
        if self._targets > _MEMORY_TARGETS and self._seconds > _MEMORY_SECONDS:
            self._targets /= 2
            self._seconds /= 2

    def targets_per_second(self, now: float) -> float | None:
        """Return how fast the present step's targets are computed; None before the first.

        Parameters
        ----------
        now : float
            The moment, by the clock of `begin` and `count`.
        """
        seconds = self._seconds_per_target(now) if self._has_measured else None
        return 1.0 / (seconds * self.weight) if seconds else None

    def seconds_left(self, now: float) -> float | None:
        """Return how long the run still takes.

        Parameters
        ----------
        now : float
            The moment, by the clock of `begin` and `count`.

        Returns
        -------
        float or None
            None while it is unknown, and when the run takes longer than was estimated.
        """
        if self._step not in STEPS:
            return None
        left = self._computing_left(now)
        if left is None:
            return None
        if self.expectation is not None:
            at = STEPS.index(self._step)
            expected = {**dict.fromkeys(STEPS, 0.0), **self.expectation.step_seconds}
            left += sum(expected[step] for step in STEPS[at + 1 :] if step not in COUNTED)
            if self.later is None:
                left += sum(expected[step] for step in COUNTED[1:])
            if self._step not in COUNTED:
                left += max(0.0, expected[self._step] - (now - self._step_began))
        return left if left > 0 else None

    @property
    def _next_weight(self) -> float:
        """The targets' worth of work that is done when the next target is."""
        return self.weight * (1.0 if self._has_measured else (self.at_once + 1) / 2)

    def _computing_left(self, now: float) -> float | None:
        """Return how long what is missing of targets takes; None while it is unknown."""
        later = sum((self.later or {}).values())
        missing = self.n_missing * self.weight + later
        if self._step not in COUNTED:
            if not missing:
                return 0.0
            if self._has_measured:
                return missing * self._seconds / self._targets
            if self.expectation is not None:
                return missing * self.expectation.seconds_per_target
            return None
        seconds = self._seconds_per_target(now)
        if seconds is None:
            return None
        waited = now - self._last
        not_begun = max(0, self.n_missing - self.at_once) * self.weight + later
        return max(missing * seconds - waited, not_begun * seconds)

    def _seconds_per_target(self, now: float) -> float | None:
        """Return the seconds from one finished target to the next; None while unknown."""
        if not self._targets:
            return None
        # The next target is not done yet: it takes as long as if it were done now, or longer.
        seconds, targets = self._seconds + now - self._last, self._targets + self._next_weight
        return max(self._seconds / self._targets, seconds / targets)
