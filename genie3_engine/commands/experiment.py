"""The command ``experiment``: measure configurations."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from genie3_engine import benchmark, runs
from genie3_engine.benchmark import Configuration, ExperimentSpec, ExperimentStatus
from genie3_engine.commands import output
from genie3_engine.commands.cloud_parser import chosen_launcher, launcher_settings
from genie3_engine.commands.experiment_results import as_json, print_results
from genie3_engine.commands.parsing import reading_options
from genie3_engine.commands.regulator_option import RegulatorOption
from genie3_engine.data.prepare import read_expression
from genie3_engine.errors import OptionError, RunInterruptedError
from genie3_engine.interrupts import stop_on_signals
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.jobs.path_checks import refuse_place
from genie3_engine.model import ENGINES, JobState

_GRID = ("engines", "processes", "n_jobs", "threads", "instances", "instance_types")


def experiment(args: argparse.Namespace) -> int:
    """Measure a grid of configurations in the foreground, and print what was measured.

    Raises
    ------
    Genie3Error
        When the input, the options or the folder are wrong, or on an interrupt; the experiment
        can be resumed.
    """
    spec = _spec(args)
    folder = benchmark.create(spec, args.out, resume=args.resume)
    if benchmark.status(folder).state is JobState.DONE:
        output.note(f"The experiment in {folder} is done already; nothing was measured.")
    else:
        _conduct(folder, args)
    results = benchmark.experiment_results(folder)
    if args.json:
        output.print_json(as_json(folder, results))
    else:
        print_results(folder, results)
    return 0


def _spec(args: argparse.Namespace) -> ExperimentSpec:
    if args.out is None and args.resume:
        raise OptionError("--resume needs a folder.", "Give --out.")
    if args.out is not None:
        refuse_place(args.out)
    launcher, options = _launcher(args)
    shape = ExperimentSpec(
        name=args.out.name if args.out is not None else args.preset or "grid",
        preset=args.preset or benchmark.MY_OWN,
        configurations=_configurations(args, launcher, options),
        simulated=benchmark.SimulatedData(
            args.genes or benchmark.ORIGINAL_GENES,
            args.samples or benchmark.ORIGINAL_SAMPLES,
            args.seed,
        ),
        n_repeats=args.repeats,
        n_trees=args.n_trees,
        seed=args.seed,
        launcher=launcher,
        launcher_options=options,
    )
    return _on_file(shape, args) if args.expression is not None else _on_simulated(shape, args)


def _configurations(
    args: argparse.Namespace, launcher: str, options: Mapping[str, Any]
) -> tuple[Configuration, ...]:
    given = [name for name in _GRID if getattr(args, name) is not None]
    if args.preset is not None:
        if given:
            option = "--" + given[0].replace("_", "-")
            raise OptionError(f"{option} does not go with --preset.", "Leave one of them out.")
        if args.targets is not None and len(args.targets) > 1:
            raise OptionError("With --preset, --targets is one number.", "Give one.")
        return benchmark.configurations_of(
            benchmark.preset_named(args.preset),
            n_cores=runs.LAUNCHERS[launcher].cores(options) or usable_cores(),
            n_targets=None if args.targets is None else args.targets[0],
            has_types=bool(runs.LAUNCHERS[launcher].machine_type),
        )
    if not given:
        raise OptionError(
            "No configurations are given.", "Give --preset, or values such as --threads 1,2."
        )
    names = args.engines or ENGINES.names()
    combinations = benchmark.grid(
        names,
        processes=args.processes or (1,),
        n_jobs=args.n_jobs or (1,),
        threads=args.threads or (1,),
        targets=args.targets or (10,),
    )
    return tuple(
        replace(each, n_instances=number, instance=name)
        for name in args.instance_types or ("",)
        for number in args.instances or (1,)
        for each in combinations
    )


def _launcher(args: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Return the launcher that is named, or whose options are given, and these options."""
    if args.instance_types is not None and args.launcher is None:
        args.launcher = runs.CLOUD
    launcher, options = chosen_launcher(args, has_machines=False)
    settings = launcher_settings(launcher, has_machines=False)
    if args.out is not None and any(each.name == "experiment" for each in settings):
        options.setdefault("experiment", args.out.name)
    plain = {
        name: list(each) if isinstance(each, tuple) else each for name, each in options.items()
    }
    return launcher, plain


