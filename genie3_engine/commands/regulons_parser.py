"""The options of ``regulons`` and ``activity``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.commands.parsing import Parser, add_command, add_json

if TYPE_CHECKING:
    from genie3_engine.commands.parsing import Commands

SIGNS = ("activating", "both", "none")
REGULON_FORMATS = ("gmt", "yaml", "pyscenic", "tsv")
ACTIVITY_FORMATS = ("tsv", "csv", "parquet")
_RULES = """\
rules, one or several with commas between them:
  targets=50       the strongest targets of each regulator
  regulators=5     the strongest regulators of each target
  quantile=0.75    links above a quantile of all importances
  strongest=10000  the strongest links of the network
  importance=0.01  links of this importance or more
  q=0.05           links of this q or less, of a run with confidence
  stability=0.8    links of this stability or more, of a run with confidence
  pyscenic         the six rules of pySCENIC: quantile=0.75, quantile=0.9, targets=50,
                   regulators=5, regulators=10, regulators=50"""


def add_regulons(commands: Commands) -> None:
    """Add ``regulons`` and ``activity``."""
    parser = add_command(
        commands, "regulons", "export the regulons of a run: regulators with their targets", _RULES
    )
    _add_choice(parser)
    _add_output(parser, REGULON_FORMATS, "gmt")
    add_json(parser)
    parser = add_command(
        commands, "activity", "compute the activity of regulons in each sample (AUCell)", _RULES
    )
    _add_choice(parser)
    add = parser.add_argument
    add(
        "--top-share",
        type=float,
        default=0.05,
        metavar="X",
        help="share of a sample's genes, from the highest on, that count (default: %(default)s)",
    )
    add(
        "--seed",
        type=int,
        default=0,
        metavar="INT",
        help="orders genes of the same expression (default: %(default)s)",
    )
    _add_output(parser, ACTIVITY_FORMATS, "tsv")
    add_json(parser)


def _add_choice(parser: Parser) -> None:
    add = parser.add_argument
    add("run", metavar="RUN", type=Path, help="run folder, or its links.parquet")
    add(
        "--rule",
        default="targets=50",
        metavar="NAME=NUMBER,...",
        help="which links make a regulon (default: %(default)s)",
    )
    add(
        "--sign",
        choices=SIGNS,
        default="activating",
        help="activating: targets that correlate with the regulator, as pySCENIC; both: also "
        "regulons of those that correlate negatively; none: all (default: %(default)s)",
    )
    add(
        "--min-genes",
        type=int,
        default=20,
        metavar="INT",
        help="fewest genes of a regulon, the regulator counted (default: %(default)s)",
    )


def _add_output(parser: Parser, formats: tuple[str, ...], default: str) -> None:
    parser.add_argument(
        "--format",
        choices=formats,
        help=f"format (default: by the name of FILE, otherwise {default})",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        help="output file, compressed if it ends in .gz (default: standard output)",
    )
