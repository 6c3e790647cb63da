"""The command-line options of an experiment."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.commands.cloud_parser import add_launcher_options
from genie3_engine.commands.options import add_settings
from genie3_engine.commands.parsing import add_command, add_json, add_reading, add_regulators
from genie3_engine.launchers.registry import LAUNCHERS
from genie3_engine.model import ENGINES, ForestSpec, settings_of

if TYPE_CHECKING:
    from genie3_engine.commands.parsing import Commands

PRESETS = (
    *("experiment-1", "experiment-2", "experiment-3", "experiment-4"),
    *("engines", "strong-scaling", "weak-scaling"),
)
EPILOG = """\
Without a preset, every combination of the values given is measured, such as
  experiment --engines scikit-learn,compiled --processes 1,2 --n-jobs 1,2 --threads 1,2
  experiment data.tsv --threads 4 --instances 1,2,4 --instance-type ml.c5.xlarge
Ctrl-C stops it; the same command with --resume measures the rest."""


def add_experiment(commands: Commands) -> None:
    """Add the command ``experiment``."""
    parser = add_command(
        commands,
        "experiment",
        "measure configurations: engines, processes, threads and instances",
        EPILOG,
    )
    add = parser.add_argument
    add(
        "expression",
        metavar="EXPRESSION",
        type=Path,
        nargs="?",
        help="expression file (default: a simulated matrix)",
    )
    add("--preset", choices=PRESETS, help="a predefined experiment")
    add("--genes", type=int, metavar="INT", help="genes of the simulated matrix (default: 49,196)")
    add("--samples", type=int, metavar="INT", help="its samples (default: 193)")
    _add_grid(parser)
    add(
        "--repeats",
        type=int,
        default=1,
        metavar="INT",
        help="runs per configuration (default: %(default)s)",
    )
    forest = settings_of(ForestSpec)
    seed = "Random seed of the forests, the simulation, the choice of targets and the order."
    add_settings(parser, [forest["n_trees"], replace(forest["seed"], help=seed)])
    add_regulators(parser, "every gene")
    add_reading(parser)
    add("--out", metavar="DIR", type=Path, help="folder of the experiment (default: in the home)")
    add("--resume", action="store_true", help="resume the experiment in DIR, if there is one")
    add_json(parser)


def _add_grid(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--targets",
        type=numbers,
        metavar="INT,...",
        help="targets of each run; with a preset, one number",
    )
    add(
        "--engines",
        type=_words(set(ENGINES)),
        metavar="NAME,...",
        help=f"{', '.join(ENGINES)} (default: all)",
    )
    add("--processes", type=numbers, metavar="INT,...", help="processes (default: 1)")
    add("--n-jobs", type=numbers, metavar="INT,...", help="scikit-learn's jobs (default: 1)")
    add("--threads", type=numbers, metavar="INT,...", help="compiled threads (default: 1)")
    add(
        "--launcher",
        choices=LAUNCHERS.names(),
        help="where runs are measured (default: this machine, or the one whose options are given)",
    )
    add(
        "--instances",
        type=numbers,
        metavar="INT,...",
        help="machines of the launcher that share the targets of each run (default: 1)",
    )
    add(
        "--instance-types",
        type=lambda text: tuple(part.strip() for part in text.split(",")),
        metavar="NAME,...",
        help="instance types, each of them measured (default: that of the launcher's options)",
    )
    add_launcher_options(parser, has_machines=False)


def numbers(text: str) -> tuple[int, ...]:
    """Return the whole numbers of a list such as ``1,2,4``.

    Raises
    ------
    ArgumentTypeError
        When there is something else in it, or a number below one.
    """
    try:
        values = tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a comma-separated list of integers"
        ) from error
    if min(values) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} holds a number below 1")
    return values


def _words(known: set[str]) -> Callable[[str], tuple[str, ...]]:
    def parse(text: str) -> tuple[str, ...]:
        values = tuple(part.strip() for part in text.split(","))
        for word in values:
            if word not in known:
                raise argparse.ArgumentTypeError(
                    f"{word!r} is not one of {', '.join(sorted(known))}"
                )
        return values

    return parse