def _on_simulated(spec: ExperimentSpec, args: argparse.Namespace) -> ExperimentSpec:
    if args.regulators is not None:
        raise OptionError("--regulators needs an expression file.", "Give EXPRESSION too.")
    if spec.simulated is None:
        raise OptionError("There are no data.", "Give EXPRESSION.")
    _refuse_too_many(spec, spec.simulated.n_genes)
    return replace(spec, source=spec.simulated.name)


def _on_file(spec: ExperimentSpec, args: argparse.Namespace) -> ExperimentSpec:
    if args.genes or args.samples:
        raise OptionError(
            "--genes and --samples are for a simulated matrix.", "Leave EXPRESSION out."
        )
    listed = RegulatorOption.of(args)
    expression, report = read_expression(
        args.expression,
        regulators=None if listed is None else listed.guess(),
        **reading_options(args),
    )
    _refuse_too_many(spec, expression.n_genes)
    regulators = None
    if listed is not None:
        chosen = listed.choose(expression.genes)
        output.tell(chosen.decisions, also_clear=True)
        regulators = chosen.found
    output.tell(report.decisions)
    return replace(
        spec,
        simulated=None,
        dataset=runs.save_dataset(expression, name=args.expression.name, report=report.to_dict()),
        source=args.expression.name,
        regulators=None if regulators is None else tuple(sorted(regulators)),
    )


def _refuse_too_many(spec: ExperimentSpec, n_genes: int) -> None:
    if spec.most_targets > n_genes:
        raise OptionError(
            f"The experiment asks for {spec.most_targets:,} targets; the data have {n_genes:,} "
            "genes.",
            f"Give --targets {n_genes} or fewer.",
        )


def _conduct(folder: Path, args: argparse.Namespace) -> None:
    progress = _Lines(benchmark.experiment_results(folder).spec)
    with stop_on_signals(second_ends=True) as should_stop:
        try:
            benchmark.conduct(folder, on_progress=progress.show, should_stop=should_stop)
        except RunInterruptedError as error:
            now = benchmark.status(folder)
            raise RunInterruptedError(
                f"interrupted; {now.runs_done} of {now.runs_total} runs are measured and kept in "
                f"{folder}.",
                f"Resume with: {shlex.join(_again(args.argv, folder))}",
            ) from error


def _again(command: Sequence[str], folder: Path) -> list[str]:
    again = list(command)
    if "--out" not in again and not any(word.startswith("--out=") for word in again):
        again += ["--out", str(folder)]
    return again if "--resume" in again else [*again, "--resume"]


class _Lines:
    """Prints on standard error what is measured; a line for each run."""

    def __init__(self, spec: ExperimentSpec) -> None:
        self._spec = spec
        self._printed = ""

    def show(self, status: ExperimentStatus) -> None:
        """Print the progress of the experiment, unless it has not changed."""
        text = self._text(status)
        if text and text != self._printed:
            self._printed = text
            output.note(text)

    def _text(self, status: ExperimentStatus) -> str:
        if status.step == "measuring":
            index, repeat = (int(part) for part in status.current.split("-"))
            label = self._spec.configurations[index].label
            again = f", repeat {repeat}" if self._spec.n_repeats > 1 else ""
            return f"{status.runs_done + 1}/{status.runs_total} {label}{again}"
        if status.step == "warming up":
            return f"warming up {status.current.removeprefix('warm-up-')}"
        return "simulating the data" if status.step == "simulating" else ""
