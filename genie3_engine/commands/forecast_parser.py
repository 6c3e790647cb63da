"""What can be asked of a forecast on the command line?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from genie3_engine.commands.parsing import Parser, add_command

if TYPE_CHECKING:
    from genie3_engine.commands.parsing import Commands

EPILOG = """\
Takes the options of infer: put forecast in the place of infer. The data are stored as infer stores
them, a few random targets are inferred for some seconds, and nothing else is computed.
  forecast data.tsv --trees 1000 --instances 4 --within-hours 2"""


def add_forecast(commands: Commands, add_inference: Callable[[Parser], None]) -> None:
    """Add ``forecast``.

    Parameters
    ----------
    commands : Commands
        Where.
    add_inference : callable
        Adds the options of ``infer``.
    """
    parser = add_command(
        commands, "forecast", "say what a run would take: time, memory, disk, dollars", EPILOG
    )
    add_inference(parser)
    for action in parser._actions:
        if action.dest == "out":  # nothing is written there
            action.required = False
    add = parser.add_argument
    add(
        "--instances",
        type=int,
        metavar="N",
        help="rented instances that share the targets (default: 1; advice tries up to 64)",
    )
    add(
        "--within-hours",
        type=float,
        metavar="H",
        help="name the cheapest instances that are done in so many hours",
    )
    add(
        "--budget",
        type=float,
        metavar="DOLLARS",
        help="name the fastest instances for so much money on demand",
    )
    add(
        "--live-prices",
        action="store_true",
        help="ask AWS for today's prices, which needs credentials (default: a dated table)",
    )
