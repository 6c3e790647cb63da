"""Estimate time and cost of a run on cloud instances, and choose among them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import OptionError
from genie3_engine.model import ENGINES
from genie3_engine.planning import hardware_factors, pareto
from genie3_engine.planning.forecast_history import family_key, learned
from genie3_engine.planning.memory import PART_BYTES_A_LINK, memory_need, n_kept
from genie3_engine.planning.runtime_model import (
    NINETY_PERCENT,
    computing_seconds,
    replicate_seconds,
    sampling_error,
    tree_scale,
    writing_seconds,
)

if TYPE_CHECKING:
    from genie3_engine.planning.forecasts import Forecast
    from genie3_engine.planning.instances import Catalogue, InstanceType
    from genie3_engine.planning.workloads import Workload

COUNTS = (1, 2, 4, 8, 16, 32, 64)
WORTH_PAYING = 1.01  # times faster, at least


@dataclass(frozen=True, slots=True)
class Offer:
    """A run on some instances of one type.

    Parameters
    ----------
    instance_type : str
        The type.
    n_instances : int
        How many.
    vcpu, physical_cores : int
        Of each.
    wall_seconds, low_seconds, high_seconds : float
        From the launch to the network on this machine, and between what.
    billed_seconds : float
        Of each instance.
    dollars, spot_dollars : float or None
        On demand and spot; None when no price is known.
    is_spot_assumed : bool
        Whether the spot price is assumed.
    memory_bytes, memory_there_bytes : float
        Peak memory on an instance, and what it has.
    fits : bool
        Whether it does.
    reason : str
        Why, or why not.
    raw_thread_seconds : float
        Seconds that a target takes its threads, before anything was learned from runs there.
    past_sentence : str
        Accuracy of earlier forecasts for the family; empty when unknown.
    """

    instance_type: str
    n_instances: int
    vcpu: int
    physical_cores: int
    wall_seconds: float
    low_seconds: float
    high_seconds: float
    billed_seconds: float
    dollars: float | None
    spot_dollars: float | None
    is_spot_assumed: bool
    memory_bytes: float
    memory_there_bytes: float
    fits: bool
    reason: str
    raw_thread_seconds: float
    past_sentence: str

    @property
    def hours(self) -> float:
        """The whole time in hours."""
        return self.wall_seconds / 3600

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {**asdict(self), "hours": self.hours}


def offer(of: Forecast, instance: InstanceType, *, n_instances: int = 1) -> Offer:
    """Forecast a run on cloud instances of one type that uses all their threads.

    Parameters
    ----------
    of : Forecast
        The run on this machine.
    instance : InstanceType
        The type.
    n_instances : int
        How many share the targets.

    Raises
    ------
    OptionError
        When the number is below one.
    """
    if n_instances < 1:
        raise OptionError(
            f"The number of instances is {n_instances}.", "Give a whole number from 1."
        )
    share = of.work.on(instance.vcpu, n_instances=n_instances)
    core_speed = hardware_factors.core_speed(instance.family)
    past = learned(of.outcomes, family_key(instance.name, share.engine))
    slot = _slot_seconds(of, share, instance, core_speed)
    at_once = share.targets_at_once
    computing = computing_seconds(slot * past.factor, share.n_targets, at_once)
    local = hardware_factors.local_speed(of.pilot.machine)
    preparing = of.step_seconds["preparing"] * local / core_speed
    computing += sum(
        replicate_seconds(load, slot * past.factor, preparing=preparing, at_once=at_once)
        for load in share.replicates
    )
    once = of.step_seconds["reading"] + of.step_seconds["preparing"]
    setup = (
        once * local / core_speed + _data_bytes(share) / hardware_factors.TRANSFER_BYTES_A_SECOND
    )
    setup += ENGINES[share.engine].compile_seconds / core_speed
    n_collected = of.n_links + sum(n_kept(load, of.work) for load in of.work.replicates)
    collected = PART_BYTES_A_LINK * n_collected / hardware_factors.TRANSFER_BYTES_A_SECOND
    ranking = max(of.step_seconds["writing"], writing_seconds(of.n_links))
    ranking += of.step_seconds.get("evidence", 0.0)
    billed = hardware_factors.BILLED_STARTUP_SECONDS + setup + computing
    wall = hardware_factors.STARTUP_SECONDS + setup + computing + collected + ranking
    error = math.hypot(
        sampling_error(of.pilot, of.work.n_targets), past.widened(hardware_factors.SPEED_ERROR)
    )
    spread = math.exp(NINETY_PERCENT * error)
    n_links = math.ceil(of.n_links / n_instances)
    memory = memory_need(share, of.pilot, measured_as=of.work, n_links=n_links).compute_bytes
    memory *= past.memory_factor
    fits, reason = _fit(memory, instance, share, of)
    on_demand = _dollars(instance.dollars_per_hour, billed, n_instances)
    spot = _dollars(instance.spot_dollars_per_hour, billed, n_instances)
    is_assumed = spot is None and on_demand is not None
    if is_assumed and on_demand is not None:
        spot = on_demand * (1.0 - hardware_factors.SPOT_SAVING)
    return Offer(
        instance_type=instance.name,
        n_instances=n_instances,
        vcpu=instance.vcpu,
        physical_cores=instance.physical_cores,
        wall_seconds=wall,
        low_seconds=wall - (billed - billed / spread),
        high_seconds=wall + billed * (spread - 1.0),
        billed_seconds=billed,
        dollars=on_demand,
        spot_dollars=spot,
        is_spot_assumed=is_assumed,
        memory_bytes=memory,
        memory_there_bytes=instance.memory_bytes,
        fits=fits,
        reason=reason,
        raw_thread_seconds=slot * share.n_jobs,
        past_sentence=past.sentence() if past.n_runs else "",
    )


def offers(of: Forecast, catalogue: Catalogue, *, counts: Iterable[int] = (1,)) -> list[Offer]:
    """Forecast a run on every instance type, in each of some numbers; see `offer`.

    Empty for a run that combines networks inside it, which instances cannot share.
    """
    if of.members:
        return []
    return [
        offer(of, instance, n_instances=count)
        for count in counts
        for instance in catalogue.instances
    ]


def past_of(candidates: Sequence[Offer]) -> list[str]:
    """Return the accuracy of earlier forecasts for cloud instances, one sentence per family."""
    found = {
        one.instance_type.rpartition(".")[0]: one.past_sentence
        for one in candidates
        if one.past_sentence
    }
    return [f"{family}: {sentence}" for family, sentence in found.items()]


def pareto_front(candidates: Sequence[Offer]) -> list[Offer]:
    """Return the offers that no other beats in time and dollars, cheapest first.

    Offers that do not fit or have no price are left out, and so are those that cost more to be
    less than a hundredth faster.
    """
    return pareto.pareto_front(_buyable(candidates), _dollars_and_seconds, worth=WORTH_PAYING)


def cheapest_within(candidates: Sequence[Offer], hours: float) -> Offer | None:
    """Return the cheapest offer that is done in so many hours; None when none is."""
    _refuse(hours, "--within-hours")
    quick = [one for one in _buyable(candidates) if one.hours <= hours]
    return min(quick, key=_dollars_and_seconds, default=None)


def fastest_within(candidates: Sequence[Offer], dollars: float) -> Offer | None:
    """Return the fastest offer for so many dollars on demand; None when all cost more.

    Of those that are less than a hundredth slower than the fastest, it is the cheapest.
    """
    _refuse(dollars, "--budget")
    cheap = [one for one in _buyable(candidates) if (one.dollars or 0.0) <= dollars]
    if not cheap:
        return None
    limit = min(one.wall_seconds for one in cheap) * WORTH_PAYING
    return cheapest_within(cheap, limit / 3600)


def _dollars_and_seconds(one: Offer) -> tuple[float, float]:
    return one.dollars or 0.0, one.wall_seconds


def _buyable(candidates: Sequence[Offer]) -> list[Offer]:
    return [one for one in candidates if one.fits and one.dollars is not None]


def _refuse(value: float, option: str) -> None:
    if not (math.isfinite(value) and value > 0):
        raise OptionError(f"{option} is {value:g}.", "Give a number above 0.")


def _slot_seconds(
    of: Forecast, share: Workload, instance: InstanceType, core_speed: float
) -> float:
    """Return the seconds that a target takes its place on an instance whose places are full."""
    target = of.pilot.mean_seconds * tree_scale(of.pilot, share.n_trees)
    target *= hardware_factors.local_speed(of.pilot.machine) / core_speed  # of a core of its own
    at_once = min(share.targets_at_once, share.n_targets)
    workers = at_once * share.n_jobs
    cores = hardware_factors.busy_cores(
        workers, instance.physical_cores, share.engine, share.n_jobs
    )
    return target * at_once / cores


def _data_bytes(share: Workload) -> float:
    return 8.0 * share.n_genes * share.n_samples


def _fit(memory: float, instance: InstanceType, share: Workload, of: Forecast) -> tuple[bool, str]:
    there = instance.memory_bytes - hardware_factors.MEMORY_FOR_THE_SYSTEM
    needed = memory * of.high_memory_bytes / of.memory_bytes
    layout = f"{share.n_processes} x {share.n_threads * share.n_jobs} threads"
    sizes = f"{needed / 1e9:.1f} of {there / 1e9:.1f} GB with {layout}"
    if needed > there:
        return False, f"too little memory: up to {sizes}"
    if share.n_targets < 1 or of.work.n_targets < instance.vcpu // max(1, share.n_jobs):
        return True, f"{sizes}; more threads than targets"
    return True, sizes


def _dollars(per_hour: float | None, billed_seconds: float, n_instances: int) -> float | None:
    return None if per_hour is None else per_hour * billed_seconds / 3600 * n_instances
