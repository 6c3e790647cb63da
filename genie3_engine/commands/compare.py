"""The command ``compare``: compare two networks, or test what changed between two groups."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from genie3_engine import differential, labels, runs
from genie3_engine.commands import output
from genie3_engine.commands.cloud_parser import chosen_launcher
from genie3_engine.commands.compare_parser import N_TREES
from genie3_engine.commands.comparison_summary import (
    print_status,
    print_summary,
    settled_status,
    summarise,
)
from genie3_engine.commands.options import FOREST, given_settings
from genie3_engine.commands.parsing import reading_options
from genie3_engine.commands.progress import Progress
from genie3_engine.commands.regulator_option import RegulatorOption
from genie3_engine.commands.turn import ticket_for
from genie3_engine.data.name_lists import read_list
from genie3_engine.data.prepare import prepare
from genie3_engine.data.quality import parse_recipe
from genie3_engine.data.regulators import match_names
from genie3_engine.differential import ComparisonSpec, ComparisonStatus
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.errors import OptionError, RunInterruptedError
from genie3_engine.interrupts import stop_on_signals
from genie3_engine.jobs.path_checks import refuse_place
from genie3_engine.jobs.task_folder import make_room_for_tasks
from genie3_engine.model import ForestSpec, JobState, LayoutSpec

_SHOWN_LINKS = 1_000
_OF_A_TEST = ("blocks", "permutations", "more", "out", "launcher")
_SWITCHES_OF_A_TEST = ("forecast", "resume", "background", "create")
_OF_A_FILE = ("column", "groups", "regulators", "targets")


def compare(args: argparse.Namespace) -> int:
    """Compare networks, and print what was found.

    Raises
    ------
    Genie3Error
        When the input, the options or the folder are wrong, or on an interrupt; a test can be
        resumed.
    """
    first, *others = args.sources
    if len(others) > 1:
        raise OptionError(
            f"{len(args.sources)} networks are given.", "Give two, or one expression file."
        )
    if not others and differential.is_comparison(first):
        return _show(first, args)
    for source in args.sources:
        if differential.is_comparison(source):
            raise OptionError(
                f"{source} is a comparison; the networks of two runs are compared.",
                f"Give two runs, or one comparison to see what it found: compare {source}",
            )
    if others:
        _refuse_given(args, _OF_A_FILE, "is for one expression file, not for two runs")
    if others and not args.test:
        _refuse_given(
            args, (*_OF_A_TEST, *_SWITCHES_OF_A_TEST), "is for a test: give --test as well"
        )
        return _plain(first, others[0], args)
    if not others and args.column is None:
        raise OptionError(
            "There is one source and no column with groups.",
            "Give two runs, or the expression file and --column.",
        )
    return _test(args)


def _plain(first: Path, second: Path, args: argparse.Namespace) -> int:
    """Compare two runs as they are."""
    from genie3_engine.commands import overlap_summary

    facts = overlap_summary.summarise(first, second)
    if args.output is not None:
        n_links = _SHOWN_LINKS if args.top is None else args.top
        facts["files"] = overlap_summary.write(
            first, second, args.output, n_links=n_links, form=args.format
        )
    if args.json:
        output.print_json(facts)
    else:
        overlap_summary.print_summary(facts)
    return 0


def _test(args: argparse.Namespace) -> int:
    """Test what changed between two groups."""
    if args.out is not None:
        refuse_place(args.out)
    if args.resume and args.out is None:
        raise OptionError("--resume needs a folder.", "Give --out.")
    spec = _spec(args)
    if args.forecast:
        return _forecast(spec, args)
    if args.background or not (spec.launcher_info.is_this_machine or args.create):
        folder = _start(spec, args)
        if args.json:
            output.print_json({"comparison": str(folder), "state": str(JobState.QUEUED)})
        else:
            where = "" if spec.launcher_info.is_this_machine else f" on {spec.launcher_info.label}"
            print(f"Started in the background{where}: {folder}. See: compare {folder}")
        return 0
    folder = differential.create(spec, args.out, resume=args.resume)
    if args.create:
        make_room_for_tasks(folder)
        if args.json:
            output.print_json({"comparison": str(folder), "state": str(JobState.QUEUED)})
        else:
            print(folder)
        return 0
    if differential.status(folder).state is JobState.DONE:
        output.note(f"The comparison in {folder} is done already; nothing was computed.")
    else:
        _compute(folder, spec, args.argv)
    return _show(folder, args)


def _start(spec: ComparisonSpec, args: argparse.Namespace) -> Path:
    """Start a comparison in the background, or the rest of one."""
    if args.resume and differential.is_comparison(args.out):
        folder = differential.create(spec, args.out, resume=True)
        differential.resume(folder)
        return folder
    return differential.start(spec, folder=args.out)


def _spec(args: argparse.Namespace) -> ComparisonSpec:
    parse_recipe(args.fix)
    launcher, options = chosen_launcher(args)
    choices = differential.Choices(
        forest=_forest(args),
        n_permutations=_given(args.permutations, differential.N_PERMUTATIONS),
        n_more=_given(args.more, differential.N_MORE),
        top=args.top,
        blocks=args.blocks or "",
        layout=LayoutSpec(n_threads=args.n_threads, n_processes=args.n_processes),
        name="" if args.out is None else args.out.name,
        launcher=launcher,
        launcher_options=runs.complete_options(launcher, options),
    )
    if len(args.sources) == 1:
        return _of_file(args, choices)
    first, second = args.sources
    return differential.of_runs(first, second, choices)


def _of_file(args: argparse.Namespace, choices: differential.Choices) -> ComparisonSpec:
    (path,) = args.sources
    listed = RegulatorOption.of(args)
    prepared = prepare(
        path,
        regulators=None if listed is None else listed.guess(),
        **reading_options(args),
        recipe=args.fix,
    )
    expression = prepared.expression
    regulators = targets = None
    if listed is not None:
        candidates = listed.choose(expression.genes)
        output.tell(candidates.decisions, also_clear=True)
        regulators = candidates.found
        if candidates.note:
            output.note(candidates.note)
    if args.targets is not None:
        chosen = read_list(args.targets).choose(expression.genes, what="target")
        output.tell(chosen.decisions, also_clear=True)
        targets = match_names(chosen.names, expression.genes, what="target").require_all().found
    output.tell(prepared.report.decisions)
    for warning in prepared.report.warnings:
        output.note(f"warning: {warning}")
    dataset = runs.save_dataset(expression, name=path.name, report=prepared.to_report())
    return differential.of_column(
        dataset,
        args.column,
        args.groups or (),
        choices,
        regulators=regulators,
        targets=targets,
    )


def _forest(args: argparse.Namespace) -> ForestSpec | None:
    """Return the forests that the options describe; None for those of the runs, or the default."""
    given = given_settings(args, FOREST)
    if not given:
        return None
    forest = ForestSpec(**given)
    if "n_trees" in given or not forest.grows_with_trees:
        return forest
    return ForestSpec(**{**given, "n_trees": N_TREES})


def _given(value: int | None, default: int) -> int:
    return default if value is None else value


def _forecast(spec: ComparisonSpec, args: argparse.Namespace) -> int:
    output.note("Pilot run: inferring a few random targets…")
    found = differential.measure_forecast(spec)
    if args.json:
        output.print_json(found.to_dict())
        return 0
    print(found.words)
    print(f"Memory: about {labels.size(found.memory_bytes)}.")
    for sentence in found.sentences:
        print(f"  {sentence}")
    return 0


def _compute(folder: Path, spec: ComparisonSpec, command: Sequence[str]) -> None:
    from genie3_engine.differential import worker

    ticket = ticket_for(ComparisonFolder.open(folder), spec.layout)
    progress = Progress(sys.stderr, progress_text)
    with stop_on_signals(second_ends=True) as should_stop:
        try:
            worker.run(
                folder,
                on_progress=progress.show,
                should_stop=should_stop,
                layout=spec.layout,
                ticket=ticket,
            )
        except RunInterruptedError as error:
            now = differential.status(folder)
            raise RunInterruptedError(
                f"interrupted; {now.forests_done:,} of {now.forests_total:,} forests are grown and "
                f"kept in {folder}.",
                f"Resume with: {shlex.join(_again(command, folder))}",
            ) from error
        finally:
            progress.close()


def progress_text(status: ComparisonStatus, seconds_left: float | None, *, with_bar: bool) -> str:
    """Return the progress of a comparison in one line; see `progress.progress_text`."""
    del with_bar
    text = labels.STEPS.get(status.step, status.step or str(status.state)).lower()
    if status.step in ("observing", "permuting", "refining"):
        text += f", {status.forests_done:,}/{status.forests_total:,} forests"
    if status.permutation:
        text += f", permutation {status.permutation}"
    if seconds_left is not None:
        text += f", {labels.clock(seconds_left)} left"
    return text


def _again(command: Sequence[str], folder: Path) -> list[str]:
    again = list(command)
    if "--out" not in again and not any(word.startswith("--out=") for word in again):
        again += ["--out", str(folder)]
    return again if "--resume" in again else [*again, "--resume"]


def _show(folder: Path, args: argparse.Namespace) -> int:
    """Print the results of a comparison, or how far it is."""
    now = settled_status(folder)
    if now.state is not JobState.DONE:
        print_status(folder, now, as_json=args.json)
        return 0
    comparison = differential.Comparison.open(folder)
    facts = summarise(comparison)
    if args.output is not None:
        written = differential.write_tables(comparison, args.output, args.format)
        facts["files"] = [str(path) for path in written]
    if args.json:
        output.print_json(facts)
    else:
        print_summary(facts)
    return 0


def _refuse_given(args: argparse.Namespace, names: Sequence[str], why: str) -> None:
    """Refuse options that make no sense here."""
    for name in names:
        value: Any = getattr(args, name)
        if value not in (None, False):
            raise OptionError(f"--{name.replace('_', '-')} {why}.", "Leave it out.")
