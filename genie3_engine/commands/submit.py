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


def submit(args: argparse.Namespace) -> int:
    """Begin a run that goes on by itself, or say what that would take.

    Raises
    ------
    Genie3Error
        When something is wrong with the input, the options or the folder, or the cloud refuses.
    """
    refuse_options(args)
    info = runs.LAUNCHERS[args.launcher]
    options = info.complete(given_options(args, args.launcher), None)
    spec, warnings = store(args)
    for warning in warnings:
        output.note(f"warning: {warning}")
    spec = replace(spec, launcher=args.launcher, launcher_options=options)
    if not info.is_this_machine:
        spec = _on_its_cores(spec, args)
    if args.dry_run:
        return _say_what_would_be(spec, args)
    run = args.out.absolute()
    if args.resume and (run / filenames.SPEC).is_file():
        runs.resume(runs.create(spec, run, resume=True))
    else:
        runs.start(spec, folder=run)
    view = runs.cloud(run)
    found = {"run": str(run), "state": "queued", "job": None if view is None else view.job}
    if args.json:
        output.print_json(found)
    else:
        where = "in the background" if view is None else f"as {view.job}"
        print(f"Began {where}: {run}. See: status {args.out}")
    return 0


def _on_its_cores(spec: RunSpec, args: argparse.Namespace) -> RunSpec:
    """Return the spec with scikit-learn's jobs for the instance's cores, not for this machine's."""
    if not ENGINES[spec.forest.engine].has_jobs or args.n_jobs or args.n_threads:
        return spec
    instances = runs.LAUNCHERS[spec.launcher].instances
    chosen = instances and instances(spec.launcher_options)
    if not chosen:
        return spec
    try:
        n_cores = planning.catalogue().named(chosen[0]).vcpu
    except OptionError:
        return spec
    n_jobs = max(1, n_cores // spec.layout.n_processes)
    return replace(spec, layout=replace(spec.layout, n_jobs=n_jobs))


def _say_what_would_be(spec: RunSpec, args: argparse.Namespace) -> int:
    plan = runs.cloud_plan(spec)
    likely = _forecast(spec, plan)
    found: dict[str, Any] = {
        "request": plan.request,
        "uploads": [
            {"what": what, "key": key, "bytes": n_bytes, "once": is_shared}
            for what, key, n_bytes, is_shared in plan.uploads
        ],
        "bucket": plan.options.bucket,
        "region": plan.options.region,
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
        "is_emulator": plan.options.is_emulator,
    }
    if args.json:
        output.print_json(found)
        return 0
    output.print_pretty(plan.request)
    print(f"\nUploads to s3://{plan.options.bucket} in {plan.options.region}:")
    for what, key, n_bytes, is_shared in plan.uploads:
        once = ", if it is not there yet" if is_shared else ""
        print(f"  {key}  {n_bytes / _MIB:,.2f} MiB, {what}{once}")
    print(f"\n{cost_text(plan)}")
    if likely is not None:
        print(forecast_text(likely, plan))
    return 0


def _forecast(spec: RunSpec, plan: runs.LaunchPlan) -> planning.Offer | None:
    """Return what the run will probably take there; None for types that are not in the table."""
    try:
        instance = planning.catalogue().named(plan.options.instance_type)
    except OptionError:
        return None
    if plan.usd_an_hour is not None:
        hourly = plan.usd_an_hour / plan.options.instances
        instance = replace(instance, dollars_per_hour=hourly)
    pilot = planning.find(spec)
    if pilot is None:
        output.note("Inferring a few random targets to see how long they take…")
        pilot = planning.measure(spec)
    work = planning.forecast(spec, runs.open_dataset(spec.dataset), pilot)
    return planning.offer(work, instance, n_instances=plan.options.instances)


def forecast_text(likely: planning.Offer, plan: runs.LaunchPlan) -> str:
    """Say what a run will probably take and cost."""
    text = f"Forecast: {clock(likely.wall_seconds)}, start-up included"
    dollars = likely.spot_dollars if plan.options.spot else likely.dollars
    if dollars is not None and not plan.options.is_emulator:
        text += f", about {dollars:,.2f} dollars{' as spot' if plan.options.spot else ''}"
    return f"{text}." if likely.fits else f"{text}. It does not fit: {likely.reason}"


def cost_text(plan: runs.LaunchPlan) -> str:
    """Say what an hour of a planned job costs, and what it can cost at most."""
    options = plan.options
    many = f"{options.instances} x {options.instance_type}"
    if options.is_emulator:
        return f"{many} in the emulator: it costs nothing."
    if plan.usd_an_hour is None:
        return f"The price of {many} is not known ({plan.price_note})."
    longest = options.max_run_seconds / 3600
    spot = " Spot usually costs 50 to 70 % less; the bill says." if options.spot else ""
    return (
        f"{many}: {plan.usd_an_hour:,.2f} dollars an hour ({plan.price_note}), at most"
        f" {plan.usd_an_hour * longest:,.2f} dollars in the {longest:,.1f} hours allowed."
        f"{spot}"
    )
