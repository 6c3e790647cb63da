"""Estimate the duration of a run from its pilot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genie3_engine.confidence.costs import HALVES, N_HALVES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from genie3_engine.confidence.costs import ReplicateLoad
    from genie3_engine.planning.pilot import Pilot
    from genie3_engine.planning.workloads import Workload

# Measured on ranking up to 40 million links; more than 32 million are read twice.
WRITE_SECONDS_A_LINK = 0.22e-6
WRITE_SECONDS_A_LINK_IN_BANDS = 0.36e-6
BANDS_FROM_LINKS = 32_000_000
# Measured on two lists of 0.4 to 8.6 million links in all: dividing them by target, and combining.
DIVIDE_SECONDS_A_LINK = 0.9e-6
COMBINE_SECONDS_A_LINK = 0.9e-6
# Measured on 1.1 million links of 278 samples.
EVIDENCE_SECONDS = 0.5
EVIDENCE_SECONDS_A_LINK = 1.5e-6
RIVAL_SECONDS_A_VALUE = 1e-8
NINETY_PERCENT = 1.645  # standard deviations either way
STEADY = 0.05  # how much an otherwise idle machine varies from one minute to the next
UNSTEADY = 0.7  # times how busy others kept the machine
BUSY_SPELL_SECONDS = 10.0  # that others come and go in: the shorter a run, the more it is luck
OTHER_TREES = 0.05  # of going from some trees to more
WIDEST = 0.55  # an interval from 0.4 to 2.5 times means: unknown
STEPS_VARY = 0.2  # start-up, reading, preparing, writing


@dataclass(frozen=True, slots=True)
class Duration:
    """A time and how sure it is.

    Parameters
    ----------
    step_seconds : mapping
        Seconds of each step, in order.
    relative_error : float
        One standard deviation of the logarithm of the total.
    """

    step_seconds: Mapping[str, float]
    relative_error: float

    @property
    def wall_seconds(self) -> float:
        """The total."""
        return sum(self.step_seconds.values())

    def interval(self) -> tuple[float, float]:
        """Return the seconds between which 9 of 10 runs should lie."""
        factor = math.exp(NINETY_PERCENT * self.relative_error)
        return self.wall_seconds / factor, self.wall_seconds * factor


def tree_scale(pilot: Pilot, n_trees: int) -> float:
    """Return how many times a target of the run takes what a target of the pilot took."""
    mean = pilot.mean_seconds
    if mean <= 0:
        return n_trees / pilot.n_trees
    fixed = min(pilot.fixed_seconds, mean)
    return (fixed + (mean - fixed) * n_trees / pilot.n_trees) / mean


def computing_seconds(slot_seconds: float, n_targets: int, at_once: int) -> float:
    """Return how long targets take that share places.

    Parameters
    ----------
    slot_seconds : float
        Seconds by the clock that one target takes its place.
    n_targets : int
        Targets.
    at_once : int
        Places.

    Notes
    -----
    At the end places fall idle one after the other, half of them on average for the time of a
    target.
    """
    at_once = max(1, min(at_once, n_targets))
    return slot_seconds * (n_targets + (at_once - 1) / 2) / at_once


def writing_seconds(n_links: int) -> float:
    """Return how long ranking takes beyond what it takes for no links at all."""
    rate = WRITE_SECONDS_A_LINK if n_links <= BANDS_FROM_LINKS else WRITE_SECONDS_A_LINK_IN_BANDS
    return rate * n_links


def combination_seconds(n_links_in: int, n_links: int) -> dict[str, float]:
    """Return the seconds of each step of combining lists.

    Parameters
    ----------
    n_links_in, n_links : int
        Links of all lists together, and of the combined one.
    """
    return {
        "preparing": DIVIDE_SECONDS_A_LINK * n_links_in,
        "computing": COMBINE_SECONDS_A_LINK * n_links_in,
        "writing": writing_seconds(n_links),
    }


def replicate_seconds(
    load: ReplicateLoad, target_slot_seconds: float, *, preparing: float, at_once: int
) -> float:
    """Return how long the replicate targets of one kind take, the engines' preparation included.

    Parameters
    ----------
    load : ReplicateLoad
        The replicate targets.
    target_slot_seconds : float
        Seconds by the clock that a target of the run takes its place.
    preparing : float
        Seconds that the run's own engine takes to prepare the data.
    at_once : int
        Places.
    """
    n_engines = 0.5 * N_HALVES if load.name == HALVES else 1.0  # of half of the samples
    slot = target_slot_seconds * load.work
    return n_engines * preparing + computing_seconds(slot, load.number, at_once)


def evidence_seconds(replicates: Sequence[ReplicateLoad], n_links: int, n_samples: int) -> float:
    """Return how long the evidence for some links takes, once their replicates are computed."""
    if not replicates:
        return 0.0
    return EVIDENCE_SECONDS + n_links * (
        EVIDENCE_SECONDS_A_LINK + RIVAL_SECONDS_A_VALUE * n_samples
    )


def sampling_error(pilot: Pilot, n_targets: int) -> float:
    """Return the standard error of the mean seconds of a target, as a share of it.

    Parameters
    ----------
    pilot : Pilot
        What was measured.
    n_targets : int
        Targets of the run: when most were measured, there is little left to guess.
    """
    n_measured = pilot.n_targets
    if pilot.mean_seconds <= 0:
        return 0.0
    unmeasured = max(0.0, 1.0 - n_measured / max(n_targets, n_measured))
    if n_measured < 2:
        return 0.5 * math.sqrt(unmeasured)
    return pilot.spread_seconds / pilot.mean_seconds * math.sqrt(unmeasured / n_measured)


def duration_here(work: Workload, pilot: Pilot, *, n_links: int) -> Duration:
    """Return how long a run takes on the machine of its pilot, laid out like it.

    Parameters
    ----------
    work : Workload
        The run.
    pilot : Pilot
        What was measured.
    n_links : int
        Links that the run writes.
    """
    slot = pilot.slot_seconds / pilot.n_targets * tree_scale(pilot, work.n_trees)
    computing = computing_seconds(slot, work.n_targets, work.targets_at_once)
    more = writing_seconds(n_links) - writing_seconds(pilot.n_links)
    least = 0.5 * pilot.step_seconds["writing"]
    steps = {
        **{name: pilot.step_seconds[name] for name in ("starting", "reading", "preparing")},
        "compiling": pilot.step_seconds["compiling"],
        "computing": computing,
        **{
            load.name: replicate_seconds(
                load,
                slot,
                preparing=pilot.step_seconds["preparing"],
                at_once=work.targets_at_once,
            )
            for load in work.replicates
        },
        "writing": max(least, pilot.step_seconds["writing"] + more),
    }
    if work.replicates:
        steps["evidence"] = evidence_seconds(work.replicates, n_links, work.n_samples)
    total = sum(steps.values())
    luck = math.sqrt(1.0 + BUSY_SPELL_SECONDS / total)
    drift = min(WIDEST, STEADY + UNSTEADY * pilot.busyness * luck)
    other = OTHER_TREES if pilot.n_trees != work.n_trees else 0.0
    of_computing = math.hypot(sampling_error(pilot, work.n_targets), drift, other)
    of_steps = math.hypot(STEPS_VARY, drift)
    forests = computing + sum(steps[load.name] for load in work.replicates)
    error = math.hypot(of_computing * forests, of_steps * (total - forests)) / total
    return Duration(steps, error)
