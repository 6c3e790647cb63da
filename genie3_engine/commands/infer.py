"""The command ``infer``: infer a network from an expression file."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from genie3_engine import labels, runs, worker
from genie3_engine.commands import output, summary
from genie3_engine.commands.options import forest_of, layout_of, unused_options
from genie3_engine.commands.parsing import gene_table_columns, reading_options
from genie3_engine.commands.progress import Progress, progress_text
from genie3_engine.commands.regulator_option import RegulatorOption
from genie3_engine.commands.turn import ticket_for
from genie3_engine.data.decisions import Decision
from genie3_engine.data.gene_table_files import read_gene_table
from genie3_engine.data.name_lists import read_list
from genie3_engine.data.prepare import prepare
from genie3_engine.data.quality import parse_recipe
from genie3_engine.errors import Genie3Error, OptionError, RunInterruptedError
from genie3_engine.interrupts import stop_on_signals
from genie3_engine.jobs import lifecycle
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.jobs.path_checks import refuse_place
from genie3_engine.model import JobState, RunSpec
from genie3_engine.model.statuses import REPLICATE_STEPS
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.task_folder import expect_tasks, refuse_tasks_of


def infer(args: argparse.Namespace) -> int:
    """Infer a network into a run folder, here and now.

    Parameters
    ----------
    args : argparse.Namespace
        The options, and as ``argv`` the command as it was typed, for the hint how to resume.

    Returns
    -------
    int
        0 when the network is done.

    Raises
    ------
    Genie3Error
        When the input, the options or the folder are wrong, or on an interrupt; the run can be
        resumed.
    """
    refuse_options(args)
    began = time.monotonic()
    spec, decisions = store(args)
    if args.create:
        refuse_tasks_of(spec)
    run = RunFolder.open(runs.create(spec, args.out, resume=args.resume))
    launcher = runs.launcher_of(run.path)
    if launcher.name != spec.launcher:  # the run was begun elsewhere, and may be at work there
        lifecycle.require_idle(run, status=launcher.status_now(run.path))
    if args.create:
        return _leave_to_tasks(run, args)
    is_done = run.has_result and run.read_status().state is JobState.DONE
    if is_done and (spec.layout.n_shards > 1 or not run.lacks_evidence):
        output.note(f"The run in {run.path} is done already; nothing was computed.")
    else:
        compute(run, spec, args.argv)
    facts = summary.summarise(run, seconds=time.monotonic() - began)
    if args.json:
        output.print_json({**facts, "decisions": [each.to_dict() for each in decisions]})
    else:
        summary.print_summary(facts)
    return 0


def _leave_to_tasks(run: RunFolder, args: argparse.Namespace) -> int:
    """Prepare a run for the tasks of a scheduler, and print its folder."""
    expect_tasks(run)
    if args.json:
        output.print_json({"run": str(run.path), "state": str(run.read_status().state)})
    else:
        print(run.path)
    return 0


def refuse_options(args: argparse.Namespace) -> None:
    """Refuse what cannot be, before a large file is read."""
    layout_of(args, n_cores=1)
    parse_recipe(args.fix)
    gene_table_columns(args)
    refuse_place(args.out)
    if isinstance(_targets_option(args.targets), int) and int(args.targets) < 1:
        raise OptionError(f"--targets is {args.targets}.", "Give a file or a number from 1.")


def store(args: argparse.Namespace) -> tuple[RunSpec, tuple[Decision, ...]]:
    """Read the data, store them, and print what to know about the reading.

    Returns
    -------
    RunSpec
        What the run computes.
    tuple of Decision
        What was taken for what in all files.
    """
    listed = RegulatorOption.of(args)
    prepared = prepare(
        args.expression,
        regulators=None if listed is None else listed.guess(),
        **reading_options(args),
        recipe=args.fix,
    )
    expression = prepared.expression
    warnings = [*unused_options(args), *prepared.report.warnings]
    notes: list[str] = []
    for effect in prepared.effects:
        output.note(f"{effect.fix}: {effect.sentence}.")
    regulators: tuple[str, ...] | None = None
    targets: int | Path | tuple[str, ...] | None = _targets_option(args.targets)
    decisions: tuple[Decision, ...] = ()
    gene_table = expression.gene_table
    if args.gene_table is not None:
        columns = gene_table_columns(args)
        found = read_gene_table(args.gene_table, expression.genes, columns=columns)
        gene_table = found.table
        decisions += (found.decision,)
    if listed is not None:
        candidates = listed.choose(expression.genes, table=gene_table)
        decisions += candidates.decisions
        regulators = candidates.found
        notes += [candidates.note] if candidates.note else []
    if isinstance(targets, Path):
        chosen = read_list(targets).choose(expression.genes, what="target")
        decisions += chosen.decisions
        targets = chosen.names
    output.tell(decisions, also_clear=True)
    output.tell(prepared.report.decisions)
    prepared = prepared.with_decisions(decisions)
    for note in (*(f"warning: {warning}" for warning in warnings), *notes):
        output.note(note)
    spec = runs.build_run_spec(
        expression,
        dataset="not stored yet",
        regulators=regulators,
        regulators_from="" if listed is None else listed.source,
        targets=targets,
        forest=forest_of(args),
        keep=args.keep,
        layout=layout_of(args, n_cores=usable_cores()),
        name=args.out.name,
        source=args.expression.name,
        recipe=prepared.recipe,
        confidence=args.confidence,
    )
    name, report = args.expression.name, prepared.to_report()
    dataset = runs.save_dataset(expression, name=name, report=report)
    if args.gene_table is not None:
        runs.attach_gene_table(dataset, gene_table)
    return replace(spec, dataset=dataset), prepared.report.decisions


def _targets_option(option: str | None) -> int | Path | None:
    """Distinguish a number from the path of a file; ``./10`` is a file."""
    if option is None:
        return None
    try:
        return int(option)
    except ValueError:
        return Path(option)


def compute(run: RunFolder, spec: RunSpec, command: Sequence[str]) -> None:
    """Run the worker in this process, showing how far it is.

    Parameters
    ----------
    run : RunFolder
        The run.
    spec : RunSpec
        What was asked for, whose layout is used.
    command : sequence of str
        The command as it was typed, for the hint how to resume.

    Raises
    ------
    Genie3Error
        As `worker.run`.
    """
    ticket = ticket_for(run, spec.layout)
    progress = Progress(sys.stderr, progress_text)
    with stop_on_signals(second_ends=True) as should_stop:
        try:
            worker.run(
                run.path,
                on_progress=progress.show,
                should_stop=should_stop,
                layout=spec.layout,
                ticket=ticket,
            )
        except RunInterruptedError as error:
            status = run.read_status()
            done = f"{status.targets_done:,} of {status.targets_total:,} targets"
            if status.step in REPLICATE_STEPS:
                done += f", and {status.replicates_done:,} of "
                done += labels.count(status.replicates_total, labels.counted(status.step)) + ","
            again = command if "--resume" in command else [*command, "--resume"]
            raise RunInterruptedError(
                f"interrupted; {done} are done and kept in {run.path}.",
                f"Resume with: {shlex.join(again)}",
            ) from error
        except Genie3Error as error:
            if error.code != "bug":
                raise
            raise Genie3Error(
                error.message, f"{error.remedy} Log: {run.log_path}", code="bug"
            ) from error
        finally:
            progress.close()
