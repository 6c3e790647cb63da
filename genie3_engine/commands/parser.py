"""The parser of the command line."""

from __future__ import annotations

import argparse
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.commands.archive_parser import add_archive
from genie3_engine.commands.cloud_parser import add_cloud
from genie3_engine.commands.compare_parser import add_compare
from genie3_engine.commands.enrich_parser import add_enrich, add_gene_sets
from genie3_engine.commands.experiment_parser import add_experiment
from genie3_engine.commands.forecast_parser import add_forecast
from genie3_engine.commands.options import HOW, LAYOUT, add_forest_settings, add_settings
from genie3_engine.commands.parsing import (
    FORMATS_HELP,
    Parser,
    add_command,
    add_fix,
    add_gene_table,
    add_json,
    add_reading,
    add_regulators,
)
from genie3_engine.commands.regulons_parser import add_regulons
from genie3_engine.model import CONFIDENCE_CHOICES, KEEP, Choice, ConfidenceSpec, ImportanceScale
from genie3_engine.version import __version__

if TYPE_CHECKING:
    from genie3_engine.commands.parsing import Commands

PROGRAM = "genie3"
EXPORT_FORMATS = ("tsv", "csv", "parquet", "graphml", "gexf", "sif", "cx2", "pyscenic")
_KINDS = "|".join(str(choice.value) for choice in CONFIDENCE_CHOICES)
_SCORE = "score=COLUMN (or rank= for the smallest first, size= without sign)"
_KEEP_COMBINED = replace(
    KEEP,
    help="Strongest links that are stored for each target.",
    default="all",
    choices=(Choice("all", "All"),),
)
DESCRIPTION = "Infer gene regulatory networks with GENIE3, and export, evaluate and report them."
EXIT_CODES = """\
exit codes: 0 success; 2 wrong input or options; 130 interrupted, can be resumed;
1 any other error. GENIE3_DEBUG=1 shows the traceback of an error."""
SHARDS = """\
A network in three shards, on one or on three machines:
  infer data.tsv --out part1 --shard 1/3   (and 2/3, 3/3)
  merge part1 part2 part3 --out network"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = Parser(
        prog=PROGRAM,
        description=DESCRIPTION,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"genie3-engine {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_infer(commands)
    _add_confidence(commands)
    _add_doctor(commands)
    _add_links(commands)
    _add_genes(commands)
    _add_evaluate(commands)
    _add_report(commands)
    _add_views(commands)
    _add_merge(commands)
    _add_combine(commands)
    add_compare(commands)
    add_regulons(commands)
    add_enrich(commands)
    _add_simulate(commands)
    add_experiment(commands)
    add_forecast(commands, add_inference)
    add_cloud(commands, add_inference)
    add_archive(commands)
    _add_app(commands)
    return parser


def _add_app(commands: Commands) -> None:
    parser = add_command(
        commands,
        "app",
        "serve the page, on this machine or for ssh to forward",
        "Where others may log in, a page on localhost is open to all of them: it needs a token\n"
        "there, which the link in the terminal holds, or a socket in a folder that is closed to\n"
        "others. GENIE3_TOKEN may hold a token of your own. With --login, several people use the\n"
        "page, each with a home of their own.",
    )
    add = parser.add_argument
    add(
        "--host",
        metavar="ADDRESS",
        default="localhost",
        help="address; another one than localhost needs a token or a login (default: %(default)s)",
    )
    add("--port", type=int, default=8501, metavar="INT", help="port (default: %(default)s)")
    add(
        "--socket",
        nargs="?",
        type=Path,
        const=True,
        metavar="FILE",
        help="serve on a socket, in place of an address, for `ssh -L 8501:FILE`; its folder is "
        "made, closed to others (without a name: page/page.sock in the home)",
    )
    add(
        "--token",
        action=argparse.BooleanOptionalAction,
        help="require a token (default: where others may log in)",
    )
    add(
        "--login",
        type=Path,
        metavar="FILE",
        help="people log in by OpenID Connect; the file has its settings and is closed to others",
    )
    add(
        "--base-url",
        metavar="URL",
        help="address that people type, behind a proxy, such as https://lab.example.org/genie3",
    )
    add("--home", metavar="FOLDER", type=Path, help="home of data sets and runs ($GENIE3_HOME)")


def _add_infer(commands: Commands) -> None:
    parser = add_command(commands, "infer", "infer a network from an expression file", SHARDS)
    add_inference(parser)
    parser.add_argument(
        "--create",
        action="store_true",
        help="make the folder of the run and compute nothing, for the tasks of a scheduler",
    )


def add_inference(parser: Parser) -> None:
    """Add the options of ``infer``, wherever the run is to happen."""
    add = parser.add_argument
    add("expression", metavar="EXPRESSION", type=Path, help=FORMATS_HELP)
    add("--out", metavar="RUN", type=Path, required=True, help="folder of the run; it is created")
    add_regulators(parser, "every gene")
    add(
        "--targets",
        metavar="FILE|INT",
        help="file like that of --regulators, or the first INT genes (default: every gene)",
    )
    add_forest_settings(parser)
    add_settings(parser, (*LAYOUT, KEEP))
    add_reading(parser)
    add_gene_table(parser)
    add_fix(parser)
    add(
        "--shard",
        metavar="I/N",
        help="compute every N-th target only, I from 1 to N",
    )
    add(
        "--confidence",
        nargs="?",
        type=ConfidenceSpec.parse,
        const=ConfidenceSpec(),
        metavar=_KINDS,
        help="compute evidence for the links, too: p and q values from permuted targets, and "
        "stability in halves of the samples (default: none; without a kind: both)",
    )
    add("--resume", action="store_true", help="resume the run in RUN, if there is one")
    add_json(parser)


def _add_confidence(commands: Commands) -> None:
    parser = add_command(
        commands,
        "confidence",
        "compute evidence for the links of a finished run, on this machine",
        "q is evidence that the target depends on the regulator or on something it moves with. It\n"
        "does not show that the link is direct. An interrupted computation goes on when it is\n"
        "asked for again.",
    )
    add = parser.add_argument
    add("run", metavar="RUN", type=Path, help="folder of a run that is done")
    add(
        "--only",
        type=ConfidenceSpec.parse,
        metavar=_KINDS,
        help="kind of evidence (default: both)",
    )
    add_settings(parser, LAYOUT)
    add_json(parser)


def _add_doctor(commands: Commands) -> None:
    parser = add_command(
        commands,
        "doctor",
        "check the quality of an expression file and suggest fixes",
    )
    parser.more_help = _fixes
    parser.add_argument("expression", metavar="EXPRESSION", type=Path, help=FORMATS_HELP)
    add_regulators(parser)
    add_reading(parser)
    add_fix(parser)
    add_json(parser)


def _fixes() -> str:
    """Return the list of fixes; they are imported only when the help is shown."""
    from genie3_engine.data.quality import FIXES

    width = max(len(kind.form) for kind in FIXES.values())
    lines: list[str] = []
    for kind in FIXES.values():
        first = f"  {kind.form:<{width}}  "
        lines += textwrap.wrap(
            kind.description, 88, initial_indent=first, subsequent_indent=" " * len(first)
        )
    return "\n".join(["fixes, for --fix here and on infer:", *lines])


def _add_links(commands: Commands) -> None:
    parser = add_command(commands, "links", "print or export the ranked links of a run")
    add = parser.add_argument
    add("run", metavar="RUN", type=Path, help="run folder, or its links.parquet")
    add("--top", type=int, metavar="INT", help="the strongest links only")
    add("--min-importance", type=float, metavar="X", help="links with at least this importance")
    add(
        "--threshold",
        metavar="KIND:X",
        help="the links that a threshold of the page Network keeps: q:0.05, stability:0.8, "
        "target:3 (of each target) or score:0.01",
    )
    add(
        "--scale",
        choices=[scale.value for scale in ImportanceScale],
        default="raw",
        help="raw: share of the target's variance, averaged over trees; share: sums to 1 over a "
        "target's links; rank: 1 is the strongest (default: %(default)s)",
    )
    add(
        "--format",
        choices=EXPORT_FORMATS,
        help="format (default: by the name of FILE, otherwise tsv)",
    )
    add(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        help="output file, compressed if it ends in .gz (default: standard output)",
    )


def _add_genes(commands: Commands) -> None:
    parser = add_command(
        commands,
        "genes",
        "print the genes of a run, or attach a gene table to its data set",
        "A gene table labels the genes of all runs on the same data set, also of earlier ones: in\n"
        "graphs, tables, reports and exports. It changes no network.",
    )
    add = parser.add_argument
    add("run", metavar="RUN", type=Path, help="run folder, or its links.parquet")
    add_gene_table(parser)
    add("--remove", action="store_true", help="remove the gene table of the data set")
    add_json(parser)


def _add_evaluate(commands: Commands) -> None:
    parser = add_command(
        commands,
        "evaluate",
        "evaluate ranked links against a gold standard, one list or several",
        "Measures follow DREAM5: only pairs of the gold standard's universe count, pairs that the\n"
        "list lacks rank last in random order, and links of equal score are in random order.\n"
        "Intervals of 95 % and differences of two lists are of up to 1,000 resamplings of the\n"
        "targets.",
    )
    add = parser.add_argument
    add(
        "links",
        metavar="RUN|LINKS",
        type=Path,
        nargs="+",
        help="run folders, or links as Parquet, TSV or CSV; the last one is the gold standard "
        "unless --gold is given",
    )
    add(
        "--gold",
        metavar="FILE",
        type=Path,
        help="table of regulator, target and an optional label; 0 marks a pair without a link",
    )
    add(
        "--sort",
        choices=("aupr", "auroc", "early_precision", "name"),
        default="aupr",
        help="order of several lists, the best first (default: %(default)s)",
    )
    add("-o", "--output", metavar="FILE", type=Path, help="write the table as TSV, too")
    _add_columns(parser, "--links-columns", _SCORE)
    _add_columns(parser, "--gold-columns", "label=COLUMN")
    add_json(parser)


def _add_columns(parser: Parser, option: str, example: str) -> None:
    parser.add_argument(
        option,
        metavar="ROLE=COLUMN,...",
        action="append",
        default=[],
        help=f"columns by name or number: regulator=COLUMN, target=COLUMN, {example}; "
        "a score or label may be none; sheet=NAME of a workbook (default: detect)",
    )


def _add_report(commands: Commands) -> None:
    parser = add_command(
        commands,
        "report",
        "write a report of a run or comparison: one HTML file that opens offline",
        "It has the saved views as a presentation, the strongest links as an interactive graph,\n"
        "tables, settings, timings, provenance and a methods paragraph, and needs no network.",
    )
    add = parser.add_argument
    add("run", metavar="RUN|COMPARISON", type=Path, help="folder of a run or of a comparison")
    add("-o", "--output", metavar="FILE", type=Path, required=True, help="HTML file to write")
    add("--title", metavar="TEXT", default="", help="title (default: the name)")
    add(
        "--top",
        type=int,
        default=300,
        metavar="INT",
        help="strongest, or most changed, links drawn, at most 15,000 (default: %(default)s)",
    )
    add_gene_sets(parser, required=False)
    add_json(parser)


def _add_views(commands: Commands) -> None:
    parser = add_command(
        commands,
        "views",
        "list the saved views of a run",
        "Views are saved on the page Network. They are the steps of a presentation, there and in\n"
        "the file that `report` writes.",
    )
    parser.add_argument("run", metavar="RUN", type=Path, help="folder of a run")
    add_json(parser)


def _add_merge(commands: Commands) -> None:
    parser = add_command(commands, "merge", "merge the shards of one network")
    parser.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="folder of a shard")
    parser.add_argument(
        "--out", metavar="RUN", type=Path, required=True, help="folder; it is created"
    )
    add_json(parser)


def _add_combine(commands: Commands) -> None:
    parser = add_command(
        commands,
        "combine",
        "combine finished runs, and lists of other tools, into one network",
        "The result is a run of its own: it is exported, reported and evaluated like any other.",
    )
    add = parser.add_argument
    add(
        "sources",
        metavar="RUN|LINKS",
        type=Path,
        nargs="+",
        help="folder of a run that is done, or links of another tool as Parquet, TSV or CSV",
    )
    add("--out", metavar="RUN", type=Path, required=True, help="folder of the run; it is created")
    add_settings(parser, (HOW, _KEEP_COMBINED))
    _add_columns(parser, "--links-columns", _SCORE)
    add("--resume", action="store_true", help="resume the run in RUN, if there is one")
    add_json(parser)


def _add_simulate(commands: Commands) -> None:
    parser = add_command(
        commands,
        "simulate",
        "simulate expression of a known network",
        "Writes expression.tsv, gold.tsv and regulators.txt.",
    )
    add = parser.add_argument
    add("--genes", type=int, required=True, metavar="N")
    add("--samples", type=int, required=True, metavar="N")
    add("--out", metavar="DIR", type=Path, required=True, help="folder; it is created")
    add("--seed", type=int, default=0, metavar="INT", help="(default: 0)")
    add_json(parser)
