"""Time targets one after the other until the estimate is precise enough."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from genie3_engine.errors import RunInterruptedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from genie3_engine.inference.layout import InferencePlan
    from genie3_engine.model import TargetLinks

WANTED_TARGETS = 24
ENOUGH_TARGETS = 64
ENOUGH_ERROR = 0.02
LONGEST_BUDGETS = 4


@dataclass(slots=True)
class Sweep:
    """Some targets, inferred one after the other with so many trees each.

    Parameters
    ----------
    links : list of TargetLinks
        What was found.
    finished : list of float
        When each was finished, in seconds since the first began.
    steps : dict
        When each step began, by a clock.
    """

    links: list[TargetLinks] = field(default_factory=list)
    finished: list[float] = field(default_factory=list)
    steps: dict[str, float] = field(default_factory=dict)

    def step_seconds(self, name: str, following: str) -> float:
        """Return how long a step took; 0 when there was none."""
        if name not in self.steps:
            return 0.0
        return self.steps[following] - self.steps[name]

    def slot_seconds(self, targets_at_once: int) -> float:
        """Return how long the places for targets were taken, until each had its last one."""
        return sum(sorted(self.finished)[-targets_at_once:])

    def relative_error(self) -> float:
        """Return the standard error of the mean of the targets' seconds, as a share of it."""
        seconds = [links.seconds for links in self.links]
        mean = sum(seconds) / len(seconds)
        if len(seconds) < 2 or mean <= 0:
            return 1.0
        variance = sum((one - mean) ** 2 for one in seconds) / (len(seconds) - 1)
        return float((variance / len(seconds)) ** 0.5 / mean)


def sweep(
    plan: InferencePlan,
    *,
    budget_seconds: float,
    should_stop: Callable[[], bool] = lambda: False,
) -> Sweep:
    """Infer targets of a plan until the time is up or enough is known.

    Raises
    ------
    RunInterruptedError
        When it was asked to stop.
    """
    from genie3_engine.inference.layout import infer_targets

    result = Sweep()
    at_once = plan.n_processes * plan.n_threads
    least = min(2 * at_once, plan.targets.size)

    def on_step(name: str) -> None:
        result.steps.setdefault(name, time.perf_counter())

    def is_enough() -> bool:
        if should_stop():
            return True
        if "computing" not in result.steps:
            return False
        spent = time.perf_counter() - result.steps["computing"]
        if spent >= LONGEST_BUDGETS * budget_seconds:
            return bool(result.links)
        if len(result.links) < least:
            return False
        is_known = len(result.links) >= ENOUGH_TARGETS and result.relative_error() < ENOUGH_ERROR
        return spent >= budget_seconds or (is_known and spent >= budget_seconds / 2)

    for links in infer_targets(plan, should_stop=is_enough, on_step=on_step):
        result.links.append(links)
        result.finished.append(time.perf_counter() - result.steps["computing"])
    if should_stop():
        raise RunInterruptedError("The pilot run was stopped.", "Start it again.")
    return result


def second_trees(first: Sweep, *, n_first: int, n_trees: int, slots: float) -> int:
    """Return how many trees fit when two dozen targets shall be measured.

    Parameters
    ----------
    first : Sweep
        Targets with few trees.
    n_first, n_trees : int
        Trees of those; trees of the run.
    slots : float
        Seconds that there are, times the targets computed in parallel.
    """
    slowest = max(links.seconds for links in first.links) / n_first
    affordable = int(slots / WANTED_TARGETS / max(slowest, 1e-9))
    return max(n_first, min(n_trees, affordable))


def fixed_seconds(first: Sweep, second: Sweep, *, n_first: int, n_second: int) -> float:
    """Return the part of a target's seconds that does not grow with its trees.

    It is found from the targets of both sweeps, and 0 when the trees are as many in both.
    """
    if n_second <= n_first:
        return 0.0
    before = {links.target: links.seconds for links in first.links}
    parts = [
        min(
            before[links.target],
            (n_second * before[links.target] - n_first * links.seconds) / (n_second - n_first),
        )
        for links in second.links
        if links.target in before
    ]
    return max(0.0, sum(parts) / len(parts)) if parts else 0.0
