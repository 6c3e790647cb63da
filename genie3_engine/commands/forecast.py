"""The command ``forecast``: estimate time, memory, disk and price of a run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from genie3_engine import labels, planning, runs
from genie3_engine.commands import output
from genie3_engine.commands.infer import refuse_options, store
from genie3_engine.errors import OptionError
from genie3_engine.jobs.machine import peak_memory_bytes
from genie3_engine.jobs.process import seconds_since_start
from genie3_engine.planning import Catalogue, Forecast, Offer, OwnProcess

NO_NAME = Path("forecast")
LEAVING_SECONDS = 0.3  # infer's summary, and the interpreter's end


def forecast(args: argparse.Namespace) -> int:
    """Print what ``infer`` would take with the same options.

    Parameters
    ----------
    args : argparse.Namespace
        The options of ``infer``, and those of the forecast.

    Returns
    -------
    int
        0 when the forecast is made.

    Raises
    ------
    Genie3Error
        When the input or the options are wrong, or the pilot fails.
    """
    args.out = args.out or NO_NAME
    refuse_options(args)
    _refuse_wishes(args)
    spec, _ = store(args)
    own = _own_process()
    expression = runs.open_dataset(spec.dataset)
    output.note("Pilot run: inferring a few random targets…")
    pilot = planning.measure(spec, seed=spec.forest.seed)
    estimate = planning.forecast(spec, expression, pilot, own=own)
    catalogue = _catalogue(args)
    table = planning.offers(estimate, catalogue, counts=(args.instances or 1,))
    wishes = _wishes(args, estimate, catalogue)
    if args.json:
        output.print_json(_as_json(estimate, table, wishes, catalogue))
    else:
        _print(estimate, table, wishes, catalogue)
    return 0


def _catalogue(args: argparse.Namespace) -> Catalogue:
    """Return the instance types, with current prices where they are requested and available."""
    dated = planning.catalogue()
    if not args.live_prices:
        return dated
    catalogue = runs.todays_catalogue()
    if catalogue.price_date == dated.price_date:
        output.note(f"AWS's price list could not be read; prices are of {dated.price_date}.")
    return catalogue


def _refuse_wishes(args: argparse.Namespace) -> None:
    if args.instances is not None and args.instances < 1:
        raise OptionError(f"--instances is {args.instances}.", "Give a whole number from 1.")
    planning.cheapest_within([], 1.0 if args.within_hours is None else args.within_hours)
    planning.fastest_within([], 1.0 if args.budget is None else args.budget)


def _own_process() -> OwnProcess:
    """Return what this process has taken so far: ``infer`` does the same before it computes."""
    import psutil

    return OwnProcess(
        starting_seconds=seconds_since_start() + LEAVING_SECONDS,
        held_bytes=psutil.Process().memory_info().rss,
        peak_bytes=peak_memory_bytes(),
    )


def _wishes(
    args: argparse.Namespace, estimate: Forecast, catalogue: Catalogue
) -> dict[str, Offer | None]:
    """Return the best offers within the limits."""
    counts = planning.COUNTS if args.instances is None else (args.instances,)
    candidates = planning.offers(estimate, catalogue, counts=counts)
    wishes: dict[str, Offer | None] = {}
    if args.within_hours is not None:
        wishes[f"cheapest within {args.within_hours:g} h"] = planning.cheapest_within(
            candidates, args.within_hours
        )
    if args.budget is not None:
        wishes[f"fastest within ${args.budget:g}"] = planning.fastest_within(
            candidates, args.budget
        )
    return wishes


def _as_json(
    estimate: Forecast,
    table: Sequence[Offer],
    wishes: dict[str, Offer | None],
    catalogue: Catalogue,
) -> dict[str, Any]:
    return {
        **estimate.to_dict(),
        "measured": estimate.measured(),
        "assumed": _assumed(estimate, table, catalogue),
        "past_sentence": estimate.past.sentence(),
        "prices": {
            "region": catalogue.region,
            "date": catalogue.price_date,
            "source": catalogue.price_source,
        },
        "instances": [one.to_dict() for one in table],
        "pareto": [one.instance_type for one in planning.pareto_front(table)],
        "wishes": {name: one and one.to_dict() for name, one in wishes.items()},
    }


def _assumed(estimate: Forecast, table: Sequence[Offer], catalogue: Catalogue) -> list[str]:
    """Return what was assumed, one sentence each; of instances where there are some."""
    return [*estimate.assumed(), *(planning.assumptions(catalogue.price_date) if table else [])]


def _print(
    estimate: Forecast,
    table: Sequence[Offer],
    wishes: dict[str, Offer | None],
    catalogue: Catalogue,
) -> None:
    work = estimate.work
    fits = "fits" if estimate.fits else "does not fit"
    output.print_facts(
        [
            (
                "time",
                f"about {labels.estimate(estimate.wall_seconds)}"
                f" ({labels.estimate(estimate.low_seconds)} to"
                f" {labels.estimate(estimate.high_seconds)})",
            ),
            *_evidence_facts(estimate),
            ("memory", f"{labels.size(estimate.memory_bytes)}; {fits}: {estimate.reason}"),
            (
                "disk",
                f"{labels.size(estimate.disk_bytes)};"
                f" {labels.size(estimate.peak_disk_bytes)} meanwhile",
            ),
            ("links", f"{estimate.n_links:,} into {work.n_targets:,} targets"),
            ("layout", f"{work.n_processes} x {work.n_threads * work.n_jobs} threads here"),
        ]
    )
    print()
    if table:
        _print_offers(table)
    else:
        print("Cloud instances cannot share a run that combines networks inside it.")
    for name, one in wishes.items():
        print(f"{name}: {'nothing does' if one is None else _offer_text(one)}")
    print("Measured:")
    for sentence in [*estimate.measured(), estimate.past.sentence(), *planning.past_of(table)]:
        print(f"  {sentence}")
    print("Assumed:")
    for sentence in _assumed(estimate, table, catalogue):
        print(f"  {sentence}")
    if table:
        print(f"Prices: {catalogue.region}, {catalogue.price_date}. {catalogue.price_source}.")


def _evidence_facts(estimate: Forecast) -> list[tuple[str, object]]:
    """Return how much of the time the evidence for the links takes, where it is asked for."""
    steps = estimate.evidence_steps
    if not steps:
        return []
    of_each = ", ".join(
        f"{labels.PHASES[name].lower()} {labels.estimate(seconds)}"
        for name, seconds in steps.items()
    )
    return [("evidence", f"about {labels.estimate(sum(steps.values()))} of that ({of_each})")]


def _print_offers(table: Sequence[Offer]) -> None:
    """Print the offers; a star marks those that no other beats in both time and dollars."""
    best = {one.instance_type for one in planning.pareto_front(table)}
    count = table[0].n_instances
    print(
        f"On {count} instance{'' if count == 1 else 's'} (* none is both faster and cheaper;"
        " ~ assumed):"
    )
    print(
        f"  {'type':<16} {'vCPU':>4} {'cores':>5} {'time':>10} {'between':>21}"
        f" {'$':>8} {'spot $':>8}  memory"
    )
    for one in table:
        mark = "*" if one.instance_type in best else " "
        spot = _dollars(one.spot_dollars)
        between = f"{labels.estimate(one.low_seconds)}–{labels.estimate(one.high_seconds)}"
        print(
            f"{mark} {one.instance_type:<16} {one.vcpu:>4} {one.physical_cores:>5}"
            f" {labels.estimate(one.wall_seconds):>10} {between:>21} {_dollars(one.dollars):>8}"
            f" {'~' + spot if one.is_spot_assumed else spot:>8}"
            f"  {'fits: ' if one.fits else 'NO: '}{one.reason}"
        )


def _offer_text(one: Offer) -> str:
    return (
        f"{one.n_instances} x {one.instance_type}, {labels.estimate(one.wall_seconds)},"
        f" ${_dollars(one.dollars)}"
    )


def _dollars(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}"
