"""The command-line options of ``compare``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.commands.cloud_parser import add_launcher_options
from genie3_engine.commands.options import FOREST, LAYOUT, add_settings
from genie3_engine.commands.parsing import (
    Parser,
    add_command,
    add_fix,
    add_json,
    add_reading,
    add_regulators,
)
from genie3_engine.launchers.registry import LAUNCHERS

if TYPE_CHECKING:
    from genie3_engine.commands.parsing import Commands

FORMATS = ("tsv", "csv", "parquet")
N_TREES = 250
_EPILOG = """\
Two runs as they are, of any methods, seeds, settings or data:
  compare run1 run2
Did the network change? The labels of the samples are permuted, and both networks are inferred
again each time:
  compare run1 run2 --test                       the data of two runs of one method
  compare data.tsv --column state --groups well ill --blocks batch
  compare data.tsv --column state --groups well ill --forecast
  compare COMPARISON -o tables                   a comparison that was started before
Ctrl-C stops it; the same command with --out COMPARISON --resume computes the rest."""


def add_compare(commands: Commands) -> None:
    """Add the command ``compare``."""
    parser = add_command(
        commands,
        "compare",
        "compare two networks, or test what changed between two groups of samples",
        _EPILOG,
    )
    add = parser.add_argument
    add(
        "sources",
        metavar="RUN|EXPRESSION|COMPARISON",
        type=Path,
        nargs="+",
        help="two run folders; or one expression file; or the folder of a comparison",
    )
    add("--test", action="store_true", help="test the change of the links of two runs")
    add("--column", metavar="NAME", help="annotation, or column of the sample sheet, with groups")
    add(
        "--groups",
        nargs=2,
        metavar=("FIRST", "SECOND"),
        help="values of the column (default: both, if there are two)",
    )
    add(
        "--blocks",
        metavar="NAME",
        help="column of pairs or batches, inside which labels are permuted",
    )
    add(
        "--top",
        type=int,
        metavar="INT",
        help="strongest links of each network that are compared (default: 5 a target, at most "
        "100,000; without a test, 1,000 are written)",
    )
    add("--permutations", type=int, metavar="INT", help="permutations of the labels (default: 50)")
    add(
        "--more",
        type=int,
        metavar="INT",
        help="further permutations of targets with promising links (default: 200)",
    )
    _add_settings(parser)
    add("--forecast", action="store_true", help="estimate the time, and compute nothing else")
    add("--out", metavar="DIR", type=Path, help="folder of the comparison (default: in the home)")
    add("--resume", action="store_true", help="resume the comparison in DIR, if there is one")
    add("--background", action="store_true", help="start it in the background and return")
    add(
        "--create",
        action="store_true",
        help="make the folder of the comparison and compute nothing, for the tasks of a scheduler",
    )
    add(
        "-o",
        "--output",
        metavar="FOLDER",
        type=Path,
        help="write the results as tables into this folder",
    )
    add("--format", choices=FORMATS, default="tsv", help="format of -o (default: %(default)s)")
    add_json(parser)


def _add_settings(parser: Parser) -> None:
    add_regulators(parser, "every gene, or those of both runs")
    parser.add_argument(
        "--targets",
        metavar="FILE",
        type=Path,
        help="file like that of --regulators (default: every gene, or those of both runs)",
    )
    trees = f"{N_TREES}, or those of GRNBoost2"
    add_settings(
        parser,
        [replace(each, unset=trees) if each.name == "n_trees" else each for each in FOREST],
        has_defaults=False,
    )
    add_settings(parser, LAYOUT)
    add_reading(parser)
    add_fix(parser)
    parser.add_argument(
        "--launcher",
        choices=[name for name in LAUNCHERS if LAUNCHERS[name].takes_comparisons],
        help="where a test is computed (default: this machine, or the one whose options are "
        "given); elsewhere it is started in the background",
    )
    add_launcher_options(parser)
