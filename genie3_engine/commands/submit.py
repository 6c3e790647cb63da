"""The command ``submit``: start a run in the background or in a cloud."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from genie3_engine import planning, runs
from genie3_engine.commands import output
from genie3_engine.commands.cloud_parser import given_options
from genie3_engine.commands.infer import refuse_options, store
from genie3_engine.errors import OptionError
from genie3_engine.jobs import filenames
from genie3_engine.labels import clock
from genie3_engine.model import ENGINES, RunSpec

_MIB = 1 << 20
_REFUSED = 2


def submit(args: argparse.Namespace) -> int:
    """Start a run in the background, or print what it would take.

    Returns
    -------
    int
        0; 2 when the place would refuse a run that is only looked at.

    Raises
    ------
    Genie3Error
        When something is wrong with the input, the options or the folder, or the cloud refuses.
    """
    refuse_options(args)
    info = runs.LAUNCHERS[args.launcher]
    options = runs.complete_options(args.launcher, given_options(args, args.launcher))
    spec, _ = store(args)
    spec = replace(spec, launcher=args.launcher, launcher_options=options)
    if not info.is_this_machine:
        spec = _on_its_cores(spec, args)
    if args.dry_run:
        return _print_plan(spec, args)
    run = args.out.absolute()
    if args.resume and (run / filenames.SPEC).is_file():
        runs.resume(runs.create(spec, run, resume=True))
    else:
        runs.start(spec, folder=run)
    view = runs.launcher_of(run).view(run)
    facts = {"run": str(run), "state": "queued", "job": None if view is None else view.job}
    if args.json:
        output.print_json(facts)
    else:
        where = "in the background" if view is None else f"as {view.job}"
        print(f"Began {where}: {run}. See: status {args.out}")
    return 0


def _on_its_cores(spec: RunSpec, args: argparse.Namespace) -> RunSpec:
    """Return the spec with scikit-learn's jobs for the instance's cores, not for this machine's."""
    if not ENGINES[spec.forest.engine].has_jobs or args.n_jobs or args.n_threads:
        return spec
    n_cores = runs.LAUNCHERS[spec.launcher].cores(spec.launcher_options)
    if n_cores is None:
        return spec
    n_jobs = max(1, n_cores // spec.layout.n_processes)
    return replace(spec, layout=replace(spec.layout, n_jobs=n_jobs))


def _print_plan(spec: RunSpec, args: argparse.Namespace) -> int:
    info = runs.LAUNCHERS[spec.launcher]
    if info.figures is not None:
        _pilot(spec)
    plan = info.create(None).estimate_cost(spec)
    likely = _forecast(spec, plan)
    done = _REFUSED if plan.problems else 0
    facts: dict[str, Any] = {
        "request": plan.request,
        "uploads": [
            {"what": what, "key": key, "bytes": n_bytes, "once": is_shared}
            for what, key, n_bytes, is_shared in plan.uploads
        ],
        "bucket": plan.options.get("bucket"),
        "region": plan.options.get("region"),
        "usd_an_hour": plan.usd_an_hour,
        "price": plan.price_note,
        "forecast": None
        if likely is None
        else {
            "seconds": likely.wall_seconds,
            "billed_seconds": likely.billed_seconds,
            "dollars": likely.dollars,
            "spot_dollars": likely.spot_dollars,
            "fits": likely.fits,
            "reason": likely.reason,
        },
        "figures": {each.label: each.value for each in plan.figures},
        "problems": list(plan.problems),
        "is_emulator": plan.is_emulator,
    }
    if args.json:
        output.print_json(facts)
        return done
    for command, text in plan.scripts:
        print(f"$ {command}\n{text}")
    if not plan.scripts:
        output.print_pretty(plan.request)
    if plan.uploads:
        print(f"\nUploads to {plan.destination}:")
    for what, key, n_bytes, is_shared in plan.uploads:
        once = ", if it is not there yet" if is_shared else ""
        print(f"  {key}  {n_bytes / _MIB:,.2f} MiB, {what}{once}")
    if plan.cost:
        print(f"\n{plan.cost}")
    if likely is not None:
        print(forecast_text(likely, plan))
    if plan.figures:
        output.print_facts([(each.label.lower(), each.value) for each in plan.figures])
    for problem in plan.problems:
        print(f"Problem: {problem}")
    return done


def _forecast(spec: RunSpec, plan: runs.LaunchPlan) -> planning.Offer | None:
    """Return what the run will probably take there; None for types that are not in the table."""
    if plan.instances is None:
        return None
    name, n_instances = plan.instances
    try:
        instance = planning.catalogue().named(name)
    except OptionError:
        return None
    if plan.usd_an_hour is not None:
        hourly = plan.usd_an_hour / n_instances
        instance = replace(instance, dollars_per_hour=hourly)
    work = planning.forecast(spec, runs.open_dataset(spec.dataset), _pilot(spec))
    return planning.offer(work, instance, n_instances=n_instances)


def _pilot(spec: RunSpec) -> planning.Pilot:
    """Return the pilot of a run, measured now where there is none."""
    pilot = planning.find(spec)
    if pilot is None:
        output.note("Pilot run: inferring a few random targets…")
        pilot = planning.measure(spec)
    return pilot


def forecast_text(likely: planning.Offer, plan: runs.LaunchPlan) -> str:
    """Return what a run will probably take and cost."""
    text = f"Forecast: {clock(likely.wall_seconds)}, start-up included"
    dollars = likely.spot_dollars if plan.is_spot else likely.dollars
    if dollars is not None and not plan.is_emulator:
        text += f", about {dollars:,.2f} dollars{' as spot' if plan.is_spot else ''}"
    return f"{text}." if likely.fits else f"{text}. It does not fit: {likely.reason}"
